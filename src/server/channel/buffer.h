/*
 * A queue of bytes: appended at the end, consumed from the front. Knows nothing about what they
 * mean.
 *
 *     bytes: [ consumed | waiting ......... | free ]
 *                       ^start              ^start + len
 */
#ifndef SERVER_CHANNEL_BUFFER_H
#define SERVER_CHANNEL_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *bytes;
    size_t start;
    size_t len;
    size_t cap;
};

/* An empty buffer is all zeros and owns nothing. */
void buffer_fini(struct buffer *buffer);

/* The bytes that wait: buffer->len of them. */
const uint8_t *buffer_front(const struct buffer *buffer);

/* Makes room for len bytes and returns where they go, or NULL if there is no memory. They become
 * part of the buffer with buffer_grew. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t len);
void buffer_grew(struct buffer *buffer, size_t len);

/* False, and unchanged, if there is no memory. */
bool buffer_append(struct buffer *buffer, const void *bytes, size_t len);

/* Drops len bytes at the front. An emptied buffer gives its memory back, so that an idle one costs
 * nothing. */
void buffer_consume(struct buffer *buffer, size_t len);

#endif
