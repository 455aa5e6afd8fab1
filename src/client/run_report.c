/* See run_report.h. */
#include "client/run_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file_care.h"
#include "base/log.h"
#include "base/masked_number.h"
#include "client/messages.h"

/* ---- Before it begins ------------------------------------------------------------------------ */

#define PATH_TEXT_MAX 512 /* more of a path is left out */

#define IN_MEMORY                                                                                                      \
    "it is on a file system in memory (tmpfs), and is lost when the machine stops; choose a path on a disk"
#define OPEN_TO_OTHERS "other users of this machine may read or write it; remove their access (chmod o=)"

static void warn_of_resume(const char *path, const char *reason)
{
    char clean[PATH_TEXT_MAX];
    log_event(LOG_WARNING, "resume", LOG_SUCCESS, "path: %s | reason: %s", log_clean(clean, sizeof clean, path),
              reason);
}

/* A file that was there keeps its rights; one of winners is to have those that somebody gave it. */
void report_files(const struct client *client)
{
    const char *resume = client->settings.resume_path;
    const struct winners_file *winners = &client->winners_file;
    char clean[PATH_TEXT_MAX];
    if (resume != NULL && file_is_forgotten(client->resume.journal.fd))
        warn_of_resume(resume, IN_MEMORY);
    if (resume != NULL && file_is_open_to_others(resume))
        warn_of_resume(resume, OPEN_TO_OTHERS);
    if (winners_file_is_forgotten(winners))
        log_event(LOG_WARNING, "winners_file", LOG_SUCCESS, "path: %s | reason: %s",
                  log_clean(clean, sizeof clean, winners->path), IN_MEMORY);
}

/* ---- While it goes well ---------------------------------------------------------------------- */

/* Before a pause, all servers have failed. */
void report_retrying(void *context, const char *server, const char *why, uint64_t pause_ms)
{
    struct client *client = context;
    enum log_level level = pause_ms > 0 ? LOG_WARNING : LOG_INFO;
    char where[ROUTE_TEXT_MAX], reason[UPSTREAM_WHY_MAX];
    progress_hide(&client->progress);
    log_event(level, "connect", LOG_IN_PROGRESS, "server: %s | reason: %s | pause_ms: %" PRIu64,
              log_clean(where, sizeof where, server), log_clean(reason, sizeof reason, why), pause_ms);
}

void report_connected(void *context, const char *server)
{
    struct client *client = context;
    char where[ROUTE_TEXT_MAX];
    progress_hide(&client->progress);
    log_event(LOG_INFO, "connect", LOG_SUCCESS, "server: %s", log_clean(where, sizeof where, server));
    progress_server(&client->progress, where);
}

void report_answered(void *context, const struct bets_frame *frame, bool stored)
{
    struct client *client = context;
    enum log_level level = stored ? LOG_INFO : LOG_ERROR;
    enum log_result result = stored ? LOG_SUCCESS : LOG_FAIL;
    char document[MASKED_NUMBER_MAX];
    if (log_is_enabled(level))
        progress_hide(&client->progress);
    if (client_is_single(client) || client->settings.source == SOURCE_ENVIRONMENT)
        log_event(level, "apuesta_enviada", result, "dni: %s | numero: %u",
                  masked_number(frame->document, client->settings.mask_documents, document), (unsigned)frame->number);
    else
        log_event(level, "apuesta_enviada", result, "cantidad: %" PRIu32, frame->bets);
    progress_add(&client->progress, frame->bets);
}

void report_recalled(void *context, const struct bets_frame *frame)
{
    struct client *client = context;
    progress_recall(&client->progress, frame->bets);
}

void report_finished(void *context)
{
    struct client *client = context;
    progress_hide(&client->progress);
    if (client_has_keys(client))
        log_event(LOG_INFO, "finish", LOG_IN_PROGRESS, "key: %" PRIu64, client->finish_key);
    else
        log_event(LOG_INFO, "finish", LOG_IN_PROGRESS, NULL);
}

/* ---- When it does not ------------------------------------------------------------------------ */

/* Which of several servers; "" if there is only one. */
static const char *of_several(const struct client *client, char out[static ROUTE_TEXT_MAX + 1])
{
    out[0] = '\0';
    if (client->settings.servers.count > 1)
        snprintf(out, ROUTE_TEXT_MAX + 1, " %s", client->link.server);
    return out;
}

enum status report_trouble(const struct client *client, enum sender_outcome outcome)
{
    char server[ROUTE_TEXT_MAX + 1];
    switch (outcome) {
    case SENDER_REFUSED:
        message_print("the server%s refused bets (answer 1); sending stopped, and no FINISH was sent",
                      of_several(client, server));
        return STATUS_FAILED;
    case SENDER_DOUBT:
        message_print("%s: %s before it had answered; sending stopped, and no FINISH was sent", client->link.server,
                      client->link.why);
        return STATUS_DOUBT;
    case SENDER_BAD:
        message_print("%s", client->batcher.error);
        return STATUS_USAGE;
    case SENDER_FAILED:
        message_print("%s", client->link.why);
        return STATUS_FAILED;
    case SENDER_UNKEPT:
        message_print("%s; sending stopped, and no FINISH was sent", client->resume.error);
        return STATUS_FAILED;
    case SENDER_NO_MEMORY:
        message_print("out of memory for a window of %zu frames; use a smaller --window", client->settings.window);
        return STATUS_FAILED;
    default:
        message_print("stopped by a signal");
        return STATUS_FAILED;
    }
}

/* Frames are stored in their order, so of those in doubt the first ones, if any. */
static void explain_doubt(const struct client *client)
{
    unsigned agency = (unsigned)client->settings.agency;
    message_print("of the rows in doubt the server has stored all, none, or the first ones: 'sorteo export --agency %u "
                  "--count' says how many bets it has. Then --on-doubt skip=LINE treats the rows through LINE as "
                  "stored and sends those after it. If a second client of agency %u is running, stop it: the server "
                  "closes the older connection of an agency",
                  agency, agency);
}

enum status report_rows(const struct client *client, enum status status)
{
    message_row_outcomes(csv_reader_name(client->reader), &client->outcomes, client->totals.bets, client->batcher.ended,
                         client->stopped);
    if (row_outcomes_bets(&client->outcomes, ROW_IN_DOUBT) == 0)
        return status;
    if (!client_has_keys(client))
        explain_doubt(client);
    return STATUS_DOUBT;
}

void report_if_empty(const struct client *client)
{
    if (client->settings.source != SOURCE_NONE && client->outcomes.count == 0 && !client_has_keys(client))
        message_print(
            "%s holds no bets: in the first round this FINISH closes it; in a later one it only repeats the last "
            "winners (--empty-round closes it)",
            csv_reader_name(client->reader));
}

enum status report_unfinished(const struct client *client, enum finish_outcome outcome)
{
    if (outcome == FINISH_STOPPED) /* as the operator wished, so no failure */
        log_event(LOG_INFO, "consulta_ganadores", LOG_IN_PROGRESS, "reason: stopped by a signal");
    else
        log_event(LOG_ERROR, "consulta_ganadores", LOG_FAIL, NULL);
    switch (outcome) {
    case FINISH_DOUBT:
        message_print("%s: %s; it is IN DOUBT whether the empty round was closed", client->link.server,
                      client->link.why);
        return STATUS_DOUBT;
    case FINISH_UNTOLD:
        message_print(
            "%s: %s without telling the winners; all bets are stored. %" PRIu32 " of them are on one number, and "
            "a reply in this dialect lists %" PRIu32 " winners: if that number won, they are with the server "
            "(sorteo export --winners), and the round is over. If the server was only down, --results asks again",
            client->link.server, client->link.why, client->tally.most,
            sorteo_winners_max(client->settings.batch.dialect));
        return STATUS_FAILED;
    case FINISH_STOPPED:
        message_print(
            "stopped by a signal while waiting for the draw; all bets are stored, and --results asks for the winners");
        return STATUS_FAILED;
    default:
        message_print(
            "%s; all bets are stored, but the winners are not known: does the server serve agency %u, in this "
            "dialect?",
            client->link.why, (unsigned)client->settings.agency);
        return STATUS_FAILED;
    }
}
