/*
 * A database and its log are one thing: whatever people do to one of the two files, a store holds
 * all that was committed, or it is not opened.
 */
#include "unit/store/store_files.h"

#include "store/sqlite/file_row.h"
#include "store/sqlite/sqlite_store.h"

/* ---- Stores that were left by a process that was killed -------------------------------------- */

static void commit_twice(struct fixture *fixture, uint32_t document)
{
    store_some(fixture->store, 1, 1, document, 10);
    store_some(fixture->store, 1, 2, document, 10);
}

/* Closed once with 20 bets, and killed with 20 more in the log. */
static void store_and_die(struct fixture *fixture)
{
    open_store(fixture);
    commit_twice(fixture, 1000);
    reopen_store(fixture);
    commit_twice(fixture, 2000);
}

/* The log written from its beginning again and again: each was moved, but for the last. */
static void store_through_checkpoints_and_die(struct fixture *fixture)
{
    open_store(fixture);
    for (uint32_t i = 0; i < 5; i++) {
        commit_twice(fixture, 1000 * (i + 1));
        if (i < 4) {
            sqlite_store_of(fixture->store)->wal_pages += PACE_PAGES_MOST;
            OK(fixture->store, store_checkpoint(fixture->store));
            assert_int_equal(sqlite_store_of(fixture->store)->wal_pages, 0);
        }
    }
}

static void open_and_die(struct fixture *fixture)
{
    open_store(fixture);
}

/* Moved into the file, and nothing written since. */
static void checkpoint_and_die(struct fixture *fixture)
{
    open_store(fixture);
    commit_twice(fixture, 1000);
    sqlite_store_of(fixture->store)->wal_pages += PACE_PAGES_MOST;
    OK(fixture->store, store_checkpoint(fixture->store));
}

static void assert_refused(struct fixture *fixture, const char *reason)
{
    struct content *database = read_content(fixture->path, ""), *log = read_content(fixture->path, "-wal");

    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, reason);
    assert_not_opened(fixture->path, 0, true, STORE_REFUSED, reason); /* the export, too */
    assert_content_unchanged(fixture->path, "", database);
    assert_content_unchanged(fixture->path, "-wal", log);
}

static void assert_bets(struct fixture *fixture, unsigned count)
{
    assert_int_equal(count_bets(open_store(fixture)), count);
    close_store(fixture);
}

static void killed_stores_open_as_they_were_left(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(store_and_die, fixture));
    assert_bets(fixture, 40);
    assert_true(run_and_die(open_and_die, fixture));
    assert_true(run_and_die(open_and_die, fixture));
    assert_true(run_and_die(checkpoint_and_die, fixture));
    assert_bets(fixture, 60);
    assert_true(run_and_die(store_through_checkpoints_and_die, fixture));
    assert_bets(fixture, 160);
}

/* ---- One of the two is missing --------------------------------------------------------------- */

static void database_that_was_moved_leaves_a_log_beside_which_none_is_made(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(store_and_die, fixture));
    move_file(fixture, "", "-moved");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is the log of a store that is no longer here");
    assert_false(exists(fixture, ""));
    write_file(fixture->path, "", 0);
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is the log of a store that is no longer here");
    move_file(fixture, "-moved", "");
    assert_bets(fixture, 40);
}

static void database_without_its_log_is_refused(void **state)
{
    struct fixture *fixture = *state;
    void (*const lives[])(struct fixture *) = { store_and_die, store_through_checkpoints_and_die, checkpoint_and_die };

    for (unsigned i = 0; i < 3; i++) {
        assert_true(run_and_die(lives[i], fixture));
        move_file(fixture, "-wal", "-log");
        assert_refused(fixture, "needs its log");
        move_file(fixture, "-log", "-wal");
        assert_true(count_bets(open_store(fixture)) > 0);
        close_store(fixture);
    }
}

static void store_that_was_closed_needs_no_log(void **state)
{
    struct fixture *fixture = *state;

    open_store(fixture);
    commit_twice(fixture, 1000);
    close_store(fixture);
    assert_false(exists(fixture, "-wal"));
    move_file(fixture, "", "-elsewhere");
    move_file(fixture, "-elsewhere", "");
    assert_bets(fixture, 20);
}

/* In its first frame. */
static void damage_log(const struct fixture *fixture)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s-wal", fixture->path);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 32 + 24 + 1000, SEEK_SET), 0);
    assert_int_equal(fputc(0x5a, file), 0x5a);
    assert_int_equal(fclose(file), 0);
}

/* ---- Two that do not belong together --------------------------------------------------------- */

/* A copy of the database, made when it was closed, put back over one that crashed later. */
static void older_copy_beside_a_newer_log_is_refused(void **state)
{
    struct fixture *fixture = *state;

    open_store(fixture);
    commit_twice(fixture, 1000);
    close_store(fixture);
    copy_file(fixture, "", "-backup");
    assert_true(run_and_die(store_through_checkpoints_and_die, fixture));
    copy_file(fixture, "-backup", "");
    assert_refused(fixture, "does not go with its log");
}

static void log_of_another_store_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(store_and_die, fixture));
    move_file(fixture, "", "-one");
    move_file(fixture, "-wal", "-one-wal");
    assert_true(run_and_die(store_and_die, fixture));
    move_file(fixture, "-wal", "-two-wal");
    move_file(fixture, "-one-wal", "-wal");
    assert_refused(fixture, "does not go with its log");
    damage_log(fixture); /* now nothing in it counts */
    assert_refused(fixture, "which is another one");
    move_file(fixture, "-two-wal", "-wal");
    assert_bets(fixture, 40);
}

static void log_from_before_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(store_and_die, fixture));
    copy_file(fixture, "-wal", "-old");
    assert_true(run_and_die(store_and_die, fixture));
    copy_file(fixture, "-old", "-wal");
    assert_refused(fixture, "does not go with its log");
}

static void log_that_is_none_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char path[160];
    struct content *log;

    assert_true(run_and_die(store_and_die, fixture));
    snprintf(path, sizeof path, "%s-wal", fixture->path);
    log = read_content(fixture->path, "-wal");
    write_file(path, "not a log", 9);
    assert_refused(fixture, "needs its log");
    write_file(path, (const char *)log->bytes, 32); /* its header alone */
    assert_refused(fixture, "needs its log");
    write_file(path, (const char *)log->bytes, log->len);
    assert_bets(fixture, 40);
    free(log);
}

static void commit_four_times_and_die(struct fixture *fixture)
{
    open_store(fixture);
    commit_twice(fixture, 1000);
    commit_twice(fixture, 2000);
}

/* The commits after the damaged place were answered. */
static void log_with_a_damaged_place_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(commit_four_times_and_die, fixture));
    damage_log(fixture);
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "which is damaged");
}

/* One log, and the next one that is written over it. */
static void write_two_logs_and_die(struct fixture *fixture)
{
    open_store(fixture);
    for (uint32_t i = 0; i < 2; i++) /* as many as a page holds: the file does not grow */
        commit_twice(fixture, 1000 * (i + 1));
    copy_file(fixture, "-wal", "-first");
    sqlite_store_of(fixture->store)->wal_pages += PACE_PAGES_MOST;
    OK(fixture->store, store_checkpoint(fixture->store));
    for (uint32_t i = 0; i < 4; i++)
        commit_twice(fixture, 1000 * (i + 6));
}

/* What cp reads of a log while a server begins it anew: first the old one, then the new one. */
static void copy_of_a_log_that_was_written_meanwhile_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct content *first, *second;
    char path[160];

    assert_true(run_and_die(write_two_logs_and_die, fixture));
    first = read_content(fixture->path, "-first");
    second = read_content(fixture->path, "-wal");
    assert_true(first->len > 32 + 8 * 4120 && second->len >= first->len);
    memcpy(second->bytes, first->bytes, 32 + 8 * 4120);
    snprintf(path, sizeof path, "%s-wal", fixture->path);
    write_file(path, (const char *)second->bytes, second->len);
    assert_refused(fixture, "is a copy that was made while a server wrote it");
    free(first);
    free(second);
}

static void file_with_two_names_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char other[160];

    open_store(fixture);
    commit_twice(fixture, 1000);
    close_store(fixture);
    snprintf(other, sizeof other, "%s-other", fixture->path);
    assert_int_equal(link(fixture->path, other), 0);
    assert_refused(fixture, "has 2 names");
    assert_int_equal(remove(other), 0);
    assert_bets(fixture, 20);
}

/* Another store might write into the same one: also while it has no byte yet. */
static void log_with_two_names_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char log[160], other[170];

    open_store(fixture);
    commit_twice(fixture, 1000);
    close_store(fixture);
    snprintf(log, sizeof log, "%s-wal", fixture->path);
    snprintf(other, sizeof other, "%s-other", log);
    write_file(other, "", 0);
    assert_int_equal(link(other, log), 0);
    assert_refused(fixture, "-wal has more than one name");
    assert_int_equal(remove(other), 0);
    assert_bets(fixture, 20);
}

/* ---- Rows that are fewer than they should be ------------------------------------------------- */

static void rows_that_are_missing_are_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct agency_state agency = { .round = 1, .bets = 10 };

    open_store(fixture);
    commit_twice(fixture, 1000);
    OK(fixture->store, store_begin(fixture->store));
    OK(fixture->store, store_agency_put(fixture->store, 1, &agency));
    OK(fixture->store, store_commit(fixture->store));
    close_store(fixture);
    copy_file(fixture, "", "-whole");
    tell(fixture->path, "DELETE FROM frames WHERE id = 15");
    assert_refused(fixture, "1 bets are missing");
    copy_file(fixture, "-whole", "");
    tell(fixture->path, "DELETE FROM frames WHERE id = 1");
    assert_refused(fixture, "agency 1 has 10 bets in round 1, and 9 are there");
    copy_file(fixture, "-whole", "");
    assert_bets(fixture, 20);
}

/* ---- While it is open ------------------------------------------------------------------------ */

static enum store_code commit_one(struct store *store, uint32_t document)
{
    const struct sorteo_bet bet = bet_of(1, document, 1);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    return store_commit(store);
}

static void commit_says_when_a_file_has_lost_its_name(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const char *const files[] = { "", "-wal" };

    assert_int_equal(commit_one(store, 1), STORE_OK);
    for (unsigned i = 0; i < 2; i++) {
        move_file(fixture, files[i], "-away");
        assert_int_equal(commit_one(store, 2 + i), STORE_MOVED);
        assert_non_null(strstr(store_error_text(store), "was moved, removed or replaced"));
        move_file(fixture, "-away", files[i]);
        assert_int_equal(commit_one(store, 4 + i), STORE_OK);
    }
    assert_int_equal(count_bets(reopen_store(fixture)), 5); /* those that were not answered are there, too */
}

static void another_file_in_its_place_is_noticed_and_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    char path[160];
    struct content *log;

    assert_int_equal(commit_one(store, 1), STORE_OK);
    move_file(fixture, "", "-away");
    move_file(fixture, "-wal", "-away-wal");
    write_file(fixture->path, "another", 7);
    snprintf(path, sizeof path, "%s-wal", fixture->path);
    write_file(path, "another log", 11);
    assert_int_equal(commit_one(store, 2), STORE_MOVED);
    log = read_content(fixture->path, "-away-wal");
    close_store(fixture);
    assert_content_unchanged(fixture->path, "-away-wal", log); /* nor was it moved into the file */
    assert_true(exists(fixture, "-wal"));
}

/* ---- The row as the file has it -------------------------------------------------------------- */

static void file_row_takes_any_page(void **state)
{
    struct fixture *fixture = *state;
    struct content *content;
    int64_t values[5] = { 0 };
    uint8_t page[4096];
    int64_t root;

    open_store(fixture);
    close_store(fixture);
    root = ask(fixture->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'log'");
    content = read_content(fixture->path, "");
    memcpy(page, content->bytes + (root - 1) * 4096, sizeof page);
    free(content);
    assert_true(file_row_parse(page, sizeof page, values, 5));
    assert_int_equal(values[1], 0);
    assert_int_equal(values[2], ask(fixture->path, "SELECT number FROM log"));
    assert_int_equal(values[3], ask(fixture->path, "SELECT before FROM log"));
    assert_int_equal(values[4], ask(fixture->path, "SELECT salt FROM log"));

    assert_false(file_row_parse(page, 9, values, 5));
    for (unsigned at = 0; at < sizeof page; at++) {
        if (at >= 12 && at < sizeof page - 64)
            continue; /* nothing is there */
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t *copy = malloc(sizeof page); /* so that what reads over its end is seen */
            assert_non_null(copy);
            memcpy(copy, page, sizeof page);
            copy[at] = (uint8_t)byte;
            (void)file_row_parse(copy, sizeof page, values, 5);
            free(copy);
        }
    }
}

static void leave_a_log(struct fixture *fixture)
{
    store_some(open_store(fixture), 1, 1, 1, 3);
}

/* All bets may be in the log, and the header there, too. */
static void log_beside_a_file_whose_header_is_damaged_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    static const char nothing[8];

    assert_true(run_and_die(leave_a_log, fixture));
    FILE *file = fopen(fixture->path, "r+b");
    assert_non_null(file);
    assert_int_equal(fwrite(nothing, 1, sizeof nothing, file), sizeof nothing);
    assert_int_equal(fclose(file), 0);
    for (int reader = 0; reader <= 1; reader++) {
        struct content *database = read_content(fixture->path, ""), *log = read_content(fixture->path, "-wal");
        assert_true(log->len > 0);
        assert_not_opened(fixture->path, reader ? 0 : AGENCIES, reader, STORE_REFUSED, "is not a store");
        assert_content_unchanged(fixture->path, "", database);
        assert_content_unchanged(fixture->path, "-wal", log);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(killed_stores_open_as_they_were_left),
                                        STORE_TEST(database_that_was_moved_leaves_a_log_beside_which_none_is_made),
                                        STORE_TEST(database_without_its_log_is_refused),
                                        STORE_TEST(store_that_was_closed_needs_no_log),
                                        STORE_TEST(older_copy_beside_a_newer_log_is_refused),
                                        STORE_TEST(log_of_another_store_is_refused),
                                        STORE_TEST(log_from_before_is_refused),
                                        STORE_TEST(log_that_is_none_is_refused),
                                        STORE_TEST(log_with_a_damaged_place_is_refused),
                                        STORE_TEST(copy_of_a_log_that_was_written_meanwhile_is_refused),
                                        STORE_TEST(file_with_two_names_is_refused),
                                        STORE_TEST(log_with_two_names_is_refused),
                                        STORE_TEST(rows_that_are_missing_are_refused),
                                        STORE_TEST(commit_says_when_a_file_has_lost_its_name),
                                        STORE_TEST(another_file_in_its_place_is_noticed_and_left_alone),
                                        STORE_TEST(log_beside_a_file_whose_header_is_damaged_is_left_alone),
                                        STORE_TEST(file_row_takes_any_page) };
    return cmocka_run_group_tests_name("store_tie", tests, NULL, NULL);
}
