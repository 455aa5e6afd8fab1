/*
 * CSV fields: quoted where RFC 4180 needs it, and only there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_quote.h"

static void expect_field(const char *text, size_t len, const char *written)
{
    char *out = NULL;
    size_t out_len = 0;
    FILE *file = open_memstream(&out, &out_len);
    assert_non_null(file);
    csv_quote_write(file, text, len);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(out, written);
    free(out);
}

static void field_without_special_bytes_is_as_it_is(void **state)
{
    (void)state;
    expect_field("", 0, "");
    expect_field("Ana", 3, "Ana");
    expect_field(" Núñez; 'x' ", 14, " Núñez; 'x' ");
}

static void field_is_quoted_where_it_must_be(void **state)
{
    (void)state;
    expect_field("Paz, hijo", 9, "\"Paz, hijo\"");
    expect_field("a\nb", 3, "\"a\nb\"");
    expect_field("a\rb", 3, "\"a\rb\"");
}

static void quotes_are_doubled(void **state)
{
    (void)state;
    expect_field("\"", 1, "\"\"\"\"");
    expect_field("Ana \"Tita\"", 10, "\"Ana \"\"Tita\"\"\"");
}

static void field_ends_at_its_length(void **state)
{
    (void)state;
    expect_field("Ana,Lorca", 3, "Ana");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_without_special_bytes_is_as_it_is),
        cmocka_unit_test(field_is_quoted_where_it_must_be),
        cmocka_unit_test(quotes_are_doubled),
        cmocka_unit_test(field_ends_at_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
