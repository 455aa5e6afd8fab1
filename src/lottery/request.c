/* One whole frame, read into memory: see request.h. */
#include "lottery/request.h"

#include <stdlib.h>
#include <xxhash.h>

static bool keep_bet(struct request *request, const struct sorteo_bet *bet)
{
    if (request->count == request->cap) {
        size_t cap = request->cap == 0 ? 256 : request->cap * 2;
        struct sorteo_bet *bets = realloc(request->bets, cap * sizeof *bets);
        if (bets == NULL)
            return false;
        request->bets = bets;
        request->cap = cap;
    }
    request->bets[request->count++] = *bet;
    return true;
}

enum frame_kind request_kind(enum sorteo_event_kind last)
{
    switch (last) {
    case SORTEO_BET:
        return FRAME_SINGLE;
    case SORTEO_BATCH_END:
        return FRAME_BATCH;
#define X(frame, name)                                                                                                 \
    case SORTEO_##frame:                                                                                               \
        return FRAME_##frame;
        PLAIN_REQUESTS(X)
#undef X
    default:
        return FRAME_KINDS;
    }
}

static uint8_t agency_of(const struct request *request, const struct sorteo_event *last)
{
    if (request->count > 0)
        return request->bets[0].agency;
    return last->kind == SORTEO_FINISH ? last->agency : 0;
}

bool request_read(struct request *request, enum sorteo_dialect dialect, enum frame_kind kind, const uint8_t *bytes,
                  size_t len)
{
    const enum sorteo_stream stream = kind == FRAME_SINGLE ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM;
    struct sorteo_window window = { .bytes = bytes, .len = len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind came;

    request->count = 0;
    request->bytes = bytes;
    request->len = len;
    sorteo_decoder_init(&decoder, dialect, stream, 0);
    do {
        came = sorteo_decoder_next(&decoder, &window, &event);
        if (came == SORTEO_MORE || came == SORTEO_ERROR)
            return false;
        if (came == SORTEO_BET && !keep_bet(request, &event.bet))
            return false;
    } while (!sorteo_ends_frame(stream, came));
    if (request_kind(came) != kind || decoder.offset != len)
        return false;
    request->key = event.key;
    request->agency = agency_of(request, &event);
    return true;
}

void request_digest(const struct request *request, uint64_t digest[2])
{
    XXH128_hash_t hash = XXH3_128bits(request->bytes, request->len);
    digest[0] = hash.high64;
    digest[1] = hash.low64;
}
