/*
 * roundtrip: decoded frames, encoded again, give the same bytes: the wire form is canonical. The
 * same holds for the packet writer and a BATCH that fits a packet.
 */
#include "reencode.h"

#define BET_LEAST 16u /* bytes that a bet has in every dialect: DOCUMENT, BIRTHDATE, NUMBER */

static void roundtrip(const struct fuzz_case *way, struct collected *got, const uint8_t *bytes, size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind kind;
    size_t frames = 0;

    got->count = 0;
    sorteo_decoder_init(&decoder, way->dialect, way->stream, way->limit);
    sorteo_decoder_expect(&decoder, fuzz_due(way, 0));
    while (kind = sorteo_decoder_next(&decoder, &window, &event), kind != SORTEO_MORE && kind != SORTEO_ERROR) {
        if (sorteo_ends_frame(way->stream, kind)) {
            reencode_must_agree(way, got, &event, bytes);
            got->count = 0;
            sorteo_decoder_expect(&decoder, fuzz_due(way, ++frames));
        } else if (kind == SORTEO_BET) {
            got->bets[got->count++] = event.bet;
        } else if (kind == SORTEO_WINNER) {
            got->documents[got->count++] = event.document;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct collected got = { .bets = (void *)fuzz_memory(2, (len / BET_LEAST + 1) * sizeof *got.bets),
                             .documents = (void *)fuzz_memory(3, (len / 4 + 1) * sizeof *got.documents) };

    const uint64_t hash = fuzz_hash(bytes, len);

    for (unsigned i = 0; i < fuzz_cases(); i++) {
        const struct fuzz_case way = fuzz_case_at(i, hash, len);
        roundtrip(&way, &got, bytes, len);
    }
    return 0;
}
