/* A configuration file: see config.h. */
#include "base/config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/printable.h"

#define OWN_PREFIX "SORTEO_"

/* ---- Errors ---------------------------------------------------------------------------------- */

/* Of the file as a whole. */
static bool fail_whole(struct config *config, const char *reason)
{
    (void)snprintf(config->error, sizeof config->error, "%s: %s", config->path, reason);
    return false;
}

bool config_fail(struct config *config, unsigned line, const char *format, ...)
{
    char reason[CONFIG_ERROR_MAX / 2];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(reason, sizeof reason, format, values);
    va_end(values);
    (void)snprintf(config->error, sizeof config->error, "%s:%u: %s", config->path, line, reason);
    return false;
}

const char *config_error(const struct config *config)
{
    return config->error;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* At most cap bytes; -1 with errno set. */
static ssize_t read_up_to(int fd, char *bytes, size_t cap)
{
    size_t len = 0;

    while (len < cap) {
        ssize_t count = read(fd, bytes + len, cap - len);

        if (count == 0)
            break;
        if (count < 0 && errno != EINTR)
            return -1;
        len += count > 0 ? (size_t)count : 0;
    }
    return (ssize_t)len;
}

/* Reading a pipe could block. /dev/null is a way to say: no file. */
static bool is_file(int fd)
{
    struct stat about;

    return fstat(fd, &about) == 0 && (S_ISREG(about.st_mode) || S_ISCHR(about.st_mode) || S_ISDIR(about.st_mode));
}

static unsigned line_of(const char *bytes, const char *at)
{
    unsigned line = 1;

    for (; bytes < at; bytes++)
        line += *bytes == '\n';
    return line;
}

bool config_read(struct config *config)
{
    static char bytes[CONFIG_SIZE_MAX + 1];
    const char *nul;
    ssize_t len;
    int fd = open(config->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    config->count = config->used = 0;
    if (fd < 0 && errno == ENOENT && config->origin == OPTION_BY_DEFAULT)
        return true;
    if (fd < 0)
        return fail_whole(config, strerror(errno));
    if (!is_file(fd)) {
        close(fd);
        return fail_whole(config, "is not a regular file");
    }
    len = read_up_to(fd, bytes, sizeof bytes);
    if (len < 0)
        (void)fail_whole(config, strerror(errno));
    close(fd);
    if (len < 0)
        return false;
    if ((size_t)len > CONFIG_SIZE_MAX)
        return fail_whole(config, "is larger than 65536 bytes, the most that a configuration may have");
    nul = memchr(bytes, '\0', (size_t)len);
    if (nul != NULL)
        return config_fail(config, line_of(bytes, nul), "a NUL byte");
    return config->parse(config, bytes, (size_t)len);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

/* A letter of a key, as it is compared. */
static int folded(char letter)
{
    return letter == '.' || letter == '-' ? '_' : tolower((unsigned char)letter);
}

/* Is `text` the same as the prefix and the key after it? */
static bool is_key(const char *text, const char *prefix, const char *key)
{
    size_t len = strlen(prefix);

    if (strncasecmp(text, prefix, len) != 0)
        return false;
    for (text += len; *text != '\0' && folded(*text) == folded(*key); text++)
        key++;
    return *text == '\0' && *key == '\0';
}

static const char *keep_text(struct config *config, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = config->texts + config->used;

    if (size > sizeof config->texts - config->used)
        return NULL;
    memcpy(copy, text, size);
    config->used += size;
    return copy;
}

bool config_add(struct config *config, const char *key, const char *value, unsigned line)
{
    struct config_entry entry = { .line = line };

    if (strlen(key) >= CONFIG_KEY_MAX)
        return config_fail(config, line, "a key of more than %u bytes", CONFIG_KEY_MAX - 1);
    for (size_t i = 0; i < config->count; i++)
        if (is_key(config->entries[i].key, "", key))
            return config_fail(config, line, "%s was given in line %u already", key, config->entries[i].line);
    entry.key = keep_text(config, key);
    entry.value = value != NULL ? keep_text(config, value) : NULL;
    if (config->count == CONFIG_ENTRIES_MAX || entry.key == NULL || (value != NULL && entry.value == NULL))
        return config_fail(config, line, "too many keys");
    config->entries[config->count++] = entry;
    return true;
}

bool config_add_item(struct config *config, const char *value, unsigned line)
{
    struct config_entry *entry = &config->entries[config->count - 1];
    const char *item = keep_text(config, value);

    if (item == NULL)
        return config_fail(config, line, "too many keys");
    if (entry->count == 0)
        entry->items = item;
    entry->count++;
    return true;
}

void config_drop_items(struct config *config)
{
    config->entries[config->count - 1].count = 0;
}

static bool means(const struct config *config, const char *key, const char *name, const char *variable)
{
    return is_key(key, "", name) || is_key(key, OWN_PREFIX, name) ||
           (variable != NULL && (is_key(variable, config->prefix, key) || is_key(variable, "", key)));
}

const struct config_entry *config_find(struct config *config, const char *name, const char *variable)
{
    for (size_t i = 0; i < config->count; i++) {
        struct config_entry *entry = &config->entries[i];

        if (!means(config, entry->key, name, variable))
            continue;
        entry->known = true;
        return entry->value != NULL && *entry->value == '\0' ? NULL : entry;
    }
    return NULL;
}

/* Is it the entry's value, or an item of its list? */
static bool has_value(const struct config_entry *entry, const char *value)
{
    const char *item = entry->items;

    for (unsigned i = 0; i < entry->count; i++, item = config_next_item(item))
        if (item == value)
            return true;
    return entry->value == value;
}

const char *config_place(const struct config *config, const char *value)
{
    static char place[CONFIG_ERROR_MAX];

    for (size_t i = 0; value != NULL && i < config->count; i++) {
        const struct config_entry *entry = &config->entries[i];

        if (!has_value(entry, value))
            continue;
        (void)snprintf(place, sizeof place, "%s:%u: %s", config->path, entry->line, entry->key);
        return place;
    }
    return NULL;
}

void config_warn_of_unknown(const struct config *config, const char *program)
{
    for (size_t i = 0; i < config->count; i++) {
        const struct config_entry *entry = &config->entries[i];
        bool known = entry->known;

        for (const char *const *other = config->others; !known && other != NULL && *other != NULL; other++)
            known = is_key(entry->key, "", *other);
        if (!known)
            printable_line(stderr, "%s: %s:%u: %s: unknown key; it is ignored", program, config->path, entry->line,
                           entry->key);
    }
}
