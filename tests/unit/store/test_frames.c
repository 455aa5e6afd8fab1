/*
 * Frames: kept as they came, in pieces where they are long; the same bets for the program and for
 * people, whether they are in frames or in rows of an earlier version; and what cannot be read is
 * refused.
 */
#include "unit/store/bets_of_all_kinds.h"
#include "unit/store/old_stores.h"
#include "unit/store/store_files.h"

#include "store/sqlite/sqlite_store.h"

/* ---- Both ways of reading -------------------------------------------------------------------- */

/* The view of bets, row by row, while the program's bets come. */
struct both {
    sqlite3_stmt *view;
    uint64_t count;
};

static void assert_column_is(sqlite3_stmt *view, int column, struct sorteo_text text)
{
    assert_int_equal(sqlite3_column_type(view, column), SQLITE_TEXT);
    assert_int_equal(sqlite3_column_bytes(view, column), text.len);
    if (text.len > 0)
        assert_memory_equal(sqlite3_column_text(view, column), text.bytes, text.len);
}

static bool compare_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct both *both = context;

    assert_int_equal(sqlite3_step(both->view), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(both->view, 0), ++both->count);
    assert_int_equal(sqlite3_column_int64(both->view, 1), round);
    assert_int_equal(sqlite3_column_int64(both->view, 2), bet->agency);
    assert_column_is(both->view, 3, bet->name);
    assert_column_is(both->view, 4, bet->surname);
    assert_int_equal(sqlite3_column_int64(both->view, 5), bet->document);
    assert_column_is(both->view, 6, bet->birthdate);
    assert_int_equal(sqlite3_column_int64(both->view, 7), bet->number);
    return true;
}

static void assert_view_is_what_each_gives(struct store *store, uint64_t count)
{
    const struct store_filter all = { .round = 0 };
    struct both both = { .count = 0 };

    assert_int_equal(sqlite3_prepare_v2(sqlite_store_of(store)->db, "SELECT * FROM bets", -1, &both.view, NULL),
                     SQLITE_OK);
    OK(store, store_each(store, &all, compare_row, &both));
    assert_int_equal(sqlite3_step(both.view), SQLITE_DONE);
    sqlite3_finalize(both.view);
    assert_int_equal(both.count, count);
}

static void view_shows_what_the_program_reads_in_every_dialect(void **state)
{
    struct store *store = open_store(*state);

    assert_view_is_what_each_gives(store, 0);
    store_all_kinds(store, 1);
    assert_view_is_what_each_gives(store, ALL_KINDS);
    store_all_kinds(store, 2);
    assert_view_is_what_each_gives(reopen_store(*state), 2 * ALL_KINDS);
}

struct expected {
    uint32_t next;
    uint8_t agency;
};

static bool expect_some(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct expected *expected = context;
    const struct sorteo_bet wanted = some_bet(expected->agency, expected->next++);

    (void)round;
    assert_true(bet_is(bet, &wanted));
    return true;
}

static void bets_are_what_they_were_in_every_dialect(void **state)
{
    struct store *store = open_store(*state);

    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        struct expected expected = { .agency = 7 };
        const struct store_filter mine = { .round = dialect + 1 };

        OK(store, store_begin(store));
        append_some(store, dialect + 1, (enum sorteo_dialect)dialect, 7, MANY);
        OK(store, store_commit(store));
        OK(store, store_each(store, &mine, expect_some, &expected));
        assert_int_equal(expected.next, MANY);
    }
}

/* From any bet on, in the middle of frames and of pieces of them. */
static void each_begins_at_any_bet(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    append_some(store, 1, SORTEO_GROUPED, 7, MANY);
    OK(store, store_commit(store));
    for (uint32_t after = 0; after <= MANY; after += 1 + after % 7) {
        struct expected expected = { .agency = 7, .next = after };
        const struct store_filter rest = { .after = after };

        OK(store, store_each(store, &rest, expect_some, &expected));
        assert_int_equal(expected.next, MANY);
    }
}

/* ---- What is kept ---------------------------------------------------------------------------- */

static void frames_are_kept_byte_for_byte(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    static uint8_t sent[MANY * 600];
    static struct sorteo_bet bets[MANY];
    sqlite3_stmt *rows = NULL;
    size_t at = 0, len;

    for (uint32_t i = 0; i < MANY; i++)
        bets[i] = some_bet(3, i);
    assert_int_equal(sorteo_encode_batch(SORTEO_KEYED, 7, bets, MANY, sent, sizeof sent, &len, NULL), SORTEO_E_OK);
    OK(store, store_begin(store));
    OK(store, append_frame(store, 1, SORTEO_KEYED, bets, MANY));
    OK(store, store_commit(store));
    assert_int_equal(sqlite3_prepare_v2(sqlite_store_of(store)->db,
                                        "SELECT CAST(iif(frame = 'batch', head, x'') || bytes AS BLOB) FROM frames", -1,
                                        &rows, NULL),
                     SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        const size_t piece = (size_t)sqlite3_column_bytes(rows, 0);

        assert_true(piece <= len - at);
        assert_memory_equal(sqlite3_column_blob(rows, 0), sent + at, piece);
        at += piece;
    }
    sqlite3_finalize(rows);
    assert_int_equal(at, len);
}

static void long_frames_are_cut_between_bets(void **state)
{
    struct fixture *fixture = *state;
    static char longest[65536];
    static struct sorteo_bet bets[3];

    open_store(fixture);
    OK(fixture->store, store_begin(fixture->store));
    append_some(fixture->store, 1, SORTEO_WIDE, 1, MANY);
    memset(longest, 'x', 65535);
    for (unsigned i = 0; i < 3; i++)
        bets[i] = bet_of(2, i, 1);
    bets[1].name = text_of(longest);
    OK(fixture->store, append_frame(fixture->store, 1, SORTEO_WIDE, bets, 3));
    OK(fixture->store, store_commit(fixture->store));
    assert_int_equal(count_bets(fixture->store), MANY + 3);
    assert_view_is_what_each_gives(fixture->store, MANY + 3);
    close_store(fixture);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM frames WHERE agency = 1 AND length(bytes) > 8192"), 0);
    assert_true(ask(fixture->path, "SELECT avg(length(bytes)) FROM frames WHERE agency = 1") > 4096);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM frames WHERE agency = 2"), 3);
    assert_int_equal(ask(fixture->path, "SELECT bets FROM frames WHERE length(bytes) > 8192"), 1);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM frames WHERE frame = 'batch'"), 2);
}

/* ---- What cannot be read --------------------------------------------------------------------- */

static void frames_that_are_not_as_their_rows_say_are_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct agency_state agency = { .round = 1, .bets = 40 };
    const char *const changes[] = {
        "UPDATE frames SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) AS BLOB)",
        "UPDATE frames SET bytes = CAST(bytes || x'00' AS BLOB)",
        "UPDATE frames SET agency = 2",
        "UPDATE frames SET dialect = 'wider'",
        "UPDATE frames SET dialect = 'keyed'",
        "UPDATE frames SET frame = 'single'",
        "UPDATE frames SET frame = 'more'",
        "UPDATE frames SET head = x''",
        "UPDATE frames SET head = x'0027'",
        "UPDATE frames SET head = CAST(head || x'01' AS BLOB)",
        "UPDATE frames SET bets = 39",
        "UPDATE frames SET bets = 41",
        "UPDATE frames SET bytes = x''",
        "UPDATE frames SET skip = 0",
        "UPDATE frames SET length_size = 1",
        "UPDATE frames SET round = round + 4294967296",
    };

    open_store(fixture);
    OK(fixture->store, store_begin(fixture->store));
    append_some(fixture->store, 1, SORTEO_WIDE, 1, 40);
    OK(fixture->store, store_agency_put(fixture->store, 1, &agency));
    OK(fixture->store, store_commit(fixture->store));
    close_store(fixture);
    copy_file(fixture, "", "-whole");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tell(fixture->path, changes[i]);
        assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "the frame of bet 1 cannot be read");
        assert_not_opened(fixture->path, 0, true, STORE_REFUSED, "the frame of bet 1 cannot be read");
        copy_file(fixture, "-whole", "");
    }
    assert_int_equal(count_bets(open_store(fixture)), 40);
}

/* Opening does not look at rounds that are over. */
static void frame_of_an_old_round_that_cannot_be_read_ends_an_export(void **state)
{
    struct fixture *fixture = *state;
    const struct store_filter all = { .round = 0 };
    const struct agency_state agency = { .round = 2 };
    unsigned count = 0;

    store_some(open_store(fixture), 1, 1, 1, 3);
    OK(fixture->store, store_begin(fixture->store));
    (void)draw_whole(fixture->store, 1, 1);
    OK(fixture->store, store_agency_put(fixture->store, 1, &agency));
    OK(fixture->store, store_commit(fixture->store));
    close_store(fixture);
    tell(fixture->path, "UPDATE frames SET bytes = CAST(bytes || x'00' AS BLOB) WHERE id = 2");
    open_store(fixture);
    assert_int_equal(store_each(fixture->store, &all, count_row, &count), STORE_FAILED);
    assert_int_equal(count, 1);
    assert_non_null(strstr(store_error_text(fixture->store), "the frame of bet 2 is damaged"));
}

static void gap_between_frames_is_refused(void **state)
{
    struct fixture *fixture = *state;

    store_all_kinds(open_store(fixture), 1);
    close_store(fixture);
    copy_file(fixture, "", "-whole");
    tell(fixture->path, "DELETE FROM frames WHERE id = 2");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "bets are missing");
    copy_file(fixture, "-whole", "");
    tell(fixture->path, "UPDATE frames SET id = id + 3 WHERE id = (SELECT max(id) FROM frames)");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "3 bets are missing");
}

/* ---- Rows of an earlier version -------------------------------------------------------------- */

/* A round that was drawn, and one under way with candidates, as that version kept them. */
static void make_store_of_version(struct fixture *fixture, int version)
{
    struct store *store;

    fixture->likely_number = 7;
    store = open_store(fixture);
    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 20; i++) {
        const struct sorteo_bet bet = bet_of((uint8_t)(1 + i % 2), 100 + i, i % 5 == 0 ? 7 : 8);
        OK(store, append_bets(store, 1, &bet, 1));
    }
    assert_int_equal(draw_whole(store, 1, 7), 4);
    for (uint32_t i = 0; i < 10; i++) {
        const struct sorteo_bet bet = bet_of(1, 200 + i, i % 5 == 0 ? 7 : 8);
        OK(store, append_bets(store, 2, &bet, 1));
    }
    OK(store, store_commit(store));
    close_store(fixture);
    make_older(fixture->path, version);
}

static void make_store_of_rows(struct fixture *fixture)
{
    make_store_of_version(fixture, 4);
}

static bool add_document(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    (void)round;
    assert_true(bet->name.len == 15 && bet->birthdate.len == 10);
    *(uint64_t *)context += bet->document;
    return true;
}

static uint64_t sum_of(struct store *store, const struct store_filter *filter)
{
    uint64_t sum = 0;

    OK(store, store_each(store, filter, add_document, &sum));
    return sum;
}

static void rows_and_frames_are_one_list(void **state)
{
    struct fixture *fixture = *state;
    const struct store_filter winners = { .winners = true }, second = { .round = 2 }, rest = { .after = 28 };
    struct store *store;

    make_store_of_rows(fixture);
    store = open_store(fixture);
    assert_view_is_what_each_gives(store, 30);
    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 3; i++) {
        const struct sorteo_bet bet = bet_of(2, 300 + i, 7);
        OK(store, append_bets(store, 2, &bet, 1));
    }
    OK(store, store_commit(store));
    assert_view_is_what_each_gives(store, 33);
    assert_int_equal(sum_of(store, &second), 2045 + 903);
    assert_int_equal(sum_of(store, &rest), 208 + 209 + 903);
    OK(store, store_begin(store));
    assert_int_equal(draw_whole(store, 2, 7), 5);
    OK(store, store_commit(store));
    assert_int_equal(sum_of(store, &winners), (100 + 105 + 110 + 115) + (200 + 205) + 903);
    assert_view_is_what_each_gives(reopen_store(fixture), 33);
    close_store(fixture);
    assert_int_equal(ask(fixture->path, "SELECT sum(document) FROM winning_bets WHERE surname = 'Lorca' "
                                        "AND birthdate = '1999-03-17' AND number = 7"),
                     430 + 405 + 903);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM bet_rows"), 30);
    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 2"), 21);
}

static void store_of_rows_that_is_only_read_has_all_its_bets(void **state)
{
    struct fixture *fixture = *state;
    const struct store_filter winners = { .winners = true }, second = { .round = 2 };
    const struct store_filter winners_of_first = { .winners = true, .round = 1, .agency = 1 };
    struct store_error error = { "" };
    uint64_t count = 0;

    for (int version = 1; version <= 4; version++) {
        make_store_of_version(fixture, version);
        if (try_open(fixture->path, 0, true, 0, &fixture->store, &error) != STORE_OK)
            fail_msg("%s", error.text);
        assert_int_equal(count_bets(fixture->store), 30);
        assert_int_equal(sum_of(fixture->store, &second), 2045);
        assert_int_equal(sum_of(fixture->store, &winners), 430);
        assert_int_equal(sum_of(fixture->store, &winners_of_first), 100 + 110);
        OK(fixture->store, store_winners_count(fixture->store, 1, 2, &count));
        assert_int_equal(count, 2);
        close_store(fixture);
        assert_int_equal(ask(fixture->path, "PRAGMA user_version"), version);
        assert_int_equal(remove(fixture->path), 0);
    }
}

/* A view of a person's own goes on to mean all bets. */
static void view_of_a_person_goes_on(void **state)
{
    struct fixture *fixture = *state;

    make_store_of_rows(fixture);
    tell(fixture->path, "CREATE VIEW mine AS SELECT document FROM bets");
    store_some(open_store(fixture), 2, 1, 1, 3);
    close_store(fixture);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM mine"), 33);
}

static unsigned die_at;

static void open_and_die_at_a_write(struct fixture *fixture)
{
    disk.die_at_write = die_at;
    open_store(fixture);
}

/* In front of one write after the other, until there are no more; whatever is there is opened
 * again. */
static void update_that_is_killed_anywhere_loses_nothing(void **state)
{
    struct fixture *fixture = *state;
    const struct store_filter winners = { .winners = true };
    bool updated = false;
    char log[160];

    make_store_of_rows(fixture);
    copy_file(fixture, "", "-whole");
    for (die_at = 1; !updated; die_at += writes_to_next_kill()) {
        snprintf(log, sizeof log, "%s-wal", fixture->path);
        (void)remove(log);
        copy_file(fixture, "-whole", "");
        pid_t pid = fork_for_test();
        if (pid == 0) {
            open_and_die_at_a_write(fixture);
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        updated = WIFEXITED(status);
        assert_true(updated ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGKILL);
        assert_view_is_what_each_gives(open_store(fixture), 30);
        assert_int_equal(sum_of(fixture->store, &winners), 430);
        store_some(fixture->store, 2, 1, 1, 2);
        assert_view_is_what_each_gives(reopen_store(fixture), 32);
        close_store(fixture);
    }
    assert_true(die_at > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(view_shows_what_the_program_reads_in_every_dialect),
                                        STORE_TEST(bets_are_what_they_were_in_every_dialect),
                                        STORE_TEST(each_begins_at_any_bet),
                                        STORE_TEST(frames_are_kept_byte_for_byte),
                                        STORE_TEST(long_frames_are_cut_between_bets),
                                        STORE_TEST(frames_that_are_not_as_their_rows_say_are_refused),
                                        STORE_TEST(frame_of_an_old_round_that_cannot_be_read_ends_an_export),
                                        STORE_TEST(gap_between_frames_is_refused),
                                        STORE_TEST(rows_and_frames_are_one_list),
                                        STORE_TEST(store_of_rows_that_is_only_read_has_all_its_bets),
                                        STORE_TEST(view_of_a_person_goes_on),
                                        STORE_TEST(update_that_is_killed_anywhere_loses_nothing) };
    return cmocka_run_group_tests_name("store_frames", tests, NULL, NULL);
}
