/*
 * sorteo-client: an agency's bets to the server, its winners back.
 *
 * This file puts the parts together and decides what is said and what the exit status is; how each part of the way
 * is gone is theirs: csv_reader → batcher (check before) → sender → finish, the last two over a link.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "check.h"
#include "client_settings.h"
#include "finish.h"
#include "log.h"
#include "progress.h"
#include "explain.h"
#include "sender.h"
#include "stop_signal.h"
#include "system.h"
#include "winners_file.h"

enum status { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_DOUBT = 3 };

#define PAUSE_MS       100u   /* the first back-off; the longest is 5 s */
#define SETTLE_MS      10000u /* for answers that are owed after trouble, and for the server to close behind a RECEIPT */
#define SETTLE_STOP_MS 2000u  /* the same, for someone who waits for us to end */

struct client {
    struct client_settings settings;
    int stop_fd;
    struct csv_reader *reader;      /* NULL without bets */
    struct check_totals totals;     /* 0 if they come from a pipe */
    struct batcher batcher;
    struct batch_tally tally;
    struct uplink link;
    struct ledger ledger;
    struct progress progress;
    struct winners winners;
    struct winners_file winners_file;
};

static bool is_single(const struct client *client)
{
    return client->settings.batch.form == BATCH_SINGLE;
}

static bool is_keyed(const struct client *client)
{
    return client->settings.batch.dialect == SORTEO_KEYED;
}

/* ---- What the parts report ------------------------------------------------------------------------------ */

static void on_retrying(void *context, const char *why, uint64_t pause_ms)
{
    struct client *client = context;
    char server[320], reason[UPLINK_WHY_MAX];
    progress_hide(&client->progress);
    log_event(LOG_WARNING, "connect", LOG_IN_PROGRESS, "server: %s | reason: %s | pause_ms: %" PRIu64,
              log_clean(server, sizeof server, client->settings.server), log_clean(reason, sizeof reason, why), pause_ms);
}

static void on_answered(void *context, const struct frame *frame, bool stored)
{
    struct client *client = context;
    enum log_level level = stored ? LOG_INFO : LOG_ERROR;
    enum log_result result = stored ? LOG_SUCCESS : LOG_FAIL;
    if (log_is_enabled(level))
        progress_hide(&client->progress);
    if (is_single(client))
        log_event(level, "apuesta_enviada", result, "dni: %" PRIu32 " | numero: %u", frame->document,
                  (unsigned)frame->number);
    else
        log_event(level, "apuesta_enviada", result, "cantidad: %" PRIu32, frame->bets);
    progress_add(&client->progress, frame->bets);
}

static void on_finished(void *context)
{
    struct client *client = context;
    progress_hide(&client->progress);
    if (is_keyed(client))
        log_event(LOG_INFO, "finish", LOG_IN_PROGRESS, "key: %" PRIu64, client->settings.finish_key);
    else
        log_event(LOG_INFO, "finish", LOG_IN_PROGRESS, NULL);
}

/* ---- Bets ----------------------------------------------------------------------------------------------- */

static bool open_source(struct client *client)
{
    const struct client_settings *settings = &client->settings;
    char error[CSV_ERROR_MAX] = "out of memory";
    if (settings->source == SOURCE_NONE)
        return true;
    if (settings->source == SOURCE_ENVIRONMENT)
        client->reader = csv_reader_of_row("the environment", settings->fields, settings->agency);
    else
        client->reader = csv_reader_open(settings->path, settings->agency, error);
    if (client->reader == NULL) {
        explain_say("%s", error);
        return false;
    }
    csv_reader_stop_on(client->reader, client->stop_fd);
    return true;
}

static enum status check_source(struct client *client)
{
    char error[CSV_ERROR_MAX];
    if (client->reader == NULL || !csv_reader_is_regular(client->reader))
        return STATUS_DONE;
    switch (check_pass(client->reader, &client->settings.batch, client->stop_fd, &client->totals, error)) {
    case BATCH_BAD:
        explain_say("%s (nothing was sent)", error);
        return STATUS_USAGE;
    case BATCH_STOPPED:
        explain_say("told to stop; nothing was sent");
        return STATUS_FAILED;
    default:
        return STATUS_DONE;
    }
}

static enum status explain_trouble(const struct client *client, enum sender_outcome outcome)
{
    switch (outcome) {
    case SENDER_REFUSED:
        explain_say("the server refused bets (it answered 1); no more are sent, and no FINISH");
        return STATUS_FAILED;
    case SENDER_DOUBT:
        explain_say("%s: %s before it had answered; no more bets are sent, and no FINISH", client->settings.server,
                   client->link.why);
        return STATUS_DOUBT;
    case SENDER_BAD:
        explain_say("%s", client->batcher.error);
        return STATUS_USAGE;
    case SENDER_FAILED:
        explain_say("%s", client->link.why);
        return STATUS_FAILED;
    case SENDER_NO_MEMORY:
        explain_say("no memory for a window of %zu frames; use a smaller --window", client->settings.window);
        return STATUS_FAILED;
    default:
        explain_say("told to stop");
        return STATUS_FAILED;
    }
}

static enum status send_bets(struct client *client)
{
    const struct client_settings *settings = &client->settings;
    struct sender_settings sender = {
        .window = settings->window,
        .per_frame = settings->per_frame,
        .repeats = settings->resend || is_keyed(client),
        .settle_ms = SETTLE_MS,
        .settle_stopped_ms = SETTLE_STOP_MS,
        .answered = on_answered,
        .context = client,
    };
    if (client->reader == NULL)
        return STATUS_DONE;
    progress_init(&client->progress, client->totals.bets);
    enum sender_outcome outcome = sender_run(&sender, &client->link, &client->batcher, &client->ledger);
    progress_hide(&client->progress);
    if (outcome == SENDER_DONE)
        return STATUS_DONE;
    enum status status = explain_trouble(client, outcome);
    explain_ledger(csv_reader_name(client->reader), &client->ledger, client->totals.bets, client->batcher.ended);
    return ledger_bets(&client->ledger, FATE_DOUBT) > 0 ? STATUS_DOUBT : status;
}

/* ---- Winners -------------------------------------------------------------------------------------------- */

/* What a FINISH without bets means depends on what the server remembers, so say it (protocol, section 7). */
static void warn_if_empty(const struct client *client)
{
    if (client->settings.source != SOURCE_NONE && client->ledger.count == 0 && !is_keyed(client))
        explain_say("%s holds no bets: this FINISH closes the first round, and later repeats the winners of the last one; "
                   "--empty-round closes a later round", csv_reader_name(client->reader));
}

/* Outside keyed, a FINISH behind winners that cannot be told closes the next round. */
static bool may_be_untold(const struct client *client)
{
    return !is_keyed(client) && client->tally.most > sorteo_winners_max(client->settings.batch.dialect);
}

static enum status fail_to_finish(const struct client *client, enum finish_outcome outcome)
{
    log_event(LOG_ERROR, "consulta_ganadores", LOG_FAIL, NULL);
    switch (outcome) {
    case FINISH_DOUBT:
        explain_say("%s: %s; whether the empty round is closed is IN DOUBT", client->settings.server, client->link.why);
        return STATUS_DOUBT;
    case FINISH_UNTOLD:
        explain_say("%s: %s without telling the winners; all bets are stored. %" PRIu32 " of them are on one number, and "
                    "a reply in this dialect lists %" PRIu32 " winners: if that number won, they are with the server "
                    "(sorteo export --winners), and the round is over. If the server was only down, --results asks again",
                    client->settings.server, client->link.why, client->tally.most,
                    sorteo_winners_max(client->settings.batch.dialect));
        return STATUS_FAILED;
    case FINISH_STOPPED:
        explain_say("told to stop while waiting for the draw; all bets are stored, and --results asks for the winners");
        return STATUS_FAILED;
    default:
        explain_say("%s; all bets are stored, but the winners are not known: does the server serve agency %u, in this "
                   "dialect?", client->link.why, (unsigned)client->settings.agency);
        return STATUS_FAILED;
    }
}

static enum status finish(struct client *client)
{
    const struct client_settings *settings = &client->settings;
    char error[WINNERS_FILE_ERROR_MAX];
    struct finish_settings finish_settings = {
        .dialect = settings->batch.dialect,
        .agency = settings->agency,
        .key = settings->finish_key,
        .empty_round = settings->empty_round,
        .ask_once = may_be_untold(client),
        .settle_ms = SETTLE_MS,
        .finished = on_finished,
        .context = client,
    };
    warn_if_empty(client);
    if (settings->per_frame)
        uplink_close(&client->link);
    enum finish_outcome outcome = finish_run(&finish_settings, &client->link, &client->winners);
    if (outcome != FINISH_DONE)
        return fail_to_finish(client, outcome);
    log_event(LOG_INFO, "consulta_ganadores", LOG_SUCCESS, "cant_ganadores: %zu", client->winners.count);
    if (winners_file_write(&client->winners_file, client->winners.documents, client->winners.count, error))
        return STATUS_DONE;
    explain_say("%s; --results asks for them again", error);
    return STATUS_FAILED;
}

/* ---- All of it ------------------------------------------------------------------------------------------- */

static bool start(struct client *client)
{
    const struct client_settings *settings = &client->settings;
    struct uplink_settings uplink_settings = {
        .dialect = settings->batch.dialect,
        .server = settings->server,
        .retry_ms = settings->retry_ms,
        .pause_ms = PAUSE_MS,
        .stop_fd = client->stop_fd,
        .retrying = on_retrying,
        .context = client,
    };
    uint64_t first_key;
    if (getrandom(&first_key, sizeof first_key, 0) != sizeof first_key) {
        explain_say("no random numbers for the keys: %s", strerror(errno));
        return false;
    }
    uplink_init(&client->link, &uplink_settings);
    ledger_init(&client->ledger);
    if (client->reader != NULL)
        batcher_init(&client->batcher, &settings->batch, client->reader, first_key);
    client->batcher.tally = &client->tally;
    if (!settings->has_finish_key)
        client->settings.finish_key = first_key - 1; /* the one that counting up comes to last */
    return true;
}

static enum status run(struct client *client)
{
    char error[WINNERS_FILE_ERROR_MAX];
    if (!winners_file_open(&client->winners_file, client->settings.winners_path, error)) {
        explain_say("%s", error);
        return STATUS_USAGE;
    }
    if (!open_source(client))
        return STATUS_USAGE;
    enum status status = check_source(client);
    if (status != STATUS_DONE)
        return status;
    if (!start(client))
        return STATUS_FAILED;
    status = send_bets(client);
    if (status != STATUS_DONE)
        return status;
    if (!is_single(client))
        return finish(client);
    if (wire_is_open(&client->link.wire))
        (void)wire_close_in_order(&client->link.wire, clock_ms() + SETTLE_STOP_MS, client->stop_fd);
    return STATUS_DONE;
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for a stack that someone made small */
    if (!fd_hold_standard())
        return STATUS_FAILED;
    switch (client_settings_read(argc, argv, &client.settings)) {
    case OPTIONS_DONE:
        return STATUS_DONE;
    case OPTIONS_ERROR:
        return STATUS_USAGE;
    default:
        break;
    }
    bool winners_on_stdout = client.settings.winners_path != NULL && strcmp(client.settings.winners_path, "-") == 0;
    log_open(winners_on_stdout ? STDERR_FILENO : STDOUT_FILENO, client.settings.log_level);
    client.stop_fd = stop_signal_open();
    if (client.stop_fd < 0) {
        explain_say("signals cannot be set up: %s", strerror(errno));
        return STATUS_FAILED;
    }
    enum status status = run(&client);
    uplink_close(&client.link);
    winners_file_discard(&client.winners_file);
    csv_reader_close(client.reader);
    return (int)status;
}
