/* Which bets the client sends: those of a file, the one in the environment, or none. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/usage_error.h"
#include "client/settings.h"
#include "client/settings_parts.h"

/* Where TP0's containers have an agency's file. Not if --agency names the agency: then FILE may
 * have been forgotten. */
static bool find_agency_file(const struct given *given, struct run_settings *settings)
{
    static const char *const folders[] = { "/data", ".data" };
    static char path[32];
    unsigned agency = (unsigned)given->agency;
    if (given->agency_origin == OPTION_GIVEN)
        return usage_error(CLIENT, "no bets: give FILE.csv, or - for standard input, or set all of %s for one bet",
                           BET_LIST(BET_FIELD_VARIABLES));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/agency-%u.csv", folders[i], agency);
        if (access(path, F_OK) != 0)
            continue;
        settings->path = path;
        return true;
    }
    return usage_error(CLIENT,
                       "no bets: there is neither /data/agency-%u.csv nor .data/agency-%u.csv; give FILE.csv, or - for "
                       "standard input, or set all of %s for one bet",
                       agency, agency, BET_LIST(BET_FIELD_VARIABLES));
}

/* The one bet of the environment: all five variables or none. Then a file is looked for. */
static bool read_environment(const struct given *given, struct run_settings *settings)
{
    unsigned set = 0;
    const char *missing = NULL;
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        settings->fields[i] = getenv(bet_fields[i].variable);
        if (settings->fields[i] != NULL)
            set++;
        else if (missing == NULL)
            missing = bet_fields[i].variable;
    }
    if (set == 0)
        return find_agency_file(given, settings);
    if (missing != NULL)
        return usage_error(CLIENT, "the environment holds part of a bet, but %s is not set", missing);
    settings->source = SOURCE_ENVIRONMENT;
    return true;
}

bool run_settings_read_source(const struct given *given, struct run_settings *settings)
{
    const char *without = given->results ? "--results" : given->empty_round ? "--empty-round" : NULL;
    settings->path = given->path;
    settings->source = without != NULL ? SOURCE_NONE : SOURCE_FILE;
    if (given->results && given->empty_round)
        return usage_error(CLIENT, "--results and --empty-round cannot be used together");
    if (without != NULL && given->path != NULL)
        return usage_error(CLIENT, "%s sends no bets, but a file is given: '%s'", without, given->path);
    if (without != NULL && given->single)
        return usage_error(CLIENT, "%s needs the agency stream, so --single cannot be given", without);
    if (without != NULL || given->path != NULL)
        return true;
    return read_environment(given, settings);
}
