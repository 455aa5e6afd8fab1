/*
 * What the client was told to do: command line, environment and configuration, checked as a whole.
 */
#ifndef CLIENT_SETTINGS_H
#define CLIENT_SETTINGS_H

#include "base/log.h"
#include "base/options.h"
#include "bets_file/batcher.h"
#include "client/servers.h"
#include "tls/material.h"

enum bets_source {
    SOURCE_FILE,        /* `path` */
    SOURCE_ENVIRONMENT, /* `fields` */
    SOURCE_NONE         /* --results, --empty-round: no bets */
};

struct run_settings {
    uint8_t agency;
    struct servers servers;
    bool over_tls;
    struct tls_paths tls;
    const char *tls_name; /* that every server's certificate has to have; NULL: the host under which it is given */
    enum log_level log_level;
    bool mask_documents; /* the log shows the last three digits of a document */
    struct batch_settings batch;

    enum bets_source source;
    const char *path;                    /* "-" is standard input */
    const char *fields[BET_FIELD_COUNT]; /* NOMBRE, APELLIDO … */

    size_t window;
    bool per_frame;
    bool resend;        /* --on-doubt resend */
    bool skip;          /* --on-doubt skip, skip=LINE */
    uint64_t skip_line; /* skip=LINE; UINT64_MAX without a line */
    bool empty_round;
    bool has_finish_key;
    uint64_t finish_key;
    uint64_t retry_ms;
    uint64_t answer_ms;
    uint64_t stop_status;     /* exit status when stopped by a signal, with nothing in doubt */
    uint64_t pause_ms;        /* before the second attempt to connect */
    const char *resume_path;  /* or NULL */
    const char *winners_path; /* or NULL */
};

/* Says what is wrong on standard error itself. */
enum options_outcome run_settings_read(int argc, char **argv, struct run_settings *settings);

#endif
