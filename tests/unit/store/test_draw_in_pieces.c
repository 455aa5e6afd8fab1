/*
 * A draw in pieces: it looks at candidates alone where they are all there are, and misses no bet.
 */
#include "unit/store/draw_fixture.h"

#include "store/sqlite/sqlite_store.h"

#define OTHER_ROWS 4u /* that a piece may write: of the round, of the log */

/* 30 bets of three agencies; every third has `number`. */
static void store_thirty(struct store *store, uint32_t document, uint16_t number)
{
    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 30; i++)
        append(store, 1, (uint8_t)(1 + i / 3 % 3), document + i, i % 3 == 0 ? number : 9);
    OK(store, store_commit(store));
}

/* Requests wait for a piece, so each has a bound: bets that it looks at, rows that it writes. */
static void expect_bounded(const struct fixture *fixture, uint64_t looked_at, int written)
{
    const uint32_t most = fixture->draw_piece;

    assert_true(looked_at <= most);
    assert_true(written >= 0 && (uint32_t)written <= 2 * most + OTHER_ROWS); /* winners, and candidates that go */
}

static unsigned draw_in_steps(struct fixture *fixture, uint16_t number, uint64_t wanted)
{
    struct store *store = fixture->store;
    const struct sqlite_store *sqlite = sqlite_store_of(store);
    struct store_draw draw = { .done = false };
    unsigned pieces = 0;

    while (!draw.done) {
        const uint64_t looked_at = sqlite->draw.looked_at;
        const int written = sqlite3_total_changes(sqlite->db);

        OK(store, store_begin(store));
        OK(store, store_draw(store, 1, number, &draw));
        OK(store, store_commit(store));
        expect_bounded(fixture, sqlite->draw.looked_at - looked_at, sqlite3_total_changes(sqlite->db) - written);
        pieces++;
    }
    assert_int_equal(draw.winners, wanted);
    return pieces;
}

static bool looked_at_bets(const struct fixture *fixture)
{
    return sqlite_store_of(fixture->store)->draw.looked_at > 0;
}

static struct store *open_for(struct fixture *fixture, uint16_t likely_number, uint32_t draw_piece)
{
    fixture->likely_number = likely_number;
    fixture->draw_piece = draw_piece;
    return fixture->store == NULL ? open_store(fixture) : reopen_store(fixture);
}

static void draw_of_the_likely_number_looks_at_its_bets_alone(void **state)
{
    struct fixture *fixture = *state;

    store_thirty(open_for(fixture, 7574, 4), 100, 7574);
    store_thirty(open_for(fixture, 7574, 4), 200, 7574);   /* the same after a restart */
    assert_int_equal(draw_in_steps(fixture, 7574, 20), 6); /* of 4, the last one finding no more */
    assert_false(looked_at_bets(fixture));
    WINNERS(fixture->store, 1, 1, 100, 109, 118, 127, 200, 209, 218, 227);
    WINNERS(fixture->store, 1, 3, 106, 115, 124, 206, 215, 224);
    close_store(fixture);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM candidates"), 0);
}

/* Bets of the second opening with the first one's number are no candidates. */
static void number_that_is_no_longer_the_likely_one_is_drawn_from_all_bets(void **state)
{
    struct fixture *fixture = *state;

    store_thirty(open_for(fixture, 7574, 4), 100, 7574);
    store_thirty(open_for(fixture, 5, 4), 200, 7574);
    (void)draw_in_steps(fixture, 7574, 20);
    assert_true(looked_at_bets(fixture));
}

static void likely_number_that_nobody_bets_on_is_drawn_at_once(void **state)
{
    struct fixture *fixture = *state;

    store_some(open_for(fixture, 7, 4), 1, 1, 1, 7);
    assert_int_equal(draw_in_steps(fixture, 7, 0), 1);
    assert_false(looked_at_bets(fixture));
}

/* From one number to another, and back: candidates of the first are not all there are. */
static void draw_after_another_number_was_likely_misses_no_bet(void **state)
{
    struct fixture *fixture = *state;

    store_thirty(open_for(fixture, 7574, 4), 100, 7574);
    store_thirty(open_for(fixture, 5, 4), 200, 7574);
    store_thirty(open_for(fixture, 7574, 4), 300, 7574);
    assert_int_equal(draw_in_steps(fixture, 7574, 30), 23); /* pieces of 4 of 90 bets */
    assert_true(looked_at_bets(fixture));
    WINNERS(fixture->store, 1, 2, 103, 112, 121, 203, 212, 221, 303, 312, 321);
    close_store(fixture);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM candidates"), 0);
}

static void draw_of_a_number_that_was_not_likely_misses_no_bet(void **state)
{
    struct fixture *fixture = *state;

    store_thirty(open_for(fixture, 7574, 4), 100, 42);
    open_for(fixture, 42, 4);
    draw_in_steps(fixture, 42, 10);
    WINNERS(fixture->store, 1, 2, 103, 112, 121);
}

static void candidates_that_are_rolled_back_are_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_for(fixture, 7574, 4);

    OK(store, store_begin(store));
    append(store, 1, 1, 1, 7574);
    OK(store, store_rollback(store));
    store_thirty(store, 100, 7574);
    draw_in_steps(fixture, 7574, 10);
    WINNERS(store, 1, 2, 103, 112, 121);
}

/* More than are held back at once: each lot has ids of its own. */
static void candidates_are_found_in_every_lot(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_for(fixture, 7574, 1000);

    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 3 * HELD_ROWS_MAX; i++)
        append(store, 1, 1, i, i % HELD_ROWS_MAX == 700 ? 7574 : 1);
    OK(store, store_commit(store));
    draw_in_steps(fixture, 7574, 3);
    WINNERS(store, 1, 1, 700, HELD_ROWS_MAX + 700, 2 * HELD_ROWS_MAX + 700);
}

/* The number 7574, at the end of a SINGLE. */
#define WITH_7574 "UPDATE frames SET bytes = CAST(substr(bytes, 1, length(bytes) - 2) || x'1d96' AS BLOB) WHERE id = 2"

/* A person corrects a bet, while no server runs. */
static void bet_that_was_changed_by_hand_is_drawn_as_it_is_now(void **state)
{
    struct fixture *fixture = *state;

    store_thirty(open_for(fixture, 7574, 4), 100, 7574);
    close_store(fixture);
    tell(fixture->path, WITH_7574);
    open_for(fixture, 7574, 4);
    draw_in_steps(fixture, 7574, 11);
    assert_true(looked_at_bets(fixture));
    WINNERS(fixture->store, 1, 1, 100, 101, 109, 118, 127);
}

#define ANOTHER_CANDIDATE                                                                                              \
    "INSERT INTO candidates SELECT 29, round, agency, name, surname, document, birthdate, number FROM candidates "     \
    "WHERE bet = 28"

/* A candidate says what its bet says, or the draw looks at every bet. */
static void candidates_that_were_changed_by_hand_are_not_believed(void **state)
{
    struct fixture *fixture = *state;
    const char *const changes[] = { "DELETE FROM candidates WHERE bet = 1",
                                    "UPDATE candidates SET bet = 2 WHERE bet = 1",
                                    "UPDATE candidates SET agency = 3 WHERE bet = 1",
                                    "UPDATE candidates SET document = 999 WHERE bet = 1",
                                    "UPDATE candidates SET round = 2 WHERE bet = 1",
                                    "UPDATE candidates SET surname = 'Lorcas' WHERE bet = 28",
                                    ANOTHER_CANDIDATE };

    store_thirty(open_for(fixture, 7574, 4), 100, 7574);
    close_store(fixture);
    copy_file(fixture, "", "-whole");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tell(fixture->path, changes[i]);
        open_for(fixture, 7574, 4);
        (void)draw_in_steps(fixture, 7574, 10);
        assert_true(looked_at_bets(fixture));
        WINNERS(fixture->store, 1, 1, 100, 109, 118, 127);
        close_store(fixture);
        copy_file(fixture, "-whole", "");
    }
}

/* One piece of it, of thirty bets. */
static void begin_a_draw(struct store *store)
{
    struct store_draw draw;

    store_thirty(store, 100, 7574);
    OK(store, store_begin(store));
    OK(store, store_draw(store, 1, 7574, &draw));
    OK(store, store_commit(store));
    assert_false(draw.done);
}

static void candidates_of_a_draw_that_goes_on_are_not_believed(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_for(fixture, 7574, 4);

    begin_a_draw(store);
    close_store(fixture);
    tell(fixture->path, "DELETE FROM candidates");
    open_for(fixture, 7574, 4);
    (void)draw_in_steps(fixture, 7574, 10);
    WINNERS(fixture->store, 1, 1, 100, 109, 118, 127);
}

static void round_that_is_being_drawn_takes_no_bets(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_for(fixture, 7574, 4);
    struct sorteo_bet bet = bet_of(1, 1, 7574);

    begin_a_draw(store);
    OK(store, store_begin(store));
    assert_int_equal(append_bets(store, 1, &bet, 1), STORE_FAILED);
    OK(store, store_rollback(store));
    draw_in_steps(fixture, 7574, 10);
}

static void winning_bets_of_a_round_that_is_being_drawn_are_not_shown(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_for(fixture, 7574, 4);

    begin_a_draw(store);
    close_store(fixture);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM winners"), 4);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM winning_bets"), 0);
    open_for(fixture, 1, 4);
    draw_in_steps(fixture, 1, 10);
    close_store(fixture);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM winning_bets WHERE number = 7574"), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(draw_of_the_likely_number_looks_at_its_bets_alone),
                                        STORE_TEST(number_that_is_no_longer_the_likely_one_is_drawn_from_all_bets),
                                        STORE_TEST(likely_number_that_nobody_bets_on_is_drawn_at_once),
                                        STORE_TEST(draw_after_another_number_was_likely_misses_no_bet),
                                        STORE_TEST(draw_of_a_number_that_was_not_likely_misses_no_bet),
                                        STORE_TEST(candidates_that_are_rolled_back_are_forgotten),
                                        STORE_TEST(candidates_are_found_in_every_lot),
                                        STORE_TEST(bet_that_was_changed_by_hand_is_drawn_as_it_is_now),
                                        STORE_TEST(candidates_that_were_changed_by_hand_are_not_believed),
                                        STORE_TEST(candidates_of_a_draw_that_goes_on_are_not_believed),
                                        STORE_TEST(round_that_is_being_drawn_takes_no_bets),
                                        STORE_TEST(winning_bets_of_a_round_that_is_being_drawn_are_not_shown) };
    return cmocka_run_group_tests_name("store_draw_in_pieces", tests, NULL, NULL);
}
