/*
 * Lines about peers, limited as base/log_limit.h says, in a process with a libuv loop: its timer
 * writes how often a line was repeated.
 */
#ifndef SERVER_CHANNEL_PEER_LOG_H
#define SERVER_CHANNEL_PEER_LOG_H

#include <stdbool.h>
#include <uv.h>

#include "base/log_limit.h"

struct peer_log {
    uv_timer_t timer;
    struct log_limit limit;
};

void peer_log_open(struct peer_log *log, uv_loop_t *loop);

/* May a line of this kind about this peer be written? Without a log that is open (NULL), always. */
bool peer_log_allows(struct peer_log *log, const struct log_kind *kind, const struct peer_name *peer);

/* Writes what is counted, whether its second is over or not: the process leaves. */
void peer_log_flush(struct peer_log *log);

#endif
