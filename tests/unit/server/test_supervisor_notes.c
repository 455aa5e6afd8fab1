/*
 * What the supervisor does about notes from its children: which worker is killed for what it said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/channel/control.h"
#include "server/supervisor/supervisor_parts.h"

#define GENERATION 7u

static struct settings settings = { .workers = 2 };
static struct child workers[2];
static struct server server;
static int line[2]; /* the supervisor's end of the committer's control line, and the committer's */

static pid_t start_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

static int begin(void **state)
{
    (void)state;
    server = (struct server){ .settings = &settings, .children = { .settings = &settings, .workers = workers } };
    workers[0] = (struct child){ .control = -1 };
    workers[1] = (struct child){ .control = -1, .generation = GENERATION, .pid = start_child() };
    if (workers[1].pid == -1 || !control_pair(line))
        return -1;
    server.children.committer = (struct child){ .pid = getpid(), .control = line[0] };
    return 0;
}

static int end(void **state)
{
    (void)state;
    close(line[0]);
    close(line[1]);
    kill(workers[1].pid, SIGKILL);
    return waitpid(workers[1].pid, NULL, 0) == workers[1].pid ? 0 : -1;
}

static void expel(uint32_t generation)
{
    const struct worker_name name = { .slot = 1, .generation = generation };

    assert_true(control_send_worker(line[1], CONTROL_EXPEL, &name, -1));
    supervisor_heed_child(&server, &server.children.committer);
}

static void worker_that_said_the_impossible_is_killed(void **state)
{
    (void)state;
    expel(GENERATION);
    assert_true(workers[1].ended_by_us);
}

/* The committer reads what a worker said before it died when another has its slot. */
static void next_worker_of_the_slot_lives(void **state)
{
    (void)state;
    expel(GENERATION - 1);
    assert_false(workers[1].ended_by_us);
    assert_int_equal(waitpid(workers[1].pid, NULL, WNOHANG), 0);
    assert_false(server.children.committer.ended_by_us);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(worker_that_said_the_impossible_is_killed),
        TEST(next_worker_of_the_slot_lives),
    };
    return cmocka_run_group_tests_name("server_supervisor_notes", tests, NULL, NULL);
}
