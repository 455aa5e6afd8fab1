/*
 * Chooses the implementation of a store by its path.
 *
 * A path that begins as one of the schemes below belongs to that scheme's implementation; every
 * other path is a file, which SQLite keeps. A new implementation is a line here and one in
 * operations.h.
 */
#include <string.h>

#include "store/operations.h"

static const struct {
    const char *scheme; /* what the path begins with; "" matches every path */
    const struct store_operations *operations;
} implementations[] = {
    { "", &sqlite_operations },
};

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
    size_t i = 0;

    while (strncmp(options->path, implementations[i].scheme, strlen(implementations[i].scheme)) != 0)
        i++;
    enter(options);
    enum store_code code = implementations[i].operations->open(options, out, error);
    leave(options);
    if (code == STORE_OK)
        (*out)->calls = options->calls;
    return code;
}
