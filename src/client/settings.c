/* See settings.h. */
#include "client/settings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/address.h"
#include "base/config.h"
#include "base/printable.h"
#include "client/config_yaml.h"
#include "client/sender.h"

#define RETRY_MAX_MS (UINT64_C(365) * 24 * 3600 * 1000)
#define PAUSE_MAX_MS (UINT64_C(3600) * 1000)

static const char *const connections[] = { "keep", "per-frame", NULL };

/* Keys of TP0's client that have no meaning here: it pauses between its bets. */
static const char *const known_keys[] = { "loop.amount", "loop.period", NULL };
static struct config config;

/* The values as the options see them. */
struct given {
    uint64_t agency, window, retry_ms, pause_ms, answer_ms, stop_status;
    unsigned dialect, log_level, connection;
    const char *server, *batch, *winners, *finish_key, *resume, *doubt, *tls_name;
    struct tls_paths tls_paths;
    bool single, results, empty_round, tls;
    const char *path;
    enum option_origin agency_origin, batch_origin;
};

static const char epilogue[] =
    "FILE has a row for each bet. Without FILE, the environment may hold one bet. In\n"
    "the order of a row, these are the variables and the fields:\n" BET_FIELD_LINES "A birth date is YYYY-MM-DD.\n"
    "Without both, if CLI_ID=N or the configuration file names the agency, the file\n"
    "is /data/agency-N.csv or, if that does not exist, .data/agency-N.csv.\n"
    "\n"
    "The bet of the environment goes over the single-bet stream, as with --single,\n"
    "unless --batch is given on the command line. A file is checked whole before\n"
    "anything is sent; standard input (-) is checked as it comes. Empty lines are\n"
    "skipped.\n"
    "\n"
    "--single sends bets only. They belong to the agency's round, which a run over\n"
    "the agency stream (a file, or --results) finishes.\n"
    "\n"
    "A file without a bet sends FINISH alone. That closes the first round. In a later\n"
    "round, in a dialect without keys, it repeats the winners of the round before:\n"
    "the server cannot tell it from a repeated request. --empty-round closes a later\n"
    "round that has no bets. --results asks again; if bets of the agency are stored\n"
    "that no FINISH has followed, it finishes them.\n"
    "\n"
    "When a connection ends without an answer, the frame may or may not be stored. In\n"
    "a dialect with keys it is sent again, which is harmless. Without keys the client\n"
    "stops and says which rows are in doubt, unless --on-doubt resend is given, which\n"
    "may store them twice.\n"
    "\n"
    "With --resume PLACE a client that was killed, or whose machine lost its power,\n"
    "continues when it is started again with the same bets and the same PLACE. That\n"
    "file records how the bets were divided into frames, their KEYs, which were\n"
    "answered, and the winners, each on disk before it matters. With keys, every bet\n"
    "is then stored exactly once. Without keys, a client that was killed leaves at\n"
    "most --window frames in doubt: started again, it says which rows they are and\n"
    "stops, or sends them again (--on-doubt resend), or continues after them\n"
    "(--on-doubt skip). Standard input can be resumed if the same bytes are sent to\n"
    "it from their beginning. After the round is over, the same command reports the\n"
    "same winners again and sends no bets. Use a new PLACE for each round; a file\n"
    "that belongs to other bets, is in use or is damaged is refused.\n"
    "\n"
    "Exit status: 0 done, 1 refused or failed, 2 usage or bad input, 3 in doubt\n"
    "(standard error says which rows).";

static enum options_outcome parse(int argc, char **argv, struct given *given)
{
    char dialect_help[96];
    snprintf(dialect_help, sizeof dialect_help, "The dialect of the protocol. Default %s.",
             sorteo_dialect_name(SORTEO_DIALECT_DEFAULT));
    const struct option_spec options[] = {
        { .name = "agency",
          .kind = OPTION_NUMBER,
          .value = &given->agency,
          .min = 1,
          .max = 255,
          .metavar = "N",
          .environment = "CLI_ID",
          .origin = &given->agency_origin,
          .help = "The agency whose bets these are. Required." },
        { .name = "server",
          .kind = OPTION_TEXT,
          .value = &given->server,
          .metavar = "HOST:PORT",
          .environment = "CLI_SERVER_ADDRESS",
          .help = "Where the server listens. Default 127.0.0.1:12345." },
        { .name = "tls",
          .kind = OPTION_FLAG,
          .value = &given->tls,
          .help = "Use TLS. Needs --tls-ca, --tls-cert and --tls-key." },
        { .name = "tls-ca",
          .kind = OPTION_TEXT,
          .value = &given->tls_paths.path[TLS_CA],
          .metavar = "FILE",
          .help = "The CAs (PEM) under which the server's certificate may be issued." },
        { .name = "tls-cert",
          .kind = OPTION_TEXT,
          .value = &given->tls_paths.path[TLS_CERTIFICATE],
          .metavar = "FILE",
          .help = "The agency's certificate (PEM), followed by intermediate certificates if there are any." },
        { .name = "tls-key",
          .kind = OPTION_TEXT,
          .value = &given->tls_paths.path[TLS_KEY],
          .metavar = "FILE",
          .help = "Its private key (PEM), without a passphrase. Others must have no rights on the file (chmod 600)." },
        { .name = "tls-name",
          .kind = OPTION_TEXT,
          .value = &given->tls_name,
          .metavar = "NAME",
          .help = "The host name or address that the server's certificate must have as a SAN. Default: HOST of "
                  "--server." },
        { .name = "dialect",
          .kind = OPTION_CHOICE,
          .value = &given->dialect,
          .choices = sorteo_dialect_names(),
          .help = dialect_help },
        { .name = "batch",
          .kind = OPTION_TEXT,
          .value = &given->batch,
          .metavar = "N|auto",
          .environment = "CLI_BATCH_MAXAMOUNT",
          .origin = &given->batch_origin,
          .help = "Bets per batch; an error if they exceed 8,000 bytes. auto, the default: as many as fit." },
        { .name = "window",
          .kind = OPTION_NUMBER,
          .value = &given->window,
          .min = 1,
          .max = SENDER_WINDOW_MAX,
          .metavar = "W",
          .help = "Frames sent ahead of their answers. Default 1." },
        { .name = "single",
          .kind = OPTION_FLAG,
          .value = &given->single,
          .help = "Use the single-bet stream: each row is sent alone, and no FINISH follows." },
        { .name = "results",
          .kind = OPTION_FLAG,
          .value = &given->results,
          .help = "Send no bets: send FINISH, wait, report the winners. With keys it needs --finish-key." },
        { .name = "empty-round",
          .kind = OPTION_FLAG,
          .value = &given->empty_round,
          .help = "Send no bets, and close a round that has none and is not the first." },
        { .name = "finish-key",
          .kind = OPTION_TEXT,
          .value = &given->finish_key,
          .metavar = "K",
          .help =
              "The KEY of the FINISH, in a dialect with keys. With the KEY of an earlier run, from its log, that run's "
              "winners are fetched again. Default: a random one." },
        { .name = "connection",
          .kind = OPTION_CHOICE,
          .value = &given->connection,
          .choices = connections,
          .metavar = "keep|per-frame",
          .help = "per-frame: a new connection for each frame and one for FINISH, for servers that end the connection "
                  "after each answer. Default keep." },
        { .name = "on-doubt",
          .kind = OPTION_TEXT,
          .value = &given->doubt,
          .metavar = "stop|resend|skip[=LINE]",
          .help =
              "What to do, in a dialect without keys, with a frame that got no answer. resend sends it again; it may "
              "then be stored twice. skip: treat what an earlier run with --resume left in doubt as stored. skip=LINE: "
              "treat the rows through LINE of the file as stored, and send those after it; 'sorteo export --agency N "
              "--count' says how many the store has. Default stop." },
        { .name = "retry-for",
          .kind = OPTION_SECONDS,
          .value = &given->retry_ms,
          .max = RETRY_MAX_MS,
          .metavar = "S",
          .help = "Give up after this many seconds of trying to connect. Default 60." },
        { .name = "answer-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->answer_ms,
          .min = 1,
          .max = RETRY_MAX_MS,
          .metavar = "S",
          .help = "Close a connection on which the server owes an answer and has been silent for this long. Waiting "
                  "for the draw has no limit. Default 60." },
        { .name = "stop-status",
          .kind = OPTION_NUMBER,
          .value = &given->stop_status,
          .max = 255,
          .metavar = "N",
          .help = "The exit status when SIGTERM or SIGINT ends the run and no row is in doubt. Default 1." },
        { .name = "retry-pause",
          .kind = OPTION_SECONDS,
          .value = &given->pause_ms,
          .min = 1,
          .max = PAUSE_MAX_MS,
          .metavar = "S",
          .help =
              "The pause before the second attempt to connect; it doubles up to 50 times that. Each pause is shortened "
              "at random by up to half, so that agencies do not all reconnect at once. Default 0.1." },
        { .name = "resume",
          .kind = OPTION_TEXT,
          .value = &given->resume,
          .metavar = "PLACE",
          .help = "Record progress in the file PLACE; if it exists, continue from there. See below." },
        { .name = "winners",
          .kind = OPTION_TEXT,
          .value = &given->winners,
          .metavar = "FILE",
          .help =
              "Write the winning documents to FILE, one per line. - is standard output; the log then goes to standard "
              "error." },
        { .name = "log-level",
          .kind = OPTION_CHOICE,
          .value = &given->log_level,
          .choices = log_level_names,
          .metavar = "LEVEL",
          .environment = "CLI_LOG_LEVEL",
          .help = "DEBUG, INFO, WARNING, ERROR or CRITICAL. Default INFO." },
        { .name = "config",
          .kind = OPTION_TEXT,
          .value = &config.path,
          .metavar = "FILE",
          .help = "A YAML file with defaults for options. Keys are the names of options, or server.address, "
                  "batch.maxAmount, log.level and id. Default config.yaml, if it exists; /dev/null: none." },
    };
    const struct options_program program = {
        .name = "sorteo-client",
        .synopsis = "[OPTION]... [FILE.csv | -]",
        .summary = "Sends an agency's bets to the server, finishes its round, waits for the draw, and reports how many "
                   "of them won.",
        .epilogue = epilogue,
        .version = sorteo_version(),
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .config = &config,
    };
    int operand = argc;
    config =
        (struct config){ .path = "config.yaml", .prefix = "CLI_", .others = known_keys, .parse = config_yaml_parse };
    enum options_outcome outcome = options_parse(&program, argc, argv, 1, &operand);
    given->path = operand < argc ? argv[operand] : NULL;
    return outcome;
}

__attribute__((format(printf, 1, 2))) static bool wrong(const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    printable_line(stderr, "sorteo-client: %s. Try 'sorteo-client --help'.", text);
    va_end(arguments);
    return false;
}

/* Where a text is from: its place in the configuration, or else how it is given. */
static const char *source_of(const char *text, const char *names)
{
    const char *place = config_place(&config, text);
    return place != NULL ? place : names;
}

/* ---- What the options mean together ---------------------------------------------------------- */

static bool read_server(const struct given *given, struct run_settings *settings)
{
    char host[256], port[8];
    uint64_t any_port;
    if (given->agency == 0)
        return wrong("the agency is missing: give --agency N, or set CLI_ID");
    const char *source = source_of(given->server, "--server, CLI_SERVER_ADDRESS");
    if (!address_split(given->server, host, sizeof host, port, sizeof port))
        return wrong("the server's address '%s' is not HOST:PORT (%s)", given->server, source);
    if (options_number(port, 0, 0, &any_port))
        return wrong("the server's address '%s' has port 0, which cannot be connected to (%s)", given->server, source);
    settings->agency = (uint8_t)given->agency;
    settings->server = given->server;
    return true;
}

/* Where TP0's containers have an agency's file. Not if --agency names the agency: then FILE may
 * have been forgotten. */
static bool find_agency_file(const struct given *given, struct run_settings *settings)
{
    static const char *const folders[] = { "/data", ".data" };
    static char path[32];
    unsigned agency = (unsigned)given->agency;
    if (given->agency_origin == OPTION_GIVEN)
        return wrong("no bets: give FILE.csv, or - for standard input, or set all of %s for one bet",
                     BET_LIST(BET_FIELD_VARIABLES));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/agency-%u.csv", folders[i], agency);
        if (access(path, F_OK) != 0)
            continue;
        settings->path = path;
        return true;
    }
    return wrong("no bets: there is neither /data/agency-%u.csv nor .data/agency-%u.csv; give FILE.csv, or - for "
                 "standard input, or set all of %s for one bet",
                 agency, agency, BET_LIST(BET_FIELD_VARIABLES));
}

/* The one bet of the environment: all five variables or none. Then a file is looked for. */
static bool read_environment(const struct given *given, struct run_settings *settings)
{
    unsigned set = 0;
    const char *missing = NULL;
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        settings->fields[i] = getenv(bet_fields[i].variable);
        if (settings->fields[i] != NULL)
            set++;
        else if (missing == NULL)
            missing = bet_fields[i].variable;
    }
    if (set == 0)
        return find_agency_file(given, settings);
    if (missing != NULL)
        return wrong("the environment holds part of a bet, but %s is not set", missing);
    settings->source = SOURCE_ENVIRONMENT;
    return true;
}

/* The server's certificate must have the name that the client connects to, or that of --tls-name.
 * */
static bool read_tls(const struct given *given, struct run_settings *settings)
{
    static char host[256];
    static const char *const options[TLS_PARTS] = {
        [TLS_CERTIFICATE] = "--tls-cert", [TLS_KEY] = "--tls-key", [TLS_CA] = "--tls-ca"
    };
    char port[16];
    for (unsigned part = 0; part < TLS_CRL; part++) {
        if (given->tls && given->tls_paths.path[part] == NULL)
            return wrong("--tls needs %s FILE", options[part]);
        if (!given->tls && given->tls_paths.path[part] != NULL)
            return wrong("%s is given, but not --tls", options[part]);
    }
    if (!given->tls && given->tls_name != NULL)
        return wrong("--tls-name is given, but not --tls");
    (void)address_split(given->server, host, sizeof host, port, sizeof port);
    settings->over_tls = given->tls;
    settings->tls = given->tls_paths;
    settings->tls_name = given->tls_name != NULL ? given->tls_name : host;
    return true;
}

static bool read_source(const struct given *given, struct run_settings *settings)
{
    const char *without = given->results ? "--results" : given->empty_round ? "--empty-round" : NULL;
    settings->path = given->path;
    settings->source = without != NULL ? SOURCE_NONE : SOURCE_FILE;
    if (given->results && given->empty_round)
        return wrong("--results and --empty-round exclude each other");
    if (without != NULL && given->path != NULL)
        return wrong("%s sends no bets, but a file is given: '%s'", without, given->path);
    if (without != NULL && given->single)
        return wrong("%s needs the agency stream, so --single cannot be given", without);
    if (without != NULL || given->path != NULL)
        return true;
    return read_environment(given, settings);
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
        return wrong("--single sends each bet alone, so --batch %s cannot be given", given->batch);
    if (given->single || (settings->source == SOURCE_ENVIRONMENT && !on_command_line)) {
        settings->batch.form = BATCH_SINGLE;
        return true;
    }
    if (given->batch == NULL || strcmp(given->batch, "auto") == 0)
        return true;
    if (!options_number(given->batch, 1, SORTEO_BATCH_MAX, &bets))
        return wrong("%s: '%s' is neither auto nor a number from 1 to %u",
                     source_of(given->batch, "--batch, CLI_BATCH_MAXAMOUNT"), given->batch, SORTEO_BATCH_MAX);
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
        return wrong("--connection per-frame sends one frame on each connection, so --window must be 1");
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
    return wrong("%s: '%s' is none of stop, resend, skip and skip=LINE", source_of(given->doubt, "--on-doubt"),
                 given->doubt);
}

static bool read_finish(const struct given *given, struct run_settings *settings)
{
    bool has_keys = sorteo_dialect_parameters(settings->batch.dialect)->key_size > 0;
    settings->winners_path = given->winners;
    settings->has_finish_key = given->finish_key != NULL;
    /* With a KEY, a FINISH closes an empty round wherever it comes from. */
    settings->empty_round = given->empty_round && !has_keys;
    if (given->finish_key != NULL && !has_keys)
        return wrong("--finish-key is for a dialect with keys, and --dialect %s has none",
                     sorteo_dialect_name(settings->batch.dialect));
    struct key_range keys = keys_of(settings->batch.dialect);
    if (given->finish_key != NULL && !options_number(given->finish_key, keys.low, keys.high, &settings->finish_key))
        return wrong("%s: '%s' is not a number from %" PRIu64 " to %" PRIu64,
                     source_of(given->finish_key, "--finish-key"), given->finish_key, keys.low, keys.high);
    if (given->results && has_keys && given->finish_key == NULL)
        return wrong("--results needs --finish-key in a dialect with keys: a FINISH with a new KEY would close another "
                     "round");
    if (settings->batch.form == BATCH_SINGLE && given->winners != NULL)
        return wrong("the single-bet stream returns no winners: --winners needs the agency stream%s",
                     settings->source == SOURCE_ENVIRONMENT ? ", for example with --batch 1" : "");
    return true;
}

static bool read_resume(const struct given *given, struct run_settings *settings)
{
    settings->resume_path = given->resume;
    if (settings->skip_line != UINT64_MAX && settings->source != SOURCE_FILE)
        return wrong("--on-doubt skip=LINE is about the lines of a file, and none is given");
    if (given->resume == NULL && settings->skip_line != UINT64_MAX)
        settings->batch.skip_line = settings->skip_line;
    if (given->resume != NULL && settings->source == SOURCE_NONE)
        return wrong("--resume records which bets were sent, and %s sends none",
                     given->results ? "--results" : "--empty-round");
    if (given->resume == NULL && settings->skip && settings->skip_line == UINT64_MAX)
        return wrong("--on-doubt skip needs the --resume file of the run that left bets in doubt");
    if (given->resume != NULL && given->finish_key != NULL)
        return wrong("--resume records the KEY of the FINISH, so --finish-key cannot be given");
    return true;
}

enum options_outcome run_settings_read(int argc, char **argv, struct run_settings *settings)
{
    struct given given = { .window = 1,
                           .retry_ms = 60000,
                           .pause_ms = 100,
                           .answer_ms = 60000,
                           .stop_status = 1,
                           .doubt = "stop",
                           .server = "127.0.0.1:12345",
                           .log_level = LOG_INFO,
                           .dialect = SORTEO_DIALECT_DEFAULT };
    struct run_settings read = { 0 };
    enum options_outcome outcome = parse(argc, argv, &given);
    if (outcome != OPTIONS_OK)
        return outcome;
    if (!read_server(&given, &read) || !read_tls(&given, &read) || !read_source(&given, &read) ||
        !read_batch(&given, &read) || !read_connection(&given, &read) || !read_doubt(&given, &read) ||
        !read_finish(&given, &read) || !read_resume(&given, &read))
        return OPTIONS_ERROR;
    read.log_level = (enum log_level)given.log_level;
    *settings = read;
    return OPTIONS_OK;
}
