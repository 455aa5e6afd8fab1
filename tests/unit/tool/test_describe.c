/*
 * sorteo describe: what it says of sizes is what the codec reads and writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "codec/sorteo.h"
#include "tool/describe.h"
#include "unit/capture.h"

static struct capture capture;

static const char *describe(const char *dialect)
{
    char option[64];
    char *arguments[] = { (char[]){ "describe" }, option, NULL };
    int status;

    (void)snprintf(option, sizeof option, "--dialect=%s", dialect);
    capture_begin(&capture, STDOUT_FILENO);
    status = describe_main(2, arguments);
    (void)capture_end(&capture);
    assert_int_equal(status, 0);
    return capture.text;
}

/* The line of a field or frame says this size. */
static void expect_size(const char *text, const char *name, const char *before, size_t size)
{
    char line[128];

    (void)snprintf(line, sizeof line, "\n    %-13s%s%zu byte%s", name, before, size, size == 1 ? "" : "s");
    if (strstr(text, line) == NULL)
        fail_msg("no line \"%s\" in:\n%s", line + 1, text);
}

static void describe_says_the_sizes_that_the_codec_writes(void **state)
{
    const struct sorteo_bet least = { .agency = 1, .birthdate = { "1999-03-17", 10 }, .number = 7574 };

    (void)state;
    for (unsigned number = 0; sorteo_dialect_names()[number] != NULL; number++) {
        enum sorteo_dialect dialect = (enum sorteo_dialect)number;
        const char *text = describe(sorteo_dialect_names()[number]);
        uint8_t finish[64];
        size_t finish_len = 0;

        assert_int_equal(sorteo_encode_finish(dialect, 1, 1, finish, sizeof finish, &finish_len), SORTEO_E_OK);
        expect_size(text, "FINISH", "", finish_len);
        expect_size(text, "SINGLE", "at least ", sorteo_single_size(dialect, &least));
        expect_size(text, "ITEM", "at least ", sorteo_bet_size(dialect, &least));
    }
}

static void describe_omits_fields_that_the_dialect_lacks(void **state)
{
    (void)state;
    for (unsigned number = 0; sorteo_dialect_names()[number] != NULL; number++) {
        const struct sorteo_parameters *parameters = sorteo_dialect_parameters((enum sorteo_dialect)number);
        const char *text = describe(sorteo_dialect_names()[number]);

        if (parameters->key_size > 0)
            expect_size(text, "KEY", "", parameters->key_size);
        else
            assert_null(strstr(text, "KEY"));
    }
}

static void describe_prints_every_dialect_when_none_is_chosen(void **state)
{
    char *arguments[] = { (char[]){ "describe" }, NULL };

    (void)state;
    capture_begin(&capture, STDOUT_FILENO);
    assert_int_equal(describe_main(1, arguments), 0);
    (void)capture_end(&capture);
    for (unsigned number = 0; sorteo_dialect_names()[number] != NULL; number++) {
        char title[64];

        (void)snprintf(title, sizeof title, "%s\n  fields", sorteo_dialect_names()[number]);
        assert_non_null(strstr(capture.text, title));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(describe_says_the_sizes_that_the_codec_writes),
        cmocka_unit_test(describe_omits_fields_that_the_dialect_lacks),
        cmocka_unit_test(describe_prints_every_dialect_when_none_is_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
