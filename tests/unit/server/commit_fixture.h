/*
 * For tests of the judge and the group: a real store in a folder of its own, connections without
 * sockets, and the frames that they hand over.
 */
#ifndef TESTS_GROUP_FIXTURE_H
#define TESTS_GROUP_FIXTURE_H

#include "unit/store/store_fixture.h"

#include "server/committer/commit_group.h"

static struct judge judge;
static struct commit_group group;
static struct worker_channel workers[2];
static uint8_t frame[70000]; /* made last … */
static size_t frame_len;     /* … and its bytes */

/* ---- Beginning and ending -------------------------------------------------------------------- */

static inline void start(struct fixture *fixture, enum sorteo_dialect dialect)
{
    struct store *store = fixture->store == NULL ? open_store(fixture) : reopen_store(fixture);

    struct speakers speakers = judge.speakers;

    judge_fini(&judge);
    judge_init(&judge, dialect, 7574);
    judge.speakers = speakers;
    OK(store, judge_load(&judge, store));
}

/* What a crash leaves of it: the store, and nothing else. */
static inline void crash(struct fixture *fixture)
{
    judge.speakers = (struct speakers){ 0 };
    commit_group_fini(&group);
    commit_group_init(&group, &judge);
    start(fixture, judge.dialect);
}

static inline int begin(void **state)
{
    if (setup(state) != 0)
        return -1;
    judge = (struct judge){ 0 };
    commit_group_init(&group, &judge);
    workers[0] = (struct worker_channel){ .id = 1, .slots = 1000 };
    workers[1] = (struct worker_channel){ .id = 2, .slots = 1000 };
    start(*state, SORTEO_WIDE);
    return 0;
}

static inline int end(void **state)
{
    commit_group_fini(&group);
    judge_fini(&judge);
    for (unsigned i = 0; i < 2; i++) {
        for (size_t slot = 0; slot < workers[i].cap; slot++)
            free(workers[i].connections[slot]);
        free(workers[i].connections);
    }
    return teardown(state);
}

/* A WHEN clause: one bet of the frame has the document 666, four bytes on the wire. */
#define HAS_DOCUMENT_666 "instr(NEW.bytes, x'0000029a') > 0"

/* With this, what the WHEN clause names fails before COMMIT is asked for. */
static inline void plant_failure(struct fixture *fixture, const char *table, const char *when)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "CREATE TRIGGER planted BEFORE INSERT ON %s WHEN %s BEGIN SELECT RAISE(FAIL, 'planted'); "
             "END",
             table, when);
    store_close(fixture->store);
    fixture->store = NULL;
    tell(fixture->path, sql);
    start(fixture, judge.dialect);
}

static inline void use_dialect(struct fixture *fixture, enum sorteo_dialect dialect)
{
    start(fixture, dialect);
}

/* ---- Connections ----------------------------------------------------------------------------- */

/* A connection of a worker, accepted at a time of its own: a greater name is a younger one. */
static inline struct worker_connection *connection(unsigned worker, uint32_t name)
{
    struct worker_connection *peer = worker_connection_find_or_add(&workers[worker], name, 0, 1000 + name);

    assert_non_null(peer);
    return peer;
}

static inline struct worker_channel *worker_of(const struct worker_connection *peer)
{
    return &workers[peer->peer.speaker.channel - 1];
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static inline void make_bets(uint64_t key, uint8_t agency, uint32_t document, uint16_t number, size_t count)
{
    static struct sorteo_bet bets[2000];

    assert_true(count <= 2000);
    for (size_t i = 0; i < count; i++) {
        bets[i] = bet_of(agency, document + (uint32_t)i, number);
        bets[i].name.len = bets[i].surname.len = 0;
    }
    assert_int_equal(sorteo_encode_batch(judge.dialect, key, bets, count, frame, sizeof frame, &frame_len, NULL),
                     SORTEO_E_OK);
}

static inline void make_two_agencies(uint8_t one, uint8_t other)
{
    const struct sorteo_bet bets[] = { bet_of(one, 1, 1), bet_of(one, 2, 1), bet_of(other, 3, 1) };

    assert_int_equal(sorteo_encode_batch(judge.dialect, 0, bets, 3, frame, sizeof frame, &frame_len, NULL),
                     SORTEO_E_OK);
}

static inline void make_single(uint64_t key, uint8_t agency)
{
    const struct sorteo_bet bet = bet_of(agency, 1, 1);

    assert_int_equal(sorteo_encode_single(judge.dialect, key, &bet, frame, sizeof frame, &frame_len, NULL),
                     SORTEO_E_OK);
}

static inline void make_finish(uint64_t key, uint8_t agency)
{
    assert_int_equal(sorteo_encode_finish(judge.dialect, key, agency, frame, sizeof frame, &frame_len), SORTEO_E_OK);
}

/* Hands the frame that was made last over, and returns its place in the group. */
static inline size_t hand_over(struct worker_connection *peer, enum frame_kind kind)
{
    const struct message message = {
        .len = (uint32_t)frame_len, .type = MESSAGE_FRAME, .kind = (uint8_t)kind, .connection = peer->name
    };

    assert_true(commit_group_add(&group, worker_of(peer), peer, &message, frame));
    return group.count - 1;
}

static inline size_t hand_bets(struct worker_connection *peer, uint8_t agency, uint32_t document)
{
    make_bets(document, agency, document, 1, 1);
    return hand_over(peer, FRAME_BATCH);
}

static inline size_t hand_finish(struct worker_connection *peer, uint8_t agency)
{
    make_finish(900, agency);
    return hand_over(peer, FRAME_FINISH);
}

static inline size_t ask_winners(struct worker_connection *peer, uint32_t round, uint32_t from)
{
    const struct message message = { .type = MESSAGE_WINNERS, .connection = peer->name, .round = round, .from = from };

    assert_true(commit_group_add(&group, worker_of(peer), peer, &message, NULL));
    return group.count - 1;
}

/* ---- Ends ------------------------------------------------------------------------------------ */

static inline const struct commit_entry *entry_of(size_t place)
{
    assert_true(place < group.count);
    return &group.entries[place];
}

/* What the judge said; it does not change when the group ends. */
static inline const struct judgement *judgement_of(size_t place)
{
    return &entry_of(place)->judgement;
}

/* Once the group has ended. */
static inline enum verdict verdict_of(size_t place)
{
    assert_false(group.open);
    return entry_of(place)->verdict;
}

static inline void commit(void)
{
    const enum commit_end how = commit_group_end(&group);

    if (how != GROUP_COMMITTED)
        fail_msg("the group ended with %d: %s", (int)how, store_error_text(judge.store));
}

static inline void commit_and_clear(void)
{
    commit();
    commit_group_clear(&group);
}

/* The verdict on the frame made last, in a group of its own. */
static inline enum verdict judge_alone(struct worker_connection *peer, enum frame_kind kind)
{
    const size_t place = hand_over(peer, kind);
    enum verdict verdict;

    commit();
    verdict = verdict_of(place);
    commit_group_clear(&group);
    return verdict;
}

static inline enum verdict bets_alone(struct worker_connection *peer, uint8_t agency, uint32_t document)
{
    make_bets(document, agency, document, 1, 1);
    return judge_alone(peer, FRAME_BATCH);
}

static inline enum verdict finish_alone(struct worker_connection *peer, uint8_t agency)
{
    make_finish(900, agency);
    return judge_alone(peer, FRAME_FINISH);
}

static inline enum verdict receipt_alone(struct worker_connection *peer)
{
    frame[0] = 1;
    frame_len = 1;
    return judge_alone(peer, FRAME_RECEIPT);
}

static inline enum verdict winners_alone(struct worker_connection *peer, uint32_t round, uint32_t from)
{
    const size_t place = ask_winners(peer, round, from);
    enum verdict verdict;

    commit();
    verdict = verdict_of(place);
    commit_group_clear(&group);
    return verdict;
}

/* Agencies 2 to 5 finish the round on connections of their own, 102 to 105; agency 1 does not. */
static inline void others_finish(void)
{
    for (uint8_t agency = 2; agency <= AGENCIES; agency++)
        assert_int_equal(finish_alone(connection(1, 100u + agency), agency), VERDICT_WAITING);
}

#endif
