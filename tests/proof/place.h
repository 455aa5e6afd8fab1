/*
 * What is claimed of a decoder in each class of a machine's states, when the machine is about to
 * read a byte.
 *
 * The claims are made by places.py from the machine's XML. step.c shows that they hold.
 */
#ifndef PROOF_PLACE_H
#define PROOF_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct range {
    uint16_t least, most;
};

struct place {
    bool inside;            /* a frame may be under way here … */
    bool between;           /* … or between_frames holds: one may be about to begin */
    bool in_bet;            /* names may have been noted */
    bool counted;           /* N_BETS was read and found to keep to the limit */
    struct range text_left; /* inside of a character: at least its bytes that are due */
    /* Inside of a frame; where one begins, both are 0. */
    struct range items;
    struct range items_left; /* at least 1 while a bet or document of a list is under way */
};

#endif
