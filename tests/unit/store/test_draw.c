/*
 * The draw and its winners: the right ones, in the order stored, once, however many they are.
 */
#include "unit/store/store_files.h"

#include "store/sqlite/sqlite_store.h"

static void append(struct store *store, uint32_t round, uint8_t agency, uint32_t document, uint16_t number)
{
    struct sorteo_bet bet = bet_of(agency, document, number);

    OK(store, append_bets(store, round, &bet, 1));
}

static uint64_t draw(struct store *store, uint32_t round, uint16_t number)
{
    uint64_t winners;

    OK(store, store_begin(store));
    winners = draw_whole(store, round, number);
    OK(store, store_commit(store));
    return winners;
}

static void assert_winners(struct store *store, uint32_t round, uint8_t agency, const uint32_t *wanted, size_t count)
{
    uint32_t documents[16];
    uint64_t total = 77;
    size_t read = 77;

    OK(store, store_winners_count(store, round, agency, &total));
    assert_int_equal(total, count);
    OK(store, store_winners(store, round, agency, 0, documents, 16, &read));
    assert_int_equal(read, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(documents[i], wanted[i]);
}

#define WINNERS(store, round, agency, ...)                                                                             \
    assert_winners(store, round, agency, (const uint32_t[]){ __VA_ARGS__ },                                            \
                   sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void draw_lists_winners_in_the_order_stored(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    append(store, 1, 2, 900, 7574);
    append(store, 1, 1, 50, 7574);
    append(store, 1, 1, 10, 7573);
    append(store, 1, 2, 100, 7574);
    append(store, 1, 1, 40, 7574);
    append(store, 1, 3, 60, 7575);
    append(store, 1, 1, 50, 7574); /* the same person again */
    append(store, 1, 2, 500, 7574);
    OK(store, store_commit(store));
    assert_int_equal(draw(store, 1, 7574), 6);

    for (int i = 0; i < 2; i++) {
        WINNERS(store, 1, 1, 50, 40, 50);
        WINNERS(store, 1, 2, 900, 100, 500);
        assert_winners(store, 1, 3, NULL, 0);
        assert_winners(store, 1, 255, NULL, 0);
        store = reopen_store(*state);
    }
}

static void draw_counts_bets_of_its_own_transaction(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    append(store, 1, 1, 1, 9);
    append(store, 1, 1, 2, 9);
    assert_int_equal(draw_whole(store, 1, 9), 2);
    WINNERS(store, 1, 1, 1, 2); /* and they can be read before the commit */
    OK(store, store_commit(store));
    WINNERS(store, 1, 1, 1, 2);
}

static void draw_happens_once(void **state)
{
    struct store *store = open_store(*state);
    struct store_draw again = { .winners = 77 };

    OK(store, store_begin(store));
    append(store, 1, 1, 11, 1);
    append(store, 1, 1, 22, 2);
    OK(store, store_commit(store));
    draw(store, 1, 1);

    OK(store, store_begin(store));
    assert_int_equal(store_draw(store, 1, 2, &again), STORE_FAILED);
    assert_int_equal(again.winners, 77);
    assert_non_null(strstr(store_error_text(store), "round 1 was drawn already"));
    OK(store, store_rollback(store));
    WINNERS(store, 1, 1, 11);
}

static void draw_that_is_rolled_back_did_not_happen(void **state)
{
    struct store *store = open_store(*state);
    uint64_t count = 77;

    store_some(store, 1, 1, 100, 3);
    OK(store, store_begin(store));
    assert_int_equal(draw_whole(store, 1, 0), 1);
    OK(store, store_rollback(store));
    count = 77;
    assert_int_equal(store_winners_count(store, 1, 1, &count), STORE_NONE);
    assert_int_equal(count, 77);
    assert_int_equal(draw(store, 1, 2), 1);
    WINNERS(store, 1, 1, 102);
}

static void draw_of_a_round_without_bets_has_no_winners(void **state)
{
    struct store *store = open_store(*state);

    assert_int_equal(draw(store, 1, 7574), 0);
    assert_winners(store, 1, 1, NULL, 0);
    OK(store, store_begin(store));
    append(store, 2, 1, 5, 7574);
    OK(store, store_commit(store));
    assert_int_equal(draw(store, 2, 7574), 1);
    assert_winners(store, 1, 1, NULL, 0);
    WINNERS(store, 2, 1, 5);
}

static void draw_takes_every_number(void **state)
{
    struct store *store = open_store(*state);

    for (uint32_t round = 1; round <= 2; round++) {
        OK(store, store_begin(store));
        append(store, round, 1, 1, 0);
        append(store, round, 1, 2, UINT16_MAX);
        OK(store, store_commit(store));
    }
    assert_int_equal(draw(store, 1, 0), 1);
    assert_int_equal(draw(store, 2, UINT16_MAX), 1);
    WINNERS(store, 1, 1, 1);
    WINNERS(store, 2, 1, 2);
}

static void drawn_round_takes_no_more_bets(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bet = bet_of(1, 1, 1);

    store_some(store, 1, 1, 1, 3);
    draw(store, 1, 1);
    OK(store, store_begin(store));
    assert_int_equal(append_bets(store, 1, &bet, 1), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "drawn already"));
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 3);
}

/* ---- Rounds ---------------------------------------------------------------------------------- */

static void rounds_remember_their_first_bet(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    struct sorteo_bet bet = bet_of(1, 1, 1);

    store_some(store, 1, 1, 1, 70);
    OK(store, store_begin(store)); /* a round that begins in a transaction that does not last … */
    draw_whole(store, 1, 1);
    OK(store, append_bets(store, 2, &bet, 1));
    OK(store, store_rollback(store));
    store_some(store, 1, 2, 1, 30);
    draw(store, 1, 1);

    store = reopen_store(fixture); /* … and one after a restart, after bets that were held back */
    OK(store, store_begin(store));
    OK(store, append_bets(store, 2, &bet, 1));
    OK(store, append_bets(store, 2, &bet, 1));
    draw_whole(store, 2, 1);
    OK(store, append_bets(store, 3, &bet, 1));
    OK(store, store_commit(store));
    store_close(store);
    fixture->store = NULL;

    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 1"), 1);
    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 2"), 101);
    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 3"), 103);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM rounds"), 3);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM rounds JOIN bets ON bets.id = first_bet "
                                        "WHERE rounds.round = bets.round"),
                     3);
}

/* What is known of a round whose first bets were rolled back must be forgotten, or the draw would
 * not find the next ones. */
static void rounds_begin_again_after_a_rollback(void **state)
{
    struct store *store = open_store(*state);

    for (int i = 0; i < 2; i++) {
        OK(store, store_begin(store));
        append(store, 1, 1, 5, 7);
        OK(store, i == 0 ? store_rollback(store) : store_commit(store));
    }
    assert_int_equal(draw(store, 1, 7), 1);
    WINNERS(store, 1, 1, 5);
}

static void rounds_do_not_see_one_another(void **state)
{
    struct store *store = open_store(*state);

    for (uint32_t round = 1; round <= 4; round++) {
        OK(store, store_begin(store));
        append(store, round, 1, round * 10, 5);
        append(store, round, 2, round * 10 + 1, 6);
        OK(store, store_commit(store));
        assert_int_equal(draw(store, round, round % 2 == 0 ? 5 : 6), 1);
    }
    WINNERS(store, 1, 2, 11);
    WINNERS(store, 2, 1, 20);
    WINNERS(store, 3, 2, 31);
    WINNERS(store, 4, 1, 40);
    assert_winners(store, 4, 2, NULL, 0);
}

/* A later draw costs what its own bets cost, not what all before them do. */
static void draw_looks_only_from_the_first_bet_on(void **state)
{
    struct store *store = open_store(*state);
    uint64_t before, after;

    store_some(store, 1, 1, 1, 20000);
    draw(store, 1, 1);
    before = sqlite_store_of(store)->draw.looked_at;
    store_some(store, 2, 1, 1, 10);
    draw(store, 2, 1);
    after = sqlite_store_of(store)->draw.looked_at - before;
    assert_int_equal(before, 20000);
    assert_int_equal(after, 10);
}

/* ---- Winners page by page -------------------------------------------------------------------- */

static void winners_are_paged_through_whatever_their_number(void **state)
{
    enum { COUNT = 70000, PAGE = 999 };
    struct store *store = open_store(*state);
    uint32_t documents[PAGE + 1];
    uint64_t total = 0;
    size_t count = 0;
    uint32_t from = 0;

    OK(store, store_begin(store));
    for (uint32_t i = 0; i < COUNT; i++) {
        append(store, 1, 1, i * 3, 7574);
        append(store, 1, 2, i, (uint16_t)(i % 2 == 0 ? 7574 : 1));
    }
    OK(store, store_commit(store));
    assert_int_equal(draw(store, 1, 7574), COUNT + COUNT / 2);
    OK(store, store_winners_count(store, 1, 1, &total));
    assert_int_equal(total, COUNT);
    do {
        documents[PAGE] = 77;
        OK(store, store_winners(store, 1, 1, from, documents, PAGE, &count));
        assert_int_equal(count, COUNT - from < PAGE ? COUNT - from : PAGE);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(documents[i], (from + i) * 3);
        assert_int_equal(documents[PAGE], 77);
        from += (uint32_t)count;
    } while (count == PAGE);
    assert_int_equal(from, COUNT);
}

static void winners_beyond_the_last_are_none(void **state)
{
    struct store *store = open_store(*state);
    const uint64_t beyond[] = { 3, 4, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX };
    uint32_t documents[4] = { 77 };
    size_t count;

    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 3; i++)
        append(store, 1, 1, i, 5);
    OK(store, store_commit(store));
    draw(store, 1, 5);
    for (unsigned i = 0; i < 5; i++) {
        count = 77;
        OK(store, store_winners(store, 1, 1, beyond[i], documents, 4, &count));
        assert_int_equal(count, 0);
    }
    OK(store, store_winners(store, 1, 1, 0, documents, 0, &count));
    assert_int_equal(count, 0);
    assert_int_equal(documents[0], 77);
    OK(store, store_winners(store, 1, 1, 2, documents, SIZE_MAX, &count));
    assert_int_equal(count, 1);
    assert_int_equal(documents[0], 2);
}

static void winners_of_an_undrawn_round_are_none(void **state)
{
    struct store *store = open_store(*state);
    uint64_t total = 77;
    uint32_t document = 77;
    size_t count = 77;

    store_some(store, 1, 1, 1, 3);
    assert_int_equal(store_winners_count(store, 1, 1, &total), STORE_NONE);
    assert_int_equal(store_winners_count(store, 2, 1, &total), STORE_NONE);
    assert_int_equal(total, 77);
    OK(store, store_winners(store, 1, 1, 0, &document, 1, &count));
    assert_int_equal(count, 0);
    assert_int_equal(document, 77);
}

static bool expect_document(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    const uint32_t **next = context;

    (void)round;
    assert_int_equal(bet->document, **next);
    ++*next;
    return true;
}

static void each_gives_winning_bets_in_the_order_stored(void **state)
{
    struct store *store = open_store(*state);
    const struct {
        struct store_filter filter;
        uint32_t documents[4];
        unsigned count;
    } cases[] = { { { .winners = true }, { 30, 10, 20, 5 }, 4 },
                  { { .winners = true, .round = 1 }, { 30, 10, 20 }, 3 },
                  { { .winners = true, .round = 2 }, { 5 }, 1 },
                  { { .winners = true, .agency = 2 }, { 30, 20 }, 2 },
                  { { .winners = true, .agency = 1, .round = 1 }, { 10 }, 1 },
                  { { .winners = true, .round = 3 }, { 0 }, 0 } };

    OK(store, store_begin(store));
    append(store, 1, 2, 30, 7);
    append(store, 1, 1, 10, 7);
    append(store, 1, 1, 11, 8);
    append(store, 1, 2, 20, 7);
    OK(store, store_commit(store));
    draw(store, 1, 7);
    OK(store, store_begin(store));
    append(store, 2, 1, 5, 8);
    append(store, 2, 1, 6, 7);
    OK(store, store_commit(store));
    draw(store, 2, 8);
    OK(store, store_begin(store));
    append(store, 3, 1, 9, 8);
    OK(store, store_commit(store));

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const uint32_t *next = cases[i].documents;
        OK(store, store_each(store, &cases[i].filter, expect_document, &next));
        assert_int_equal(next - cases[i].documents, cases[i].count);
    }
}

static void winning_bets_are_a_view_for_people(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);

    OK(store, store_begin(store));
    append(store, 1, 2, 30, 7);
    append(store, 1, 2, 31, 8);
    append(store, 1, 2, 32, 7);
    OK(store, store_commit(store));
    draw(store, 1, 7);
    store_close(store);
    fixture->store = NULL;
    assert_int_equal(ask(fixture->path, "SELECT document FROM winning_bets WHERE agency = 2 AND position = 2 "
                                        "AND round = 1 AND surname = 'Lorca' AND number = 7"),
                     32);
    assert_int_equal(ask(fixture->path, "SELECT winners * 100000 + winning_number FROM rounds"), 200007);
}

/* ---- Pieces and candidates ------------------------------------------------------------------- */

/* 30 bets of three agencies; every third has `number`. */
static void store_thirty(struct store *store, uint32_t document, uint16_t number)
{
    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 30; i++)
        append(store, 1, (uint8_t)(1 + i / 3 % 3), document + i, i % 3 == 0 ? number : 9);
    OK(store, store_commit(store));
}

static unsigned draw_in_steps(struct fixture *fixture, uint16_t number, uint64_t wanted)
{
    struct store *store = fixture->store;
    struct store_draw draw = { .done = false };
    unsigned pieces = 0;

    while (!draw.done) {
        OK(store, store_begin(store));
        OK(store, store_draw(store, 1, number, &draw));
        OK(store, store_commit(store));
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
    const struct CMUnitTest tests[] = { STORE_TEST(draw_lists_winners_in_the_order_stored),
                                        STORE_TEST(draw_counts_bets_of_its_own_transaction),
                                        STORE_TEST(draw_happens_once),
                                        STORE_TEST(draw_that_is_rolled_back_did_not_happen),
                                        STORE_TEST(draw_of_a_round_without_bets_has_no_winners),
                                        STORE_TEST(draw_takes_every_number),
                                        STORE_TEST(drawn_round_takes_no_more_bets),
                                        STORE_TEST(rounds_remember_their_first_bet),
                                        STORE_TEST(rounds_begin_again_after_a_rollback),
                                        STORE_TEST(rounds_do_not_see_one_another),
                                        STORE_TEST(draw_looks_only_from_the_first_bet_on),
                                        STORE_TEST(winners_are_paged_through_whatever_their_number),
                                        STORE_TEST(winners_beyond_the_last_are_none),
                                        STORE_TEST(winners_of_an_undrawn_round_are_none),
                                        STORE_TEST(each_gives_winning_bets_in_the_order_stored),
                                        STORE_TEST(winning_bets_are_a_view_for_people),
                                        STORE_TEST(draw_of_the_likely_number_looks_at_its_bets_alone),
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
    return cmocka_run_group_tests_name("store_draw", tests, NULL, NULL);
}
