/*
 * A configuration file: keys with their values and lines, for options that neither the command line
 * nor the environment sets.
 *
 * Knows no format: each program names the function that parses its own. Case is ignored in keys,
 * and '.', '-' and '_' are the same. A key stands for the option of that name ("log-level",
 * "SORTEO_LOG_LEVEL"), or for an option's other variable, with or without the program's prefix
 * (with "CLI_", server.address is CLI_SERVER_ADDRESS).
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/option_table.h"

#define CONFIG_SIZE_MAX 65536u /* bytes of a file */
#define CONFIG_ENTRIES_MAX 256u
#define CONFIG_KEY_MAX 128u /* bytes of a key, with its NUL */
#define CONFIG_ERROR_MAX 512u

struct config_entry {
    const char *key;   /* as in the file, with the keys that enclose it: "server.address" */
    const char *value; /* NULL: a list, or something else that is not a single value */
    const char *items; /* of a list: so many texts, each with its NUL, one after the other … */
    unsigned count;    /* … 0 if it is empty, or an item is not a single value */
    unsigned line;     /* from 1 */
    bool known;        /* an option has this key */
};

struct config {
    const char *path;          /* of the file; the value of the option --config */
    enum option_origin origin; /* of that path: the default file may be missing, a named one may not */
    const char *prefix;        /* "CLI_", or "" */
    const char *const *others; /* further keys that cause no warning; ends with NULL */

    /* Calls config_add for each key; false after config_fail. The bytes hold no NUL. */
    bool (*parse)(struct config *config, const char *bytes, size_t len);

    /* private */
    struct config_entry entries[CONFIG_ENTRIES_MAX];
    size_t count;
    char texts[2 * CONFIG_SIZE_MAX];
    size_t used; /* bytes of texts */
    char error[CONFIG_ERROR_MAX];
};

/* Reads and parses the file. False with config_error set if it was named and does not exist, cannot
 * be read, is not a file, is larger than CONFIG_SIZE_MAX, or is malformed. */
bool config_read(struct config *config);

/* For the parser: adds a key; both texts are copied. False with config_error set: there is no room,
 * the key is too long, or it is there already. */
bool config_add(struct config *config, const char *key, const char *value, unsigned line);

/* For the parser: adds an item to the list that the last key has, which was added without a value.
 * The text is copied. False with config_error set: there is no room. */
bool config_add_item(struct config *config, const char *value, unsigned line);

/* For the parser: an item of that list is not a single value, so the list is not one that an option
 * can have. No more items are added. */
void config_drop_items(struct config *config);

/* For the parser: keeps "PATH:LINE: reason" as the error. Returns false. */
bool config_fail(struct config *config, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What is wrong and where, in one line. Borrowed. */
const char *config_error(const struct config *config);

/* The entry that means the option `name` or the variable (or NULL); NULL: there is none, or its
 * value is empty. */
const struct config_entry *config_find(struct config *config, const char *name, const char *variable);

/* The item of a list after this one. */
static inline const char *config_next_item(const char *item)
{
    return item + strlen(item) + 1;
}

/* The place of a value or item in this file, as "PATH:LINE: KEY", borrowed until the next call;
 * NULL if it (this very pointer) does not come from the file. */
const char *config_place(const struct config *config, const char *value);

/* Warns on standard error of each unknown key, which is ignored. */
void config_warn_of_unknown(const struct config *config, const char *program);

#endif
