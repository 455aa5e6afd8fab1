/* See conform.h. */
#include "tool/conform/conform.h"

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "base/usage_error.h"
#include "codec/sorteo.h"
#include "tool/conform/client.h"
#include "tool/conform/server.h"
#include "tool/dialect_option.h"

int conform_bad_usage(const char *what, const char *why)
{
    (void)usage_error(CONFORM, "%s: %s", what, why);
    return CONFORM_USAGE;
}

static int run(const struct conform_settings *settings, char *const *operands)
{
    if (operands[0] != NULL && strcmp(operands[0], "client") == 0)
        return conform_client(settings, operands + 1);
    if (operands[0] == NULL || strcmp(operands[0], "server") != 0)
        return conform_bad_usage(operands[0] != NULL ? operands[0] : "no operand", "neither 'server' nor 'client'");
    if (operands[1] != NULL && operands[2] != NULL)
        return conform_bad_usage(operands[2], "one server at a time");
    return conform_server(settings, operands[1]);
}

int conform_main(int argc, char **argv)
{
    struct conform_settings settings = {
        .timeout_ms = 10000, .silence_ms = 200, .agencies = 5, .winning_number = 7574, .rounds = 2, .max_frame = 1048576
    };
    const struct option_spec table[] = {
        dialect_option(&settings.dialect, "The dialect that the program speaks."),
        { .name = "agencies",
          .kind = OPTION_NUMBER,
          .value = &settings.agencies,
          .min = 1,
          .max = UINT8_MAX,
          .help = "How many agencies the server has. Default 5. With fewer than 4, cases that need more are "
                  "skipped." },
        { .name = "bets",
          .kind = OPTION_TEXT,
          .value = &settings.bets,
          .metavar = "HOST:PORT",
          .help = "Where the server takes single bets. Without it those cases are skipped." },
        { .name = "winning-number",
          .kind = OPTION_NUMBER,
          .value = &settings.winning_number,
          .max = UINT16_MAX,
          .help = "The winning number of the server's draws. Default 7574." },
        { .name = "rounds",
          .kind = OPTION_NUMBER,
          .value = &settings.rounds,
          .min = 1,
          .max = 2,
          .help = "Rounds to use. 1, for a server that draws only once: cases of the next round are skipped. "
                  "Default 2." },
        { .name = "max-frame",
          .kind = OPTION_NUMBER,
          .value = &settings.max_frame,
          .max = UINT32_MAX,
          .metavar = "BYTES",
          .help = "The largest frame that the server accepts; 0: no limit. Default 1048576." },
        { .name = "deadline",
          .kind = OPTION_SECONDS,
          .value = &settings.deadline_ms,
          .min = 1,
          .max = 3600000,
          .metavar = "S",
          .help = "The server's time limits in seconds, both for a connection's first byte and for a frame. Cases "
                  "that wait for them run only if this is given." },
        { .name = "timeout",
          .kind = OPTION_SECONDS,
          .value = &settings.timeout_ms,
          .min = 1,
          .max = 3600000,
          .metavar = "S",
          .help = "Seconds to wait for something that must arrive. Default 10." },
        { .name = "silence",
          .kind = OPTION_SECONDS,
          .value = &settings.silence_ms,
          .min = 1,
          .max = 3600000,
          .metavar = "S",
          .help = "Seconds to listen where nothing may arrive. Default 0.2." },
        { .name = "case",
          .kind = OPTION_TEXT,
          .value = &settings.only,
          .metavar = "NAME,...",
          .help = "Run only cases that have one of these in their names." },
        { .name = "list", .kind = OPTION_FLAG, .value = &settings.list, .help = "Print the cases, and run none." },
        { .name = "json",
          .kind = OPTION_FLAG,
          .value = &settings.json,
          .help = "Print a line of JSON for each case instead of TAP." },
    };
    const struct options_program program = {
        .name = CONFORM,
        .synopsis = "[OPTION]... server HOST:PORT | client COMMAND...",
        .version = SORTEO_VERSION,
        .summary = "Tests a server or a client, in whatever language it is written, against the protocol. Each case "
                   "names its section of grammar/PROTOCOL.md (man 7 sorteo). A case that fails says what was sent, "
                   "what was expected and what arrived.",
        .epilogue = "A server must have an empty store. It stores what the cases send, and draws\n"
                    "once or, with --rounds 2, twice.\n\n"
                    "A client is started again for each case, with a server that answers, refuses\n"
                    "or closes connections as the case says. It must send the bets of a file in\n"
                    "batches, finish, read its winners and exit with 0, or with another status if\n"
                    "it could not do so. Put two dashes before its command. In the command,\n"
                    "{server} stands for HOST:PORT, {host} and {port} for its two parts, {agency}\n"
                    "for the agency's number, {dialect} for the dialect and {file} for a CSV file\n"
                    "of name, surname, document, birth date and number.\n\n"
                    "Exit status: 0 no case failed, 1 a case failed, 2 usage, or the server\n"
                    "cannot be reached.\n",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
    };
    int operand;
    enum options_outcome outcome = options_parse(&program, argc, argv, UINT16_MAX, &operand);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    return run(&settings, argv + operand);
}
