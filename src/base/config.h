/*
 * A configuration file: keys, each with a value and its line, that stand in for variables of the
 * environment which are not set.
 *
 * Knows no format: a program names the function that parses its own. A key is compared without
 * regard to case, and '.', '-' and '_' are the same in it. It means the option of that name
 * ("log-level", "SORTEO_LOG_LEVEL"), or the variable that it makes with the program's prefix (with
 * "CLI_", server.address is CLI_SERVER_ADDRESS).
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/option_table.h"

#define CONFIG_SIZE_MAX 65536u /* bytes of a file */
#define CONFIG_ENTRIES_MAX 256u
#define CONFIG_KEY_MAX 128u /* bytes of a key, its end counted */
#define CONFIG_ERROR_MAX 512u

struct config_entry {
    const char *key;   /* as it is in the file, the keys around it before it: "server.address" */
    const char *value; /* NULL: a list, or something else that is no single value */
    unsigned line;     /* from 1 */
    bool known;        /* somebody has asked for it */
};

struct config {
    const char *path;          /* of the file; the value of the option --config */
    enum option_origin origin; /* of that path: one that was not asked for may be missing */
    const char *prefix;        /* "CLI_", or "" */
    const char *const *others; /* keys that are known although no option has them; ends with NULL */

    /* Calls config_add for each key; false after config_fail. The bytes hold no NUL. */
    bool (*parse)(struct config *config, const char *bytes, size_t len);

    /* private */
    struct config_entry entries[CONFIG_ENTRIES_MAX];
    size_t count;
    char texts[2 * CONFIG_SIZE_MAX];
    size_t used; /* bytes of texts */
    char error[CONFIG_ERROR_MAX];
};

/* Reads and parses the file. False with config_error set: it is named and not there, cannot be
 * read, is no file, is too large, or is malformed. */
bool config_read(struct config *config);

/* For the parser: adds a key; both texts are copied. False with config_error set: there is no room,
 * the key is too long, or it is there already. */
bool config_add(struct config *config, const char *key, const char *value, unsigned line);

/* For the parser: keeps "PATH:LINE: reason" as the error. Returns false. */
bool config_fail(struct config *config, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What is wrong and where, in one line. Borrowed. */
const char *config_error(const struct config *config);

/* The entry that means the option `name` or the variable (or NULL); NULL: there is none, or its
 * value is empty. */
const struct config_entry *config_find(struct config *config, const char *name, const char *variable);

/* Where a value is that came from this file, as "PATH:LINE: KEY"; NULL: it did not. Borrowed until
 * the next call. */
const char *config_place(const struct config *config, const char *value);

/* Says of each key that nobody asked for, on standard error, that it is ignored. */
void config_warn_of_unknown(const struct config *config, const char *program);

#endif
