/* The server's options: the table from which its command line is read and its --help is printed. */
#include <stdio.h>

#include "base/log.h"
#include "base/probe.h"
#include "codec/sorteo.h"
#include "server/config_ini.h"
#include "server/settings_parts.h"

#define GIB (UINT64_C(1) << 30)
#define SECONDS_MIN 1u /* milliseconds */
#define HANG_MIN 2000u /* shorter than this, a busy machine looks like one that hangs */
#define STOP_MIN 100u
#define SECONDS_MAX (7u * 24u * 3600u * 1000u)

/* Keys of the configuration file that are no options: settings_addresses.c reads them. */
static const char *const other_keys[] = { "SERVER_IP", "SERVER_PORT", NULL };
static const char *const sandbox_names[] = { "on", "off", NULL };

enum options_outcome settings_parse(int argc, char **argv, struct given *given)
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
        { .name = "proxy-from",
          .kind = OPTION_TEXT,
          .value = &given->proxy_from,
          .metavar = "ADDRESS[,ADDRESS]...",
          .help = "Proxies in front of the server: addresses, or prefixes such as 10.0.0.0/8. Each connection from "
                  "there must begin with a PROXY protocol header (version 2), before TLS; the log names the peer in "
                  "it, and --max-per-address counts by that. Default: none." },
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
          .help = "Processes that hold connections. Default: one for each agency, but at most two for each "
                  "processor, or 3 on one or two processors." },
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
          .help = "The store, created if it does not exist: a file, or a database in PostgreSQL by its URI "
                  "(postgresql://...). Default bets.db." },
        { .name = "allow-unsafe-store",
          .kind = OPTION_FLAG,
          .value = &given->allow_unsafe_store,
          .help = "Use a PostgreSQL that has fsync or full_page_writes off: if it crashes, bets that were acknowledged "
                  "are lost. Without this option it is refused." },
        { .name = "csv",
          .kind = OPTION_TEXT,
          .value = &given->csv,
          .metavar = "FILE",
          .help = "Write each stored bet into FILE, too, as sorteo export does, some time after it was answered. The "
                  "store alone counts: whatever FILE lacks is added, also after a crash, and a file with anything "
                  "else in it is left as it is. It must be on a local disk. Default: nowhere." },
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
          .help = "Bets that a draw reads in one transaction. Between transactions, requests are answered. Default "
                  "32768." },
        { .name = "rounds",
          .kind = OPTION_NUMBER,
          .value = &given->rounds,
          .min = 0,
          .max = 1000000000,
          .metavar = "K",
          .help = "Stop once all agencies have fetched their winners of K rounds. 0, the default: never." },
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
          .help = "Connections of one IPv4 address, or of one IPv6 network of 64 bits. At the limit, a new "
                  "connection replaces the oldest one that has not had a frame accepted. Default: a quarter of "
                  "--max-connections, but at least twice the agencies plus 8." },
        { .name = "max-unfinished",
          .kind = OPTION_NUMBER,
          .value = &given->max_unfinished,
          .min = 4096,
          .max = 1024ull * GIB,
          .metavar = "BYTES",
          .help = "Bytes of incomplete frames held in memory, in all workers together. Beyond that, the connection "
                  "with the largest one is closed; those that have not had a frame accepted go first. Default "
                  "1073741824." },
        { .name = "first-byte-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->first_byte_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Close a connection that has not sent its first byte after S seconds. Default 10." },
        { .name = "frame-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->frame_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Close a connection whose frame is not complete S seconds after its first byte. Default 10." },
        { .name = "idle-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->idle_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Close a connection that sends no further frame, or no receipt, for S seconds. Default 300." },
        { .name = "untaken-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->untaken_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Close a connection that has not had a frame accepted and sends no further one for S seconds. "
                  "Default 10." },
        { .name = "max-refusals",
          .kind = OPTION_NUMBER,
          .value = &given->refusals,
          .min = 1,
          .max = 1000000000,
          .metavar = "N",
          .help = "Close a connection after N refused frames. Default 100." },
        { .name = "send-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->send_ms,
          .min = SECONDS_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Close a connection whose peer reads nothing of what is sent to it for S seconds. Default 30." },
        { .name = "hang-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->hang_ms,
          .min = HANG_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "Replace a process of the server that shows no progress for S seconds. Waiting for the store's "
                  "disk does not count, but is logged. Default 20." },
        { .name = "stop-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->stop_ms,
          .min = STOP_MIN,
          .max = SECONDS_MAX,
          .metavar = "S",
          .help = "When the server stops, kill the processes that have not exited after S seconds. The first two "
                  "thirds of that time are for peers to end their connections. Default 4.5." },
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
          .help = "Log only the last three digits of a bettor's document. Without this option, the line of a "
                  "stored single bet has all of them. No other line has a document." },
        { .name = "user",
          .kind = OPTION_TEXT,
          .value = &given->user,
          .metavar = "NAME",
          .help = "If root starts the server: the user that it changes to once its ports are open. That user must be "
                  "able to write to the store's folder. Default: it does not change." },
        { .name = "observe",
          .kind = OPTION_TEXT,
          .value = &given->observe,
          .metavar = "[HOST:]PORT",
          .help =
              "Where HTTP serves a page that shows the draw, /metrics (for Prometheus), /health and /ready. Without "
              "HOST, on 127.0.0.1. Anyone who can connect there can read all of it. Default: nowhere." },
        { .name = "metrics-file",
          .kind = OPTION_TEXT,
          .value = &given->metrics_file,
          .metavar = "FILE",
          .help = "Write what /metrics has into FILE every second, for node_exporter's text collector. A reader always "
                  "finds it whole. Default: nowhere." },
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
          .value = &given->config->path,
          .metavar = "FILE",
          .help = "An INI file with defaults for options. Keys are the names of options, or SERVER_IP, SERVER_PORT, "
                  "SERVER_LISTEN_BACKLOG and LOGGING_LEVEL. Default config.ini, if it exists; /dev/null: none." },
    };
    const struct options_program program = {
        .name = SERVER,
        .synopsis = "[OPTION]...",
        .summary = "Stores the bets of N agencies, waits until all N have finished, draws, and sends each agency its "
                   "winners; round after round, until SIGTERM or SIGINT.",
        .epilogue = "Exit status: 0 stopped cleanly, 1 failed or had to kill a process, 2 usage.",
        .version = SORTEO_VERSION PROBES_NOTE,
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .config = given->config,
    };
    int operand;
    *given->config =
        (struct config){ .path = "config.ini", .prefix = "", .others = other_keys, .parse = config_ini_parse };
    return options_parse(&program, argc, argv, 0, &operand);
}
