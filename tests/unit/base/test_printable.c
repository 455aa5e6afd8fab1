/*
 * Text from outside on a terminal: no control character and no bad UTF-8 gets through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/printable.h"

static void expect_shown(const char *text, const char *shown)
{
    char out[64];
    assert_string_equal(printable(out, sizeof out, text), shown);
}

static void text_without_controls_is_as_it_is(void **state)
{
    (void)state;
    expect_shown("agency-1.csv", "agency-1.csv");
    expect_shown("\xc3\xb1 \xc2\xa0 \xe2\x82\xac \xf0\xa0\xae\xb7 \xf4\x8f\xbf\xbf",
                 "\xc3\xb1 \xc2\xa0 \xe2\x82\xac \xf0\xa0\xae\xb7 \xf4\x8f\xbf\xbf");
}

static void control_characters_become_question_marks(void **state)
{
    (void)state;
    expect_shown("a\033[31mb\n\r\t\x7f", "a?[31mb????");
    expect_shown("\xc2\x9b"
                 "31m\xc2\x80\xc2\x9f",
                 "?31m??");
}

static void marks_of_direction_and_line_become_question_marks(void **state)
{
    (void)state;
    expect_shown("\xe2\x80\xaevsc.1\xe2\x80\xac", "?vsc.1?");
    expect_shown("\xd8\x9c \xe2\x80\x8e \xe2\x80\x8f \xe2\x80\xa8 \xe2\x81\xa6 \xe2\x81\xa9", "? ? ? ? ? ?");
    expect_shown("\xd8\x9b \xe2\x80\x8d \xe2\x80\x90 \xe2\x80\xa7 \xe2\x80\xaf \xe2\x81\xa5 \xe2\x81\xaa",
                 "\xd8\x9b \xe2\x80\x8d \xe2\x80\x90 \xe2\x80\xa7 \xe2\x80\xaf \xe2\x81\xa5 \xe2\x81\xaa");
}

static void bytes_that_are_no_utf8_become_question_marks(void **state)
{
    (void)state;
    expect_shown("\xff\x9b"
                 "A\xc3",
                 "??A?");
    expect_shown("\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe0\x80\x80", "????????????");
}

static void text_is_cut_between_characters(void **state)
{
    (void)state;
    char out[4];
    assert_string_equal(printable(out, sizeof out, "abcdef"), "abc");
    assert_string_equal(printable(out, sizeof out, "ab\xc3\xb1"), "ab");
    assert_string_equal(printable(out, 1, "abc"), "");
}

static void line_has_one_end(void **state)
{
    (void)state;
    char *out = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&out, &len);
    assert_non_null(file);
    printable_line(file, "%s: %d", "a\nb", 7);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(out, "a?b: 7\n");
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_without_controls_is_as_it_is),
        cmocka_unit_test(control_characters_become_question_marks),
        cmocka_unit_test(marks_of_direction_and_line_become_question_marks),
        cmocka_unit_test(bytes_that_are_no_utf8_become_question_marks),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(line_has_one_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
