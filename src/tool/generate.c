/*
 * Which agency files are made up, and where they go: see generate.h. Their rows are
 * agency_rows.c's.
 */
#include "tool/generate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/options.h"
#include "base/printable.h"
#include "base/whole_file.h"
#include "codec/bet_fields.h"
#include "tool/agency_rows.h"

#define PROGRAM "sorteo generate"
#define AGENCIES_MAX 255u
#define DEFAULT_WINNERS 2u
#define BETS_MAX UINT64_C(1000000000000)
#define PATH_CAP 4096
#define NO_ROW (-1) /* beside errno */

struct settings {
    const char *bets;
    const char *winners;
    const char *folder;
    uint64_t agencies; /* 0: as many as the lists are long */
    uint64_t first_agency;
    struct agency_rows_settings rows;
    bool force;
};

static int fail(int status, const char *what, const char *why)
{
    printable_line(stderr, PROGRAM ": %s: %s", what, why);
    return status;
}

/* ---- Lists: "26936,25518" is a number for each agency, "100" the same number for all --------- */

struct list {
    uint64_t values[AGENCIES_MAX];
    size_t count;
};

/* The next number of a list, digits up to a comma or the end. */
static bool read_number(const char **text, uint64_t max, uint64_t *value)
{
    char digits[24];
    size_t len = strcspn(*text, ",");

    if (len >= sizeof digits)
        return false;
    memcpy(digits, *text, len);
    digits[len] = '\0';
    *text += len;
    return options_number(digits, 0, max, value);
}

static bool read_list(const char *text, struct list *list)
{
    for (list->count = 0; list->count < AGENCIES_MAX; text++) {
        if (!read_number(&text, BETS_MAX, &list->values[list->count]))
            return false;
        list->count++;
        if (*text == '\0')
            return true;
    }
    return false;
}

static bool list_fits(const struct list *list, size_t agencies)
{
    return list->count == 1 || list->count == agencies;
}

static uint64_t list_at(const struct list *list, size_t index)
{
    return list->values[list->count == 1 ? 0 : index];
}

/* ---- From options to agencies ---------------------------------------------------------------- */

static size_t count_agencies(const struct settings *settings, const struct list *bets, const struct list *winners)
{
    if (settings->agencies != 0)
        return (size_t)settings->agencies;
    if (bets->count > 1)
        return bets->count;
    return winners->count > 1 ? winners->count : 5;
}

/* Unless it is told, an agency that has no more bets has no more winners either. */
static uint64_t winners_of(const struct settings *settings, const struct list *winners, size_t index, uint64_t bets)
{
    if (settings->winners != NULL)
        return list_at(winners, index);
    return bets < DEFAULT_WINNERS ? bets : DEFAULT_WINNERS;
}

/* 0 and *count set, or the exit status. */
static int plan(const struct settings *settings, struct agency_rows agencies[static AGENCIES_MAX], size_t *count)
{
    struct list bets, winners = { .count = 1 };
    char why[160];
    size_t wanted;

    if (!agency_rows_may_win(settings->rows.winning_number))
        return fail(2, "--winning-number", "no bet can be on it in every dialect (see sorteo describe)");
    if (!read_list(settings->bets, &bets))
        return fail(2, "--bets", "not a number of bets, nor a number for each agency as in 100,200,50");
    if (settings->winners != NULL && !read_list(settings->winners, &winners))
        return fail(2, "--winners", "not a number of winners, nor a number for each agency as in 2,3,0");
    wanted = count_agencies(settings, &bets, &winners);
    if (!list_fits(&bets, wanted) || !list_fits(&winners, wanted)) {
        (void)snprintf(why, sizeof why, "lists %zu agencies, and there are %zu",
                       list_fits(&bets, wanted) ? winners.count : bets.count, wanted);
        return fail(2, list_fits(&bets, wanted) ? "--winners" : "--bets", why);
    }
    if (settings->first_agency + wanted - 1 > AGENCIES_MAX)
        return fail(2, "--first-agency", "the last agency would be beyond 255");
    for (size_t i = 0; i < wanted; i++) {
        struct agency_rows *agency = &agencies[i];

        agency->agency = settings->first_agency + i;
        agency->bets = list_at(&bets, i);
        agency->winners = winners_of(settings, &winners, i, agency->bets);
        if (agency->winners > agency->bets) {
            (void)snprintf(why, sizeof why, "%" PRIu64 " of agency %" PRIu64 ", which has %" PRIu64 " bets",
                           agency->winners, agency->agency, agency->bets);
            return fail(2, "--winners", why);
        }
    }
    *count = wanted;
    return 0;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static bool make_path(char out[static PATH_CAP], const char *folder, const struct agency_rows *agency)
{
    int len = snprintf(out, PATH_CAP, "%s/agency-%" PRIu64 ".csv", folder, agency->agency);

    return len > 0 && len < PATH_CAP;
}

static mode_t rights_of_new_files(void)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    return 0666 & ~mask;
}

/* The rows into an open file; errno, NO_ROW, or 0. */
static int fill_file(int fd, const struct settings *settings, const struct agency_rows *agency)
{
    int copy = dup(fd), err = 0;
    FILE *file = copy >= 0 ? fdopen(copy, "w") : NULL;

    if (file == NULL) {
        err = errno;
        if (copy >= 0)
            (void)close(copy);
        return err;
    }
    errno = 0;
    if (!agency_rows_write(file, agency, &settings->rows))
        err = NO_ROW;
    if (ferror(file) != 0)
        err = errno != 0 ? errno : EIO;
    if (fclose(file) != 0 && err == 0)
        err = errno;
    return err;
}

/* The file is there whole, or not at all, also if this is interrupted. */
static int write_file(const struct settings *settings, const struct agency_rows *agency)
{
    char path[PATH_CAP], shown[512];
    struct whole_file whole;
    struct stat about;
    int err;

    if (!make_path(path, settings->folder, agency))
        return fail(2, settings->folder, "the path is too long");
    if (!settings->force && lstat(path, &about) == 0)
        return fail(1, path, strerror(EEXIST));
    if (!whole_file_open(&whole, path, rights_of_new_files()))
        return fail(1, path, strerror(errno));
    err = fill_file(whole.data.fd, settings, agency);
    if (err == 0 && !whole_file_commit(&whole))
        err = errno;
    whole_file_close(&whole);
    if (err == NO_ROW)
        return fail(1, path, "none of 100,000 rows that were made up is one that the grammar of every dialect takes");
    if (err != 0)
        return fail(1, path, strerror(err));
    (void)printf("%s: %" PRIu64 " bets, %" PRIu64 " winners\n", printable(shown, sizeof shown, path), agency->bets,
                 agency->winners);
    return 0;
}

/* Looked at before anything is written, so that not half of the files are new. */
static int refuse_to_overwrite(const struct settings *settings, const struct agency_rows *agencies, size_t count)
{
    char path[PATH_CAP];
    struct stat about;

    for (size_t i = 0; i < count && !settings->force; i++) {
        if (make_path(path, settings->folder, &agencies[i]) && lstat(path, &about) == 0)
            return fail(2, path, "the file exists; --force overwrites it");
    }
    return 0;
}

static int write_files(const struct settings *settings)
{
    struct agency_rows agencies[AGENCIES_MAX];
    size_t count = 0;
    int status = plan(settings, agencies, &count);

    if (status != 0)
        return status;
    if (mkdir(settings->folder, 0777) != 0 && errno != EEXIST)
        return fail(1, settings->folder, strerror(errno));
    status = refuse_to_overwrite(settings, agencies, count);
    for (size_t i = 0; i < count && status == 0; i++)
        status = write_file(settings, &agencies[i]);
    if (status == 0 && fflush(stdout) != 0)
        return fail(1, "standard output", strerror(errno));
    return status;
}

int generate_main(int argc, char **argv)
{
    struct settings settings = { .bets = "1000",
                                 .folder = ".",
                                 .first_agency = 1,
                                 .rows = {
                                     .seed = 1,
                                     .winning_number = 7574,
                                     .people = { .other_scripts_percent = 2 },
                                     .takes = agency_rows_every_dialect_takes,
                                 } };
    const struct option_spec table[] = {
        { .name = "bets",
          .kind = OPTION_TEXT,
          .value = &settings.bets,
          .metavar = "N[,N...]",
          .help = "Bets of each agency: one number for all, or one for each. Default 1000." },
        { .name = "winners",
          .kind = OPTION_TEXT,
          .value = &settings.winners,
          .metavar = "K[,K...]",
          .help = "How many of each agency's bets are on the winning number: one number for all, or one for each. "
                  "Default 2." },
        { .name = "agencies",
          .kind = OPTION_NUMBER,
          .value = &settings.agencies,
          .min = 1,
          .max = AGENCIES_MAX,
          .metavar = "A",
          .help = "The number of agencies. Default: as many as --bets or --winners lists, otherwise 5." },
        { .name = "first-agency",
          .kind = OPTION_NUMBER,
          .value = &settings.first_agency,
          .min = 1,
          .max = AGENCIES_MAX,
          .metavar = "N",
          .help = "The number of the first agency. Default 1." },
        { .name = "winning-number",
          .kind = OPTION_NUMBER,
          .value = &settings.rows.winning_number,
          .max = UINT16_MAX,
          .metavar = "W",
          .help = "The number that wins. Default 7574." },
        { .name = "seed",
          .kind = OPTION_NUMBER,
          .value = &settings.rows.seed,
          .max = UINT64_MAX,
          .metavar = "S",
          .help = "The same seed makes the same files on every machine. Default 1." },
        { .name = "other-scripts",
          .kind = OPTION_NUMBER,
          .value = &settings.rows.people.other_scripts_percent,
          .max = 100,
          .metavar = "PERCENT",
          .help = "The share of people with names that are not Spanish or Italian: Greek, Arabic, Han and so on. "
                  "Default 2." },
        { .name = "quoted",
          .kind = OPTION_FLAG,
          .value = &settings.rows.people.quoted,
          .help = "Put commas and quotes into the names of one person in twenty." },
        { .name = "output",
          .kind = OPTION_TEXT,
          .value = &settings.folder,
          .metavar = "FOLDER",
          .help = "Where to write; created if missing. Default: the current folder." },
        { .name = "force", .kind = OPTION_FLAG, .value = &settings.force, .help = "Overwrite existing files." },
    };
    const struct options_program program = {
        .name = PROGRAM,
        .synopsis = "[OPTION]...",
        .version = SORTEO_VERSION,
        .summary =
            "Makes up bets: writes agency-1.csv, agency-2.csv and so on, with people, their documents and birth dates, "
            "and the numbers that they bet on.",
        .epilogue = BET_FIELD_ROW "Lines end in CRLF.\n\n"
                                  "Exit status: 0 done, 1 a file could not be written, 2 usage, or a file exists.\n",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
    };
    int operand;
    enum options_outcome outcome = options_parse(&program, argc, argv, 0, &operand);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    return write_files(&settings);
}
