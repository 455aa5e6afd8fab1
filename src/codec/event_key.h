/*
 * Which events are about a frame that has a KEY, for those who print or compare events; the codec
 * itself does not ask.
 *
 * Internal: not part of the library's interface.
 */
#ifndef CODEC_EVENT_KEY_H
#define CODEC_EVENT_KEY_H

#include <stdbool.h>

#include "codec/frames.h"
#include "codec/sorteo.h"

/* Is an event of this kind about a frame that has a KEY, in dialects with keys? */
static inline bool event_has_key(enum sorteo_event_kind kind)
{
#define X(frame, name) || kind == SORTEO_##frame
    return kind == SORTEO_BATCH_BEGIN || kind == SORTEO_BET || kind == SORTEO_BATCH_END PLAIN_KEYS(X);
#undef X
}

#endif
