/* Work for a store: see work.h. */
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/committer/commit_group.h"
#include "server/committer/draw_step.h"
#include "store/sqlite/sqlite_store.h"

#define WINNING_NUMBER 7
#define GROUPS_OF_BETS 9    /* in each round … */
#define GROUPS_OF_A_FEW 2   /* … or in part of one */
#define PIECES_OF_A_DRAW 10 /* that are made of one which is not ended */
#define BETS_MOST 40        /* in a batch */

struct bench {
    const struct work *work;
    uint64_t random;
    uint64_t key;        /* used last */
    uint8_t last_agency; /* that the frame is of */
    struct store *store;
    struct judge judge;
    struct commit_group group;
    struct worker_connection peers[WORK_AGENCIES + 1];
    uint8_t frame[65536];
    size_t frame_len;
};

static void must(bool is_so, const char *what)
{
    if (is_so)
        return;
    printf("Bail out! the work of the committer failed: %s\n", what);
    exit(2);
}

/* xorshift64*: the same work for the same seed, on every machine. */
static unsigned pick(struct bench *bench, unsigned below)
{
    bench->random ^= bench->random >> 12;
    bench->random ^= bench->random << 25;
    bench->random ^= bench->random >> 27;
    return (unsigned)(bench->random * 0x2545f4914f6cdd1d >> 33) % below;
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static struct sorteo_bet make_bet(struct bench *bench, uint8_t agency)
{
    static const char name[] = "Maximiliano Bartolomé de la Santísima Trinidad y todos los Santos del Paraná Guazú";
    size_t cut = 1 + pick(bench, 20); /* before the first letter of two bytes */

    return (struct sorteo_bet){ .agency = agency,
                                .name = { .bytes = name, .len = pick(bench, 4) == 0 ? sizeof name - 1 : cut },
                                .surname = { .bytes = "Lorca", .len = 5 },
                                .document = 1000000 + pick(bench, 40000000),
                                .birthdate = { .bytes = "1999-03-17", .len = 10 },
                                .number = (uint16_t)pick(bench, 12) };
}

static void hand_over(struct bench *bench, uint8_t agency, enum frame_kind kind)
{
    bench->last_agency = agency;
    struct message message = {
        .len = (uint32_t)bench->frame_len, .type = MESSAGE_FRAME, .kind = (uint8_t)kind, .connection = agency
    };
    must(commit_group_add(&bench->group, NULL, &bench->peers[agency], &message, bench->frame), "no memory for a frame");
}

static void hand_batch(struct bench *bench, uint8_t agency)
{
    struct sorteo_bet bets[BETS_MOST];
    size_t count = 1 + pick(bench, pick(bench, 3) == 0 ? BETS_MOST : 8);

    for (size_t i = 0; i < count; i++)
        bets[i] = make_bet(bench, agency);
    must(sorteo_encode_batch(SORTEO_KEYED, ++bench->key, bets, count, bench->frame, sizeof bench->frame,
                             &bench->frame_len, NULL) == SORTEO_E_OK,
         "a batch cannot be encoded");
    hand_over(bench, agency, FRAME_BATCH);
}

static void hand_finish(struct bench *bench, uint8_t agency)
{
    must(sorteo_encode_finish(SORTEO_KEYED, ++bench->key, agency, bench->frame, sizeof bench->frame,
                              &bench->frame_len) == SORTEO_E_OK,
         "a finish cannot be encoded");
    hand_over(bench, agency, FRAME_FINISH);
}

static void ask_winners(struct bench *bench, uint8_t agency)
{
    struct message message = { .type = MESSAGE_WINNERS,
                               .connection = agency,
                               .round = bench->peers[agency].peer.winners_round };
    must(commit_group_add(&bench->group, NULL, &bench->peers[agency], &message, NULL), "no memory for a question");
}

static void hand_receipt(struct bench *bench, uint8_t agency)
{
    must(sorteo_encode_receipt(SORTEO_KEYED, bench->frame, sizeof bench->frame, &bench->frame_len) == SORTEO_E_OK,
         "a receipt cannot be encoded");
    hand_over(bench, agency, FRAME_RECEIPT);
}

/* ---- Transactions ---------------------------------------------------------------------------- */

/* Commits what was handed over, all of which must be taken. */
static void commit(struct bench *bench)
{
    must(commit_group_end(&bench->group) == GROUP_COMMITTED, store_error_text(bench->store));
    for (size_t i = 0; i < bench->group.count; i++) {
        enum verdict verdict = bench->group.entries[i].verdict;
        must(verdict != VERDICT_REFUSED && verdict != VERDICT_CLOSE && verdict != VERDICT_ABORT,
             "a frame was not taken");
    }
    commit_group_clear(&bench->group);
    bench->work->committed(bench->work->context, bench->store);
}

/* The real checkpoint, at a size that is quick to crash at every point of. */
static void checkpoint(struct bench *bench)
{
    sqlite_store_of(bench->store)->wal_pages += 1000000;
    must(store_checkpoint(bench->store) == STORE_OK, store_error_text(bench->store));
}

struct store *work_open(const char *path, bool loud)
{
    struct store_options options = { .path = path, .agencies = WORK_AGENCIES };
    struct store_error error = { "" };
    struct store *store = NULL;

    if (store_open(&options, &store, &error) == STORE_OK)
        return store;
    if (loud)
        printf("# %s\n", error.text);
    return NULL;
}

static void start(struct bench *bench)
{
    bench->store = work_open(bench->work->path, true);
    must(bench->store != NULL, "the store cannot be opened");
    if (bench->work->careless)
        must(sqlite3_exec(sqlite_store_of(bench->store)->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL) ==
                 SQLITE_OK,
             "it cannot be made careless");
    must(judge_load(&bench->judge, bench->store) == STORE_OK, "the store cannot be read");
}

static void restart(struct bench *bench)
{
    store_close(bench->store);
    start(bench);
}

static void store_bets(struct bench *bench, int groups)
{
    for (int i = 0; i < groups; i++) {
        for (unsigned frames = 1 + pick(bench, 3); frames > 0; frames--)
            hand_batch(bench, (uint8_t)(1 + pick(bench, WORK_AGENCIES)));
        commit(bench);
        if (i % 4 == 3)
            checkpoint(bench);
    }
}

/* The last FINISH is also the draw. */
static void finish_agencies(struct bench *bench)
{
    for (uint8_t agency = 1; agency <= WORK_AGENCIES; agency++) {
        hand_finish(bench, agency);
        commit(bench);
    }
}

static void collect_winners(struct bench *bench)
{
    for (uint8_t agency = 1; agency <= WORK_AGENCIES; agency++) {
        ask_winners(bench, agency);
        if (agency != 1) /* the first one in a transaction of its own, the others in one */
            continue;
        commit(bench);
    }
    commit(bench);
    checkpoint(bench);
    for (uint8_t agency = 1; agency <= WORK_AGENCIES; agency++) {
        hand_receipt(bench, agency);
        commit(bench);
    }
}

static void finish_round(struct bench *bench)
{
    finish_agencies(bench);
    collect_winners(bench);
}

/* ---- A draw in pieces ------------------------------------------------------------------------ */

static bool is_drawing(struct bench *bench)
{
    struct draw so_far;

    return judge_is_drawing(&bench->judge, &so_far);
}

static void make_piece(struct bench *bench)
{
    struct draw draw;

    must(draw_step(&bench->judge, &draw) == STORE_OK, store_error_text(bench->store));
    bench->work->committed(bench->work->context, bench->store);
}

/* Some pieces of one bet each. */
static void begin_draw(struct bench *bench)
{
    sqlite_store_of(bench->store)->draw_piece = 1;
    finish_agencies(bench);
    for (int i = 0; i < PIECES_OF_A_DRAW; i++)
        make_piece(bench);
    must(is_drawing(bench), "the draw was over too soon");
}

static void end_draw(struct bench *bench)
{
    while (is_drawing(bench))
        make_piece(bench);
    collect_winners(bench);
}

/* ---- Lives ----------------------------------------------------------------------------------- */

static struct bench bench;

static void begin(const struct work *work)
{
    bench = (struct bench){ .work = work, .random = work->seed * 0x9e3779b97f4a7c15 | 1 };
    judge_init(&bench.judge, SORTEO_KEYED, WINNING_NUMBER);
    commit_group_init(&bench.group, &bench.judge);
    for (uint8_t agency = 1; agency <= WORK_AGENCIES; agency++)
        bench.peers[agency] = (struct worker_connection){ .name = agency, .peer.speaker.number = agency };
    start(&bench);
    work->committed(work->context, bench.store);
}

static void end(void)
{
    store_close(bench.store);
    commit_group_fini(&bench.group);
    judge_fini(&bench.judge);
}

void work_do(const struct work *work)
{
    begin(work);
    for (int round = 1; round <= 2; round++) {
        store_bets(&bench, GROUPS_OF_BETS);
        restart(&bench);
        finish_round(&bench);
    }
    end();
}

void work_first_life(const struct work *work, bool in_a_draw)
{
    begin(work);
    store_bets(&bench, GROUPS_OF_A_FEW);
    finish_round(&bench);
    store_bets(&bench, GROUPS_OF_A_FEW);
    if (in_a_draw)
        begin_draw(&bench);
    store_close(bench.store);
}

/* The batch that was sent last is sent again: it is known, and must not be stored twice. */
void work_second_life(const struct work *work)
{
    bench.work = work;
    start(&bench);
    work->committed(work->context, bench.store);
    if (is_drawing(&bench)) {
        end_draw(&bench);
    } else {
        hand_over(&bench, bench.last_agency, FRAME_BATCH);
        commit(&bench);
    }
    store_bets(&bench, GROUPS_OF_A_FEW);
    finish_round(&bench);
    end();
}
