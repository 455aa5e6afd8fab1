/* The client's options: the table from which its command line is read and its --help is printed. */
#include <stdio.h>

#include "base/log.h"
#include "client/config_yaml.h"
#include "client/sender.h"
#include "client/settings_parts.h"

#define RETRY_MAX_MS (UINT64_C(365) * 24 * 3600 * 1000)
#define PAUSE_MAX_MS (UINT64_C(3600) * 1000)

static const char *const connections[] = { "keep", "per-frame", NULL };

/* Keys of TP0's client that have no meaning here: it pauses between its bets. */
static const char *const known_keys[] = { "loop.amount", "loop.period", NULL };

static const char epilogue[] =
    "FILE has a row for each bet. Without FILE, the environment may hold one bet. In\n"
    "the order of a row, these are the variables and the fields:\n" BET_FIELD_LINES "A birth date is YYYY-MM-DD.\n"
    "With neither, if CLI_ID=N or the configuration file names the agency, the file\n"
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
    "round that has no bets. --results asks for the winners again; if the agency has\n"
    "bets in a round that it has not finished, it finishes that round.\n"
    "\n"
    "With several addresses of --server, or a name that has several, the first is\n"
    "used as long as it answers. If it cannot be reached, is silent for too long\n"
    "(--answer-timeout) or ends a connection before it has answered, the next one is\n"
    "tried at once, and after the last the first again, after a pause\n"
    "(--retry-pause). A server over TLS whose certificate or dialect is wrong is\n"
    "passed over, too. All of them must be servers of one lottery.\n"
    "\n"
    "When a connection ends without an answer, the frame may or may not be stored. In\n"
    "a dialect with keys it is sent again, which is harmless, to whichever server is\n"
    "next. Without keys the client stops and says which rows are in doubt, unless\n"
    "--on-doubt resend is given, which may store them twice. Of several frames in\n"
    "doubt the server has stored all, none, or the first ones, so only --on-doubt\n"
    "skip=LINE is exact; resend, and skip without a line, are then refused.\n"
    "\n"
    "With --resume PLACE a client that was killed, or whose machine lost its power,\n"
    "continues when it is started again with the same bets and the same PLACE. That\n"
    "file records how the bets were divided into frames, their KEYs, which were\n"
    "answered, and the winners; each is on disk before anything depends on it. With\n"
    "keys, every bet is then stored exactly once. Without keys, a client that was\n"
    "killed leaves at most --window frames in doubt: started again, it says which\n"
    "rows they are and stops, or continues after LINE (--on-doubt skip=LINE), or, if\n"
    "it is one frame, sends it again (--on-doubt resend) or continues after it\n"
    "(--on-doubt skip). To resume standard input, send the same bytes again from the\n"
    "beginning. After the round is over, the same command reports the\n"
    "same winners again and sends no bets. Use a new PLACE for each round; a file\n"
    "that belongs to other bets, is in use or is damaged is refused.\n"
    "\n"
    "SIGTERM, SIGINT, SIGQUIT and SIGHUP (the terminal was closed) stop a run:\n"
    "nothing new is sent, answers that are due are waited for, for at most two\n"
    "seconds, and standard error says what became of the rows. If the client was\n"
    "started with SIGHUP or SIGQUIT ignored (by nohup, or with & in a script), it\n"
    "keeps ignoring it.\n"
    "\n"
    "Exit status: 0 done, 1 refused or failed, 2 usage or bad input, 3 in doubt\n"
    "(standard error says which rows).";

enum options_outcome run_settings_parse(int argc, char **argv, struct given *given)
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
          .kind = OPTION_TEXTS,
          .value = &given->servers,
          .metavar = "HOST:PORT[,...]",
          .environment = "CLI_SERVER_ADDRESS",
          .help = "Where the server listens; up to 16 addresses, if several servers share the lottery's store. The "
                  "option can also be given several times. See below. Default 127.0.0.1:12345." },
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
          .help = "The host name or address that a server's certificate must have as a SAN. Default: HOST of the "
                  "address in use." },
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
          .help = "Frames sent ahead of their answers. Default 1. More can leave several frames in doubt." },
        { .name = "single",
          .kind = OPTION_FLAG,
          .value = &given->single,
          .help = "Use the single-bet stream: each row is sent alone, and no FINISH follows." },
        { .name = "results",
          .kind = OPTION_FLAG,
          .value = &given->results,
          .help = "Send no bets: send FINISH, wait for the draw and report the winners. With keys, it needs "
                  "--finish-key." },
        { .name = "empty-round",
          .kind = OPTION_FLAG,
          .value = &given->empty_round,
          .help = "Send no bets, and close a round in which the agency has none. Needed only after the first "
                  "round." },
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
              "then be stored twice. skip: treat what an earlier run with --resume left in doubt as stored. resend "
              "and skip handle one frame in doubt, so they need --window 1. skip=LINE: treat the rows through LINE of "
              "the file as stored, and send those after it; 'sorteo export --agency N --count' says how many the store "
              "has. Default stop." },
        { .name = "retry-for",
          .kind = OPTION_SECONDS,
          .value = &given->retry_ms,
          .max = RETRY_MAX_MS,
          .metavar = "S",
          .help =
              "Give up after S seconds of trying to connect, but not before each address has been tried. Default 60." },
        { .name = "answer-timeout",
          .kind = OPTION_SECONDS,
          .value = &given->answer_ms,
          .min = 1,
          .max = RETRY_MAX_MS,
          .metavar = "S",
          .help = "Close a connection if the server owes an answer and sends nothing for S seconds. Waiting for "
                  "the draw has no limit. Default 60." },
        { .name = "stop-status",
          .kind = OPTION_NUMBER,
          .value = &given->stop_status,
          .max = 255,
          .metavar = "N",
          .help = "The exit status when a signal stops the run and no row is in doubt. Default 1." },
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
        { .name = "mask-documents",
          .kind = OPTION_FLAG,
          .value = &given->mask_documents,
          .help = "Log only the last three digits of a bettor's document. Without this option, the line of a "
                  "single bet has all of them. No other line of the log has a document; an error about a row, on "
                  "standard error, quotes what is wrong in it." },
        { .name = "config",
          .kind = OPTION_TEXT,
          .value = &given->config->path,
          .metavar = "FILE",
          .help = "A YAML file with defaults for options. Keys are the names of options, or server.address, "
                  "batch.maxAmount, log.level and id. Default config.yaml, if it exists; /dev/null: none." },
    };
    const struct options_program program = {
        .name = CLIENT,
        .synopsis = "[OPTION]... [FILE.csv | -]",
        .summary = "Sends an agency's bets to the server, finishes its round, waits for the draw, and reports how many "
                   "of them won.",
        .epilogue = epilogue,
        .version = sorteo_version(),
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .config = given->config,
    };
    int operand = argc;
    *given->config =
        (struct config){ .path = "config.yaml", .prefix = "CLI_", .others = known_keys, .parse = config_yaml_parse };
    enum options_outcome outcome = options_parse(&program, argc, argv, 1, &operand);
    given->path = operand < argc ? argv[operand] : NULL;
    return outcome;
}
