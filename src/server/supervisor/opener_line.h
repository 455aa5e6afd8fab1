/*
 * The supervisor's line to the opener (server/opener/opener.h), which opens the files of TLS after
 * the supervisor has become another user. The opener is started once, before that: if it dies, the
 * rights are gone until the server is started again.
 */
#ifndef SERVER_SUPERVISOR_OPENER_LINE_H
#define SERVER_SUPERVISOR_OPENER_LINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "server/settings.h"
#include "tls/material.h"

struct opener_line {
    pid_t pid; /* 0: none was started */
    /* private */
    int line; /* -1: none */
    uint32_t asked;
};

void opener_line_init(struct opener_line *opener);

/* Starts the opener from this program. False, with a line in the log, if that failed. */
bool opener_line_start(struct opener_line *opener, int program, const struct settings *settings);

/* How files of TLS are opened from now on: by the opener if it was started, else by this process.
 * `opener` is used as long as the result is. */
struct tls_opener opener_line_way(struct opener_line *opener);

/* If `pid` is the opener's: it has died, which the log says. */
void opener_line_reap(struct opener_line *opener, pid_t pid, int status);

/* It leaves. */
void opener_line_end(struct opener_line *opener);

#endif
