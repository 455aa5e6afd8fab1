/*
 * Configurations in YAML: what they become, and what is said of those that are broken or hostile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "client/config_yaml.h"
#include "unit/config_file.h"

static int begin(void **state)
{
    (void)state;
    config_file_begin("CLI_", config_yaml_parse);
    return 0;
}

static void keys_are_those_of_the_mappings_around_them(void **state)
{
    (void)state;
    expect_keys("server:\n  address: \"server:12345\"\nloop:\n  amount: 5\n  period: \"5s\"\nlog:\n  level: \"INFO\"\n"
                "batch: {maxAmount: 10}\nid: '3' # the agency\n",
                "2 server.address=server:12345;4 loop.amount=5;5 loop.period=5s;7 log.level=INFO;"
                "8 batch.maxAmount=10;9 id=3;");
    expect_keys("batch.maxAmount: 7\r\na: {b: {c: x}, d: y}\r\n", "1 batch.maxAmount=7;2 a.b.c=x;2 a.d=y;");
    expect_keys("name: >\n  one\n  two\n", "1 name=one two\n;");
}

static void files_without_keys_are_empty(void **state)
{
    (void)state;
    expect_keys("", "");
    expect_keys("# nothing\n---\n", "");
    expect_keys("~\n", "");
    expect_keys("{}\n", "");
}

static void lists_and_nulls_are_told_from_values(void **state)
{
    (void)state;
    expect_keys("a:\nb: ~\nc: 'null'\nd: null\n", "1 a=;2 b=;3 c=null;4 d=;");
    expect_keys("a: [1, {b: [2]}, 3]\nb: &x 1\nc: *x\n", "1 a=(list);2 b=1;3 c=(list);");
}

static void lists_of_values_have_items(void **state)
{
    (void)state;
    expect_keys("a: [x, 'y z', \"\"]\nb:\n  - 1\n  - ~\nc: d\n", "1 a=(x)(y z)();3 b=(1)();5 c=d;");
    expect_keys("a: []\nb: [[1]]\nc: [1, [2], 3]\nd: [&x 1, *x]\n", "1 a=(list);2 b=(list);3 c=(list);4 d=(list);");
    expect_error("a: [1, \"x\\0y\"]\n", ":1: a NUL in the value of a");
}

static void place_of_an_item_is_that_of_its_list(void **state)
{
    (void)state;
    expect_keys("a: 1\nb: [x, y]\n", "1 a=1;2 b=(x)(y);");
    const struct config_entry *entry = &config.entries[1];
    assert_non_null(strstr(config_place(&config, config_next_item(entry->items)), ":2: b"));
    assert_null(config_place(&config, "y"));
}

static void broken_files_are_refused_with_their_line(void **state)
{
    (void)state;
    expect_error("a: 1\nb: [1, 2\n", ":3: invalid YAML: did not find expected ',' or ']'");
    expect_error("a: 1\n\tb: 2\n", ":2: invalid YAML: found a tab character that violates indentation");
    expect_error("a: 1\nb: 2\na: 3\n", ":3: a was given in line 1 already");
    expect_error("a-b: 1\nA.B: 2\n", ":2: A.B was given in line 1 already");
    expect_error("a: 1\n---\nb: 2\n", ":2: a second YAML document: a configuration has only one");
    expect_error("- a\n", ":1: expected keys with values, such as 'id: 1'");
    expect_error("just a text\n", ":1: expected keys with values, such as 'id: 1'");
    expect_error("? [a, b]\n: 1\n", ":1: a key that is not text");
}

static void hostile_files_are_refused(void **state)
{
    static char text[CONFIG_SIZE_MAX + 2];

    (void)state;
    expect_error("a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}\n", ":1: keys are nested more than 8 deep");
    expect_error_in("a: 1\nb: \0\n", 10, ":2: a NUL byte");
    expect_error("a: \"x\\0y\"\n", ":1: a NUL in the value of a");
    expect_error("\"x\\0y\": a\n", ":1: a NUL in a key");
    expect_error("a: 1\nb: \xff\n", ":2: invalid YAML: invalid leading UTF-8 octet");
    memset(text, 'x', sizeof text);
    expect_error_in(text, CONFIG_SIZE_MAX + 1, ": is larger than 65536 bytes, the most that a configuration may have");
    expect_error_in(text, 200, ":1: expected keys with values, such as 'id: 1'");
    memcpy(text + 150, ": 1\n", 5);
    expect_error(text, ":1: a key of more than 127 bytes");
    expect_too_many_keys(':');
    for (unsigned i = 0; i < 2000; i++)
        text[i] = '[';
    expect_error_in(text, 2000, ":1: expected keys with values, such as 'id: 1'");
}

static void cut_and_changed_files_do_no_harm(void **state)
{
    (void)state;
    expect_no_harm("server: {address: \"a:1\"}\nb: &x [1, *x]\n? c\n: |\n  d\n--- e\n", "{[]}:,&*!|>'\"%@\t\n\xc3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_those_of_the_mappings_around_them, begin, config_file_end),
        cmocka_unit_test_setup_teardown(files_without_keys_are_empty, begin, config_file_end),
        cmocka_unit_test_setup_teardown(lists_and_nulls_are_told_from_values, begin, config_file_end),
        cmocka_unit_test_setup_teardown(lists_of_values_have_items, begin, config_file_end),
        cmocka_unit_test_setup_teardown(place_of_an_item_is_that_of_its_list, begin, config_file_end),
        cmocka_unit_test_setup_teardown(broken_files_are_refused_with_their_line, begin, config_file_end),
        cmocka_unit_test_setup_teardown(hostile_files_are_refused, begin, config_file_end),
        cmocka_unit_test_setup_teardown(cut_and_changed_files_do_no_harm, begin, config_file_end),
    };

    return cmocka_run_group_tests_name("config_yaml", tests, NULL, NULL);
}
