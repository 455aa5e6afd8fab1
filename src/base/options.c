/*
 * Reads a command line by a table (options.h). Knows what no option means; printing --help is
 * help.c's.
 */
#include "base/options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/config.h"
#include "base/help.h"
#include "base/printable.h"

/* What getopt_long returns: '?' and ':' for errors, one of these, or a table's row counted from
 * FIRST_ROW on. */
enum { CODE_HELP = 1, CODE_VERSION = 2, FIRST_ROW = 256 };

#define OPTIONS_MAX 64u
#define VARIABLE_MAX 64u /* bytes of a variable's name, its end counted */

bool options_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    uint64_t number = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        uint64_t digit = (uint64_t)(unsigned char)*text - '0';

        if (*text < '0' || *text > '9' || number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    if (number < min || number > max)
        return false;
    *value = number;
    return true;
}

/* "2", "2.5", "0.025": at most three digits after the point, so that nothing is rounded. */
static bool parse_seconds(const char *text, uint64_t min_ms, uint64_t max_ms, uint64_t *value)
{
    char whole[24], fraction[4] = "000";
    const char *point = strchr(text, '.');
    size_t whole_len = point != NULL ? (size_t)(point - text) : strlen(text);
    uint64_t seconds, rest;

    if (whole_len >= sizeof whole)
        return false;
    memcpy(whole, text, whole_len);
    whole[whole_len] = '\0';
    if (point != NULL) {
        size_t digits = strlen(point + 1);

        if (digits == 0 || digits > 3)
            return false;
        memcpy(fraction, point + 1, digits);
    }
    if (!options_number(whole, 0, UINT64_MAX / 1000 - 1, &seconds) || !options_number(fraction, 0, 999, &rest))
        return false;
    if (seconds * 1000 + rest < min_ms || seconds * 1000 + rest > max_ms)
        return false;
    *value = seconds * 1000 + rest;
    return true;
}

/* A whole name, in any case, or a beginning that only one name has ("WARN"), as for the options
 * themselves. */
static bool parse_choice(const char *text, const char *const *choices, unsigned *value)
{
    unsigned found = 0, matches = 0;

    for (unsigned i = 0; choices[i] != NULL; i++) {
        if (strcasecmp(text, choices[i]) == 0) {
            *value = i;
            return true;
        }
        if (*text != '\0' && strncasecmp(text, choices[i], strlen(text)) == 0) {
            found = i;
            matches++;
        }
    }
    if (matches != 1)
        return false;
    *value = found;
    return true;
}

static bool add_text(struct option_texts *texts, const char *text)
{
    if (*text == '\0' || texts->count == OPTION_TEXTS_MAX)
        return false;
    texts->text[texts->count++] = text;
    return true;
}

static bool set_value(const struct option_spec *spec, const char *text)
{
    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)spec->value = true;
        return true;
    case OPTION_NUMBER:
        return options_number(text, spec->min, spec->max, spec->value);
    case OPTION_SECONDS:
        return parse_seconds(text, spec->min, spec->max, spec->value);
    case OPTION_TEXT:
        if (*text == '\0')
            return false;
        *(const char **)spec->value = text;
        return true;
    case OPTION_TEXTS:
        return add_text(spec->value, text);
    case OPTION_CHOICE:
        return parse_choice(text, spec->choices, spec->value);
    }
    return false;
}

/* ---- Errors: one line each ------------------------------------------------------------------- */

/* Quotes what was given, cut where it is long. */
static void print_quoted(const char *text)
{
    char shown[61];

    (void)fprintf(stderr, "'%s%s", printable(shown, sizeof shown, text), strlen(text) >= sizeof shown ? "...'" : "'");
}

static bool is_full(const struct option_spec *spec)
{
    return spec->kind == OPTION_TEXTS && ((const struct option_texts *)spec->value)->count == OPTION_TEXTS_MAX;
}

static void print_expected(const struct option_spec *spec)
{
    char least[32], most[32];

    switch (spec->kind) {
    case OPTION_NUMBER:
        (void)fprintf(stderr, "is not a whole number from %llu to %llu", (unsigned long long)spec->min,
                      (unsigned long long)spec->max);
        break;
    case OPTION_SECONDS:
        (void)fprintf(stderr, "is not a number of seconds from %s to %s (at most three decimals)",
                      help_seconds(least, spec->min), help_seconds(most, spec->max));
        break;
    case OPTION_CHOICE:
        (void)fputs("is not one of ", stderr);
        for (unsigned i = 0; spec->choices[i] != NULL; i++)
            (void)fprintf(stderr, i == 0 ? "%s" : ", %s", spec->choices[i]);
        break;
    case OPTION_TEXT:
    case OPTION_TEXTS:
        if (is_full(spec))
            (void)fprintf(stderr, "is one more than the %u that may be given", OPTION_TEXTS_MAX);
        else
            (void)fputs("is not allowed: it may not be empty", stderr);
        break;
    case OPTION_FLAG: /* only a variable has a value */
        (void)fputs("is neither yes nor no", stderr);
        break;
    }
}

static enum options_outcome end_error(const struct options_program *program)
{
    (void)fprintf(stderr, ". Try '%s --help'.\n", program->name);
    return OPTIONS_ERROR;
}

/* "NAME: --agencies: '0' is not a whole number from 1 to 255. Try 'NAME --help'." `dashes` is empty
 * for a variable, and for a place in a file. */
static enum options_outcome bad_value(const struct options_program *program, const struct option_spec *spec,
                                      const char *dashes, const char *name, const char *text)
{
    char shown[CONFIG_ERROR_MAX];

    (void)fprintf(stderr, "%s: %s%s: ", program->name, dashes, printable(shown, sizeof shown, name));
    print_quoted(text);
    (void)fputc(' ', stderr);
    print_expected(spec);
    return end_error(program);
}

static enum options_outcome __attribute__((format(printf, 3, 4)))
bad_usage(const struct options_program *program, const char *given, const char *format, ...)
{
    va_list values;

    (void)fprintf(stderr, "%s: ", program->name);
    if (given != NULL) {
        print_quoted(given);
        (void)fputs(": ", stderr);
    }
    va_start(values, format);
    (void)vfprintf(stderr, format, values);
    va_end(values);
    return end_error(program);
}

/* getopt_long does not tell an unknown option from an ambiguous one, nor which it would have
 * been. */
static enum options_outcome bad_name(const struct options_program *program, const struct option *longs,
                                     const char *given)
{
    const char *name = given + 2;
    size_t len = strcspn(name, "=");
    const char *first = NULL;

    for (const struct option *option = longs; option->name != NULL; option++) {
        if (strncmp(option->name, name, len) != 0)
            continue;
        if (first != NULL)
            return bad_usage(program, given, "may mean --%s or --%s", first, option->name);
        first = option->name;
    }
    return bad_usage(program, given, "unknown option");
}

static enum options_outcome bad_option(const struct options_program *program, const struct option *longs, int code,
                                       char **argv)
{
    if (optopt >= FIRST_ROW && code == ':')
        return bad_usage(program, NULL, "--%s: missing value", longs[optopt - FIRST_ROW].name);
    if (optopt >= FIRST_ROW)
        return bad_usage(program, argv[optind - 1], "--%s takes no value", longs[optopt - FIRST_ROW].name);
    if (optopt == CODE_HELP || optopt == CODE_VERSION)
        return bad_usage(program, argv[optind - 1], "takes no value");
    if (optopt == 0)
        return bad_name(program, longs, argv[optind - 1]);
    return bad_usage(program, (const char[]){ '-', (char)optopt, '\0' }, "unknown option");
}

/* ---- Parsing --------------------------------------------------------------------------------- */

static void make_longs(const struct options_program *program, struct option *longs)
{
    unsigned count = program->option_count;

    for (unsigned i = 0; i < count; i++) {
        const struct option_spec *spec = &program->options[i];

        longs[i] = (struct option){ .name = spec->name,
                                    .val = FIRST_ROW + (int)i,
                                    .has_arg = spec->kind == OPTION_FLAG ? no_argument : required_argument };
    }
    longs[count] = (struct option){ .name = "help", .val = CODE_HELP };
    longs[count + 1] = (struct option){ .name = "version", .val = CODE_VERSION };
    longs[count + 2] = (struct option){ .name = NULL };
}

/* Standard output may be a full disk: then not even --help has succeeded. A reader that closes the
 * pipe, as `head` does, has seen enough. */
static enum options_outcome print(const struct options_program *program, int code)
{
    (void)signal(SIGPIPE, SIG_IGN);
    errno = 0;
    if (code == CODE_VERSION)
        (void)printf("%s %s\n", program->name, program->version);
    else
        help_print(program);
    if ((fflush(stdout) == 0 && ferror(stdout) == 0) || errno == EPIPE)
        return OPTIONS_DONE;
    (void)fprintf(stderr, "%s: standard output cannot be written\n", program->name);
    return OPTIONS_FAILED;
}

/* Would a container platform set it for a service called sorteo? SORTEO_PORT=tcp://10.0.0.7:12345,
 * SORTEO_SERVICE_HOST and the like would make every start a usage error. */
static bool is_of_a_service(const char *variable)
{
    static const char *const begins[] = { "SORTEO_PORT_", "SORTEO_SERVICE_", "SORTEO_ENV_" };

    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (strncmp(variable, begins[i], strlen(begins[i])) == 0)
            return true;
    return strcmp(variable, "SORTEO_PORT") == 0 || strcmp(variable, "SORTEO_NAME") == 0;
}

/* SORTEO_RETRY_FOR of --retry-for. */
static void name_variable(const struct option_spec *spec, char out[static VARIABLE_MAX])
{
    int len = spec->variable != NULL ? snprintf(out, VARIABLE_MAX, "%s", spec->variable)
                                     : snprintf(out, VARIABLE_MAX, "SORTEO_%s", spec->name);

    assert(len > 0 && (size_t)len < VARIABLE_MAX);
    for (char *at = out; *at != '\0'; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
    assert(!is_of_a_service(out));
}

/* A flag's variable says yes or no. */
static bool set_from_variable(const struct option_spec *spec, const char *text)
{
    static const char *const answers[] = { "0", "1", "no", "yes", "false", "true", "off", "on", NULL };

    if (spec->kind != OPTION_FLAG)
        return set_value(spec, text);
    for (unsigned i = 0; answers[i] != NULL; i++) {
        if (strcasecmp(text, answers[i]) == 0) {
            *(bool *)spec->value = i % 2 == 1;
            return true;
        }
    }
    return false;
}

/* A variable counts where its option was not given; our own name for it before another one. */
static enum options_outcome read_environment(const struct options_program *program, enum option_origin *origins)
{
    for (unsigned i = 0; i < program->option_count; i++) {
        const struct option_spec *spec = &program->options[i];
        char own[VARIABLE_MAX];
        const char *names[2] = { own, spec->environment };

        name_variable(spec, own);
        for (unsigned k = 0; k < 2 && origins[i] == OPTION_BY_DEFAULT; k++) {
            const char *text = names[k] != NULL ? getenv(names[k]) : NULL;

            if (text == NULL || *text == '\0')
                continue;
            if (!set_from_variable(spec, text))
                return bad_value(program, spec, "", names[k], text);
            origins[i] = OPTION_IN_VARIABLE;
        }
    }
    return OPTIONS_OK;
}

/* "NAME: config.yaml:3: id: a list, where one value is wanted." */
static enum options_outcome bad_config(const struct options_program *program, const char *text)
{
    char shown[CONFIG_ERROR_MAX];

    (void)fprintf(stderr, "%s: %s", program->name, printable(shown, sizeof shown, text));
    return end_error(program);
}

static enum options_outcome set_from_config_value(const struct options_program *program, const struct option_spec *spec,
                                                  const char *value)
{
    if (!set_from_variable(spec, value))
        return bad_value(program, spec, "", config_place(program->config, value), value);
    return OPTIONS_OK;
}

static enum options_outcome set_from_config_list(const struct options_program *program, const struct option_spec *spec,
                                                 const struct config_entry *entry)
{
    enum options_outcome outcome = OPTIONS_OK;
    const char *item = entry->items;

    for (unsigned i = 0; i < entry->count && outcome == OPTIONS_OK; i++, item = config_next_item(item))
        outcome = set_from_config_value(program, spec, item);
    return outcome;
}

static enum options_outcome set_from_config(const struct options_program *program, const struct option_spec *spec,
                                            const struct config_entry *entry)
{
    bool is_list = spec->kind == OPTION_TEXTS;

    if (entry->value != NULL)
        return set_from_config_value(program, spec, entry->value);
    if (is_list && entry->count > 0)
        return set_from_config_list(program, spec, entry);
    (void)config_fail(program->config, entry->line,
                      is_list ? "%s: expected one value, or a list of them" : "%s: expected one value, not several",
                      entry->key);
    return bad_config(program, config_error(program->config));
}

/* A key counts where the environment says nothing, either. */
static enum options_outcome read_config(const struct options_program *program, enum option_origin *origins)
{
    struct config *config = program->config;

    for (unsigned i = 0; i < program->option_count; i++)
        if (program->options[i].value == &config->path)
            config->origin = origins[i];
    if (!config_read(config))
        return bad_config(program, config_error(config));
    for (unsigned i = 0; i < program->option_count; i++) {
        const struct option_spec *spec = &program->options[i];
        const struct config_entry *entry;

        if (spec->value == &config->path || (entry = config_find(config, spec->name, spec->environment)) == NULL ||
            origins[i] != OPTION_BY_DEFAULT)
            continue;
        if (set_from_config(program, spec, entry) != OPTIONS_OK)
            return OPTIONS_ERROR;
        origins[i] = OPTION_IN_FILE;
    }
    config_warn_of_unknown(config, program->name);
    return OPTIONS_OK;
}

static void keep_origins(const struct options_program *program, const enum option_origin *origins)
{
    for (unsigned i = 0; i < program->option_count; i++)
        if (program->options[i].origin != NULL)
            *program->options[i].origin = origins[i];
}

enum options_outcome options_parse(const struct options_program *program, int argc, char **argv, unsigned operand_max,
                                   int *operand)
{
    struct option longs[OPTIONS_MAX + 3];
    enum option_origin origins[OPTIONS_MAX] = { OPTION_BY_DEFAULT };
    enum options_outcome outcome;
    int code;

    assert(program->option_count <= OPTIONS_MAX);
    make_longs(program, longs);
    opterr = 0;
    optind = 0; /* also resets what an earlier call left */
    while ((code = getopt_long(argc, argv, ":h", longs, NULL)) != -1) {
        if (code == CODE_HELP || code == 'h' || code == CODE_VERSION)
            return print(program, code);
        if (code < FIRST_ROW)
            return bad_option(program, longs, code, argv);
        origins[code - FIRST_ROW] = OPTION_GIVEN;
        if (!set_value(&program->options[code - FIRST_ROW], optarg))
            return bad_value(program, &program->options[code - FIRST_ROW], "--", longs[code - FIRST_ROW].name, optarg);
    }
    if (argc > optind && (unsigned)(argc - optind) > operand_max)
        return bad_usage(program, argv[optind + (int)operand_max], "unexpected argument");
    *operand = optind;
    outcome = read_environment(program, origins);
    if (outcome == OPTIONS_OK && program->config != NULL)
        outcome = read_config(program, origins);
    if (outcome == OPTIONS_OK)
        keep_origins(program, origins);
    return outcome;
}
