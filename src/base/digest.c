/* See digest.h. The only file that knows which digest it is. */
#include "base/digest.h"

#include <xxhash.h>

void digest_128(const void *bytes, size_t len, uint64_t digest[static 2])
{
    XXH128_hash_t hash = XXH3_128bits(bytes, len);
    digest[0] = hash.high64;
    digest[1] = hash.low64;
}

uint64_t digest_64(const void *bytes, size_t len, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, len, seed);
}

bool digest_stream_open(struct digest_stream *stream)
{
    stream->state = XXH3_createState();
    if (stream->state != NULL)
        digest_stream_restart(stream);
    return stream->state != NULL;
}

void digest_stream_restart(struct digest_stream *stream)
{
    (void)XXH3_64bits_reset(stream->state); /* fails only for NULL */
}

void digest_stream_add(struct digest_stream *stream, const void *bytes, size_t len)
{
    (void)XXH3_64bits_update(stream->state, bytes, len); /* fails only for NULL */
}

uint64_t digest_stream_value(const struct digest_stream *stream)
{
    return XXH3_64bits_digest(stream->state);
}

void digest_stream_close(struct digest_stream *stream)
{
    (void)XXH3_freeState(stream->state);
    stream->state = NULL;
}
