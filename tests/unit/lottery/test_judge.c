/*
 * The judge over a real store: what each frame is worth (protocol, sections 6 to 8), and whom it
 * makes close.
 */
#include "store/operations.h"
#include "unit/server/commit_fixture.h"

/* ---- Whose bets ------------------------------------------------------------------------------ */

static void bets_are_stored_and_fix_the_agency_of_their_connection(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 3, 10), VERDICT_STORED);
    assert_int_equal(peer->peer.agency, 3);
    assert_int_equal(count_bets(judge.store), 1);
    assert_int_equal(judge.rounds.agency[3].bets, 1);
}

static void bets_of_an_agency_that_is_not_served_are_refused(void **state)
{
    static const uint8_t wrong[] = { 0, AGENCIES + 1, 255 };

    (void)state;
    for (uint32_t i = 0; i < sizeof wrong; i++) {
        struct worker_connection *peer = connection(0, i);
        assert_int_equal(bets_alone(peer, wrong[i], 10), VERDICT_REFUSED);
        assert_int_equal(peer->peer.agency, 0);
        assert_true(peer->peer.refused);
        assert_false(peer->peer.closed);
    }
    assert_int_equal(count_bets(judge.store), 0);
}

static void bets_of_two_agencies_are_refused(void **state)
{
    (void)state;
    make_two_agencies(1, 2);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 0);
}

static void bets_of_another_agency_than_the_connections_are_refused(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(peer, 2, 11), VERDICT_REFUSED);
    assert_int_equal(bets_alone(peer, 1, 12), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 2);
}

static void refused_bets_do_not_fix_the_agency(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 9, 10), VERDICT_REFUSED);
    assert_int_equal(bets_alone(peer, 2, 11), VERDICT_STORED);
}

static void bets_in_waiting_are_refused(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(finish_alone(peer, 1), VERDICT_WAITING);
    assert_int_equal(bets_alone(connection(0, 2), 1, 10), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 0);
}

static bool is_overtaken(const struct store *store)
{
    (void)store;
    return true;
}

/* As if another server had closed the agency's round in the same store. */
static void bets_are_judged_by_what_another_server_has_stored(void **state)
{
    const struct agency_state waiting = { .round = 1, .phase = AGENCY_WAITING };
    const struct store_operations *operations = judge.store->operations;
    struct store_operations shared = *operations;

    (void)state;
    shared.is_overtaken = is_overtaken;
    OK(judge.store, store_begin(judge.store));
    OK(judge.store, store_agency_put(judge.store, 1, &waiting));
    OK(judge.store, store_commit(judge.store));
    judge.store->operations = &shared;
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_REFUSED);
    assert_int_equal(bets_alone(connection(0, 2), 2, 11), VERDICT_STORED);
    judge.store->operations = operations;
    assert_int_equal(bets_alone(connection(0, 3), 1, 12), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 1);
}

static void single_is_judged_like_a_batch(void **state)
{
    (void)state;
    make_single(1, 1);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_SINGLE), VERDICT_STORED);
    make_single(2, 77);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_SINGLE), VERDICT_REFUSED);
}

/* The committer trusts no worker. */
static void bytes_that_are_no_frame_are_closed(void **state)
{
    (void)state;
    make_bets(1, 1, 1, 1, 2);
    frame_len--;
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_CLOSE);
    make_bets(1, 1, 1, 1, 2);
    frame[frame_len++] = 0;
    assert_int_equal(judge_alone(connection(0, 2), FRAME_BATCH), VERDICT_CLOSE);
    make_finish(1, 1);
    assert_int_equal(judge_alone(connection(0, 3), FRAME_BATCH), VERDICT_CLOSE);
    frame[5] = 7;
    assert_int_equal(judge_alone(connection(0, 4), FRAME_SINGLE), VERDICT_CLOSE);
    assert_int_equal(count_bets(judge.store), 0);
}

static void nothing_of_a_closed_connection_is_looked_at(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(finish_alone(peer, 77), VERDICT_CLOSE);
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_CLOSE);
    assert_int_equal(finish_alone(peer, 1), VERDICT_CLOSE);
    assert_int_equal(receipt_alone(peer), VERDICT_CLOSE);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

/* ---- FINISH ---------------------------------------------------------------------------------- */

static void finish_of_an_agency_that_is_not_served_is_closed(void **state)
{
    (void)state;
    assert_int_equal(finish_alone(connection(0, 1), 0), VERDICT_CLOSE);
    assert_int_equal(finish_alone(connection(0, 2), AGENCIES + 1), VERDICT_CLOSE);
}

static void finish_of_another_agency_than_the_connections_is_closed(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    assert_int_equal(finish_alone(peer, 2), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[2].phase, AGENCY_OPEN);
}

static void finish_after_a_refused_frame_is_closed_and_does_not_count(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 9, 10), VERDICT_REFUSED);
    assert_int_equal(bets_alone(peer, 1, 11), VERDICT_STORED);
    assert_int_equal(finish_alone(peer, 1), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_WAITING);
}

static void last_finish_draws_once(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t place;

    (void)state;
    make_bets(1, 1, 50, 7574, 3);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    others_finish();
    place = hand_finish(peer, 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_DRAWN);
    assert_false(judgement_of(place)->facts.repeated);
    assert_int_equal(judgement_of(place)->effects.draw.winners, 3);
    assert_int_equal(judgement_of(place)->effects.draw.round, 1);
    assert_int_equal(judgement_of(place)->ruling.round, 1);
    commit_group_clear(&group);
    place = hand_finish(peer, 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_DRAWN);
    assert_int_equal(judgement_of(place)->effects.draw.round, 0);
    assert_true(judgement_of(place)->facts.repeated);
}

static void every_state_after_the_draw_is_durable(void **state)
{
    (void)state;
    others_finish();
    assert_int_equal(finish_alone(connection(0, 1), 1), VERDICT_DRAWN);
    crash(*state);
    for (uint8_t agency = 1; agency <= AGENCIES; agency++)
        assert_int_equal(judge.rounds.agency[agency].phase, AGENCY_DRAWN);
}

static void complete_and_undrawn_round_is_drawn_when_it_is_loaded(void **state)
{
    struct fixture *fixture = *state;
    struct draw draw = { .round = 9 };
    struct agency_state waits = { .round = 1, .phase = AGENCY_WAITING };

    OK(fixture->store, store_begin(fixture->store));
    for (uint8_t agency = 1; agency < AGENCIES; agency++)
        OK(fixture->store, store_agency_put(fixture->store, agency, &waits));
    OK(fixture->store, judge_load(&judge, fixture->store));
    OK(fixture->store, judge_draw_if_due(&judge, &draw));
    assert_int_equal(draw.round, 0);
    OK(fixture->store, store_agency_put(fixture->store, AGENCIES, &waits));
    OK(fixture->store, judge_load(&judge, fixture->store));
    OK(fixture->store, judge_draw_if_due(&judge, &draw));
    assert_int_equal(draw.round, 1);
    OK(fixture->store, judge_write(&judge));
    OK(fixture->store, store_commit(fixture->store));
    crash(fixture);
    assert_int_equal(judge.rounds.agency[AGENCIES].phase, AGENCY_DRAWN);
}

/* Its client speaks another dialect: its bets were refused; its FINISH would close the round. */
static void finish_without_bets_after_refused_bytes_does_not_count(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    peer->peer.address = 7;
    refusals_note(&judge.refusals, 1, 7);
    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_DRAWN); /* of another address */
}

static void finish_with_bets_counts_whatever_was_refused_later(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    peer->peer.address = 7;
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    refusals_note(&judge.refusals, 1, 7);
    assert_int_equal(finish_alone(peer, 1), VERDICT_WAITING);
}

static void bets_that_were_rolled_back_forget_no_refusal(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    peer->peer.address = 7;
    refusals_note(&judge.refusals, 1, 7);
    (void)hand_bets(peer, 1, 10);
    assert_false(refusals_came_from(&judge.refusals, 1, 7));
    group.failed = true;
    assert_int_equal(commit_group_end(&group), GROUP_ROLLED_BACK);
    assert_true(refusals_came_from(&judge.refusals, 1, 7));
    commit_group_clear(&group);
}

/* ---- WINNERS and RECEIPT --------------------------------------------------------------------- */

/* Round 1 is drawn, and agency 1's FINISH came on this connection. */
static struct worker_connection *come_to_drawn(void)
{
    struct worker_connection *peer = connection(0, 1);

    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    return peer;
}

static void winners_beyond_the_last_are_doubted(void **state)
{
    struct worker_connection *peer = come_to_drawn();
    size_t place = ask_winners(peer, 1, 5);

    (void)state;
    assert_non_null(judgement_of(place)->doubt);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
}

/* No session hands it over: it is the worker that is at fault. */
static void frame_that_is_none_is_doubted(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t place;

    (void)state;
    make_bets(1, 1, 10, 1, 1);
    frame_len--;
    place = hand_over(peer, FRAME_BATCH);
    assert_non_null(judgement_of(place)->doubt);
    frame[0] = 2;
    frame_len = 1;
    place = hand_over(connection(0, 2), FRAME_RECEIPT);
    assert_non_null(judgement_of(place)->doubt);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
    assert_int_equal(count_bets(judge.store), 0);
}

static void winners_are_announced_durably_before_their_first_byte(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    make_bets(1, 1, 10, 7574, 6);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    assert_int_equal(winners_alone(peer, 1, 5), VERDICT_DRAWN);
    assert_false(judge.rounds.agency[1].announced);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    crash(*state);
    assert_true(judge.rounds.agency[1].announced);
    assert_false(judge.rounds.agency[2].announced);
}

static void winners_that_were_not_asked_for_are_closed(void **state)
{
    struct worker_connection *stranger = connection(0, 9);

    (void)state;
    assert_int_equal(winners_alone(stranger, 0, 0), VERDICT_CLOSE);
    assert_int_equal(winners_alone(come_to_drawn(), 2, 0), VERDICT_CLOSE);
}

static void winners_of_a_round_that_another_connection_asked_for_are_closed(void **state)
{
    (void)state;
    assert_int_equal(winners_alone(come_to_drawn(), 1, 0), VERDICT_DRAWN);
    assert_int_equal(bets_alone(connection(0, 9), 1, 10), VERDICT_STORED);
    assert_int_equal(winners_alone(connection(0, 9), 1, 0), VERDICT_CLOSE);
}

static void winners_before_the_draw_are_closed(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(finish_alone(peer, 1), VERDICT_WAITING);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_CLOSE);
}

static void too_many_winners_end_the_round_durably(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_COMPACT);
    make_bets(1, 1, 50, 7574, 256);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_CLOSE);
    crash(*state);
    assert_int_equal(judge.rounds.agency[1].round, 2);
    assert_true(judge.rounds.agency[1].may_close_empty);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_WAITING);
}

static void receipt_is_durable(void **state)
{
    struct worker_connection *peer = come_to_drawn();

    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    assert_int_equal(receipt_alone(peer), VERDICT_COLLECTED);
    assert_int_equal(peer->peer.receipt_for, 1);
    crash(*state);
    assert_int_equal(judge.rounds.agency[1].round, 2);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void receipt_without_winners_is_closed(void **state)
{
    (void)state;
    assert_int_equal(receipt_alone(connection(0, 1)), VERDICT_CLOSE);
}

static void receipt_on_its_connection_lets_an_empty_round_be_closed(void **state)
{
    struct worker_connection *peer = come_to_drawn();

    (void)state;
    assert_int_equal(receipt_alone(peer), VERDICT_COLLECTED);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_DRAWN); /* elsewhere it repeats */
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
    assert_int_equal(receipt_alone(connection(0, 2)), VERDICT_COLLECTED);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_WAITING);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_WAITING);
}

/* ---- One connection speaks for an agency ----------------------------------------------------- */

static void newer_connection_makes_the_older_one_close(void **state)
{
    struct worker_connection *old = connection(0, 1), *young = connection(1, 2);
    size_t place;

    (void)state;
    assert_int_equal(bets_alone(old, 1, 10), VERDICT_STORED);
    place = hand_bets(young, 1, 11);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_STORED);
    assert_true(judgement_of(place)->effects.supersedes);
    assert_int_equal(judgement_of(place)->effects.superseded.connection, old->name);
    assert_int_equal(judgement_of(place)->effects.superseded.channel, 1);
}

/* Whatever it sends next. */
static void older_connection_is_not_taken(void **state)
{
    (void)state;
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(connection(1, 9), 1, 11), VERDICT_STORED);
    assert_int_equal(bets_alone(connection(0, 1), 1, 12), VERDICT_ABORT);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_ABORT);
    assert_int_equal(bets_alone(connection(0, 3), 1, 13), VERDICT_ABORT);
    assert_int_equal(count_bets(judge.store), 2);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void older_connection_gets_no_winners_and_its_receipt_does_not_count(void **state)
{
    struct worker_connection *old = come_to_drawn();

    (void)state;
    assert_int_equal(finish_alone(connection(1, 9), 1), VERDICT_DRAWN);
    assert_int_equal(winners_alone(old, 1, 0), VERDICT_ABORT);
    old->peer.closed = false; /* as if its worker had not been told yet */
    assert_int_equal(receipt_alone(old), VERDICT_ABORT);
    assert_int_equal(judge.rounds.agency[1].round, 1);
}

static void refused_frame_makes_nobody_close(void **state)
{
    struct worker_connection *old = connection(0, 1);
    size_t place;

    (void)state;
    assert_int_equal(finish_alone(old, 1), VERDICT_WAITING);
    place = hand_bets(connection(1, 9), 1, 11);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_REFUSED);
    assert_false(judgement_of(place)->effects.supersedes);
    commit_group_clear(&group);
    assert_int_equal(finish_alone(old, 1), VERDICT_WAITING);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static void known_key_is_answered_0_and_stores_nothing(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_KEYED);
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    crash(*state);
    assert_int_equal(bets_alone(connection(0, 2), 1, 10), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 1);
    assert_int_equal(judge.rounds.agency[1].bets, 1);
}

static void known_key_in_the_same_group_stores_nothing(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_KEYED);
    (void)hand_bets(peer, 1, 10);
    assert_true(judgement_of(hand_bets(peer, 1, 10))->facts.repeated);
    commit();
    assert_int_equal(count_bets(judge.store), 1);
}

static void known_key_with_other_bytes_is_refused(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_KEYED);
    make_bets(7, 1, 10, 1, 1);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    make_bets(7, 1, 11, 1, 1);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_REFUSED);
    make_single(7, 1);
    assert_int_equal(judge_alone(peer, FRAME_SINGLE), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 1);
}

static void keys_of_two_agencies_are_apart(void **state)
{
    use_dialect(*state, SORTEO_KEYED);
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(connection(0, 2), 2, 10), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 2);
}

static void refused_frame_leaves_its_key_unused(void **state)
{
    use_dialect(*state, SORTEO_KEYED);
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_STORED);
    make_bets(7, 1, 20, 1, 1);
    assert_int_equal(finish_alone(connection(0, 1), 1), VERDICT_WAITING);
    make_bets(7, 1, 20, 1, 1);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_REFUSED);
    make_finish(7, 1);
    assert_int_equal(judge_alone(connection(0, 2), FRAME_FINISH), VERDICT_WAITING);
}

static void finish_with_the_key_of_bets_is_closed(void **state)
{
    use_dialect(*state, SORTEO_KEYED);
    make_bets(900, 1, 10, 1, 1);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_STORED);
    assert_int_equal(finish_alone(connection(0, 1), 1), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void bets_with_the_key_of_a_finish_are_refused(void **state)
{
    struct worker_connection *peer;

    use_dialect(*state, SORTEO_KEYED);
    peer = come_to_drawn();
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    make_bets(900, 1, 10, 1, 1);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_REFUSED);
    assert_int_equal(judge.rounds.agency[1].round, 1);
}

static void known_finish_gets_its_round_and_closes_nothing(void **state)
{
    struct worker_connection *peer;
    size_t place;

    use_dialect(*state, SORTEO_KEYED);
    peer = come_to_drawn();
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    make_finish(901, 1);
    assert_int_equal(judge_alone(peer, FRAME_FINISH), VERDICT_WAITING); /* a new key closes round 2 */
    crash(*state);
    place = hand_finish(connection(0, 2), 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_DRAWN);
    assert_int_equal(judgement_of(place)->ruling.round, 1);
    assert_true(judgement_of(place)->facts.repeated);
    assert_int_equal(judge.rounds.agency[1].round, 2);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_WAITING);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bets_are_stored_and_fix_the_agency_of_their_connection),
        TEST(bets_of_an_agency_that_is_not_served_are_refused),
        TEST(bets_of_two_agencies_are_refused),
        TEST(bets_of_another_agency_than_the_connections_are_refused),
        TEST(refused_bets_do_not_fix_the_agency),
        TEST(bets_in_waiting_are_refused),
        TEST(bets_are_judged_by_what_another_server_has_stored),
        TEST(single_is_judged_like_a_batch),
        TEST(bytes_that_are_no_frame_are_closed),
        TEST(nothing_of_a_closed_connection_is_looked_at),
        TEST(finish_of_an_agency_that_is_not_served_is_closed),
        TEST(finish_of_another_agency_than_the_connections_is_closed),
        TEST(finish_after_a_refused_frame_is_closed_and_does_not_count),
        TEST(last_finish_draws_once),
        TEST(every_state_after_the_draw_is_durable),
        TEST(complete_and_undrawn_round_is_drawn_when_it_is_loaded),
        TEST(finish_without_bets_after_refused_bytes_does_not_count),
        TEST(finish_with_bets_counts_whatever_was_refused_later),
        TEST(bets_that_were_rolled_back_forget_no_refusal),
        TEST(winners_beyond_the_last_are_doubted),
        TEST(frame_that_is_none_is_doubted),
        TEST(winners_are_announced_durably_before_their_first_byte),
        TEST(winners_that_were_not_asked_for_are_closed),
        TEST(winners_of_a_round_that_another_connection_asked_for_are_closed),
        TEST(winners_before_the_draw_are_closed),
        TEST(too_many_winners_end_the_round_durably),
        TEST(receipt_is_durable),
        TEST(receipt_without_winners_is_closed),
        TEST(receipt_on_its_connection_lets_an_empty_round_be_closed),
        TEST(newer_connection_makes_the_older_one_close),
        TEST(older_connection_is_not_taken),
        TEST(older_connection_gets_no_winners_and_its_receipt_does_not_count),
        TEST(refused_frame_makes_nobody_close),
        TEST(known_key_is_answered_0_and_stores_nothing),
        TEST(known_key_in_the_same_group_stores_nothing),
        TEST(known_key_with_other_bytes_is_refused),
        TEST(keys_of_two_agencies_are_apart),
        TEST(refused_frame_leaves_its_key_unused),
        TEST(finish_with_the_key_of_bets_is_closed),
        TEST(bets_with_the_key_of_a_finish_are_refused),
        TEST(known_finish_gets_its_round_and_closes_nothing),
    };
    return cmocka_run_group_tests_name("server_judge", tests, NULL, NULL);
}
