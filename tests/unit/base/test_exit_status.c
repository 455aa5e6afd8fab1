/*
 * A test program fails if any of its tests does, however many they are (tests/unit/exit_status.c).
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FAILURES_MAX 512u /* twice what one byte can count */

/* ---- The program that fails, which is this one with an argument ------------------------------ */

static void test_fails(void **state)
{
    (void)state;
    fail();
}

static int fail_often(size_t count)
{
    static struct CMUnitTest tests[FAILURES_MAX];

    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest)cmocka_unit_test(test_fails);
    return _cmocka_run_group_tests("failing", tests, count, NULL, NULL);
}

/* ---- Its exit status ------------------------------------------------------------------------- */

/* By the name that it was started with: under valgrind, /proc/self/exe is valgrind. */
static const char *own_path;

/* What it says of its failures is not ours. */
static _Noreturn void run_again(unsigned failures)
{
    char argument[16];
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    snprintf(argument, sizeof argument, "%u", failures);
    if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0)
        execl(own_path, own_path, argument, (char *)NULL);
    _exit(126);
}

static int status_after(unsigned failures)
{
    int status;
    const pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        run_again(failures);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void program_fails_with_one_failure(void **state)
{
    (void)state;
    assert_int_equal(status_after(1), 1);
}

static void program_fails_with_more_failures_than_a_byte_counts(void **state)
{
    (void)state;
    assert_int_equal(status_after(256), 1);
    assert_int_equal(status_after(512), 1);
}

static void program_without_a_failure_does_not_fail(void **state)
{
    (void)state;
    assert_int_equal(status_after(0), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_fails_with_one_failure),
        cmocka_unit_test(program_fails_with_more_failures_than_a_byte_counts),
        cmocka_unit_test(program_without_a_failure_does_not_fail),
    };

    own_path = argv[0];
    if (argc > 1)
        return fail_often(strtoul(argv[1], NULL, 10) % (FAILURES_MAX + 1));
    return cmocka_run_group_tests_name("exit_status", tests, NULL, NULL);
}
