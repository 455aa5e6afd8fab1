/* A queue of bytes: see buffer.h. */
#include "server/channel/buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_LEAST 256u

void buffer_fini(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){ 0 };
}

const uint8_t *buffer_front(const struct buffer *buffer)
{
    return buffer->bytes == NULL ? NULL : buffer->bytes + buffer->start;
}

static void move_to_front(struct buffer *buffer)
{
    memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->len);
    buffer->start = 0;
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t len)
{
    if (len > SIZE_MAX / 4 - buffer->len)
        return NULL;
    size_t needed = buffer->len + len;
    if (needed > buffer->cap) {
        size_t cap = buffer->cap < BUFFER_LEAST ? BUFFER_LEAST : buffer->cap;
        while (cap < needed)
            cap *= 2;
        uint8_t *bytes = malloc(cap);
        if (bytes == NULL)
            return NULL;
        if (buffer->len > 0)
            memcpy(bytes, buffer->bytes + buffer->start, buffer->len);
        free(buffer->bytes);
        buffer->bytes = bytes;
        buffer->start = 0;
        buffer->cap = cap;
    } else if (len > buffer->cap - buffer->len - buffer->start) {
        move_to_front(buffer);
    }
    return buffer->bytes + buffer->start + buffer->len;
}

void buffer_grew(struct buffer *buffer, size_t len)
{
    assert(len <= buffer->cap - buffer->start - buffer->len);
    buffer->len += len;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t len)
{
    if (len == 0)
        return true;
    uint8_t *space = buffer_reserve(buffer, len);
    if (space == NULL)
        return false;
    memcpy(space, bytes, len);
    buffer->len += len;
    return true;
}

void buffer_consume(struct buffer *buffer, size_t len)
{
    assert(len <= buffer->len);
    buffer->start += len;
    buffer->len -= len;
    if (buffer->len == 0)
        buffer_fini(buffer);
}
