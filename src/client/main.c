/*
 * sorteo-client: an agency's bets to the server, its winners back.
 *
 * This file puts the parts together and decides what is said and what the exit status is; how each
 * part of the way is gone is theirs: csv_reader → batcher (check before) → sender → finish, the
 * last two over a link.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system.h"
#include "client/client.h"
#include "client/client_tls.h"
#include "client/messages.h"
#include "client/run_report.h"
#include "client/stop_signal.h"

#define SETTLE_MS 10000u     /* for answers that are owed after trouble, and for the server to close after a RECEIPT */
#define SETTLE_STOP_MS 2000u /* the same, when stopped by a signal */

/* ---- Bets ------------------------------------------------------------------------------------ */

static bool open_source(struct client *client)
{
    const struct run_settings *settings = &client->settings;
    char error[CSV_ERROR_MAX] = "out of memory";
    if (settings->source == SOURCE_NONE)
        return true;
    if (settings->source == SOURCE_ENVIRONMENT)
        client->reader = csv_reader_of_row("the environment", settings->fields, settings->agency);
    else
        client->reader = csv_reader_open(settings->path, settings->agency, error);
    if (client->reader == NULL) {
        message_print("%s", error);
        return false;
    }
    csv_reader_stop_on(client->reader, client->stop_fd);
    return true;
}

static bool pick_keys(struct client *client)
{
    if (getrandom(&client->first_key, sizeof client->first_key, 0) != sizeof client->first_key) {
        message_print("no random numbers for the keys: %s", strerror(errno));
        return false;
    }
    struct key_range keys = keys_of(client->settings.batch.dialect);
    client->first_key = keys_pick(&keys, client->first_key);
    client->finish_key = client->settings.has_finish_key
                             ? client->settings.finish_key
                             : keys_before(&keys, client->first_key); /* counting up comes to it last */
    if (client->first_key == client->finish_key)
        client->first_key = keys_after(&keys, client->first_key);
    return true;
}

/* An earlier run has its keys, and the frames that it made. */
static bool open_resume(struct client *client)
{
    if (client_resume(client) == NULL)
        return true;
    struct resume_input input = {
        .agency = client->settings.agency,
        .dialect = client->settings.batch.dialect,
        .single = client_is_single(client),
        .size = csv_reader_size(client->reader),
    };
    if (!resume_open(&client->resume, client->settings.resume_path, &input, client->first_key)) {
        message_print("%s (nothing was sent)", client->resume.error);
        return false;
    }
    client->first_key = client->resume.first_key;
    client->finish_key = client->resume.finish_key;
    if (client->resume.frames > 0 || client->resume.finishing)
        log_event(LOG_INFO, "resume", LOG_SUCCESS, "frames: %" PRIu64 " | in_doubt: %" PRIu64, client->resume.frames,
                  resume_doubtful(&client->resume));
    return true;
}

/* Before the first pass over the bets, and before the second. */
static void start_batcher(struct client *client, struct batch_tally *tally)
{
    batcher_init(&client->batcher, &client->settings.batch, client->reader, client->first_key);
    client->batcher.reserved_key = client->finish_key;
    client->batcher.tally = tally;
    if (client_resume(client) != NULL)
        client->batcher.cuts = (struct cuts){ .next = resume_cut, .context = &client->resume };
}

static enum status check_source(struct client *client)
{
    if (client->reader == NULL || !csv_reader_is_regular(client->reader))
        return STATUS_DONE;
    start_batcher(client, NULL);
    switch (validate_file(&client->batcher, client->stop_fd, &client->totals)) {
    case BATCH_BAD:
        message_print("%s (nothing was sent)", client->batcher.error);
        return STATUS_USAGE;
    case BATCH_STOPPED:
        message_print("stopped by a signal; nothing was sent");
        client->stopped = true;
        return STATUS_FAILED;
    default:
        return STATUS_DONE;
    }
}

/* The client that used the resume file before was killed, and nothing is to be sent twice, or to be
 * lost. Whether several frames are in doubt is that run's window, not this one's. */
static enum status stop_in_doubt(struct client *client, uint64_t frames)
{
    enum sender_outcome outcome = sender_recall(&client->resume, &client->batcher, &client->outcomes);
    if (outcome != SENDER_DONE)
        return report_trouble(client, outcome);
    message_print("an earlier run ended before everything it sent was answered; nothing was sent now. %s",
                  frames == 1 ? "--on-doubt resend sends the rows in doubt again, --on-doubt skip continues after them"
                              : "Several frames are in doubt: --on-doubt resend could store some rows twice, and "
                                "--on-doubt skip could lose some, so neither is done");
    return report_rows(client, STATUS_DOUBT);
}

/* The operator has looked. What becomes in doubt from now on is another matter. */
static enum status skip_doubt(struct client *client)
{
    uint64_t frames = resume_doubtful(&client->resume);
    if (!resume_give_up(&client->resume)) {
        message_print("%s", client->resume.error);
        return STATUS_FAILED;
    }
    log_event(LOG_WARNING, "resume", LOG_SUCCESS, "frames: %" PRIu64 " | state: given_up", frames);
    return STATUS_DONE;
}

static enum status send_bets(struct client *client)
{
    const struct run_settings *settings = &client->settings;
    struct sender_settings sender = {
        .window = settings->window,
        .per_frame = settings->per_frame,
        .repeats = settings->resend || client_has_keys(client),
        .settle_ms = SETTLE_MS,
        .settle_stopped_ms = SETTLE_STOP_MS,
        .resume = client_resume(client),
        .skips = settings->skip,
        .skip_line = settings->skip_line,
        .answered = report_answered,
        .recalled = report_recalled,
        .context = client,
    };
    if (client->reader == NULL)
        return STATUS_DONE;
    start_batcher(client, &client->tally);
    bool has_line = settings->skip && settings->skip_line != UINT64_MAX;
    if (sender.resume != NULL && !client_has_keys(client) && !has_line) {
        uint64_t doubtful = resume_doubtful(sender.resume);
        if (doubtful > (settings->resend || settings->skip ? 1 : 0))
            return stop_in_doubt(client, doubtful);
        if (settings->skip && skip_doubt(client) != STATUS_DONE)
            return STATUS_FAILED;
    }
    progress_init(&client->progress, client->totals.bets);
    enum sender_outcome outcome = sender_run(&sender, &client->link, &client->batcher, &client->outcomes);
    progress_hide(&client->progress);
    if (outcome == SENDER_DONE)
        return STATUS_DONE;
    client->stopped = outcome == SENDER_STOPPED;
    return report_rows(client, report_trouble(client, outcome));
}

/* ---- Winners --------------------------------------------------------------------------------- */

static void on_acknowledged(void *context)
{
    struct client *client = context;
    if (client_resume(client) != NULL && !client->resume.over && !resume_end(&client->resume))
        message_print("%s", client->resume.error); /* no harm: the RECEIPT would be sent again */
}

/* Without keys, a FINISH after winners that cannot be told closes the next round. */
static bool may_be_untold(const struct client *client)
{
    return !client_has_keys(client) && client->tally.most > sorteo_winners_max(client->settings.batch.dialect);
}

static enum status tell_winners(struct client *client)
{
    char error[WINNERS_FILE_ERROR_MAX];
    log_event(LOG_INFO, "consulta_ganadores", LOG_SUCCESS, "cant_ganadores: %zu", client->winners.count);
    if (winners_file_write(&client->winners_file, client->winners.documents, client->winners.count, error))
        return STATUS_DONE;
    message_print("%s; %s", error,
                  client_resume(client) != NULL ? "another run with --resume tells them again"
                                                : "--results asks for them again");
    return STATUS_FAILED;
}

/* A RECEIPT says that the server may forget these winners: it is sent once they are on disk. */
static bool on_told(void *context, const struct winners *winners)
{
    struct client *client = context;
    bool kept = client_resume(client) == NULL || client->resume.told || resume_tell(&client->resume, winners);
    if (!kept)
        message_print("%s; the winners are reported, but no RECEIPT was sent", client->resume.error);
    client->told = tell_winners(client);
    return kept && client->told == STATUS_DONE;
}

/* An earlier run has the winners. Its RECEIPT may have got lost, which is harmless, for the next
 * BATCH or new FINISH stands for it; only with keys is it harmless, too, to ask and acknowledge
 * again (protocol, sections 7 and 8). */
static bool is_settled(const struct client *client)
{
    const struct resume *resume = &client->resume;
    return resume->told && (resume->over || !client_has_keys(client));
}

static enum status tell_again(struct client *client)
{
    if (resume_winners(&client->resume, &client->winners))
        return tell_winners(client);
    message_print("%s", client->resume.error);
    return STATUS_FAILED;
}

static enum status finish(struct client *client)
{
    const struct run_settings *settings = &client->settings;
    struct resume *resume = client_resume(client);
    struct finish_settings finish_settings = {
        .dialect = settings->batch.dialect,
        .agency = settings->agency,
        .key = client->finish_key,
        .empty_round = settings->empty_round,
        .ask_once = may_be_untold(client),
        .asked_before = resume != NULL && resume->finishing,
        .settle_ms = SETTLE_MS,
        .told = on_told,
        .acknowledged = on_acknowledged,
        .finished = report_finished,
        .context = client,
    };
    report_if_empty(client);
    if (settings->per_frame)
        upstream_close(&client->link);
    if (resume != NULL && !resume->told && !resume_finish(resume)) {
        message_print("%s; no FINISH was sent", resume->error);
        return STATUS_FAILED;
    }
    enum finish_outcome outcome = finish_round(&finish_settings, &client->link, &client->winners);
    client->stopped = outcome == FINISH_STOPPED || client->winners_file.stopped;
    return outcome == FINISH_DONE ? client->told : report_unfinished(client, outcome);
}

/* ---- All of it ------------------------------------------------------------------------------- */

static void start_link(struct client *client)
{
    const struct run_settings *settings = &client->settings;
    struct upstream_settings upstream_settings = {
        .dialect = settings->batch.dialect,
        .servers = &settings->servers,
        .tls = client->tls,
        .tls_name = settings->tls_name,
        .retry_ms = settings->retry_ms,
        .answer_ms = settings->answer_ms,
        .pause_ms = settings->pause_ms,
        .stop_fd = client->stop_fd,
        .retrying = report_retrying,
        .connected = report_connected,
        .context = client,
    };
    upstream_init(&client->link, &upstream_settings);
    row_outcomes_init(&client->outcomes);
}

static bool open_tls(struct client *client)
{
    char error[TLS_ERROR_MAX];
    if (!client->settings.over_tls)
        return true;
    client->tls = client_tls_open(&client->settings, error);
    if (client->tls == NULL)
        message_print("%s (nothing was sent)", error);
    return client->tls != NULL;
}

static enum status run(struct client *client)
{
    char error[WINNERS_FILE_ERROR_MAX];
    if (!winners_file_open(&client->winners_file, error)) {
        message_print("%s (nothing was sent)", error);
        client->stopped = client->winners_file.stopped;
        return client->stopped ? STATUS_FAILED : STATUS_USAGE;
    }
    if (!pick_keys(client))
        return STATUS_FAILED;
    if (!open_tls(client) || !open_source(client) || !open_resume(client))
        return STATUS_USAGE;
    report_files(client);
    enum status status = check_source(client);
    if (status != STATUS_DONE)
        return status;
    start_link(client);
    status = send_bets(client);
    if (status != STATUS_DONE)
        return status;
    if (!client_is_single(client))
        return is_settled(client) ? tell_again(client) : finish(client);
    if (transport_is_open(&client->link.transport))
        (void)transport_close_cleanly(&client->link.transport, clock_ms() + SETTLE_STOP_MS, client->stop_fd);
    return STATUS_DONE;
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for a small stack */
    if (!fd_hold_standard())
        return STATUS_FAILED;
    signal_ignore_file_limit();
    enum options_outcome outcome = run_settings_read(argc, argv, &client.settings);
    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    bool winners_on_stdout = winners_file_is_stdout(client.settings.winners_path);
    log_open(winners_on_stdout ? STDERR_FILENO : STDOUT_FILENO, client.settings.log_level);
    client.stop_fd = stop_signal_open();
    if (client.stop_fd < 0) {
        message_print("signals cannot be set up: %s", strerror(errno));
        return STATUS_FAILED;
    }
    client.resume.journal.fd = client.link.transport.fd = -1;
    winners_file_init(&client.winners_file, client.settings.winners_path, client.stop_fd);
    enum status status = run(&client);
    upstream_close(&client.link);
    tls_context_release(client.tls);
    resume_close(&client.resume);
    winners_file_close(&client.winners_file);
    csv_reader_close(client.reader);
    return client.stopped && status == STATUS_FAILED ? (int)client.settings.stop_status : (int)status;
}
