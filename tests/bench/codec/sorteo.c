/*
 * Our own contenders: the library in each dialect, and the decoder without shortcuts.
 */
#include "ours.h"
#include "unit/codec/second_codec.h"

static const struct workload *all;
static struct stream streams[SORTEO_GROUPED + 1]; /* of the dialects that are measured */
static uint8_t *out;
static size_t out_cap;

static void prepare(const struct workload *workload)
{
    if (all != NULL)
        return;
    all = workload;
    out_cap = workload_room(workload) / workload->batch_count * 4;
    out = bench_memory(out_cap);
    for (unsigned dialect = SORTEO_WIDE; dialect <= SORTEO_GROUPED; dialect++)
        streams[dialect] = stream_of(workload, (enum sorteo_dialect)dialect);
}

/* ---- Decoding -------------------------------------------------------------------------------- */

typedef enum sorteo_event_kind decoder_next(struct sorteo_decoder *, const struct sorteo_window *,
                                            struct sorteo_event *);

/* The window is the stream's own memory: what has arrived and must still be kept. */
static inline uint64_t decode_by(decoder_next *next, enum sorteo_dialect dialect, size_t piece)
{
    const struct stream *stream = &streams[dialect];
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    uint64_t sum = 0;

    sorteo_decoder_init(&decoder, dialect, SORTEO_AGENCY_STREAM, 0);
    for (size_t present = 0; present < stream->len;) {
        const size_t keep = (size_t)sorteo_decoder_keep(&decoder);
        enum sorteo_event_kind kind;

        present = piece == 0 || piece > stream->len - present ? stream->len : present + piece;
        const struct sorteo_window window = { .bytes = stream->bytes + keep, .len = present - keep, .base = keep };

        while (kind = next(&decoder, &window, &event), kind != SORTEO_MORE) {
            if (kind == SORTEO_BET)
                sum += visit_bet(&event.bet);
            else
                BENCH_MUST(kind != SORTEO_ERROR, "sorteo reads the workload");
        }
    }
    return sum;
}

static uint64_t decode_wide(size_t piece)
{
    return decode_by(sorteo_decoder_next, SORTEO_WIDE, piece);
}

static uint64_t decode_compact(size_t piece)
{
    return decode_by(sorteo_decoder_next, SORTEO_COMPACT, piece);
}

static uint64_t decode_keyed(size_t piece)
{
    return decode_by(sorteo_decoder_next, SORTEO_KEYED, piece);
}

static uint64_t decode_grouped(size_t piece)
{
    return decode_by(sorteo_decoder_next, SORTEO_GROUPED, piece);
}

static uint64_t decode_portable(size_t piece)
{
    return decode_by(portable_decoder_next, SORTEO_WIDE, piece);
}

/* ---- Encoding -------------------------------------------------------------------------------- */

static size_t encode_in(enum sorteo_dialect dialect)
{
    size_t written = 0;

    for (size_t i = 0; i < all->batch_count; i++) {
        size_t len = 0;
        const enum sorteo_code code =
            sorteo_encode_batch(dialect, i, all->batches[i].bets, all->batches[i].count, out, out_cap, &len, NULL);

        BENCH_MUST(code == SORTEO_E_OK, "sorteo encodes the workload");
        written += len;
    }
    return written;
}

static size_t encode_wide(void)
{
    return encode_in(SORTEO_WIDE);
}

static size_t encode_compact(void)
{
    return encode_in(SORTEO_COMPACT);
}

static size_t encode_keyed(void)
{
    return encode_in(SORTEO_KEYED);
}

static size_t encode_grouped(void)
{
    return encode_in(SORTEO_GROUPED);
}

static size_t encode_packets(void)
{
    size_t written = 0;

    for (size_t i = 0; i < all->batch_count; i++) {
        struct sorteo_packet packet;
        size_t len = 0;

        BENCH_MUST(sorteo_packet_begin(&packet, SORTEO_WIDE, out, out_cap) == SORTEO_E_OK, "a packet begins");
        for (size_t j = 0; j < all->batches[i].count; j++) {
            const enum sorteo_code code = sorteo_packet_add(&packet, &all->batches[i].bets[j], NULL);

            if (code == SORTEO_E_PACKET) { /* it goes out, and another begins */
                written += packet.len;
                BENCH_MUST(sorteo_packet_begin(&packet, SORTEO_WIDE, out, out_cap) == SORTEO_E_OK, "a packet begins");
                j--;
                continue;
            }
            BENCH_MUST(code == SORTEO_E_OK, "sorteo encodes the workload");
        }
        BENCH_MUST(sorteo_packet_end(&packet, i, &len) == SORTEO_E_OK, "a packet ends");
        written += len;
    }
    return written;
}

const struct contender contender_sorteo = {
    .name = "sorteo",
    .how = "wide; events in turn; sorteo_encode_batch",
    .prepare = prepare,
    .decode = decode_wide,
    .reads_pieces = true,
    .encode = encode_wide,
};
const struct contender contender_compact = {
    .name = "sorteo-compact",
    .how = "the same in compact",
    .prepare = prepare,
    .decode = decode_compact,
    .encode = encode_compact,
};
const struct contender contender_keyed = {
    .name = "sorteo-keyed",
    .how = "the same in keyed",
    .prepare = prepare,
    .decode = decode_keyed,
    .encode = encode_keyed,
};
const struct contender contender_grouped = {
    .name = "sorteo-grouped",
    .how = "the same in grouped",
    .prepare = prepare,
    .decode = decode_grouped,
    .encode = encode_grouped,
};
const struct contender contender_portable = {
    .name = "sorteo-portable",
    .how = "wide, the grammar alone (SORTEO_PORTABLE)",
    .prepare = prepare,
    .decode = decode_portable,
    .reads_pieces = true,
};
const struct contender contender_packet = {
    .name = "sorteo-packet",
    .how = "wide; sorteo_packet_add, bet by bet",
    .prepare = prepare,
    .encode = encode_packets,
};
