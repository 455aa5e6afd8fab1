/*
 * Which files a process reads to connect again: for its sandbox, which is closed before it opens
 * the store.
 *
 * libpq is loaded here at the latest, since the process cannot do that afterwards. It has files of
 * its own (passwords, services, certificates), and finding a host's address needs those of the
 * system.
 */
#include "store/postgresql/postgresql_store.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const of_the_system[] = { "/etc",           "/usr/lib", "/usr/share",
                                             "/lib",           "/lib64",   "/run/systemd/resolve",
                                             "/run/resolvconf" };
static const char *const below_home[] = { ".pgpass", ".pg_service.conf", ".postgresql" };
static const char *const variables[] = { "PGSERVICEFILE", "PGSYSCONFDIR" };
static const char *const options_of_files[] = { "passfile", "sslcert", "sslkey", "sslcrl", "sslcrldir", "sslrootcert" };

static void add(char *names[], size_t *count, char *name)
{
    if (name != NULL && *count < STORE_READS_MAX)
        names[(*count)++] = name;
    else
        free(name);
}

static const char *home(void)
{
    const char *named = getenv("HOME");
    const struct passwd *entry = named == NULL ? getpwuid(geteuid()) : NULL;

    return named != NULL ? named : entry != NULL ? entry->pw_dir : NULL;
}

static void add_below(char *names[], size_t *count, const char *folder, const char *name)
{
    char *path = NULL;

    if (folder != NULL && asprintf(&path, "%s/%s", folder, name) >= 0)
        add(names, count, path);
}

static void add_named(char *names[], size_t *count, const char *name)
{
    if (name != NULL && name[0] != '\0')
        add(names, count, strdup(name));
}

static void add_options(char *names[], size_t *count, PQconninfoOption *options)
{
    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
        for (size_t i = 0; i < sizeof options_of_files / sizeof *options_of_files; i++)
            if (strcmp(option->keyword, options_of_files[i]) == 0)
                add_named(names, count, option->val);
    PQconninfoFree(options);
}

/* A service of the path comes before one of the environment. libpq tells what is in a service only
 * of one that the environment names. */
static void name_service(const PQconninfoOption *options)
{
    for (; options != NULL && options->keyword != NULL; options++)
        if (strcmp(options->keyword, "service") == 0 && options->val != NULL)
            (void)setenv("PGSERVICE", options->val, 1);
}

size_t postgresql_reads(const char *path, char *names[static STORE_READS_MAX])
{
    PQconninfoOption *of_path;
    size_t count = 0;

    if (libpq_load() != NULL)
        return 0; /* opening the store will say why */
    of_path = PQconninfoParse(path, NULL);
    for (size_t i = 0; i < sizeof of_the_system / sizeof *of_the_system; i++)
        add(names, &count, strdup(of_the_system[i]));
    for (size_t i = 0; i < sizeof below_home / sizeof *below_home; i++)
        add_below(names, &count, home(), below_home[i]);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        add_named(names, &count, getenv(variables[i]));
    name_service(of_path);
    add_options(names, &count, of_path);
    add_options(names, &count, PQconndefaults()); /* variables of its options, and the service */
    return count;
}
