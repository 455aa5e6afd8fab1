/*
 * Which replies a server's stream holds, for it does not say so itself: "5,winners" is five answers
 * and then the winners; "answers" at the end is answers for as long as the stream lasts. Every
 * reply of the grammar can be named.
 *
 * Sees no byte of the stream.
 */
#ifndef TOOL_REPLIES_H
#define TOOL_REPLIES_H

#include <stdbool.h>
#include <stdint.h>

#include "codec/frames.h"
#include "codec/sorteo.h"

/* What to say of a list that is none. */
#define REPLIES_NAME(frame, name) " " #name
#define REPLIES_EXPECTED                                                                                               \
    "expected a list such as 5,winners or winners,3 or answers; the replies are called:" REPLIES(REPLIES_NAME)

struct replies {
    /* private */
    const char *rest; /* of the list; borrowed */
    uint64_t answers; /* still due before it goes on */
    bool for_ever;    /* answers to the end */
};

/* Starts at the list's beginning. False, *replies unchanged, if it is not such a list. */
bool replies_init(struct replies *replies, const char *list);

/* What is due now, and moves on. NONE once the list has ended. */
enum sorteo_reply replies_next(struct replies *replies);

#endif
