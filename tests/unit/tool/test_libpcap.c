/*
 * Captures where the library that reads them is missing: an error that says what to install.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tool/capture_file.h"
#include "unit/no_more_files.h"

static void missing_library_is_an_error(void **state)
{
    char reason[CAPTURE_ERROR_MAX] = "";

    (void)state;
    allow_no_more_files(); /* so it cannot be loaded */
    assert_null(capture_file_open("capture.pcap", reason));
    allow_files_again();
    assert_non_null(strstr(reason, "libpcap.so."));
    assert_non_null(strstr(reason, "install libpcap"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(missing_library_is_an_error) };

    return cmocka_run_group_tests_name("libpcap", tests, NULL, NULL);
}
