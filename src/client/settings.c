/*
 * What the client was told to do: see settings.h. The options are in settings_options.c. What they
 * mean together is here, in settings_source.c and in settings_tls.c.
 */
#include "client/settings.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/usage_error.h"
#include "client/settings_parts.h"
#include "codec/protocol.h"

/* Where a text is from: its place in the configuration, or else how it is given. */
static const char *source_of(const struct given *given, const char *text, const char *names)
{
    const char *place = config_place(given->config, text);
    return place != NULL ? place : names;
}

static bool read_agency(const struct given *given, struct run_settings *settings)
{
    if (given->agency == 0)
        return usage_error(CLIENT, "the agency is missing: give --agency N, or set CLI_ID");
    settings->agency = (uint8_t)given->agency;
    return true;
}

static bool read_servers(const struct given *given, struct run_settings *settings)
{
    static const struct option_texts by_default = { .text = { "127.0.0.1:12345" }, .count = 1 };
    const struct option_texts *texts = given->servers.count > 0 ? &given->servers : &by_default;
    char error[SERVERS_ERROR_MAX];
    for (unsigned i = 0; i < texts->count; i++) {
        if (!servers_add(&settings->servers, texts->text[i], error))
            return usage_error(CLIENT, "%s (%s)", error,
                               source_of(given, texts->text[i], "--server, CLI_SERVER_ADDRESS"));
    }
    return true;
}

/* A number, or auto. Variables and configuration files are often shared by many clients, so only
 * the option itself conflicts with --single. */
static bool read_batch(const struct given *given, struct run_settings *settings)
{
    bool on_command_line = given->batch_origin == OPTION_GIVEN;
    uint64_t bets = 0;
    settings->batch.dialect = (enum sorteo_dialect)given->dialect;
    settings->batch.form = BATCH_AUTO;
    if (given->single && on_command_line)
        return usage_error(CLIENT, "--single sends each bet alone, so --batch %s cannot be given", given->batch);
    if (given->single || (settings->source == SOURCE_ENVIRONMENT && !on_command_line)) {
        settings->batch.form = BATCH_SINGLE;
        return true;
    }
    if (given->batch == NULL || strcmp(given->batch, "auto") == 0)
        return true;
    const uint32_t most = protocol_batch_most(settings->batch.dialect);
    if (!options_number(given->batch, 1, most, &bets))
        return usage_error(CLIENT, "%s: '%s' is neither auto nor a number from 1 to %" PRIu32,
                           source_of(given, given->batch, "--batch, CLI_BATCH_MAXAMOUNT"), given->batch, most);
    settings->batch.form = BATCH_EXACT;
    settings->batch.bets = (uint32_t)bets;
    return true;
}

static bool read_connection(const struct given *given, struct run_settings *settings)
{
    settings->per_frame = given->connection == 1;
    settings->window = (size_t)given->window;
    settings->retry_ms = given->retry_ms;
    settings->pause_ms = given->pause_ms;
    settings->answer_ms = given->answer_ms;
    settings->stop_status = given->stop_status;
    if (settings->per_frame && settings->window > 1)
        return usage_error(CLIENT, "--connection per-frame sends one frame on each connection, so --window must be 1");
    return true;
}

/* stop, resend, skip or skip=LINE. */
static bool read_doubt(const struct given *given, struct run_settings *settings)
{
    settings->skip_line = UINT64_MAX;
    settings->resend = strcasecmp(given->doubt, "resend") == 0;
    settings->skip = strncasecmp(given->doubt, "skip", 4) == 0;
    if (settings->resend || strcasecmp(given->doubt, "stop") == 0 || strcasecmp(given->doubt, "skip") == 0)
        return true;
    if (settings->skip && given->doubt[4] == '=' &&
        options_number(given->doubt + 5, 0, UINT64_MAX - 1, &settings->skip_line))
        return true;
    return usage_error(CLIENT, "%s: '%s' is not stop, resend, skip or skip=LINE",
                       source_of(given, given->doubt, "--on-doubt"), given->doubt);
}

/* Without keys, of the frames in doubt the server has stored all, none, or the first ones. Of one
 * frame somebody can say which; of several, to send all again doubles rows, and to skip all of them
 * loses rows. */
static bool check_window(const struct run_settings *settings)
{
    enum sorteo_dialect dialect = settings->batch.dialect;
    bool has_keys = sorteo_dialect_parameters(dialect)->key_size > 0;
    bool guesses = settings->resend || (settings->skip && settings->skip_line == UINT64_MAX);
    if (settings->window == 1 || !guesses || has_keys || settings->source != SOURCE_FILE)
        return true;
    return usage_error(CLIENT,
                       "--on-doubt %s needs --window 1 in a dialect without keys, such as %s: of several frames in "
                       "doubt the server may have stored some, and %s. Use --window 1, or --on-doubt stop; if rows "
                       "are then in doubt, 'sorteo export --agency %u --count' says how many the store has, for "
                       "--on-doubt skip=LINE",
                       settings->resend ? "resend" : "skip", sorteo_dialect_name(dialect),
                       settings->resend ? "those would be stored twice" : "the others would be lost",
                       (unsigned)settings->agency);
}

static bool read_finish(const struct given *given, struct run_settings *settings)
{
    bool has_keys = sorteo_dialect_parameters(settings->batch.dialect)->key_size > 0;
    settings->winners_path = given->winners;
    settings->has_finish_key = given->finish_key != NULL;
    /* With a KEY, a FINISH closes an empty round wherever it comes from. */
    settings->empty_round = given->empty_round && !has_keys;
    if (given->finish_key != NULL && !has_keys)
        return usage_error(CLIENT, "--finish-key is for a dialect with keys, and --dialect %s has none",
                           sorteo_dialect_name(settings->batch.dialect));
    struct key_range keys = keys_of(settings->batch.dialect);
    if (given->finish_key != NULL && !options_number(given->finish_key, keys.low, keys.high, &settings->finish_key))
        return usage_error(CLIENT, "%s: '%s' is not a number from %" PRIu64 " to %" PRIu64,
                           source_of(given, given->finish_key, "--finish-key"), given->finish_key, keys.low, keys.high);
    if (given->results && has_keys && given->finish_key == NULL)
        return usage_error(
            CLIENT, "--results needs --finish-key in a dialect with keys: a FINISH with a new KEY would close another "
                    "round");
    if (settings->batch.form == BATCH_SINGLE && given->winners != NULL)
        return usage_error(CLIENT, "the single-bet stream returns no winners: --winners needs the agency stream%s",
                           settings->source == SOURCE_ENVIRONMENT ? ", for example with --batch 1" : "");
    return true;
}

static bool read_resume(const struct given *given, struct run_settings *settings)
{
    settings->resume_path = given->resume;
    if (settings->skip_line != UINT64_MAX && settings->source != SOURCE_FILE)
        return usage_error(CLIENT, "--on-doubt skip=LINE is about the lines of a file, and none is given");
    if (given->resume == NULL && settings->skip_line != UINT64_MAX)
        settings->batch.skip_line = settings->skip_line;
    if (given->resume != NULL && settings->source == SOURCE_NONE)
        return usage_error(CLIENT, "--resume records which bets were sent, and %s sends none",
                           given->results ? "--results" : "--empty-round");
    if (given->resume == NULL && settings->skip && settings->skip_line == UINT64_MAX)
        return usage_error(CLIENT, "--on-doubt skip needs the --resume file of the run that left bets in doubt");
    if (given->resume != NULL && given->finish_key != NULL)
        return usage_error(CLIENT, "--resume records the KEY of the FINISH, so --finish-key cannot be given");
    return true;
}

enum options_outcome run_settings_read(int argc, char **argv, struct run_settings *settings)
{
    static struct config config;
    struct given given = { .config = &config,
                           .window = 1,
                           .retry_ms = 60000,
                           .pause_ms = 100,
                           .answer_ms = 60000,
                           .stop_status = 1,
                           .doubt = "stop",
                           .log_level = LOG_INFO,
                           .dialect = SORTEO_DIALECT_DEFAULT };
    struct run_settings read = { 0 };
    enum options_outcome outcome = run_settings_parse(argc, argv, &given);
    if (outcome != OPTIONS_OK)
        return outcome;
    if (!read_agency(&given, &read) || !read_servers(&given, &read) || !run_settings_read_tls(&given, &read) ||
        !run_settings_read_source(&given, &read) || !read_batch(&given, &read) || !read_connection(&given, &read) ||
        !read_doubt(&given, &read) || !check_window(&read) || !read_finish(&given, &read) ||
        !read_resume(&given, &read))
        return OPTIONS_ERROR;
    read.log_level = (enum log_level)given.log_level;
    read.mask_documents = given.mask_documents;
    *settings = read;
    return OPTIONS_OK;
}
