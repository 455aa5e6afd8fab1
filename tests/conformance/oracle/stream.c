/*
 * Streams put together field by field.
 */
#include "conformance/oracle/stream.h"

#include <stdlib.h>
#include <string.h>

void stream_begin(struct stream *stream, enum sorteo_dialect dialect, enum sorteo_stream kind)
{
    stream->dialect = dialect;
    stream->kind = kind;
    stream->len = 0;
    stream->reply_count = 0;
}

void stream_fini(struct stream *stream)
{
    free(stream->bytes);
    memset(stream, 0, sizeof(*stream));
}

void stream_bytes(struct stream *stream, const void *bytes, size_t len)
{
    if (len > stream->cap - stream->len) {
        stream->cap = 2 * (stream->len + len);
        stream->bytes = realloc(stream->bytes, stream->cap);
        if (stream->bytes == NULL)
            abort();
    }
    if (len > 0)
        memcpy(stream->bytes + stream->len, bytes, len);
    stream->len += len;
}

void stream_integer(struct stream *stream, uint64_t value, unsigned size)
{
    for (unsigned left = size; left > 0; left--)
        stream_bytes(stream, &(uint8_t){ (uint8_t)(value >> 8 * (left - 1)) }, 1);
}

void stream_key(struct stream *stream)
{
    stream_integer(stream, UINT64_C(0x8182838485868788), sorteo_dialect_parameters(stream->dialect)->key_size);
}

void stream_name(struct stream *stream, const char *text, size_t len)
{
    const unsigned size = sorteo_dialect_parameters(stream->dialect)->length_size;
    const size_t most = size == 1 ? 255 : 65535;
    const size_t said = len < most ? len : most;

    stream_integer(stream, said, size);
    stream_bytes(stream, text, said);
}

void stream_bet(struct stream *stream, const char *name, const char *surname, const char *birthdate)
{
    if (stream->kind == SORTEO_BET_STREAM)
        stream_key(stream);
    if (stream->kind == SORTEO_BET_STREAM || sorteo_dialect_parameters(stream->dialect)->batch_agency_size == 0)
        stream_integer(stream, STREAM_AGENCY, 1);
    stream_name(stream, name, strlen(name));
    stream_name(stream, surname, strlen(surname));
    stream_integer(stream, 0xfedcba98, 4);
    stream_bytes(stream, birthdate, strlen(birthdate));
    stream_integer(stream, 7574, 2);
}

void stream_batch_head(struct stream *stream, uint16_t bets)
{
    stream_integer(stream, bets, 2);
    stream_key(stream);
    if (bets > 0)
        stream_integer(stream, STREAM_AGENCY, sorteo_dialect_parameters(stream->dialect)->batch_agency_size);
}

void stream_finish(struct stream *stream)
{
    stream_batch_head(stream, 0);
    stream_integer(stream, 0xc3, 1);
}

void stream_receipt(struct stream *stream)
{
    stream_integer(stream, sorteo_dialect_parameters(stream->dialect)->receipt, 1);
}

static void announce(struct stream *stream, enum sorteo_reply reply)
{
    if (stream->reply_count < STREAM_REPLIES_MAX)
        stream->replies[stream->reply_count++] = reply;
}

void stream_answer(struct stream *stream, uint8_t answer)
{
    announce(stream, SORTEO_REPLY_ANSWER);
    stream_integer(stream, answer, 1);
}

void stream_winners(struct stream *stream, uint32_t count)
{
    const unsigned size = sorteo_dialect_parameters(stream->dialect)->winners_size;
    const uint32_t most = size == 1 ? 255 : 65535;
    const uint32_t said = count < most ? count : most;

    announce(stream, SORTEO_REPLY_WINNERS);
    stream_integer(stream, said, size);
    for (uint32_t i = 0; i < said; i++)
        stream_integer(stream, 0x01020304 + i * UINT32_C(0x10203), 4);
}
