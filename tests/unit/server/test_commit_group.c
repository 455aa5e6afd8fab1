/*
 * The group over a real store whose disk can fail: "stored" is reported only after a commit, and
 * what is not stored is taken back whole (protocol, sections 5 and 6).
 */
#include "unit/server/commit_fixture.h"

#include "server/committer/draw_step.h"

/* Everything that a group must restore. */
struct memory {
    struct rounds rounds;
    struct speakers speakers;
    struct refusals_taken taken;
    struct peer peer;
};

static struct memory remember(const struct worker_connection *peer)
{
    return (struct memory){
        .rounds = judge.rounds, .speakers = judge.speakers, .taken = judge.refusals.taken, .peer = peer->peer
    };
}

static void assert_rounds_restored(const struct memory *memory)
{
    assert_memory_equal(&judge.rounds, &memory->rounds, sizeof judge.rounds);
    assert_memory_equal(&judge.refusals.taken, &memory->taken, sizeof judge.refusals.taken);
    for (unsigned agency = 0; agency <= AGENCIES_MAX; agency++)
        assert_false(judge.moved[agency]);
}

static void assert_restored(const struct memory *memory)
{
    assert_rounds_restored(memory);
    assert_memory_equal(&judge.speakers, &memory->speakers, sizeof judge.speakers);
}

/* The peer is as it was before, but that it was refused or closed meanwhile. */
static void assert_peer_restored(const struct worker_connection *peer, const struct memory *memory, bool refused,
                                 bool closed)
{
    assert_int_equal(peer->peer.agency, memory->peer.agency);
    assert_int_equal(peer->peer.winners_round, memory->peer.winners_round);
    assert_int_equal(peer->peer.receipt_for, memory->peer.receipt_for);
    assert_int_equal(peer->peer.refused, refused);
    assert_int_equal(peer->peer.closed, closed);
}

/* The transaction cannot be committed, and the store can be used on. */
static void roll_back(void)
{
    assert_int_equal(commit_group_end(&group), GROUP_ROLLED_BACK);
}

/* COMMIT itself fails. */
static void lose_commit(void)
{
    disk.sync_error = EIO;
    assert_int_equal(commit_group_end(&group), GROUP_STORE_LOST);
    disk.sync_error = 0;
}

/* ---- All is well ----------------------------------------------------------------------------- */

static void empty_group_ends_without_a_transaction(void **state)
{
    (void)state;
    assert_int_equal(commit_group_end(&group), GROUP_EMPTY);
    assert_false(group.open);
}

static void group_counts_its_peers_and_those_of_the_one_before(void **state)
{
    struct worker_connection *one = connection(0, 1), *two = connection(1, 2);

    (void)state;
    hand_bets(one, 1, 1);
    hand_bets(one, 1, 2);
    hand_bets(two, 2, 3);
    assert_int_equal(group.peers, 2);
    assert_int_equal(group.returning, 0);
    commit_and_clear();
    hand_bets(two, 2, 4);
    assert_int_equal(group.peers, 1);
    assert_int_equal(group.returning, 1);
    commit_and_clear();
    hand_bets(one, 1, 5); /* it was not in the one before */
    hand_bets(two, 2, 6);
    assert_int_equal(group.peers, 2);
    assert_int_equal(group.returning, 1);
    commit_and_clear();
}

static void committed_group_is_stored_and_tells_so(void **state)
{
    size_t one, other;

    one = hand_bets(connection(0, 1), 1, 10);
    other = hand_bets(connection(1, 2), 2, 20);
    commit();
    assert_int_equal(verdict_of(one), VERDICT_STORED);
    assert_int_equal(verdict_of(other), VERDICT_STORED);
    commit_group_clear(&group);
    crash(*state);
    assert_int_equal(count_bets(judge.store), 2);
    assert_int_equal(judge.rounds.agency[2].bets, 1);
}

static void group_that_was_not_ended_is_not_stored(void **state)
{
    (void)hand_bets(connection(0, 1), 1, 10);
    (void)hand_finish(connection(0, 1), 1);
    crash(*state);
    assert_int_equal(count_bets(judge.store), 0);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void refusals_do_not_keep_others_from_being_stored(void **state)
{
    size_t bad, good;

    (void)state;
    bad = hand_bets(connection(0, 1), 77, 10);
    good = hand_bets(connection(0, 2), 2, 20);
    commit();
    assert_int_equal(verdict_of(bad), VERDICT_REFUSED);
    assert_int_equal(verdict_of(good), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 1);
}

static void group_counts_its_bets_and_what_each_peer_waits_for(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    make_bets(1, 1, 10, 1, 2000);
    (void)hand_over(peer, FRAME_BATCH);
    (void)hand_over(peer, FRAME_BATCH);
    assert_int_equal(group.bets, 4000);
    assert_int_equal(peer->pending, 2);
    commit_and_clear();
    assert_int_equal(group.bets, 0);
    assert_int_equal(group.count, 0);
    assert_int_equal(peer->pending, 0);
}

static void winners_in_the_group_of_the_draw_are_told(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t finish, winners;

    (void)state;
    others_finish();
    finish = hand_finish(peer, 1);
    winners = ask_winners(peer, 1, 0);
    commit();
    assert_int_equal(verdict_of(finish), VERDICT_DRAWN);
    assert_int_equal(verdict_of(winners), VERDICT_DRAWN);
}

/* ---- The store fails before COMMIT ----------------------------------------------------------- */

static void failure_before_commit_refuses_bets_and_stores_none(void **state)
{
    struct worker_connection *good = connection(0, 1), *bad = connection(0, 2);
    struct memory memory;
    size_t one, other;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    memory = remember(good);
    one = hand_bets(good, 1, 10);
    other = hand_bets(bad, 2, 666);
    roll_back();
    assert_int_equal(verdict_of(one), VERDICT_REFUSED);
    assert_int_equal(verdict_of(other), VERDICT_REFUSED);
    assert_non_null(entry_of(one)->reason);
    assert_restored(&memory);
    assert_peer_restored(good, &memory, true, false);
    assert_int_equal(count_bets(judge.store), 0);
}

static void next_group_after_a_failure_is_stored(void **state)
{
    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    (void)hand_bets(connection(0, 1), 1, 666);
    roll_back();
    commit_group_clear(&group);
    assert_int_equal(bets_alone(connection(0, 2), 1, 10), VERDICT_STORED);
    crash(*state);
    assert_int_equal(count_bets(judge.store), 1);
}

static void finish_after_bets_that_failed_does_not_count(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t place;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    (void)hand_bets(peer, 1, 666);
    roll_back();
    commit_group_clear(&group);
    place = hand_finish(peer, 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void finish_in_a_group_that_failed_is_closed_and_does_not_count(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    struct memory memory;
    size_t place;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    memory = remember(peer);
    place = hand_finish(peer, 1);
    (void)hand_bets(connection(0, 2), 2, 666);
    roll_back();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
    assert_restored(&memory);
    assert_peer_restored(peer, &memory, false, true);
    commit_group_clear(&group);
    crash(*state);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void draw_that_failed_is_rolled_back_and_comes_again(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t finish, winners;

    plant_failure(*state, "winners", "NEW.document = 666");
    make_bets(1, 1, 666, 7574, 1);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_STORED);
    others_finish();
    finish = hand_finish(peer, 1);
    winners = ask_winners(peer, 1, 0);
    roll_back();
    assert_int_equal(verdict_of(finish), VERDICT_CLOSE);
    assert_int_equal(verdict_of(winners), VERDICT_CLOSE);
    assert_int_equal(entry_of(finish)->effects.draw.round, 0);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
    assert_int_equal(judge.rounds.agency[2].phase, AGENCY_WAITING);
}

static void announcement_that_failed_is_rolled_back(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t place;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    assert_int_equal(finish_alone(connection(1, 102), 2), VERDICT_DRAWN);
    assert_int_equal(winners_alone(connection(1, 102), 1, 0), VERDICT_DRAWN);
    place = ask_winners(peer, 1, 0);
    (void)hand_bets(connection(1, 102), 2, 666); /* opens its next round, and fails */
    roll_back();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
    assert_false(judge.rounds.agency[1].announced);
    assert_true(judge.rounds.agency[2].announced);
    assert_int_equal(judge.rounds.agency[2].round, 1);
    assert_true(peer->peer.closed);
}

static void repeat_in_a_group_that_failed_is_closed_and_not_refused(void **state)
{
    size_t repeat, fresh;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    use_dialect(*state, SORTEO_KEYED);
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_STORED);
    repeat = hand_bets(connection(0, 2), 1, 10);
    fresh = hand_bets(connection(0, 3), 2, 666);
    roll_back();
    assert_int_equal(verdict_of(repeat), VERDICT_CLOSE); /* its bets are stored: 1 would be a lie */
    assert_int_equal(verdict_of(fresh), VERDICT_REFUSED);
}

static void key_of_bets_that_failed_stays_unused(void **state)
{
    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    use_dialect(*state, SORTEO_KEYED);
    make_bets(5, 1, 666, 1, 1);
    (void)hand_over(connection(0, 1), FRAME_BATCH);
    roll_back();
    commit_group_clear(&group);
    make_bets(5, 1, 10, 1, 1);
    assert_int_equal(judge_alone(connection(0, 2), FRAME_BATCH), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 1);
}

static void every_agency_is_restored(void **state)
{
    struct worker_connection *peers[AGENCIES_MAX + 1] = { NULL };
    const unsigned last = judge.rounds.agencies;
    struct memory memory;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    for (unsigned agency = 1; agency <= last; agency++)
        peers[agency] = connection(0, agency);
    memory = remember(peers[last]);
    for (unsigned agency = 1; agency <= last; agency++)
        (void)hand_bets(peers[agency], (uint8_t)agency, agency < last ? 10 : 666);
    for (unsigned agency = 1; agency <= last; agency++) {
        assert_int_equal(judge.rounds.agency[agency].bets, 1);
        assert_int_equal(judge.speakers.newest[0][agency].connection, peers[agency]->name);
    }
    roll_back();
    assert_restored(&memory);
}

static void superseded_speakers_are_restored(void **state)
{
    struct worker_connection *old = connection(0, 1), *young = connection(1, 2);
    size_t place;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    assert_int_equal(bets_alone(old, 1, 10), VERDICT_STORED);
    place = hand_bets(young, 1, 666);
    assert_true(judgement_of(place)->effects.supersedes);
    roll_back();
    assert_false(entry_of(place)->effects.supersedes);
    commit_group_clear(&group);
    assert_int_equal(bets_alone(old, 1, 11), VERDICT_STORED);
}

static void older_connection_stays_closed_in_a_group_that_failed(void **state)
{
    size_t place;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    assert_int_equal(bets_alone(connection(0, 9), 1, 10), VERDICT_STORED);
    place = hand_bets(connection(0, 1), 1, 11);
    (void)hand_bets(connection(0, 2), 2, 666);
    roll_back();
    assert_int_equal(verdict_of(place), VERDICT_ABORT);
    assert_true(connection(0, 1)->peer.closed);
}

static void frames_behind_a_failed_finish_are_closed(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t finish, winners, behind;

    plant_failure(*state, "frames", HAS_DOCUMENT_666);
    others_finish();
    finish = hand_finish(peer, 1);
    winners = ask_winners(peer, 1, 0);
    behind = hand_bets(peer, 1, 666); /* opens the next round */
    assert_int_equal(judgement_of(finish)->effects.draw.round, 1);
    roll_back();
    assert_int_equal(entry_of(finish)->effects.draw.round, 0);
    assert_int_equal(verdict_of(finish), VERDICT_CLOSE);
    assert_int_equal(verdict_of(winners), VERDICT_CLOSE);
    assert_int_equal(verdict_of(behind), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void nothing_is_judged_behind_a_failure(void **state)
{
    struct memory memory;
    size_t place;

    plant_failure(*state, "keys", "NEW.agency = 2");
    use_dialect(*state, SORTEO_KEYED);
    memory = remember(connection(0, 1));
    (void)hand_bets(connection(0, 3), 3, 30);
    (void)hand_bets(connection(0, 2), 2, 20);
    assert_true(group.failed);
    place = hand_bets(connection(0, 1), 1, 10);
    assert_int_equal(connection(0, 1)->peer.agency, 0);
    assert_int_equal(judge.rounds.agency[1].bets, 0);
    roll_back();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE); /* it may be a repeat: 1 could be a lie */
    assert_restored(&memory);
    assert_int_equal(count_bets(judge.store), 0);
}

static void states_that_cannot_be_written_take_the_group_back(void **state)
{
    size_t place;

    plant_failure(*state, "agencies", "NEW.agency = 1");
    place = hand_finish(connection(0, 1), 1);
    roll_back();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

/* ---- COMMIT fails ---------------------------------------------------------------------------- */

static void failed_commit_closes_and_answers_nothing(void **state)
{
    struct worker_connection *one = connection(0, 1), *other = connection(0, 2);
    const struct memory memory = remember(one);
    size_t bets, finish, refused;

    (void)state;
    bets = hand_bets(one, 1, 10);
    finish = hand_finish(other, 2);
    refused = hand_bets(connection(0, 3), 77, 30);
    lose_commit();
    assert_int_equal(verdict_of(bets), VERDICT_CLOSE);
    assert_int_equal(verdict_of(finish), VERDICT_CLOSE);
    assert_int_equal(verdict_of(refused), VERDICT_REFUSED); /* that is known all the same */
    assert_rounds_restored(&memory);
    assert_peer_restored(one, &memory, false, true);
    assert_true(other->peer.closed);
}

/* The bets may be stored, and then they stand for the RECEIPT that got lost: a FINISH that was sent
 * before them must not close the round that they opened. */
static void newer_connection_stands_after_a_failed_commit(void **state)
{
    struct worker_connection *old = connection(0, 1), *young = connection(1, 2);
    size_t place;

    (void)state;
    assert_int_equal(bets_alone(old, 1, 10), VERDICT_STORED);
    place = hand_bets(young, 1, 11);
    lose_commit();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
    assert_true(entry_of(place)->effects.supersedes);
    assert_int_equal(entry_of(place)->effects.superseded.connection, old->name);
    commit_group_clear(&group);
    start(*state, SORTEO_WIDE); /* the store is opened again; the connections are what they were */
    place = hand_finish(old, 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_ABORT);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void store_is_used_on_after_a_failed_commit_once_it_was_opened_again(void **state)
{
    (void)hand_bets(connection(0, 1), 1, 10);
    lose_commit();
    commit_group_clear(&group);
    crash(*state);
    assert_true(count_bets(judge.store) <= 1);
    assert_int_equal(bets_alone(connection(0, 2), 1, 20), VERDICT_STORED);
}

static void group_on_a_lost_store_fails_before_commit(void **state)
{
    size_t place;

    (void)state;
    (void)hand_bets(connection(0, 1), 1, 10);
    lose_commit();
    commit_group_clear(&group);
    place = hand_bets(connection(0, 2), 2, 20);
    assert_int_equal(commit_group_end(&group), GROUP_STORE_LOST);
    assert_int_equal(verdict_of(place), VERDICT_REFUSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* ---- A draw that takes many steps ------------------------------------------------------------ */

/* All have finished a round in which agency 1 has five winners, and the first two were drawn. */
static struct worker_connection *begin_long_draw(struct fixture *fixture)
{
    struct worker_connection *peer = connection(0, 1);
    size_t place;

    fixture->draw_piece = 2;
    start(fixture, judge.dialect);
    make_bets(1, 1, 100, 7574, 5);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    others_finish();
    place = hand_finish(peer, 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_WAITING);
    assert_int_equal(judgement_of(place)->effects.draw.round, 0);
    commit_group_clear(&group);
    return peer;
}

static void long_draw_keeps_all_waiting_until_it_is_done(void **state)
{
    struct worker_connection *peer = begin_long_draw(*state);
    struct draw draw = { .round = 9 };
    unsigned steps = 0;

    assert_true(judge_is_drawing(&judge, &draw));
    assert_true(draw.round == 1 && draw.winners == 2 && draw.number == 7574);
    for (; judge_is_drawing(&judge, &draw); steps++) {
        assert_int_equal(finish_alone(peer, 1), VERDICT_WAITING); /* asked again, it draws nothing */
        assert_int_equal(bets_alone(connection(0, 50 + steps), 1, 900), VERDICT_REFUSED);
        assert_int_equal(draw_step(&judge, &draw), STORE_OK);
    }
    assert_int_equal(steps, 2);
    assert_true(draw.round == 1 && draw.winners == 5);
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    assert_int_equal(draw_step(&judge, &draw), STORE_OK);
    assert_int_equal(draw.round, 0);
}

static void long_draw_survives_a_crash_and_keeps_its_number(void **state)
{
    struct fixture *fixture = *state;
    struct draw draw = { .round = 0 };
    unsigned crashes = 0;

    begin_long_draw(fixture);
    while (draw.round == 0) {
        assert_true(crashes++ < 10); /* or it begins anew each time */
        crash(fixture);
        judge.winning_number = 1; /* a later process draws another one */
        assert_true(judge_is_drawing(&judge, &draw));
        assert_int_equal(draw_step(&judge, &draw), STORE_OK);
    }
    assert_true(draw.number == 7574 && draw.winners == 5);
    crash(fixture);
    assert_int_equal(judge_latest_draw(&judge, &draw), STORE_OK);
    assert_true(draw.round == 1 && draw.number == 7574 && draw.winners == 5);
    assert_false(judge_is_drawing(&judge, &draw));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(empty_group_ends_without_a_transaction),
        TEST(group_counts_its_peers_and_those_of_the_one_before),
        TEST(committed_group_is_stored_and_tells_so),
        TEST(group_that_was_not_ended_is_not_stored),
        TEST(refusals_do_not_keep_others_from_being_stored),
        TEST(group_counts_its_bets_and_what_each_peer_waits_for),
        TEST(winners_in_the_group_of_the_draw_are_told),
        TEST(failure_before_commit_refuses_bets_and_stores_none),
        TEST(next_group_after_a_failure_is_stored),
        TEST(finish_after_bets_that_failed_does_not_count),
        TEST(finish_in_a_group_that_failed_is_closed_and_does_not_count),
        TEST(draw_that_failed_is_rolled_back_and_comes_again),
        TEST(announcement_that_failed_is_rolled_back),
        TEST(repeat_in_a_group_that_failed_is_closed_and_not_refused),
        TEST(key_of_bets_that_failed_stays_unused),
        TEST(every_agency_is_restored),
        TEST(superseded_speakers_are_restored),
        TEST(older_connection_stays_closed_in_a_group_that_failed),
        TEST(frames_behind_a_failed_finish_are_closed),
        TEST(nothing_is_judged_behind_a_failure),
        TEST(states_that_cannot_be_written_take_the_group_back),
        TEST(failed_commit_closes_and_answers_nothing),
        TEST(newer_connection_stands_after_a_failed_commit),
        TEST(store_is_used_on_after_a_failed_commit_once_it_was_opened_again),
        TEST(group_on_a_lost_store_fails_before_commit),
        TEST(long_draw_keeps_all_waiting_until_it_is_done),
        TEST(long_draw_survives_a_crash_and_keeps_its_number),
    };
    return cmocka_run_group_tests_name("server_group", tests, NULL, NULL);
}
