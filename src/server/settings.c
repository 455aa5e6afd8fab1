/* What the server was started with: see settings.h. */
#include "server/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/config.h"
#include "base/printable.h"
#include "codec/sorteo.h"
#include "server/config_ini.h"
#include "tls/filter.h"

#define KIB 1024u
#define MIB (1024u * KIB)
#define GIB (1024u * MIB)

/* Host and port of --listen's default: variables that are also keys of the configuration file. */
static const char *const halves[] = { "SERVER_IP", "SERVER_PORT", NULL };
static struct config config;

/* The values as the options see them; wider than what they become. */
struct given {
    enum option_origin listen_origin;
    const char *listen, *bet_listen, *tls_listen, *tls_bet_listen, *store, *user;
    struct tls_paths tls;
    uint64_t agencies, workers, winning_number, draw_piece, rounds, backlog;
    uint64_t max_frame, max_connections, max_per_address, max_unfinished;
    uint64_t first_byte_ms, frame_ms, idle_ms, untaken_ms, send_ms, hang_ms, stop_ms, refusals;
    unsigned dialect, log_level, sandbox;
    bool change_dialect, mask_documents;
};

#define SECONDS_MIN 1u /* milliseconds */
#define HANG_MIN 2000u /* shorter than this, a busy machine looks like one that hangs */
#define STOP_MIN 100u
#define SECONDS_MAX (7u * 24u * 3600u * 1000u)

static const char *const sandbox_names[] = { "on", "off", NULL };

static enum options_outcome parse(int argc, char **argv, struct given *given)
{
    char dialect_help[96];
    snprintf(dialect_help, sizeof dialect_help, "The dialect of the protocol. Default %s.",
             sorteo_dialect_name(SORTEO_DIALECT_DEFAULT));
    const struct option_spec options[] = {
        { .name = "listen",
          .kind = OPTION_TEXT,
          .value = &given->listen,
          .metavar = "HOST:PORT",
          .origin = &given->listen_origin,
          .help = "Where agencies connect: all addresses of HOST; port 0 picks a free one and logs it. Default "
                  "127.0.0.1:12345, or SERVER_IP and SERVER_PORT if they are set; with --tls-listen or "
                  "--tls-bet-listen nowhere." },
        { .name = "bet-listen",
          .kind = OPTION_TEXT,
          .value = &given->bet_listen,
          .metavar = "HOST:PORT",
          .help = "Where the single-bet stream is served. Default: nowhere." },
        { .name = "tls-listen",
          .kind = OPTION_TEXT,
          .value = &given->tls_listen,
          .metavar = "HOST:PORT",
          .help = "Where agencies connect over TLS, each with a certificate. Default: nowhere." },
        { .name = "tls-bet-listen",
          .kind = OPTION_TEXT,
          .value = &given->tls_bet_listen,
          .metavar = "HOST:PORT",
          .help = "Where the single-bet stream is served over TLS. Default: nowhere." },
        { .name = "tls-cert",
          .kind = OPTION_TEXT,
          .value = &given->tls.path[TLS_CERTIFICATE],
          .metavar = "FILE",
          .help = "The server's certificate (PEM), followed by intermediate certificates if there are any. SIGHUP "
                  "reads all files of TLS again." },
        { .name = "tls-key",
          .kind = OPTION_TEXT,
          .value = &given->tls.path[TLS_KEY],
          .metavar = "FILE",
          .help = "Its private key (PEM), without a passphrase. Others must have no rights on the file (chmod 600)." },
        { .name = "tls-client-ca",
          .kind = OPTION_TEXT,
          .value = &given->tls.path[TLS_CA],
          .metavar = "FILE",
          .help = "The CAs (PEM) under which the agencies' certificates are issued. Each certificate names the "
                  "agencies that it may bet for, as SANs: URI:urn:sorteo:agency:7." },
        { .name = "tls-crl",
          .kind = OPTION_TEXT,
          .value = &given->tls.path[TLS_CRL],
          .metavar = "FILE",
          .help = "Revoked certificates: a CRL (PEM) of each of these CAs. If a CRL has expired, every client of its "
                  "CA is refused. Default: none are revoked." },
        { .name = "agencies",
          .kind = OPTION_NUMBER,
          .value = &given->agencies,
          .min = 1,
          .max = 255,
          .metavar = "N",
          .help = "Agencies 1 to N take part; fixed when the store is made. Default 5." },
        { .name = "workers",
          .kind = OPTION_NUMBER,
          .value = &given->workers,
          .min = 1,
          .max = 1024,
          .metavar = "W",
          .help =
              "Processes that hold connections. Default: as many as agencies, but at most twice the processors or 5." },
        { .name = "dialect",
          .kind = OPTION_CHOICE,
          .value = &given->dialect,
          .choices = sorteo_dialect_names(),
          .help = dialect_help },
        { .name = "change-dialect",
          .kind = OPTION_FLAG,
          .value = &given->change_dialect,
          .help = "Accept a store of another dialect, and change it to this one. Without this option such a store is "
                  "refused." },
        { .name = "store",
          .kind = OPTION_TEXT,
          .value = &given->store,
          .metavar = "PATH",
          .help = "The database; created if it does not exist. Default bets.db." },
        { .name = "winning-number",
          .kind = OPTION_NUMBER,
          .value = &given->winning_number,
          .max = 65535,
          .metavar = "N",
          .help = "The winning number of the draws to come. Default 7574." },
        { .name = "draw-piece",
          .kind = OPTION_NUMBER,
          .value = &given->draw_piece,
          .min = 1,
          .max = 1000000000,
          .metavar = "BETS",
          .help = "Bets that a draw looks at in one transaction; requests are answered between two of them. "
                  "Default 32768." },
        { .name = "rounds",
          .kind = OPTION_NUMBER,
          .value = &given->rounds,
          .min = 0,
          .max = 1000000000,
          .metavar = "K",
          .help = "Stop after K rounds whose winners were collected. 0, the default: never." },
        { .name = "max-frame",
          .kind = OPTION_NUMBER,
          .value = &given->max_frame,
          .min = 64,
          .max = GIB,
          .metavar = "BYTES",
          .help = "The largest bet or batch that is accepted. Default 1048576." },
        { .name = "max-connections",
          .kind = OPTION_NUMBER,
          .value = &given->max_connections,
          .min = 1,
          .max = 1000000,
          .metavar = "N",
          .help = "Connections open at once, in all workers together; further ones wait. Default 20000." },
        { .name = "max-per-address",
          .kind = OPTION_NUMBER,
          .value = &given->max_per_address,
          .min = 1,
          .max = 1000000,
          .metavar = "N",
          .help =
              "Connections of one IPv4 address, or of one IPv6 network of 64 bits; at the limit a new one takes the "
              "place of the oldest that never had a bet taken. Default: a quarter of --max-connections, and at "
              "least twice the agencies and 8." },
        { .name = "max-unfinished",
          .kind = OPTION_NUMBER,
          .value = &given->max_unfinished,
          .min = 4096,
          .max = 1024ull * GIB,
          .metavar = "BYTES",
          .help = "Bytes of incomplete frames held in memory, in all workers together; beyond that "
                  "the largest is closed, first of connections that never had a frame taken. Default 1073741824." },
        { .name = "first-byte-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->first_byte_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Seconds within which a connection must send its first byte. Default 10." },
        { .name = "frame-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->frame_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Seconds within which a frame must be complete, from its first byte. Default 10." },
        { .name = "idle-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->idle_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Seconds that may pass between frames, and before a receipt. Default 300." },
        { .name = "untaken-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->untaken_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Seconds that may pass between frames of a connection that never had one taken. Default 10." },
        { .name = "max-refusals",
          .kind = OPTION_NUMBER,
          .value = &given->refusals,
          .min = 1,
          .max = 1000000000,
          .metavar = "N",
          .help = "Refused frames after which a connection is closed. Default 100." },
        { .name = "send-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->send_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Seconds that a peer may take no bytes that are to be sent to it. Default 30." },
        { .name = "hang-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->hang_ms,
          .min = HANG_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Seconds without a sign of progress after which a process of the server is replaced. Waiting for the "
                  "store's disk is not counted, but logged. Default 20." },
        { .name = "stop-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->stop_ms,
          .min = STOP_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Seconds after which a process that has not left is killed when the server stops. Peers are waited "
                  "for during two thirds of them. Default 4.5." },
        { .name = "backlog",
          .kind = OPTION_NUMBER,
          .value = &given->backlog,
          .min = 1,
          .max = 65535,
          .metavar = "N",
          .environment = "SERVER_LISTEN_BACKLOG",
          .help = "Connections that may wait to be accepted. Default 1024." },
        { .name = "mask-documents",
          .kind = OPTION_FLAG,
          .value = &given->mask_documents,
          .help = "Log a bettor's document as its last three digits. Without this option the line of a stored single "
                  "bet has all of it; no other line has any." },
        { .name = "user",
          .kind = OPTION_TEXT,
          .value = &given->user,
          .metavar = "NAME",
          .help = "If root starts the server: the user that it changes to once its ports are open. That user must be "
                  "able to write to the store's folder. Default: it does not change." },
        { .name = "sandbox",
          .kind = OPTION_CHOICE,
          .value = &given->sandbox,
          .choices = sandbox_names,
          .metavar = "on|off",
          .help =
              "Whether each process of the server is confined to the system calls and files of its role. off is for "
              "debugging, and logged as a warning. Default on." },
        { .name = "log-level",
          .kind = OPTION_CHOICE,
          .value = &given->log_level,
          .choices = log_level_names,
          .metavar = "LEVEL",
          .environment = "LOGGING_LEVEL",
          .help = "DEBUG, INFO, WARNING, ERROR or CRITICAL. Default INFO." },
        { .name = "config",
          .kind = OPTION_TEXT,
          .value = &config.path,
          .metavar = "FILE",
          .help = "An INI file with defaults for options. Keys are the names of options, or SERVER_IP, SERVER_PORT, "
                  "SERVER_LISTEN_BACKLOG and LOGGING_LEVEL. Default config.ini, if it exists; /dev/null: none." },
    };
    const struct options_program program = {
        .name = "sorteo-server",
        .synopsis = "[OPTION]...",
        .summary = "Stores the bets of N agencies, waits until all N have finished, draws, and sends each agency its "
                   "winners; round after round, until SIGTERM or SIGINT.",
        .epilogue = "Exit status: 0 stopped in order, 1 failed or had to kill a child, 2 usage.",
        .version = sorteo_version(),
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .config = &config,
    };
    int operand;
    config = (struct config){ .path = "config.ini", .prefix = "", .others = halves, .parse = config_ini_parse };
    return options_parse(&program, argc, argv, 0, &operand);
}

static bool is_wrong(const char *what, const char *text, const char *expected)
{
    char shown[256];
    fprintf(stderr, "sorteo-server: %s: '%s' is not %s. Try 'sorteo-server --help'.\n", what,
            printable(shown, sizeof shown, text), expected);
    return false;
}

/* A malformed HOST:PORT is a usage error; whether the server can listen there is found out later.
 * The error names the option, or the variable or place in the file that the text comes from. */
static bool is_address(const char *option, const char *variable, const char *text)
{
    char host[256], port[16];
    const char *place = config_place(&config, text);
    if (text == NULL || (address_split(text, host, sizeof host, port, sizeof port) && strchr(host, '/') == NULL))
        return true;
    if (place != NULL)
        option = place;
    return is_wrong(text == getenv(variable) ? variable : option, text, "HOST:PORT with a port from 0 to 65535");
}

/* ---- Host and port of --listen's default ----------------------------------------------------- */

/* NULL where it is not set. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

/* The variable, or that key of the configuration; NULL where neither is set. */
static const char *half(const char *name)
{
    const char *value = variable(name);
    const struct config_entry *entry = value == NULL ? config_find(&config, name, NULL) : NULL;
    return entry != NULL ? entry->value : value;
}

static bool is_wrong_half(const char *name, const char *text, const char *expected)
{
    const char *place = config_place(&config, text);
    return is_wrong(place != NULL ? place : name, text, expected);
}

/* A container platform may set them to something else: SERVER_PORT=tcp://10.0.0.1:80. */
static bool are_halves(const char *listen)
{
    const char *host = half("SERVER_IP");
    const char *port = half("SERVER_PORT");
    uint64_t number;

    if (port != NULL && !options_number(port, 0, UINT16_MAX, &number))
        return is_wrong_half("SERVER_PORT", port, "a port from 0 to 65535");
    char split_host[256], split_port[16];
    if (address_split(listen, split_host, sizeof split_host, split_port, sizeof split_port) &&
        strchr(split_host, '/') == NULL)
        return true;
    return is_wrong_half("SERVER_IP", host, "a host");
}

static const char *default_listen(char *out, size_t cap)
{
    const char *host = half("SERVER_IP");
    const char *port = half("SERVER_PORT");
    snprintf(out, cap, "%s:%s", host != NULL ? host : "127.0.0.1", port != NULL ? port : "12345");
    return out;
}

/* SERVER_IP and SERVER_PORT in the environment override --listen in the configuration file. */
static bool is_listen_decided(const struct given *given)
{
    return given->listen_origin > OPTION_IN_FILE ||
           (given->listen_origin == OPTION_IN_FILE && variable("SERVER_IP") == NULL && variable("SERVER_PORT") == NULL);
}

static bool serves_tls(const struct given *given)
{
    return given->tls_listen != NULL || given->tls_bet_listen != NULL;
}

/* With TLS there is a plain port only if --listen asks for one. */
static bool are_addresses(struct given *given)
{
    static char listen[512];
    bool good;
    if (is_listen_decided(given)) {
        good = is_address("--listen", "SORTEO_LISTEN", given->listen);
    } else if (serves_tls(given)) {
        given->listen = NULL;
        good = true;
    } else {
        given->listen = default_listen(listen, sizeof listen);
        good = are_halves(listen);
    }
    return good && is_address("--bet-listen", "SORTEO_BET_LISTEN", given->bet_listen) &&
           is_address("--tls-listen", "SORTEO_TLS_LISTEN", given->tls_listen) &&
           is_address("--tls-bet-listen", "SORTEO_TLS_BET_LISTEN", given->tls_bet_listen);
}

/* With a TLS port all files but the CRL are needed; without one, none may be given: it would not be
 * used. */
static bool are_files(const struct given *given)
{
    static const char *const options[TLS_PARTS] = {
        [TLS_CERTIFICATE] = "--tls-cert", [TLS_KEY] = "--tls-key", [TLS_CA] = "--tls-client-ca", [TLS_CRL] = "--tls-crl"
    };
    for (unsigned part = 0; part < TLS_PARTS; part++) {
        bool is_given = given->tls.path[part] != NULL;
        if (serves_tls(given) && !is_given && part != TLS_CRL)
            fprintf(stderr, "sorteo-server: TLS needs %s FILE. Try 'sorteo-server --help'.\n", options[part]);
        else if (!serves_tls(given) && is_given)
            fprintf(stderr,
                    "sorteo-server: %s is given, but neither --tls-listen nor --tls-bet-listen. Try 'sorteo-server "
                    "--help'.\n",
                    options[part]);
        else
            continue;
        return false;
    }
    return true;
}

/* As many as agencies, but not many more than the machine can run at once. */
static uint16_t default_workers(uint64_t agencies)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t most = processors > 2 ? 2u * (uint64_t)processors : 5;
    return (uint16_t)(agencies < most ? agencies : most);
}

/* A quarter, and room for each agency to come back while its older connection is not gone yet. */
static uint32_t default_per_address(uint64_t max_connections, uint64_t agencies)
{
    uint64_t share = max_connections / 4;
    return (uint32_t)(share > 2 * agencies + 8 ? share : 2 * agencies + 8);
}

static void keep(const struct given *given, struct settings *settings)
{
    *settings = (struct settings){
        .listen = given->listen,
        .bet_listen = given->bet_listen,
        .tls_listen = given->tls_listen,
        .tls_bet_listen = given->tls_bet_listen,
        .tls = given->tls,
        .serves_tls = serves_tls(given),
        .store = given->store,
        .user = given->user,
        .agencies = (uint8_t)given->agencies,
        .workers = given->workers != 0 ? (uint16_t)given->workers : default_workers(given->agencies),
        .winning_number = (uint16_t)given->winning_number,
        .draw_piece = (uint32_t)given->draw_piece,
        .rounds = (uint32_t)given->rounds,
        .max_connections = (uint32_t)given->max_connections,
        .max_per_address = given->max_per_address != 0
                               ? (uint32_t)given->max_per_address
                               : default_per_address(given->max_connections, given->agencies),
        .max_unfinished = given->max_unfinished,
        .hang_ms = given->hang_ms,
        .stop_ms = given->stop_ms,
        .backlog = (int)given->backlog,
        .change_dialect = given->change_dialect,
        .sandbox = given->sandbox == 0,
        .mask_documents = given->mask_documents,
        .log_level = (enum log_level)given->log_level,
        .session = {
            .dialect = (enum sorteo_dialect)given->dialect,
            .max_frame = (uint32_t)given->max_frame,
            .first_byte_ms = given->first_byte_ms,
            .frame_ms = given->frame_ms,
            .idle_ms = given->idle_ms,
            .untaken_ms = given->untaken_ms,
            .refusals = (uint32_t)given->refusals,
            .send_ms = given->send_ms,
        },
    };
}

/* Of a worker with less than one handshake, each would be closed as it begins. */
static bool has_room_for_handshakes(const struct settings *settings)
{
    const uint64_t least = (uint64_t)settings->workers * TLS_HANDSHAKE_BYTES;
    if (!settings->serves_tls || settings->max_unfinished >= least)
        return true;
    fprintf(stderr,
            "sorteo-server: --max-unfinished: %" PRIu64 " is less than one TLS handshake in each of %u workers takes: "
            "give at least %" PRIu64 ". Try 'sorteo-server --help'.\n",
            settings->max_unfinished, settings->workers, least);
    return false;
}

enum options_outcome settings_read(int argc, char **argv, struct settings *settings)
{
    struct given given = {
        .store = "bets.db",
        .agencies = 5,
        .winning_number = 7574,
        .draw_piece = 32768,
        .backlog = 1024,
        .max_frame = MIB,
        .max_connections = 20000,
        .max_unfinished = GIB,
        .first_byte_ms = 10000,
        .frame_ms = 10000,
        .idle_ms = 300000,
        .untaken_ms = 10000,
        .refusals = 100,
        .send_ms = 30000,
        .hang_ms = 20000,
        .stop_ms = 4500,
        .dialect = SORTEO_DIALECT_DEFAULT,
        .log_level = LOG_INFO,
    };
    enum options_outcome outcome = parse(argc, argv, &given);
    if (outcome != OPTIONS_OK)
        return outcome;
    if (!are_addresses(&given) || !are_files(&given))
        return OPTIONS_ERROR;
    keep(&given, settings);
    return has_room_for_handshakes(settings) ? OPTIONS_OK : OPTIONS_ERROR;
}
