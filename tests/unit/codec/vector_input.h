/*
 * For tests: a conformance vector as an input on which two decoders are compared.
 */
#ifndef TESTS_VECTOR_INPUT_H
#define TESTS_VECTOR_INPUT_H

#include "conformance/oracle/oracle.h"
#include "unit/codec/codec_vector.h"

#define VECTOR_REPLIES_MAX 64

/* The bytes are borrowed from the vector, and the replies go to `replies`. */
static inline struct oracle_input vector_input(const struct vector *vector,
                                               enum sorteo_reply replies[static VECTOR_REPLIES_MAX])
{
    if (vector->due_count > VECTOR_REPLIES_MAX)
        abort();
    for (size_t i = 0; i < vector->due_count; i++)
        replies[i] = vector->dues[i].reply;
    return (struct oracle_input){
        .dialect = vector->dialect,
        .stream = vector->stream,
        .frame_limit = vector->limit,
        .replies = replies,
        .reply_count = vector->due_count,
        .bytes = vector->bytes,
        .len = vector->len,
    };
}

#endif
