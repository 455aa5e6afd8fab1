/*
 * Which connection of a capture is the newest between two ends, in either direction. A tree, so
 * that a capture of many connections is not searched one by one for each packet.
 */
#ifndef TOOL_CAPTURE_INDEX_H
#define TOOL_CAPTURE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAPTURE_END_SIZE 18u /* bytes: an address, padded with zeros, and a port */

/* All zeros when it is empty. */
struct capture_index {
    void *root; /* private */
};

/* The number of the newest connection between these ends becomes `connection`. False if there is no
 * memory; then nothing has changed. */
bool capture_index_set(struct capture_index *index, const uint8_t a[static CAPTURE_END_SIZE],
                       const uint8_t b[static CAPTURE_END_SIZE], size_t connection);

/* False, *connection unchanged, if there is none. */
bool capture_index_find(const struct capture_index *index, const uint8_t a[static CAPTURE_END_SIZE],
                        const uint8_t b[static CAPTURE_END_SIZE], size_t *connection);

/* It is empty again. */
void capture_index_clear(struct capture_index *index);

#endif
