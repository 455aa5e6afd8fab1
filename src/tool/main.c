/*
 * `sorteo`: finds the subcommand and hands over. Knows nothing of what any of them does.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/system.h"
#include "base/usage_error.h"
#include "codec/sorteo.h"
#include "tool/backup.h"
#include "tool/conform/conform.h"
#include "tool/decode.h"
#include "tool/describe.h"
#include "tool/encode.h"
#include "tool/export.h"
#include "tool/finish_agency.h"
#include "tool/generate.h"
#include "tool/input.h"
#include "tool/load/load.h"
#include "tool/output.h"

struct subcommand {
    const char *name;
    int (*main)(int argc, char **argv);
    const char *summary;
};

static const struct subcommand subcommands[] = {
    { "generate", generate_main, "make up agency files, from a seed" },
    { "encode", encode_main, "write an agency file as frames" },
    { "decode", decode_main, "print frames as text, JSON or an HTML page" },
    { "export", export_main, "print the bets of a server's store as CSV" },
    { "backup", backup_main, "copy a server's store" },
    { "describe", describe_main, "print the protocol: dialects, frames, sizes, ranges" },
    { "finish", finish_agency_main, "finish the round for an agency that will not come" },
    { "conform", conform_main, "test a server or client against the protocol" },
    { "load", load_main, "put a server under load, and measure its answers" },
};

static void print_usage(FILE *file)
{
    (void)fputs("Usage: sorteo COMMAND [OPTION]...\n"
                "Makes, shows and tests what agencies and servers send each other, and looks\n"
                "after a server's store.\n\nCommands:\n",
                file);
    for (size_t i = 0; i < sizeof subcommands / sizeof subcommands[0]; i++)
        (void)fprintf(file, "  %-10s %s\n", subcommands[i].name, subcommands[i].summary);
    (void)fputs("  help       explain one of these: sorteo help COMMAND\n\n"
                "'sorteo --version' prints the version.\n",
                file);
}

static const struct subcommand *find(const char *name)
{
    for (size_t i = 0; i < sizeof subcommands / sizeof subcommands[0]; i++) {
        if (strcmp(name, subcommands[i].name) == 0)
            return &subcommands[i];
    }
    (void)usage_error("sorteo", "'%s': unknown command", name);
    return NULL;
}

static int help(int argc, char **argv)
{
    char *asked[] = { argv[0], (char[]){ "--help" }, NULL };
    const struct subcommand *subcommand;

    if (argc < 2) {
        print_usage(stdout);
        return output_flush("sorteo") ? 0 : 1;
    }
    subcommand = find(argv[1]);
    return subcommand != NULL ? subcommand->main(2, asked) : 2;
}

static int run(int argc, char **argv)
{
    const struct subcommand *subcommand;

    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("sorteo %s\n", sorteo_version());
        return output_flush("sorteo") ? 0 : 1;
    }
    subcommand = find(argv[1]);
    return subcommand != NULL ? subcommand->main(argc - 1, argv + 1) : 2;
}

int main(int argc, char **argv)
{
    int status;

    if (!fd_hold_standard())
        return 1;
    signal_ignore_file_limit();
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that goes away is a write error */
    input_begin();
    output_begin();
    status = run(argc, argv);
    return status == 1 && output_is_closed() ? 0 : status;
}
