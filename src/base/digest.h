/*
 * Digests of bytes (XXH3): the same bytes have the same digest on every machine, and other bytes
 * all but surely another one. They find damage and repeats, but do not stop an attacker.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 128 bits over bytes[0..len), the high half first. */
void digest_128(const void *bytes, size_t len, uint64_t digest[static 2]);

/* 64 bits over bytes[0..len), different ones for each seed. */
uint64_t digest_64(const void *bytes, size_t len, uint64_t seed);

/* 64 bits over bytes that come in pieces: the same in whatever pieces. */
struct digest_stream {
    void *state; /* private; NULL: not open */
};

/* False if there is no memory; the stream is not open then. */
bool digest_stream_open(struct digest_stream *stream);

/* To before the first byte again. */
void digest_stream_restart(struct digest_stream *stream);

void digest_stream_add(struct digest_stream *stream, const void *bytes, size_t len);

/* Of all bytes so far; more may follow. */
uint64_t digest_stream_value(const struct digest_stream *stream);

/* One that is not open is allowed. */
void digest_stream_close(struct digest_stream *stream);

#endif
