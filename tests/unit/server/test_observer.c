/*
 * The observer where the library that speaks HTTP is missing: it ends, and says what to install.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "server/observe/observer.h"
#include "unit/no_more_files.h"

static void missing_library_is_an_error(void **state)
{
    static struct settings settings;
    const struct listeners none = { .count = 0 };
    char said[1024] = "";
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_open(ends[1], LOG_INFO);
    allow_no_more_files(); /* so it cannot be loaded */
    assert_int_equal(observer_run(&settings, &none, -1), 1);
    allow_files_again();
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    assert_non_null(strstr(said, "process: observer | reason: libmicrohttpd.so."));
    assert_non_null(strstr(said, "install libmicrohttpd"));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(missing_library_is_an_error) };

    return cmocka_run_group_tests_name("observer", tests, NULL, NULL);
}
