/*
 * --help, laid out from the table of options. Sees no command line and sets no value.
 *
 *     |  --listen HOST:PORT    where agencies connect to, by default
 *     |                        127.0.0.1:12345 [SERVER_PORT]
 *     0  2                     24                                     79
 */
#include "base/help.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 79u
#define TEXT_COLUMN 24u

const char *help_seconds(char out[static 32], uint64_t ms)
{
    int len = snprintf(out, 32, "%llu.%03u", (unsigned long long)(ms / 1000), (unsigned)(ms % 1000));

    while (out[len - 1] == '0')
        out[--len] = '\0';
    if (out[len - 1] == '.')
        out[len - 1] = '\0';
    return out;
}

/* Columns that UTF-8 text takes: its characters, as each of ours fills one column. */
static unsigned columns(const char *text, size_t len)
{
    unsigned count = 0;

    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)text[i] & 0xc0u) != 0x80u;
    return count;
}

/* Prints words from `column` on, going on at `indent` in the next line where one does not fit.
 * Returns where it is then. */
static unsigned print_wrapped(const char *text, unsigned column, unsigned indent)
{
    for (;;) {
        size_t len;

        text += strspn(text, " ");
        len = strcspn(text, " ");
        if (len == 0)
            return column;
        if (column > indent && column + 1 + columns(text, len) > WIDTH) {
            (void)printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            (void)putchar(' ');
            column++;
        }
        (void)fwrite(text, 1, len, stdout);
        column += columns(text, len);
        text += len;
    }
}

static unsigned print_metavar(const struct option_spec *spec)
{
    unsigned column = 0;

    if (spec->kind == OPTION_FLAG)
        return 0;
    if (spec->metavar != NULL || spec->kind != OPTION_CHOICE)
        return (unsigned)printf(" %s", spec->metavar != NULL                                     ? spec->metavar
                                       : spec->kind == OPTION_TEXT || spec->kind == OPTION_TEXTS ? "TEXT"
                                                                                                 : "N");
    for (unsigned i = 0; spec->choices[i] != NULL; i++)
        column += (unsigned)printf("%c%s", i == 0 ? ' ' : '|', spec->choices[i]);
    return column;
}

static void print_option(const struct option_spec *spec)
{
    unsigned column = (unsigned)printf("  --%s", spec->name);
    char variable[128];

    column += print_metavar(spec);
    if (column + 2 > TEXT_COLUMN) {
        (void)putchar('\n');
        column = 0;
    }
    (void)printf("%*s", (int)(TEXT_COLUMN - column), "");
    column = print_wrapped(spec->help, TEXT_COLUMN, TEXT_COLUMN);
    if (spec->environment != NULL) {
        (void)snprintf(variable, sizeof variable, "[%s]", spec->environment);
        (void)print_wrapped(variable, column, TEXT_COLUMN);
    }
    (void)putchar('\n');
}

/* Have options variables of other names, which --help shows in brackets? */
static bool have_other_names(const struct options_program *program)
{
    for (unsigned i = 0; i < program->option_count; i++)
        if (program->options[i].environment != NULL)
            return true;
    return false;
}

static void print_what_overrides(const struct options_program *program)
{
    char text[512];

    (void)snprintf(text, sizeof text,
                   "\nEach option can also be set by an environment variable: SORTEO_ and its name, such as "
                   "SORTEO_LOG_LEVEL for --log-level.%s The command line overrides the environment%s.",
                   have_other_names(program) ? " It overrides the variable in brackets." : "",
                   program->config != NULL ? ", which overrides the file of --config" : "");
    (void)print_wrapped(text, 0, 0);
}

void help_print(const struct options_program *program)
{
    static const struct option_spec always[] = {
        { .name = "help", .kind = OPTION_FLAG, .help = "Print this help and exit." },
        { .name = "version", .kind = OPTION_FLAG, .help = "Print the version and exit." },
    };

    (void)printf("Usage: %s %s\n", program->name, program->synopsis);
    (void)print_wrapped(program->summary, 0, 0);
    (void)printf("\n\nOptions:\n");
    for (unsigned i = 0; i < program->option_count; i++)
        print_option(&program->options[i]);
    for (unsigned i = 0; i < sizeof always / sizeof always[0]; i++)
        print_option(&always[i]);
    print_what_overrides(program);
    (void)putchar('\n');
    if (program->epilogue != NULL)
        (void)printf("\n%s%s", program->epilogue, program->epilogue[strlen(program->epilogue) - 1] == '\n' ? "" : "\n");
}
