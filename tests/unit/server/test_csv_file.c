/* The file of --csv: it becomes the store's rows, wherever it was left, and nothing else is ever
 * changed. */
#include "unit/store/store_fixture.h"

#include <sys/resource.h>

#include "server/committer/csv_file.h"

#define ROWS_MAX 65536

struct subject {
    struct fixture *fixture;
    char path[96];
    struct csv_file file;
};

static int begin(void **state)
{
    struct subject *subject = calloc(1, sizeof *subject);
    void *fixture = NULL;

    assert_non_null(subject);
    assert_int_equal(setup(&fixture), 0);
    subject->fixture = fixture;
    (void)open_store(fixture);
    (void)snprintf(subject->path, sizeof subject->path, "%s/bets.csv", subject->fixture->folder);
    csv_file_init(&subject->file, subject->path);
    *state = subject;
    return 0;
}

static int end(void **state)
{
    struct subject *subject = *state;
    void *fixture = subject->fixture;

    free(subject);
    return teardown(&fixture);
}

static enum csv_step step(struct subject *subject)
{
    return csv_file_step(&subject->file, subject->fixture->store);
}

/* As far as it gets. Each step that is not the last takes some of the store's rows. */
static enum csv_step all_steps(struct subject *subject)
{
    for (unsigned i = 0; i < ROWS_MAX; i++) {
        const enum csv_step outcome = step(subject);

        if (outcome != CSV_BEHIND)
            return outcome;
    }
    fail_msg("it goes on and on");
    return CSV_BEHIND;
}

static void follow(struct subject *subject)
{
    if (all_steps(subject) != CSV_CURRENT)
        fail_msg("%s", subject->file.reason);
    assert_string_equal(subject->file.reason, "");
}

/* As a process that was started after the one before it was killed. */
static void forget(struct subject *subject)
{
    csv_file_init(&subject->file, subject->path);
}

static void put(const char *path, const char *text, size_t len)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

static void expect_content(const char *path, const char *wanted, size_t wanted_len)
{
    static char found[ROWS_MAX];
    FILE *in = fopen(path, "r");

    assert_non_null(in);
    assert_int_equal(fread(found, 1, sizeof found, in), wanted_len);
    assert_int_equal(fclose(in), 0);
    assert_memory_equal(found, wanted, wanted_len);
}

/* The rows of what store_some(store, 1, agency, document, count) stores. */
static size_t rows_of(char *text, unsigned agency, unsigned document, unsigned count)
{
    size_t len = 0;

    for (unsigned i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, ROWS_MAX - len, "%u,Santiago Lionel,Lorca,%u,1999-03-17,%u\r\n", agency,
                                document + i, i);
    return len;
}

static void bets_are_appended_in_the_order_stored(void **state)
{
    static char wanted[ROWS_MAX];
    struct subject *subject = *state;
    struct store *store = subject->fixture->store;
    size_t len;

    follow(subject);
    expect_content(subject->path, "", 0);
    store_some(store, 1, 2, 100, CSV_STEP_BETS + 1);
    len = rows_of(wanted, 2, 100, CSV_STEP_BETS + 1);
    follow(subject);
    expect_content(subject->path, wanted, len);
    store_some(store, 1, 1, 7, 1);
    len += rows_of(wanted + len, 1, 7, 1);
    follow(subject);
    expect_content(subject->path, wanted, len);
}

/* A name may have what CSV has to quote; one step takes no more than a bet beyond its bytes. */
static void long_and_quoted_texts_are_whole(void **state)
{
    static char name[200];
    struct subject *subject = *state;
    struct store *store = subject->fixture->store;
    struct sorteo_bet bet = bet_of(1, 1, 2);
    struct stat about;

    memset(name, '"', sizeof name - 1);
    bet.name = bet.surname = text_of(name);
    OK(store, store_begin(store));
    for (unsigned i = 0; i < CSV_STEP_BETS; i++)
        OK(store, append_bets(store, 1, &bet, 1));
    OK(store, store_commit(store));
    assert_int_equal(step(subject), CSV_BEHIND);
    assert_int_equal(stat(subject->path, &about), 0);
    assert_in_range(about.st_size, CSV_STEP_BYTES, CSV_STEP_BYTES + 1000);
    follow(subject);
    forget(subject);
    follow(subject);
    assert_int_equal(stat(subject->path, &about), 0);
    assert_int_equal(about.st_size,
                     CSV_STEP_BETS * (2 * (2 * (sizeof name - 1) + 2) + strlen("1,,,1,1999-03-17,2\r\n")));
}

/* Killed after any byte. */
static void torn_file_is_completed_wherever_it_ends(void **state)
{
    static char wanted[ROWS_MAX];
    struct subject *subject = *state;
    const size_t len = rows_of(wanted, 3, 50, 3);

    store_some(subject->fixture->store, 1, 3, 50, 3);
    for (size_t torn = 0; torn <= len; torn++) {
        put(subject->path, wanted, torn);
        forget(subject);
        follow(subject);
        expect_content(subject->path, wanted, len);
    }
}

static void full_disk_is_tried_again(void **state)
{
    static char wanted[ROWS_MAX];
    struct subject *subject = *state;
    const size_t len = rows_of(wanted, 3, 50, 3);
    const struct rlimit small = { .rlim_cur = len - 10, .rlim_max = RLIM_INFINITY };
    const struct rlimit large = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };

    store_some(subject->fixture->store, 1, 3, 50, 3);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(step(subject), CSV_FAILED);
        assert_string_equal(subject->file.reason, strerror(EFBIG));
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &large), 0);
    expect_content(subject->path, wanted, len - 10);
    follow(subject);
    expect_content(subject->path, wanted, len);
}

static void expect_refused(struct subject *subject, const char *text, size_t len, const char *why)
{
    put(subject->path, text, len);
    forget(subject);
    (void)all_steps(subject);
    assert_non_null(strstr(subject->file.reason, why));
    assert_non_null(strstr(subject->file.reason, "rename it"));
    expect_content(subject->path, text, len);
}

static void file_of_something_else_is_left_as_it_is(void **state)
{
    static char rows[ROWS_MAX];
    struct subject *subject = *state;
    const size_t len = rows_of(rows, 3, 50, 3);

    expect_refused(subject, "SQLite", 6, "more than the store's 0 rows");
    store_some(subject->fixture->store, 1, 3, 50, 3);
    expect_refused(subject, "SQLite", 6, "row 1 ");
    rows[len - 1] = '?';
    expect_refused(subject, rows, len, "row 3 ");
    rows[len - 1] = '\n';
    rows[len] = '3';
    expect_refused(subject, rows, len + 1, "more than the store's 3 rows");
}

static void file_that_was_replaced_or_shortened_is_written_anew(void **state)
{
    static char wanted[ROWS_MAX];
    struct subject *subject = *state;
    const size_t len = rows_of(wanted, 3, 50, 3);

    store_some(subject->fixture->store, 1, 3, 50, 3);
    follow(subject);
    assert_int_equal(truncate(subject->path, 5), 0);
    follow(subject);
    expect_content(subject->path, wanted, len);
    assert_int_equal(remove(subject->path), 0);
    follow(subject);
    expect_content(subject->path, wanted, len);
}

/* A pipe without a reader must not block. */
static void link_or_pipe_is_refused(void **state)
{
    struct subject *subject = *state;
    char elsewhere[128];

    store_some(subject->fixture->store, 1, 3, 50, 3);
    (void)snprintf(elsewhere, sizeof elsewhere, "%s/kept", subject->fixture->folder);
    put(elsewhere, "", 0);
    assert_int_equal(symlink(elsewhere, subject->path), 0);
    assert_int_equal(step(subject), CSV_FAILED);
    expect_content(elsewhere, "", 0);
    assert_int_equal(remove(subject->path), 0);
    assert_int_equal(mkfifo(subject->path, 0600), 0);
    assert_int_equal(step(subject), CSV_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bets_are_appended_in_the_order_stored, begin, end),
        cmocka_unit_test_setup_teardown(long_and_quoted_texts_are_whole, begin, end),
        cmocka_unit_test_setup_teardown(torn_file_is_completed_wherever_it_ends, begin, end),
        cmocka_unit_test_setup_teardown(full_disk_is_tried_again, begin, end),
        cmocka_unit_test_setup_teardown(file_of_something_else_is_left_as_it_is, begin, end),
        cmocka_unit_test_setup_teardown(file_that_was_replaced_or_shortened_is_written_anew, begin, end),
        cmocka_unit_test_setup_teardown(link_or_pipe_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
