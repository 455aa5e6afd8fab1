/*
 * Chooses the implementation of a store by its path.
 *
 * A path that begins as one of the schemes below belongs to that scheme's implementation; every
 * other path is a file, which SQLite keeps. A new implementation is a line here and one in
 * operations.h.
 */
#include <stdio.h>
#include <string.h>

#include "store/operations.h"

#ifdef WITHOUT_LIBPQ
static enum store_code refuse_to_open(const struct store_options *options, struct store **out,
                                      struct store_error *error)
{
    (void)options;
    (void)out;
    snprintf(error->text, sizeof error->text,
             "a store in PostgreSQL cannot be used: this program was built without libpq, as static ones are");
    return STORE_REFUSED;
}

static const struct store_operations no_postgresql = { .open = refuse_to_open, .is_remote = true };
#define POSTGRESQL_OPERATIONS no_postgresql
#else
#define POSTGRESQL_OPERATIONS postgresql_operations
#endif

static const struct {
    const char *scheme; /* what the path begins with; "" matches every path */
    const struct store_operations *operations;
} implementations[] = {
    { "postgresql://", &POSTGRESQL_OPERATIONS },
    { "postgres://", &POSTGRESQL_OPERATIONS },
    { "", &sqlite_operations },
};

static const struct store_operations *operations_of(const char *path)
{
    size_t i = 0;

    while (strncmp(path, implementations[i].scheme, strlen(implementations[i].scheme)) != 0)
        i++;
    return implementations[i].operations;
}

bool store_is_remote(const char *path)
{
    return operations_of(path)->is_remote;
}

size_t store_reads(const char *path, char *names[static STORE_READS_MAX])
{
    const struct store_operations *operations = operations_of(path);

    return operations->reads == NULL ? 0 : operations->reads(path, names);
}

static void enter(const struct store_options *options)
{
    if (options->calls != NULL)
        ++*options->calls;
}

static void leave(const struct store_options *options)
{
    enter(options); /* even again */
}

enum store_code store_open(const struct store_options *options, struct store **out, struct store_error *error)
{
    enter(options);
    enum store_code code = operations_of(options->path)->open(options, out, error);
    leave(options);
    if (code == STORE_OK)
        (*out)->calls = options->calls;
    return code;
}
