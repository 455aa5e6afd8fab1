/* Encodes again what was decoded: see reencode.h. */
#include "reencode.h"

#include <string.h>

static void must_be(const uint8_t *out, size_t len, const struct sorteo_event *event, const uint8_t *bytes)
{
    FUZZ_MUST(len == event->end - event->begin, "a frame that is encoded again is as long as it was");
    FUZZ_MUST(memcmp(out, bytes + event->begin, len) == 0, "a frame that is encoded again has the same bytes");
}

static void pack(const struct fuzz_case *way, const struct collected *got, const struct sorteo_event *event,
                 const uint8_t *bytes)
{
    const size_t cap = (size_t)(event->end - event->begin);
    uint8_t *out = fuzz_memory(1, cap);
    struct sorteo_packet packet;
    size_t len;

    FUZZ_MUST(sorteo_packet_begin(&packet, way->dialect, out, cap) == SORTEO_E_OK, "a packet begins");
    for (size_t i = 0; i < got->count; i++)
        FUZZ_MUST(sorteo_packet_add(&packet, &got->bets[i], NULL) == SORTEO_E_OK, "a bet that fits is added");
    FUZZ_MUST(sorteo_packet_end(&packet, event->key, &len) == SORTEO_E_OK, "a packet with bets ends");
    must_be(out, len, event, bytes);
}

void reencode_must_agree(const struct fuzz_case *way, const struct collected *got, const struct sorteo_event *event,
                         const uint8_t *bytes)
{
    const enum sorteo_dialect dialect = way->dialect;
    const size_t cap = (size_t)(event->end - event->begin);
    uint8_t *out = fuzz_memory(0, cap);
    enum sorteo_code code = SORTEO_E_OK;
    size_t len = 0;

    switch (event->kind) {
    case SORTEO_BET:
        code = sorteo_encode_single(dialect, event->key, &event->bet, out, cap, &len, NULL);
        break;
    case SORTEO_BATCH_END:
        code = sorteo_encode_batch(dialect, event->key, got->bets, got->count, out, cap, &len, NULL);
        break;
    case SORTEO_FINISH:
        code = sorteo_encode_finish(dialect, event->key, event->agency, out, cap, &len);
        break;
    case SORTEO_RECEIPT:
        code = sorteo_encode_receipt(dialect, out, cap, &len);
        break;
    case SORTEO_ANSWER:
        code = sorteo_encode_answer(event->stored, out, cap, &len);
        break;
    default:
        code = sorteo_encode_winners(dialect, got->documents, got->count, out, cap, &len);
        break;
    }
    FUZZ_MUST(code == SORTEO_E_OK, "what the decoder lets pass the encoder does too");
    must_be(out, len, event, bytes);
    if (event->kind == SORTEO_BATCH_END && cap <= SORTEO_PACKET_MAX)
        pack(way, got, event, bytes);
}
