/*
 * A client: what it was told to do, and the parts that do it. For main.c, which puts them together,
 * and run_report.c, which says how it goes.
 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "bets_file/validate.h"
#include "client/finish_round.h"
#include "client/progress.h"
#include "client/resume.h"
#include "client/sender.h"
#include "client/settings.h"
#include "client/winners_file.h"

enum status { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_DOUBT = 3 };

struct client {
    struct run_settings settings;
    int stop_fd;
    struct csv_reader *reader; /* NULL without bets */
    struct file_totals totals; /* 0 if they come from a pipe */
    struct batcher batcher;
    struct batch_tally tally;
    uint64_t first_key; /* of the frames, which count up from it */
    uint64_t finish_key;
    struct resume resume;    /* open only with --resume */
    struct tls_context *tls; /* NULL: without TLS */
    struct upstream link;
    struct row_outcomes outcomes;
    struct progress progress;
    struct winners winners;
    struct winners_file winners_file;
    enum status told; /* what came of telling the winners */
    bool stopped;     /* the run ended because of a signal */
};

static inline bool client_is_single(const struct client *client)
{
    return client->settings.batch.form == BATCH_SINGLE;
}

/* Can every request be repeated without harm (protocol, section 8)? */
static inline bool client_has_keys(const struct client *client)
{
    return sorteo_dialect_parameters(client->settings.batch.dialect)->key_size > 0;
}

/* NULL without --resume. */
static inline struct resume *client_resume(struct client *client)
{
    return client->settings.resume_path != NULL ? &client->resume : NULL;
}

#endif
