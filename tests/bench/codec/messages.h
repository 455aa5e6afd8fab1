/*
 * For contenders whose messages do not contain their own length: the encoded batches, one after the
 * other.
 */
#ifndef BENCH_MESSAGES_H
#define BENCH_MESSAGES_H

#include "contender.h"

struct messages {
    uint8_t *bytes;
    size_t *lens; /* of each batch's message */
    size_t count;
};

static inline struct messages messages_begin(const struct workload *workload)
{
    struct messages messages;

    messages.count = workload->batch_count;
    messages.bytes = (uint8_t *)bench_memory(2 * workload_room(workload));
    messages.lens = (size_t *)bench_memory(workload->batch_count * sizeof(*messages.lens));
    return messages;
}

#endif
