/*
 * For contenders that read the protocol itself: the workload as a stream of BATCH frames, written
 * field by field so that it does not depend on what is measured.
 */
#ifndef BENCH_OURS_H
#define BENCH_OURS_H

#include "contender.h"

struct stream {
    uint8_t *bytes;
    size_t len;
};

struct stream stream_of(const struct workload *workload, enum sorteo_dialect dialect);

#endif
