/* Every state that a crash can leave: see explore.h. */
#include "explore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contents.h"
#include "memory_disk.h"
#include "seen.h"

#define PENDING_MAX 4096
#define CHANCES 8  /* choices by chance, for each place of the crash */
#define TOLD_MAX 5 /* failures that are described */

/* Which of the pending operations arrived, and how much of one that arrived in part. */
struct choice {
    bool arrived[PENDING_MAX];
    size_t torn; /* SIZE_MAX: none */
    struct disk_extent extent;
};

struct crash {
    struct explorer *explorer;
    const struct history *history;
    struct seen seen;
    struct disk_image durable;
    uint64_t durable_mark; /* which operations are in it */
    size_t pending[PENDING_MAX];
    size_t count;
    size_t at; /* operations before the crash */
    unsigned promised;
    struct choice choice;
    struct disk_image image;
};

/* ---- Histories ------------------------------------------------------------------------------- */

void history_init(struct history *history)
{
    *history = (struct history){ 0 };
    disk_image_init(&history->base);
}

void history_free(struct history *history)
{
    disk_image_free(&history->base);
    disk_log_free(&history->log);
}

void history_promise(struct history *history, unsigned commits)
{
    if (history->promise_count == COMMITS_MAX)
        abort();
    history->promises[history->promise_count++] =
        (struct promise){ .operations = history->log.count, .commits = commits };
}

static unsigned promised_at(const struct history *history, size_t operations)
{
    unsigned commits = 0;

    for (unsigned i = 0; i < history->promise_count && history->promises[i].operations <= operations; i++)
        commits = history->promises[i].commits;
    return commits;
}

/* ---- Chance ---------------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return *random * 0x2545f4914f6cdd1d;
}

bool explorer_draws(struct explorer *explorer, double share)
{
    return share >= 1 || (double)(next_random(&explorer->random) >> 11) < share * 9007199254740992.0;
}

/* ---- One state ------------------------------------------------------------------------------- */

static void tell(const struct crash *crash, const char *what)
{
    const struct tally *tally = &crash->explorer->tally;
    size_t arrived = 0;

    if (crash->explorer->quiet || tally_failures(tally) > TOLD_MAX)
        return;
    for (size_t i = 0; i < crash->count; i++)
        arrived += crash->choice.arrived[i];
    printf("# %s: crash before operation %zu of %zu, %u commits promised; %zu of %zu unsynced operations arrived", what,
           crash->at, crash->history->log.count, crash->promised, arrived, crash->count);
    if (crash->choice.torn != SIZE_MAX)
        printf(", operation %zu in part", crash->pending[crash->choice.torn]);
    printf("\n");
}

/* How many commits the contents are those of; 0 if of none. Where two are alike, what was promised
 * comes first. */
static unsigned commits_of(const struct truth *truth, uint64_t digest, unsigned promised)
{
    for (unsigned commits = promised > 0 ? promised : 1; commits <= truth->count; commits++)
        if (truth->digests[commits - 1] == digest)
            return commits;
    for (unsigned commits = 1; commits < promised; commits++)
        if (truth->digests[commits - 1] == digest)
            return commits;
    return 0;
}

/* Only the next commit may be there without having been promised. */
static bool judge_contents(struct crash *crash, struct store *store)
{
    struct tally *tally = &crash->explorer->tally;
    uint64_t digest = 0;
    bool sound = contents_digest(store, &digest) && contents_are_sound(store);

    unsigned commits = sound ? commits_of(crash->explorer->truth, digest, crash->promised) : 0;

    if (commits == 0 || commits > crash->promised + 1) {
        tally->corrupt++;
        tell(crash, sound ? "holds what no commit stored" : "damaged");
    } else if (commits < crash->promised) {
        tally->lost++;
        tell(crash, "lost what was promised");
    } else {
        return true;
    }
    return false;
}

static void read_state(struct crash *crash)
{
    struct explorer *explorer = crash->explorer;

    explorer->tally.read++;
    if (explorer->reads(explorer, &crash->image, crash->promised))
        return;
    explorer->tally.misread++;
    tell(crash, "cannot be read as it is");
}

static void judge_state(struct crash *crash)
{
    static struct disk_image opened;
    struct explorer *explorer = crash->explorer;
    bool right;

    if (explorer->reads != NULL)
        read_state(crash);
    disk_image_copy(&opened, &crash->image);
    memory_disk_use(&opened);
    struct store *store = work_open(explorer->path, !explorer->quiet);
    explorer->tally.states++;
    if (store == NULL) {
        explorer->tally.unopened++;
        tell(crash, "cannot be opened");
        return;
    }
    right = judge_contents(crash, store);
    store_close(store);
    if (right && explorer->sound != NULL)
        explorer->sound(explorer, &crash->image, crash->promised);
}

/* ---- Choices --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t number)
{
    number = (number + 1) * 0x9e3779b97f4a7c15;
    number ^= number >> 31;
    return number * 0xbf58476d1ce4e5b9;
}

/* The same operations on the disk and the same promises make the same state, wherever the crash
 * was. */
static uint64_t mark_of(const struct crash *crash)
{
    uint64_t mark = crash->durable_mark + mix(crash->promised) * 3;

    for (size_t i = 0; i < crash->count; i++)
        if (crash->choice.arrived[i] && i != crash->choice.torn)
            mark += mix(crash->pending[i]);
    if (crash->choice.torn != SIZE_MAX)
        mark += mix(mix(crash->pending[crash->choice.torn]) + crash->choice.extent.from * 65537 +
                    crash->choice.extent.to * 3 + crash->choice.extent.zeroed);
    return mark;
}

static void consider(struct crash *crash)
{
    struct explorer *explorer = crash->explorer;

    if (!seen_add(&crash->seen, mark_of(crash)))
        return;
    explorer->tally.possible++;
    if (!explorer_draws(explorer, explorer->share))
        return;
    disk_image_copy(&crash->image, &crash->durable);
    for (size_t i = 0; i < crash->count; i++)
        if (crash->choice.arrived[i])
            disk_image_apply(&crash->image, &crash->history->log.ops[crash->pending[i]],
                             i == crash->choice.torn ? crash->choice.extent : DISK_ALL);
    judge_state(crash);
}

static void arrive(struct crash *crash, size_t from, size_t to, bool arrived)
{
    for (size_t i = from; i < to; i++)
        crash->choice.arrived[i] = arrived;
}

/* The i-th arrives in part, with whatever else was chosen. */
static void consider_torn(struct crash *crash, size_t i, size_t from, size_t to, bool zeroed)
{
    crash->choice.torn = i;
    crash->choice.extent = (struct disk_extent){ .from = from, .to = to, .zeroed = zeroed };
    consider(crash);
    crash->choice.torn = SIZE_MAX;
}

static void tear(struct crash *crash, size_t i)
{
    size_t sectors = disk_op_sectors(&crash->history->log.ops[crash->pending[i]]);

    if (sectors == 0)
        return;
    consider_torn(crash, i, 0, 0, true); /* the file grew, and that is all */
    for (size_t cut = 1; cut < sectors; cut++) {
        consider_torn(crash, i, 0, cut, false);      /* its beginning … */
        consider_torn(crash, i, cut, sectors, true); /* … or its end */
    }
}

static void choose_all(struct crash *crash)
{
    const size_t count = crash->count;

    arrive(crash, 0, count, false);
    consider(crash);
    for (size_t i = 0; i < count; i++) { /* each one alone, then each beginning, and each beginning that ends in part */
        arrive(crash, 0, count, false);
        arrive(crash, i, i + 1, true);
        consider(crash);
        arrive(crash, 0, i, true);
        consider(crash);
        tear(crash, i);
    }
    for (size_t i = 0; i < count; i++) { /* all but one, and all with one in part */
        arrive(crash, 0, count, true);
        tear(crash, i);
        arrive(crash, i, i + 1, false);
        consider(crash);
    }
    for (int chance = 0; chance < CHANCES; chance++) {
        uint64_t random = mix(crash->at * CHANCES + (size_t)chance);
        for (size_t i = 0; i < count; i++)
            crash->choice.arrived[i] = next_random(&random) >> 63;
        consider(crash);
    }
}

/* ---- Places of the crash --------------------------------------------------------------------- */

/* The operation was done: a sync makes what waited for it durable, anything else waits for one. */
static void go_past(struct crash *crash, size_t number)
{
    const struct disk_op *op = &crash->history->log.ops[number];
    size_t left = 0;

    if (op->action != DISK_SYNC && op->action != DISK_SYNC_FOLDER) {
        if (crash->count == PENDING_MAX)
            abort();
        crash->pending[crash->count++] = number;
        return;
    }
    for (size_t i = 0; i < crash->count; i++) {
        const struct disk_op *before = &crash->history->log.ops[crash->pending[i]];
        if (disk_op_is_synced_by(before, op)) {
            disk_image_apply(&crash->durable, before, DISK_ALL);
            crash->durable_mark += mix(crash->pending[i]);
        } else {
            crash->pending[left++] = crash->pending[i];
        }
    }
    crash->count = left;
}

void explore(struct explorer *explorer, const struct history *history, size_t from)
{
    struct crash *crash = calloc(1, sizeof *crash);

    if (crash == NULL)
        abort();
    crash->explorer = explorer;
    crash->history = history;
    crash->choice.torn = SIZE_MAX;
    disk_image_init(&crash->image);
    disk_image_init(&crash->durable);
    disk_image_copy(&crash->durable, &history->base);
    for (crash->at = 0; crash->at <= history->log.count; crash->at++) {
        if (crash->at > 0)
            go_past(crash, crash->at - 1);
        if (crash->at < from)
            continue;
        crash->promised = promised_at(history, crash->at);
        choose_all(crash);
        if (explorer->died != NULL)
            explorer->died(explorer, &(struct death){ .history = history,
                                                      .durable = &crash->durable,
                                                      .pending = crash->pending,
                                                      .count = crash->count,
                                                      .promised = crash->promised });
    }
    disk_image_free(&crash->durable);
    disk_image_free(&crash->image);
    seen_free(&crash->seen);
    free(crash);
}
