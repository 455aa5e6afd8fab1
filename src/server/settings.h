/*
 * What the server was started with: the command line, the environment, the configuration, the
 * defaults.
 */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include "base/log.h"
#include "base/network.h"
#include "base/options.h"
#include "server/worker/session_rules.h"
#include "tls/material.h"

struct settings {
    const char *listen;     /* HOST:PORT of the agency stream, or NULL */
    const char *bet_listen; /* HOST:PORT of the single-bet stream, or NULL */
    const char *tls_listen; /* the same over TLS */
    const char *tls_bet_listen;
    struct networks proxies; /* whose connections begin with a PROXY header */
    struct tls_paths tls;
    bool serves_tls;          /* on one of these */
    const char *store;        /* path */
    const char *user;         /* who the server is once it listens; NULL: who started it */
    const char *observe;      /* HOST:PORT where its numbers are served; NULL: nowhere */
    const char *metrics_file; /* where they are written; NULL: nowhere */
    const char *csv;          /* where the stored bets are written, too; NULL: nowhere */
    bool observes;            /* its numbers are counted: for one of the two */
    uint8_t agencies;
    uint16_t workers;
    uint16_t winning_number;
    uint32_t draw_piece;      /* bets that a draw looks at in one transaction */
    uint32_t rounds;          /* stop after so many were collected; 0: never */
    uint32_t max_connections; /* of all workers together */
    uint32_t max_per_address; /* … and of one address */
    uint64_t max_unfinished;  /* bytes of unfinished frames, of all workers together */
    uint64_t stop_ms;         /* what has not left then is killed */
    uint64_t hang_ms;         /* a child without a sign of progress for so long is replaced */
    int backlog;
    bool sandbox;        /* each process is confined to what its role does */
    bool mask_documents; /* the log shows the last three digits of a document */
    bool change_dialect; /* the store may be of another dialect, and is of this one from now on */
    bool allow_unsafe_store;
    enum log_level log_level;
    struct session_rules session;
};

/* Reads argv, the environment and the configuration. What is wrong is said on standard error. */
enum options_outcome settings_read(int argc, char **argv, struct settings *settings);

#endif
