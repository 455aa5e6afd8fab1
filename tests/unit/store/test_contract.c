/*
 * What store.h promises, of every implementation: each test here runs on the SQLite store, on the
 * one in PostgreSQL (where that is installed) and on the one in memory, linked into one program and
 * told apart at run time alone.
 */
#include "unit/store/postgresql_fixture.h"

#include "store/memory/memory_store.h"

/* The store under test, and how it is closed and opened again. */
struct subject {
    struct fixture *fixture;     /* of a store in a file, or in PostgreSQL … */
    struct memory_store *memory; /* … or one in memory */
    struct store *store;
};

static struct store *reopen(struct subject *subject)
{
    store_close(subject->store);
    if (subject->memory == NULL) {
        subject->fixture->store = NULL;
        subject->store = open_store(subject->fixture);
    }
    return subject->store;
}

/* ---- Bets and transactions ------------------------------------------------------------------- */

struct rows {
    unsigned count;
    unsigned at_most;
    uint32_t documents[64];
    uint32_t rounds[64];
};

static bool note_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct rows *rows = context;

    assert_true(rows->count < 64);
    rows->rounds[rows->count] = round;
    rows->documents[rows->count++] = bet->document;
    return rows->count < rows->at_most;
}

static struct rows read_rows(struct store *store, const struct store_filter *filter, unsigned at_most)
{
    struct rows rows = { .at_most = at_most };

    OK(store, store_each(store, filter, note_row, &rows));
    return rows;
}

static unsigned count_all(struct store *store)
{
    const struct store_filter all = { .round = 0 };

    return read_rows(store, &all, 64).count;
}

static void append_keeps_the_order_through_a_commit_and_an_opening(void **state)
{
    struct subject *subject = *state;
    const struct store_filter all = { .round = 0 };

    store_some(subject->store, 1, 2, 100, 3);
    store_some(subject->store, 1, 1, 50, 2);
    store_some(subject->store, 2, 3, 7, 1);
    for (int i = 0; i < 2; i++) {
        const struct rows rows = read_rows(subject->store, &all, 64);
        const uint32_t wanted[] = { 100, 101, 102, 50, 51, 7 };

        assert_int_equal(rows.count, 6);
        assert_memory_equal(rows.documents, wanted, sizeof wanted);
        assert_int_equal(rows.rounds[4], 1);
        assert_int_equal(rows.rounds[5], 2);
        reopen(subject);
    }
}

static void each_takes_only_what_it_is_asked_for_and_ends_when_told(void **state)
{
    struct store *store = ((struct subject *)*state)->store;
    const struct store_filter filters[] = { { .round = 1 },  { .round = 2 },  { .round = 3 },
                                            { .agency = 2 }, { .agency = 3 }, { .round = 2, .agency = 2 },
                                            { .after = 6 },  { .after = 14 }, { .round = 2, .after = 10 } };
    const unsigned wanted[] = { 9, 5, 0, 8, 0, 5, 8, 0, 4 };
    const struct store_filter all = { .round = 0 };

    store_some(store, 1, 1, 100, 6);
    store_some(store, 1, 2, 200, 3);
    store_some(store, 2, 2, 300, 5);
    for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(read_rows(store, &filters[i], 64).count, wanted[i]);
    assert_int_equal(read_rows(store, &filters[6], 64).documents[0], 200);
    assert_int_equal(read_rows(store, &all, 4).count, 4);
}

static void put_agency(struct store *store, uint8_t agency, uint32_t round, enum agency_phase phase, uint64_t bets)
{
    const struct agency_state kept = {
        .round = round, .phase = phase, .announced = phase == AGENCY_DRAWN, .bets = bets
    };

    OK(store, store_agency_put(store, agency, &kept));
}

static void write_everything(struct store *store)
{
    const struct key_record key = { .use = KEY_BATCH, .digest = { 1, 2 }, .round = 1 };
    const struct finish_record finish = { .round = 1, .agency = 1, .bets = 1, .user = "", .host = "" };
    struct sorteo_bet bet = bet_of(1, 30904465, 7574);

    OK(store, append_bets(store, 1, &bet, 1));
    put_agency(store, 1, 1, AGENCY_DRAWN, 1);
    OK(store, store_key_put(store, 1, 9, &key));
    OK(store, store_finish_put(store, &finish));
    assert_int_equal(draw_whole(store, 1, 7574), 1);
}

static bool count_finish(void *context, const struct finish_record *record)
{
    assert_int_equal(record->agency, 1);
    ++*(unsigned *)context;
    return true;
}

static void assert_everything(struct store *store, bool there)
{
    struct agency_state agency = { .round = 0 };
    struct key_record key;
    uint64_t count = 77;
    unsigned finishes = 0;

    assert_int_equal(count_all(store), there ? 1 : 0);
    OK(store, store_agency_get(store, 1, &agency));
    assert_int_equal(agency.phase, there ? AGENCY_DRAWN : AGENCY_OPEN);
    assert_int_equal(agency.round, 1);
    assert_int_equal(store_key_get(store, 1, 9, &key), there ? STORE_OK : STORE_NONE);
    assert_int_equal(store_winners_count(store, 1, 1, &count), there ? STORE_OK : STORE_NONE);
    OK(store, store_each_finish(store, count_finish, &finishes));
    assert_int_equal(finishes, there ? 1 : 0);
}

static void rollback_leaves_nothing(void **state)
{
    struct subject *subject = *state;

    OK(subject->store, store_begin(subject->store));
    write_everything(subject->store);
    OK(subject->store, store_rollback(subject->store));
    assert_everything(subject->store, false);
    OK(subject->store, store_begin(subject->store)); /* nor does it come with the next commit */
    OK(subject->store, store_commit(subject->store));
    assert_everything(reopen(subject), false);
}

static void close_without_a_commit_leaves_nothing(void **state)
{
    struct subject *subject = *state;

    OK(subject->store, store_begin(subject->store));
    write_everything(subject->store);
    assert_everything(reopen(subject), false);
}

static void commit_keeps_everything(void **state)
{
    struct subject *subject = *state;

    OK(subject->store, store_begin(subject->store));
    write_everything(subject->store);
    assert_everything(subject->store, true); /* what this transaction wrote can be read in it */
    OK(subject->store, store_commit(subject->store));
    OK(subject->store, store_checkpoint(subject->store));
    assert_everything(subject->store, true);
    assert_everything(reopen(subject), true);
}

/* ---- Agencies and keys ----------------------------------------------------------------------- */

static void agency_starts_open_and_is_what_was_put_last(void **state)
{
    struct store *store = ((struct subject *)*state)->store;
    struct agency_state read = { .round = 77 };

    OK(store, store_agency_get(store, 3, &read));
    assert_true(read.round == 1 && read.phase == AGENCY_OPEN && read.bets == 0 && !read.announced);
    OK(store, store_begin(store));
    put_agency(store, 3, 1, AGENCY_WAITING, 4);
    put_agency(store, 3, 2, AGENCY_DRAWN, 9);
    OK(store, store_commit(store));
    OK(store, store_agency_get(store, 3, &read));
    assert_true(read.round == 2 && read.phase == AGENCY_DRAWN && read.bets == 9 && read.announced);
    OK(store, store_agency_get(store, 2, &read));
    assert_true(read.round == 1 && read.phase == AGENCY_OPEN);
}

static void key_belongs_to_its_agency_and_keeps_every_bit(void **state)
{
    struct store *store = ((struct subject *)*state)->store;
    const struct key_record put = { .use = KEY_FINISH, .digest = { UINT64_MAX - 1, 5 }, .round = 3 };
    struct key_record got = { .round = 77 };

    OK(store, store_begin(store));
    OK(store, store_key_put(store, 1, UINT64_MAX, &put));
    OK(store, store_commit(store));
    assert_int_equal(store_key_get(store, 2, UINT64_MAX, &got), STORE_NONE);
    assert_int_equal(store_key_get(store, 1, UINT64_MAX >> 1, &got), STORE_NONE);
    assert_int_equal(got.round, 77);
    OK(store, store_key_get(store, 1, UINT64_MAX, &got));
    assert_true(got.use == KEY_FINISH && got.round == 3);
    assert_true(got.digest[0] == UINT64_MAX - 1 && got.digest[1] == 5);
}

/* ---- Draws ----------------------------------------------------------------------------------- */

static void draw_lists_each_agency_its_winners_in_order_page_by_page(void **state)
{
    struct store *store = ((struct subject *)*state)->store;
    const struct store_filter winning = { .winners = true };
    uint32_t page[3] = { 0 };
    uint64_t winners, count = 0;
    size_t read = 0;

    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 10; i++) {
        const struct sorteo_bet bet = bet_of((uint8_t)(1 + i % 2), 100 - i, i < 8 ? 7574 : 1);
        OK(store, append_bets(store, 1, &bet, 1));
    }
    winners = draw_whole(store, 1, 7574);
    OK(store, store_commit(store));
    assert_int_equal(winners, 8);
    OK(store, store_winners_count(store, 1, 2, &count));
    assert_int_equal(count, 4);
    OK(store, store_winners(store, 1, 2, 1, page, 2, &read));
    assert_true(read == 2 && page[0] == 97 && page[1] == 95);
    OK(store, store_winners(store, 1, 2, 3, page, 3, &read));
    assert_true(read == 1 && page[0] == 93);
    OK(store, store_winners_count(store, 1, 3, &count));
    assert_int_equal(count, 0);
    assert_int_equal(store_winners_count(store, 2, 1, &count), STORE_NONE);
    assert_int_equal(read_rows(store, &winning, 64).count, 8);
}

/* ---- Draws in pieces ------------------------------------------------------------------------- */

#define PIECE 3

static struct store *use_small_pieces(struct subject *subject)
{
    if (subject->memory != NULL)
        subject->memory->draw_piece = PIECE;
    else
        subject->fixture->draw_piece = PIECE;
    return reopen(subject);
}

/* Ten bets of two agencies, eight of them with 7574. */
static void store_ten(struct store *store)
{
    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 10; i++) {
        const struct sorteo_bet bet = bet_of((uint8_t)(1 + i % 2), 100 - i, i % 5 < 4 ? 7574 : 1);
        OK(store, append_bets(store, 1, &bet, 1));
    }
    OK(store, store_commit(store));
}

/* Of ten bets. */
#define PIECES_MAX 20u

static struct store_draw draw_piece(struct store *store, uint16_t number)
{
    struct store_draw draw = { .done = false };

    OK(store, store_begin(store));
    OK(store, store_draw(store, 1, number, &draw));
    OK(store, store_commit(store));
    return draw;
}

static void draw_the_rest(struct store *store, uint16_t number)
{
    unsigned pieces = 0;

    while (!draw_piece(store, number).done)
        assert_true(++pieces < PIECES_MAX);
}

static void assert_no_winners_yet(struct store *store, uint32_t round)
{
    const struct store_filter winning = { .winners = true };
    uint32_t page[10];
    uint64_t count = 77;
    size_t read = 77;

    assert_int_equal(store_winners_count(store, round, 1, &count), STORE_NONE);
    OK(store, store_winners(store, round, 1, 0, page, 10, &read));
    assert_int_equal(read, 0);
    assert_int_equal(read_rows(store, &winning, 64).count, 0);
}

static void assert_ten_drawn(struct store *store)
{
    const uint32_t of_one[] = { 100, 98, 94, 92 }, of_two[] = { 99, 97, 95, 93 };
    struct store_draw draw = { .done = false };
    uint32_t page[10];
    size_t read = 0;

    OK(store, store_draw_get(store, 1, &draw));
    assert_true(draw.done && draw.number == 7574 && draw.winners == 8);
    OK(store, store_winners(store, 1, 1, 0, page, 10, &read));
    assert_int_equal(read, 4);
    assert_memory_equal(page, of_one, sizeof of_one);
    OK(store, store_winners(store, 1, 2, 0, page, 10, &read));
    assert_int_equal(read, 4);
    assert_memory_equal(page, of_two, sizeof of_two);
}

/* The store is closed and opened between two pieces, and the later process draws another
 * number. */
static void draw_in_pieces_is_one_draw_with_the_first_number(void **state)
{
    struct subject *subject = *state;
    struct store *store = use_small_pieces(subject);
    struct store_draw draw = { .done = false };
    unsigned pieces = 1;

    store_ten(store);
    assert_int_equal(store_draw_get(store, 1, &draw), STORE_NONE);
    draw = draw_piece(store, 7574);
    while (!draw.done) {
        store = reopen(subject);
        assert_no_winners_yet(store, 1);
        OK(store, store_draw_get(store, 1, &draw));
        assert_true(!draw.done && draw.number == 7574);
        draw = draw_piece(store, 1);
        assert_true(++pieces < PIECES_MAX);
    }
    assert_true(pieces >= 3);
    assert_int_equal(draw.winners, 8);
    assert_int_equal(draw.number, 7574);
    assert_ten_drawn(store);
    assert_ten_drawn(reopen(subject));
}

static void piece_of_a_draw_that_is_rolled_back_is_drawn_again(void **state)
{
    struct store *store = use_small_pieces(*state);
    struct store_draw draw = { .done = false };

    store_ten(store);
    draw_piece(store, 7574);
    OK(store, store_begin(store));
    OK(store, store_draw(store, 1, 1, &draw));
    OK(store, store_rollback(store));
    draw_the_rest(store, 1);
    assert_ten_drawn(store);
}

static void first_piece_that_is_rolled_back_leaves_the_number_open(void **state)
{
    struct store *store = use_small_pieces(*state);
    struct store_draw draw = { .done = false };

    store_ten(store);
    OK(store, store_begin(store));
    OK(store, store_draw(store, 1, 1, &draw));
    OK(store, store_rollback(store));
    assert_int_equal(store_draw_get(store, 1, &draw), STORE_NONE);
    draw_the_rest(store, 7574);
    assert_ten_drawn(store);
}

/* ---- All of them ----------------------------------------------------------------------------- */

static int begin_with(int (*set_up)(void **fixture), void **state)
{
    struct subject *subject = calloc(1, sizeof *subject);
    void *fixture = NULL;

    assert_non_null(subject);
    if (set_up(&fixture) != 0)
        return -1;
    subject->fixture = fixture;
    subject->store = open_store(subject->fixture);
    *state = subject;
    return 0;
}

static int end_with(int (*tear_down)(void **fixture), void **state)
{
    struct subject *subject = *state;
    void *fixture = subject->fixture;

    free(subject);
    return tear_down(&fixture);
}

static int begin_sqlite(void **state)
{
    return begin_with(setup, state);
}

static int end_sqlite(void **state)
{
    return end_with(teardown, state);
}

static int begin_postgresql(void **state)
{
    return begin_with(setup_schema, state);
}

static int end_postgresql(void **state)
{
    return end_with(teardown_place, state);
}

static int begin_memory(void **state)
{
    struct subject *subject = calloc(1, sizeof *subject);

    assert_non_null(subject);
    subject->memory = calloc(1, sizeof *subject->memory);
    assert_non_null(subject->memory);
    memory_store_init(subject->memory, MEMORY_AGENCIES);
    subject->store = &subject->memory->base;
    *state = subject;
    return 0;
}

static int end_memory(void **state)
{
    struct subject *subject = *state;

    store_close(subject->store);
    free(subject->memory);
    free(subject);
    return 0;
}

/* A group of its own for each implementation, so that a line says which one failed. */
#define TESTS_OF(which)                                                                                                \
    {                                                                                                                  \
        CONTRACT(which, append_keeps_the_order_through_a_commit_and_an_opening),                                       \
            CONTRACT(which, each_takes_only_what_it_is_asked_for_and_ends_when_told),                                  \
            CONTRACT(which, rollback_leaves_nothing), CONTRACT(which, close_without_a_commit_leaves_nothing),          \
            CONTRACT(which, commit_keeps_everything), CONTRACT(which, agency_starts_open_and_is_what_was_put_last),    \
            CONTRACT(which, key_belongs_to_its_agency_and_keeps_every_bit),                                            \
            CONTRACT(which, draw_lists_each_agency_its_winners_in_order_page_by_page),                                 \
            CONTRACT(which, draw_in_pieces_is_one_draw_with_the_first_number),                                         \
            CONTRACT(which, piece_of_a_draw_that_is_rolled_back_is_drawn_again),                                       \
            CONTRACT(which, first_piece_that_is_rolled_back_leaves_the_number_open)                                    \
    }
#define CONTRACT(which, test)                                                                                          \
    {                                                                                                                  \
#which "_" #test, test, begin_##which, end_##which, NULL                                                       \
    }

int main(void)
{
    const struct CMUnitTest tests[][11] = { TESTS_OF(sqlite), TESTS_OF(memory), TESTS_OF(postgresql) };
    const struct CMUnitTest skipped[] = { cmocka_unit_test(postgresql_is_not_here) };
    const bool has_cluster = start_cluster();
    int failed = cmocka_run_group_tests_name("store_contract_sqlite", tests[0], NULL, NULL) +
                 cmocka_run_group_tests_name("store_contract_memory", tests[1], NULL, NULL);

    failed += has_cluster ? cmocka_run_group_tests_name("store_contract_postgresql", tests[2], NULL, NULL)
                          : cmocka_run_group_tests_name("store_contract_postgresql", skipped, NULL, NULL);
    return failed + (stop_cluster() != 0);
}
