/*
 * Frames that one event tells of, FINISH and RECEIPT among them, as lists: for all code that goes
 * over them. What a list has, gen/frames.h says.
 *
 * Made of gen/frames.h. Internal: no part of the library's interface.
 */
#ifndef CODEC_FRAMES_H
#define CODEC_FRAMES_H

#include "../gen/frames.h"
#include "codec/sorteo.h"

/* Is an event of this kind about a frame that has a KEY, in dialects with keys? */
static inline bool event_has_key(enum sorteo_event_kind kind)
{
#define X(frame, name) || kind == SORTEO_##frame
    return kind == SORTEO_BATCH_BEGIN || kind == SORTEO_BET || kind == SORTEO_BATCH_END PLAIN_KEYS(X);
#undef X
}

#endif
