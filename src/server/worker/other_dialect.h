/*
 * In which other dialect would bytes that were refused be accepted? For the log, because a client
 * of the wrong dialect is a common reason. Knows dialects only as the codec lists them.
 */
#ifndef SERVER_WORKER_OTHER_DIALECT_H
#define SERVER_WORKER_OTHER_DIALECT_H

#include <stddef.h>
#include <stdint.h>

#include "server/worker/session_rules.h"

/* The name of the first dialect, beside that of the rules, in which the bytes, from the first of a
 * frame on, have a whole bet or FINISH and no error; NULL if there is none. */
const char *other_dialect(const struct session_rules *rules, enum sorteo_stream stream, const uint8_t *bytes,
                          size_t len);

#endif
