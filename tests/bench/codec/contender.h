/*
 * A contender: one way to decode or encode the bets of a workload. It says how it is used, so that
 * readers can judge whether it was used well. Knows nothing about time.
 */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include "codec/sorteo.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BATCH_BETS 150u /* of a batch; the last one of an agency has fewer */

struct batch {
    const struct sorteo_bet *bets;
    size_t count;
};

struct workload {
    const struct batch *batches;
    size_t batch_count;
    size_t bet_count;
    size_t names_len; /* bytes of all names */
};

/* Bytes that a contender's encoding of all batches may take, the fields' own overhead included. */
static inline size_t workload_room(const struct workload *workload)
{
    return workload->names_len + 96 * workload->bet_count + 64 * workload->batch_count;
}

struct contender {
    const char *name;
    const char *how; /* in a line: how it is driven */

    /* Not measured: encodes the workload in its own format, for decode to read. */
    void (*prepare)(const struct workload *workload);

    /* Reads the whole stream, in pieces of this many bytes (0: in one piece), and adds up what
     * visit() returns for each bet. NULL if it does not decode. */
    uint64_t (*decode)(size_t piece);
    bool reads_pieces;

    /* Encodes the workload batch by batch into memory that is reused; returns the bytes written in
     * all. NULL if it does not encode. */
    size_t (*encode)(void);
};

/* What a consumer of bets does with each: it reads every field. */
static inline uint64_t visit(uint64_t agency, const char *name, size_t name_len, const char *surname,
                             size_t surname_len, uint64_t document, const char *birthdate, uint64_t number)
{
    return agency + document + number + name_len + surname_len + (uint8_t)birthdate[9] +
           (name_len > 0 ? (uint8_t)name[0] : 0u) + (surname_len > 0 ? (uint8_t)surname[0] : 0u);
}

static inline uint64_t visit_bet(const struct sorteo_bet *bet)
{
    return visit(bet->agency, bet->name.bytes, bet->name.len, bet->surname.bytes, bet->surname.len, bet->document,
                 bet->birthdate.bytes, bet->number);
}

/* Allocates memory, or ends the program. */
void *bench_memory(size_t size);

/* Ends the program with a message unless the condition holds. */
#define BENCH_MUST(condition, what) ((condition) ? (void)0 : bench_fail(what))
#ifdef __cplusplus
[[noreturn]]
#else
_Noreturn
#endif
void bench_fail(const char *what);

#ifdef __cplusplus
}
#endif

#endif
