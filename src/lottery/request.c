/* One whole frame, read into memory: see frame.h. */
#include "lottery/request.h"

#include <stdlib.h>
#include <xxhash.h>

static bool keep_bet(struct frame *frame, const struct sorteo_bet *bet)
{
    if (frame->count == frame->cap) {
        size_t cap = frame->cap == 0 ? 256 : frame->cap * 2;
        struct sorteo_bet *bets = realloc(frame->bets, cap * sizeof *bets);
        if (bets == NULL)
            return false;
        frame->bets = bets;
        frame->cap = cap;
    }
    frame->bets[frame->count++] = *bet;
    return true;
}

static enum sorteo_event_kind last_event(enum frame_kind kind)
{
    switch (kind) {
    case FRAME_SINGLE:
        return SORTEO_BET;
    case FRAME_BATCH:
        return SORTEO_BATCH_END;
    default:
        return SORTEO_FINISH;
    }
}

bool frame_read(struct frame *frame, enum sorteo_dialect dialect, enum frame_kind kind, const uint8_t *bytes,
                size_t len)
{
    struct sorteo_window window = { .bytes = bytes, .len = len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind last = last_event(kind);
    enum sorteo_event_kind came;

    frame->count = 0;
    frame->bytes = bytes;
    frame->len = len;
    sorteo_decoder_init(&decoder, dialect, kind == FRAME_SINGLE ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM, 0);
    do {
        came = sorteo_decoder_next(&decoder, &window, &event);
        if (came == SORTEO_MORE || came == SORTEO_ERROR)
            return false;
        if (came == SORTEO_BET && !keep_bet(frame, &event.bet))
            return false;
    } while (came != last);
    frame->key = event.key;
    frame->agency = kind == FRAME_FINISH ? event.agency : frame->bets[0].agency;
    return decoder.offset == len;
}

void frame_digest(const struct frame *frame, uint64_t digest[2])
{
    XXH128_hash_t hash = XXH3_128bits(frame->bytes, frame->len);
    digest[0] = hash.high64;
    digest[1] = hash.low64;
}
