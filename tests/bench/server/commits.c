/*
 * commits: what the committer does with bets, alone: decodes, judges, stores and commits them in
 * groups, without workers, connections and answers. For counting instructions, and for seeing how
 * fast the store is by itself.
 *
 *   commits STORE DIALECT BATCH BETS
 *
 * Groups have one batch of each of five agencies. Prints what a bet took, in ns: in all, and on the
 * processor.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/system.h"
#include "server/committer/commit_group.h"

#define AGENCIES 5u
#define WINNING_NUMBER 7574u
#define FRAME_MAX (1024u * 1024u)

static const char *const names[] = { "Santiago Lionel", "María Belén", "Tiago",   "Agustina",
                                     "Juan Ignacio",    "Sofía",       "Benjamín" };
static const char *const surnames[] = { "Lorca", "Rodríguez", "Fernández", "Gil", "Etcheverry" };

struct bench {
    struct judge judge;
    struct commit_group group;
    struct worker_connection peers[AGENCIES + 1];
    uint64_t key;
    uint32_t bets;
    uint8_t frame[FRAME_MAX];
};

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "commits: cannot %s\n", what);
    exit(1);
}

static struct sorteo_text text_of(const char *text)
{
    return (struct sorteo_text){ .bytes = text, .len = strlen(text) };
}

static struct sorteo_bet make_bet(struct bench *bench, uint8_t agency)
{
    const uint32_t n = bench->bets++;

    return (struct sorteo_bet){ .agency = agency,
                                .name = text_of(names[n % 7]),
                                .surname = text_of(surnames[n % 5]),
                                .document = 20000000 + n * 7919 % 30000000,
                                .birthdate = text_of("1999-03-17"),
                                .number = (uint16_t)(n * 31 % 10000) };
}

/* A batch of an agency, judged as part of the group. */
static void hand_batch(struct bench *bench, uint8_t agency, size_t count)
{
    struct sorteo_bet bets[count];
    size_t len;

    for (size_t i = 0; i < count; i++)
        bets[i] = make_bet(bench, agency);
    must(sorteo_encode_batch(bench->judge.dialect, ++bench->key, bets, count, bench->frame, sizeof bench->frame, &len,
                             NULL) == SORTEO_E_OK,
         "encode a batch");
    const struct message message = { .type = MESSAGE_FRAME, .kind = FRAME_BATCH, .len = (uint32_t)len };
    must(commit_group_add(&bench->group, NULL, &bench->peers[agency], &message, bench->frame), "judge a batch");
}

static void commit(struct bench *bench)
{
    must(commit_group_end(&bench->group) == GROUP_COMMITTED, "commit a group");
    commit_group_clear(&bench->group);
    must(store_checkpoint(bench->judge.store) == STORE_OK, "make a checkpoint");
}

static uint64_t processor_ns(void)
{
    struct timespec now;

    must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0, "read the clock");
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void start(struct bench *bench, const char *path, const char *dialect_name)
{
    const struct store_options options = {
        .path = path, .agencies = AGENCIES, .dialect = dialect_name, .likely_number = WINNING_NUMBER
    };
    enum sorteo_dialect dialect;
    struct store_error error = { "" };
    struct store *store;

    must(sorteo_dialect_find(dialect_name, &dialect), "speak that dialect");
    must(store_open(&options, &store, &error) == STORE_OK, error.text);
    judge_init(&bench->judge, dialect, WINNING_NUMBER);
    commit_group_init(&bench->group, &bench->judge);
    must(judge_load(&bench->judge, store) == STORE_OK, "read the agencies");
    for (uint8_t agency = 1; agency <= AGENCIES; agency++)
        bench->peers[agency] = (struct worker_connection){ .name = agency, .peer.speaker.number = agency };
}

int main(int argc, char **argv)
{
    static struct bench bench;

    must(argc == 5, "run without STORE DIALECT BATCH BETS");
    const size_t batch = strtoul(argv[3], NULL, 10), bets = strtoul(argv[4], NULL, 10);
    must(batch > 0 && batch <= SORTEO_BATCH_MAX, "make batches of that size");
    start(&bench, argv[1], argv[2]);
    const uint64_t began_ns = clock_ns(), processor_began_ns = processor_ns();
    while (bench.bets < bets) {
        for (uint8_t agency = 1; agency <= AGENCIES; agency++)
            hand_batch(&bench, agency, batch);
        commit(&bench);
    }
    printf("%.0f %.0f\n", (double)(clock_ns() - began_ns) / bench.bets,
           (double)(processor_ns() - processor_began_ns) / bench.bets);
    store_close(bench.judge.store);
    commit_group_fini(&bench.group);
    judge_fini(&bench.judge);
    return 0;
}
