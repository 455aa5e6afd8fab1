/*
 * sorteo finish: closes the round for an agency that does not come, so that the others need not
 * wait for ever.
 *
 * A server that runs does it itself. Otherwise agency and record go into the store in one
 * transaction; the draw, if that was the last one, is the server's when it starts again. Knows no
 * SQL; what may be finished is said by the server's rounds.
 */
#include "tool/finish_agency.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/options.h"
#include "base/printable.h"
#include "base/usage_error.h"
#include "lottery/absence.h"
#include "operator/form.h"
#include "store/store.h"
#include "tool/ask_server.h"
#include "tool/open_store.h"
#include "tool/output.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1 };

struct finish_options {
    const char *path;
    uint64_t agency;
};

static enum options_outcome parse(struct finish_options *options, int argc, char **argv)
{
    const struct option_spec specs[] = { { .name = "store",
                                           .kind = OPTION_TEXT,
                                           .value = &options->path,
                                           .metavar = "PATH",
                                           .help = "The store to change: a file, or a PostgreSQL URI. Default: "
                                                   "bets.db." },
                                         { .name = "agency",
                                           .kind = OPTION_NUMBER,
                                           .value = &options->agency,
                                           .min = 1,
                                           .max = UINT8_MAX,
                                           .metavar = "N",
                                           .help = "The agency to finish. Required." } };
    const struct options_program program = {
        .name = "sorteo finish",
        .synopsis = "--agency N [OPTION]...",
        .summary =
            "Finishes the round for an agency that will not come, with the bets that it has stored. If it was the "
            "last agency, the server draws: at once if it is running, otherwise when it is next started.",
        .epilogue = "The store records who did this, where and when: see 'sorteo export --finishes'.\n"
                    "If the agency does come later, it gets the winners among its bets when it\n"
                    "finishes. Until then, further bets of it are refused; after that, they count\n"
                    "for the next round.\n"
                    "\n"
                    "Exit status: 0 done, 1 failed, 2 usage.",
        .version = SORTEO_VERSION,
        .options = specs,
        .option_count = sizeof specs / sizeof specs[0]
    };
    int operand = argc;
    enum options_outcome outcome = options_parse(&program, argc, argv, 0, &operand);

    if (outcome == OPTIONS_OK && options->agency == 0) {
        (void)usage_error("sorteo finish", "--agency is missing");
        return OPTIONS_ERROR;
    }
    return outcome;
}

__attribute__((format(printf, 1, 2))) static int fail(const char *format, ...)
{
    va_list arguments;

    fputs("sorteo finish: ", stderr);
    va_start(arguments, format);
    printable_vline(stderr, format, arguments);
    va_end(arguments);
    return EXIT_FAILED;
}

static enum store_code load(struct store *store, struct rounds *rounds)
{
    rounds_init(rounds, store_agencies(store));
    for (unsigned agency = 1; agency <= rounds->agencies; agency++)
        if (store_agency_get(store, (uint8_t)agency, &rounds->agency[agency]) != STORE_OK)
            return STORE_FAILED;
    return STORE_OK;
}

/* The name of the uid; under sudo also the name of the caller, as sudo reports it. */
static void name_user(char *name, size_t cap)
{
    const struct passwd *entry = getpwuid(getuid());
    const char *caller = getuid() == 0 ? getenv("SUDO_USER") : NULL;
    const char *own = entry != NULL ? entry->pw_name : "";

    if (caller != NULL)
        snprintf(name, cap, "%.100s (sudo: %.100s)", own, caller);
    else
        snprintf(name, cap, "%.100s", own);
}

static void name_host(char *name, size_t cap)
{
    memset(name, 0, cap);
    (void)gethostname(name, cap - 1);
}

/* ---- Without a server ------------------------------------------------------------------------ */

/* Inside the transaction in which the rounds were read: servers may have the store, too. */
static enum store_code write_it(struct store *store, const struct rounds *rounds, const struct absence *absence)
{
    char user[OPERATOR_NAME_MAX], host[OPERATOR_NAME_MAX];

    name_user(user, sizeof user);
    name_host(host, sizeof host);
    if (absence_write(store, rounds, absence, getuid(), user, host) != STORE_OK)
        return STORE_FAILED;
    return store_commit(store);
}

static int print_done(const char *text)
{
    puts(text);
    (void)output_flush("sorteo finish"); /* it is done, whether that can be said or not */
    return EXIT_DONE;
}

static int finish_in(struct store *store, const struct finish_options *options)
{
    static struct rounds rounds;
    char text[OPERATOR_TEXT_MAX];
    uint8_t agency = (uint8_t)options->agency;

    if (store_begin(store) != STORE_OK || load(store, &rounds) != STORE_OK)
        return fail("%s: nothing was changed", store_error_text(store));
    if (!rounds_serves(&rounds, agency))
        return fail("%s", absence_not_served(&rounds, agency, text, sizeof text));
    const struct absence absence = absence_finish(&rounds, agency);
    absence_describe(&absence, &rounds,
                     store_is_shared(store) ? "a server draws now, or when one is started"
                                            : "the server draws when it is started",
                     text, sizeof text);
    if (absence.outcome != ROUNDS_ABSENT_CLOSED)
        return fail("%s", text);
    switch (write_it(store, &rounds, &absence)) {
    case STORE_OK:
        return print_done(text);
    case STORE_MOVED:
        return fail("%s: agency %u was finished in the store that was moved", store_error_text(store), agency);
    case STORE_UNKNOWN:
        return fail("%s: it is unknown whether agency %u was finished; run it again", store_error_text(store), agency);
    default:
        return fail("%s: nothing was changed", store_error_text(store));
    }
}

static int finish_without_server(const struct finish_options *options)
{
    char text[OPERATOR_TEXT_MAX];
    struct store *store = open_store(options->path, false, text);

    if (store == NULL)
        return fail("%s", text);
    int status = finish_in(store, options);
    store_close(store);
    return status;
}

/* ---- While a server runs --------------------------------------------------------------------- */

static int finish(const struct finish_options *options)
{
    struct operator_request request = operator_request_of(OPERATOR_FINISH, (uint8_t)options->agency);
    char text[OPERATOR_TEXT_MAX];

    name_user(request.user, sizeof request.user);
    name_host(request.host, sizeof request.host);
    switch (ask_server(options->path, &request, -1, text)) {
    case ASKED_NO_SERVER:
        return finish_without_server(options);
    case ASKED_DONE:
        return print_done(text);
    case ASKED_UNKNOWN:
        return fail("%s: it is unknown whether agency %u was finished; run it again", text, request.agency);
    default:
        return fail("%s", text);
    }
}

int finish_agency_main(int argc, char **argv)
{
    struct finish_options options = { .path = "bets.db" };
    enum options_outcome outcome = parse(&options, argc, argv);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    return finish(&options);
}
