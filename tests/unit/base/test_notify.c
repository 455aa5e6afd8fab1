/*
 * What the service manager is told, over a socket as it has one: with a path, or with a name that
 * is no file's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/notify.h"
#include "unit/scratch.h"

static struct scratch scratch;
static int manager = -1;

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    return unsetenv("NOTIFY_SOCKET") | unsetenv("WATCHDOG_USEC") | unsetenv("WATCHDOG_PID");
}

static int end(void **state)
{
    (void)state;
    if (manager != -1)
        close(manager);
    manager = -1;
    scratch_end(&scratch);
    return 0;
}

/* `name` as NOTIFY_SOCKET has it. */
static void be_manager(const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const size_t len = strlen(name);

    assert_true(len < sizeof address.sun_path);
    memcpy(address.sun_path, name, len);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(manager, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
                     0);
    assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
}

static void assert_heard(const char *expected)
{
    char heard[64] = "";

    assert_true(recv(manager, heard, sizeof heard - 1, 0) > 0);
    assert_string_equal(heard, expected);
}

static void nobody_is_told_where_there_is_no_manager(void **state)
{
    (void)state;
    assert_false(notify("READY=1"));
    assert_int_equal(setenv("NOTIFY_SOCKET", "neither/path/nor/name", 1), 0);
    assert_false(notify("READY=1"));
    assert_int_equal(setenv("NOTIFY_SOCKET", scratch_path(&scratch, "gone"), 1), 0);
    assert_false(notify("READY=1"));
}

static void manager_with_a_path_is_told(void **state)
{
    (void)state;
    be_manager(scratch_path(&scratch, "manager"));
    assert_true(notify("READY=1\nSTATUS=Serving"));
    assert_heard("READY=1\nSTATUS=Serving");
}

static void manager_without_a_file_is_told(void **state)
{
    char name[64];

    (void)state;
    (void)snprintf(name, sizeof name, "@sorteo-test-%d", (int)getpid());
    be_manager(name);
    assert_true(notify("STOPPING=1"));
    assert_heard("STOPPING=1");
}

static void manager_that_does_not_read_is_not_waited_for(void **state)
{
    unsigned told = 0;

    (void)state;
    be_manager(scratch_path(&scratch, "manager"));
    while (told < 100000 && notify("WATCHDOG=1"))
        told++;
    assert_true(told < 100000);
}

static void watchdog_is_read_as_milliseconds(void **state)
{
    char pid[32];

    (void)state;
    assert_int_equal(notify_watchdog_ms(), 0);
    assert_int_equal(setenv("WATCHDOG_USEC", "30000000", 1), 0);
    assert_int_equal(notify_watchdog_ms(), 30000);
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
    assert_int_equal(notify_watchdog_ms(), 30000);
    assert_int_equal(setenv("WATCHDOG_USEC", "1", 1), 0);
    assert_int_equal(notify_watchdog_ms(), 1);
}

static void watchdog_of_another_or_of_nonsense_is_none(void **state)
{
    static const char *const nonsense[] = { "", "0", "-1", "30s", "99999999999999999999999" };

    (void)state;
    for (unsigned i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        assert_int_equal(setenv("WATCHDOG_USEC", nonsense[i], 1), 0);
        assert_int_equal(notify_watchdog_ms(), 0);
    }
    assert_int_equal(setenv("WATCHDOG_USEC", "1000000", 1), 0);
    assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
    assert_int_equal(notify_watchdog_ms(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_is_told_where_there_is_no_manager), TEST(manager_with_a_path_is_told),
        TEST(manager_without_a_file_is_told),           TEST(manager_that_does_not_read_is_not_waited_for),
        TEST(watchdog_is_read_as_milliseconds),         TEST(watchdog_of_another_or_of_nonsense_is_none),
    };
    return cmocka_run_group_tests_name("base_notify", tests, NULL, NULL);
}
