/* The file of --metrics-file: it is whole or as it was, and nothing else is ever replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/observe/metrics_file.h"

#define METRICS "# HELP sorteo_ready 1 while agencies are served.\n"

static char folder[32];
static char path[64], unfinished[64], elsewhere[64];
static struct metrics_file file;

static int begin(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/sorteo-metrics-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/m.prom", folder);
    (void)snprintf(unfinished, sizeof unfinished, "%s/m.prom.new", folder);
    (void)snprintf(elsewhere, sizeof elsewhere, "%s/kept", folder);
    return metrics_file_init(&file, path) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    (void)remove(path);
    (void)remove(unfinished);
    (void)remove(elsewhere);
    return rmdir(folder);
}

static void put(const char *name, const char *text)
{
    FILE *out = fopen(name, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void expect_content(const char *name, const char *wanted)
{
    char found[256] = "";
    FILE *in = fopen(name, "r");

    assert_non_null(in);
    assert_int_equal(fread(found, 1, sizeof found - 1, in), strlen(wanted));
    assert_int_equal(fclose(in), 0);
    assert_string_equal(found, wanted);
}

static const char *write_metrics(void)
{
    return metrics_file_write(&file, METRICS, strlen(METRICS));
}

static void test_own_files_are_replaced(void **state)
{
    static const char *const before[] = { METRICS METRICS, "# HELP so", "" };

    (void)state;
    assert_null(write_metrics());
    expect_content(path, METRICS);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        put(path, before[i]);
        put(unfinished, before[i]);
        assert_null(write_metrics());
        expect_content(path, METRICS);
        assert_int_not_equal(access(unfinished, F_OK), 0);
    }
}

static void test_another_file_is_not_replaced(void **state)
{
    (void)state;
    put(path, "SQLite format 3");
    assert_non_null(write_metrics());
    expect_content(path, "SQLite format 3");
    assert_int_equal(remove(path), 0);
    put(unfinished, "SQLite format 3");
    assert_non_null(write_metrics());
    expect_content(unfinished, "SQLite format 3");
    assert_int_not_equal(access(path, F_OK), 0);
}

static void test_links_are_not_followed(void **state)
{
    (void)state;
    put(elsewhere, METRICS METRICS);
    assert_int_equal(symlink(elsewhere, unfinished), 0);
    assert_non_null(write_metrics());
    assert_int_equal(rename(unfinished, path), 0);
    assert_non_null(write_metrics());
    expect_content(elsewhere, METRICS METRICS);
}

/* A pipe without a reader must not block. */
static void test_what_is_no_file_is_not_replaced(void **state)
{
    struct stat about;

    (void)state;
    assert_int_equal(mkfifo(unfinished, 0600), 0);
    assert_non_null(write_metrics());
    assert_int_equal(rename(unfinished, path), 0);
    assert_non_null(write_metrics());
    assert_int_equal(lstat(path, &about), 0);
    assert_true(S_ISFIFO(about.st_mode));
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_non_null(write_metrics());
}

static void test_path_has_a_limit(void **state)
{
    static char longest[PATH_MAX];
    struct metrics_file other;

    (void)state;
    memset(longest, 'm', sizeof longest - 1);
    assert_false(metrics_file_init(&other, longest));
    assert_true(metrics_file_init(&other, longest + strlen(".new")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_own_files_are_replaced, begin, end),
        cmocka_unit_test_setup_teardown(test_another_file_is_not_replaced, begin, end),
        cmocka_unit_test_setup_teardown(test_links_are_not_followed, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_no_file_is_not_replaced, begin, end),
        cmocka_unit_test(test_path_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
