/*
 * Lists of the frames that raise one event, such as FINISH and RECEIPT, for code that handles all
 * of them. gen/frames.h, from which they come, explains each list.
 *
 * Internal: not part of the library's interface.
 */
#ifndef CODEC_FRAMES_H
#define CODEC_FRAMES_H

#include "../gen/frames.h"

#endif
