/*
 * sorteo backup: copies a store, complete and at one point, into a file that is on stable storage
 * and was checked before the command says so.
 *
 * A server that has the store open copies it itself, between what agencies send; also one whose
 * store was moved or removed. Knows no SQL.
 */
#include "tool/backup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/options.h"
#include "base/printable.h"
#include "base/system.h"
#include "base/usage_error.h"
#include "store/store.h"
#include "tool/open_store.h"
#include "tool/output.h"
#include "tool/stop.h"
#include "tool/store_copy.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1 };

struct backup_options {
    const char *store;
    const char *file;
};

static enum options_outcome parse(struct backup_options *options, int argc, char **argv)
{
    const struct option_spec specs[] = {
        { .name = "store",
          .kind = OPTION_TEXT,
          .value = &options->store,
          .metavar = "PATH",
          .help = "The store to copy, a file; use pg_dump for PostgreSQL. Default: bets.db." }
    };
    const struct options_program program = {
        .name = "sorteo backup",
        .synopsis = "[OPTION]... FILE",
        .summary =
            "Copies a store to FILE, which must not exist. A running server makes the copy itself, while it serves "
            "its agencies; FILE then has every bet acknowledged before this command began. This works even if "
            "the server's store was moved or removed.",
        .epilogue = "FILE is a complete store in one file, which only its owner can read. If the\n"
                    "exit status is 0, it has been checked and is on stable storage; otherwise\n"
                    "there is no FILE.\n"
                    "\n"
                    "Exit status: 0 done, 1 failed, 2 usage.",
        .version = SORTEO_VERSION,
        .options = specs,
        .option_count = sizeof specs / sizeof specs[0]
    };
    int operand = argc;
    enum options_outcome outcome = options_parse(&program, argc, argv, 1, &operand);

    if (outcome != OPTIONS_OK)
        return outcome;
    options->file = operand < argc ? argv[operand] : NULL;
    if (options->file != NULL && options->file[0] != '\0')
        return OPTIONS_OK;
    (void)usage_error("sorteo backup", "FILE is missing");
    return OPTIONS_ERROR;
}

static int fail(const char *reason)
{
    printable_line(stderr, "sorteo backup: %s", reason);
    return EXIT_FAILED;
}

static bool copy_without_server(struct copy_target *target, const char *path, char text[static OPERATOR_TEXT_MAX])
{
    struct store *store = open_store(path, true, text);

    if (store == NULL)
        return false;
    bool done = copy_target_fill(target, store, text);
    store_close(store);
    return done;
}

static bool copy(struct copy_target *target, const char *store, char text[static OPERATOR_TEXT_MAX])
{
    switch (copy_target_ask(target, store, 0, text)) {
    case ASKED_DONE:
        return true;
    case ASKED_NO_SERVER:
        return copy_without_server(target, store, text);
    default:
        return false;
    }
}

/* Checks the copy as a later reader will see it: every page, every row's values, every agency's
 * count. */
static bool check(const char *path, uint64_t *bytes, char text[static OPERATOR_TEXT_MAX])
{
    struct store *store = open_store(path, true, text);
    struct stat status = { .st_size = 0 };

    if (store == NULL)
        return false;
    store_close(store);
    (void)stat(path, &status);
    *bytes = (uint64_t)status.st_size;
    return true;
}

/* The file has its name. What then fails takes it away again. */
static int conclude(const struct backup_options *options)
{
    char text[OPERATOR_TEXT_MAX];
    uint64_t bytes;

    if (!check(options->file, &bytes, text)) {
        unlink(options->file);
        return fail(text);
    }
    if (!folder_sync(options->file)) {
        snprintf(text, sizeof text, "%.1000s: its folder cannot be synced: %s", options->file, strerror(errno));
        unlink(options->file);
        return fail(text);
    }
    char shown[512];
    printf("%s: %" PRIu64 " bytes.\n", printable(shown, sizeof shown, options->file), bytes);
    (void)output_flush("sorteo backup"); /* it is there, whether that can be said or not */
    return EXIT_DONE;
}

int backup_main(int argc, char **argv)
{
    struct backup_options options = { .store = "bets.db" };
    char text[OPERATOR_TEXT_MAX];
    struct copy_target target;
    enum options_outcome outcome = parse(&options, argc, argv);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    stop_catch();
    if (!copy_target_open(&target, options.file, text))
        return fail(text);
    bool done = copy(&target, options.store, text) && copy_target_name(&target, true, text);
    copy_target_close(&target);
    return done ? conclude(&options) : fail(text);
}
