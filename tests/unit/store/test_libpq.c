/*
 * A store in PostgreSQL where its client library is missing: an error that says what to install,
 * and a sandbox without its files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "store/store.h"
#include "unit/no_more_files.h"

#define PATH "postgresql://127.0.0.1:1/bets"

static void missing_client_library_is_an_error(void **state)
{
    const struct store_options options = { .path = PATH, .agencies = 5 };
    struct store *store = NULL;
    struct store_error error = { "" };
    char *reads[STORE_READS_MAX];

    (void)state;
    allow_no_more_files(); /* so it cannot be loaded */
    assert_int_equal(store_reads(PATH, reads), 0);
    assert_int_equal(store_open(&options, &store, &error), STORE_REFUSED);
    allow_files_again();
    assert_int_equal(store_open(&options, &store, &error), STORE_REFUSED);
    assert_null(store);
    assert_non_null(strstr(error.text, "PostgreSQL cannot be used: libpq.so."));
    assert_non_null(strstr(error.text, "install its client library"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(missing_client_library_is_an_error) };

    return cmocka_run_group_tests_name("libpq", tests, NULL, NULL);
}
