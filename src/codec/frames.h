/*
 * Lists of the frames that raise one event, such as FINISH and RECEIPT, for code that handles all
 * of them. gen/frames.h, from which they come, explains each list.
 *
 * Internal: not part of the library's interface.
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
