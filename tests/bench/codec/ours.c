/* The workload as frames: see ours.h. */
#include "ours.h"

#include <string.h>

static uint8_t *put(uint8_t *out, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        out[i] = (uint8_t)(value >> 8 * (size - 1 - i));
    return out + size;
}

static uint8_t *put_text(uint8_t *out, const struct sorteo_text *text, unsigned length_size)
{
    out = put(out, text->len, length_size);
    memcpy(out, text->bytes, text->len);
    return out + text->len;
}

struct stream stream_of(const struct workload *workload, enum sorteo_dialect dialect)
{
    const struct sorteo_parameters *sizes = sorteo_dialect_parameters(dialect);
    struct stream stream = { .bytes = bench_memory(workload_room(workload)) };
    uint8_t *out = stream.bytes;

    for (size_t i = 0; i < workload->batch_count; i++) {
        out = put(out, workload->batches[i].count, 2);
        out = put(out, i, sizes->key_size);
        out = put(out, workload->batches[i].bets->agency, sizes->batch_agency_size);
        for (size_t j = 0; j < workload->batches[i].count; j++) {
            const struct sorteo_bet *bet = &workload->batches[i].bets[j];

            out = put(out, bet->agency, 1u - sizes->batch_agency_size);
            out = put_text(out, &bet->name, sizes->length_size);
            out = put_text(out, &bet->surname, sizes->length_size);
            out = put(out, bet->document, 4);
            out = put_text(out, &bet->birthdate, 0);
            out = put(out, bet->number, 2);
        }
    }
    stream.len = (size_t)(out - stream.bytes);
    return stream;
}
