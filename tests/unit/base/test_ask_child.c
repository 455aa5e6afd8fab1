/* Questions that a child asks: an answer, and each way in which none comes. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/ask_child.h"
#include "base/system.h"

#define NEVER UINT64_MAX
#define PATIENCE_S 30
#define BEFORE 0x55 /* what an answer's bytes are before */

static unsigned char answer[ASK_CHILD_ANSWER_MAX];

static int begin(void **state)
{
    (void)state;
    memset(answer, BEFORE, sizeof answer);
    (void)alarm(PATIENCE_S); /* a question without an end ends the test */
    return 0;
}

static void expect_unchanged(void)
{
    for (size_t i = 0; i < sizeof answer; i++)
        assert_int_equal(answer[i], BEFORE);
}

static void expect_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void repeat_it(const void *question, void *said)
{
    memset(said, *(const char *)question, ASK_CHILD_ANSWER_MAX - 1);
}

static void wait_for_ever(const void *question, void *said)
{
    (void)question;
    (void)said;
    for (;;)
        pause();
}

static void leave(const void *question, void *said)
{
    (void)question;
    (void)said;
    _exit(0);
}

static void answer_comes_whole(void **state)
{
    (void)state;
    assert_int_equal(ask_child(repeat_it, "x", answer, sizeof answer, NEVER, -1), ASKED_ANSWERED);
    for (size_t i = 0; i + 1 < sizeof answer; i++)
        assert_int_equal(answer[i], 'x');
    assert_int_equal(answer[sizeof answer - 1], 0);
    expect_no_child();
}

static void question_that_is_never_answered_has_an_end(void **state)
{
    (void)state;
    assert_int_equal(ask_child(wait_for_ever, NULL, answer, sizeof answer, clock_ms() + 50, -1), ASKED_LATE);
    expect_unchanged();
    expect_no_child();
}

static void stop_ends_a_question(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "", 1), 1);
    assert_int_equal(ask_child(wait_for_ever, NULL, answer, sizeof answer, NEVER, ends[0]), ASKED_STOPPED);
    expect_unchanged();
    expect_no_child();
    close(ends[0]);
    close(ends[1]);
}

static void child_that_dies_has_not_answered(void **state)
{
    (void)state;
    assert_int_equal(ask_child(leave, NULL, answer, sizeof answer, NEVER, -1), ASKED_DIED);
    expect_unchanged();
    expect_no_child();
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answer_comes_whole),
        TEST(question_that_is_never_answered_has_an_end),
        TEST(stop_ends_a_question),
        TEST(child_that_dies_has_not_answered),
    };
    return cmocka_run_group_tests_name("ask_child", tests, NULL, NULL);
}
