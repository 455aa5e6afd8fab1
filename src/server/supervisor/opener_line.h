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

struct opened {
    int fd;    /* -1: none */
    int error; /* errno where it cannot be opened */
};

struct opener_line {
    pid_t pid; /* 0: none was started */
    /* private */
    int line;       /* -1: none */
    bool has_ended; /* the other end of it */
    uint32_t asked; /* the number of the requests whose answers are kept */
    uint64_t until_ms;
    struct opened files[TLS_PARTS];
};

void opener_line_init(struct opener_line *opener);

/* Starts the opener from this program. False, with a line in the log, if that failed. */
bool opener_line_start(struct opener_line *opener, int program, const struct settings *settings);

/* Asks for the files of these paths, which the opener knows itself. Does not wait: the disk may not
 * answer, and then the opener hangs. */
void opener_line_ask(struct opener_line *opener, const struct tls_paths *paths, uint64_t now_ms);

/* To be polled: opener_line_hear takes what has come. -1: nothing can come. */
int opener_line_fd(const struct opener_line *opener);
void opener_line_hear(struct opener_line *opener);

/* Has all come that was asked for, or is it too late? Always if no opener was started. */
bool opener_line_has_answered(const struct opener_line *opener, uint64_t now_ms);

/* How files of TLS are opened from now on: what the opener has sent, if it was started, else by
 * this process. One that did not come fails with ETIMEDOUT. `opener` is used as long as the result
 * is. */
struct tls_opener opener_line_way(struct opener_line *opener);

/* Closes what came and was not taken, and keeps nothing that still comes. */
void opener_line_forget(struct opener_line *opener);

/* If `pid` is the opener's: it has died, which the log says. */
void opener_line_reap(struct opener_line *opener, pid_t pid, int status);

/* It leaves. */
void opener_line_end(struct opener_line *opener);

#endif
