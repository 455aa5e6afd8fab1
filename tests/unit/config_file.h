/*
 * For tests of a configuration's format: a file that holds what the test says, and what is read
 * from it. Knows no format.
 */
#ifndef TESTS_CONFIG_FILE_H
#define TESTS_CONFIG_FILE_H

#include "base/config.h"
#include "unit/scratch.h"

typedef bool config_parse(struct config *config, const char *bytes, size_t len);

static struct scratch scratch;
static struct config config;
static struct {
    const char *prefix;
    config_parse *parse;
} format;

static inline void config_file_begin(const char *prefix, config_parse *parse)
{
    scratch_begin(&scratch);
    format.prefix = prefix;
    format.parse = parse;
}

static inline int config_file_end(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

static inline bool read_bytes(const char *bytes, size_t len)
{
    config = (struct config){ .origin = OPTION_GIVEN, .prefix = format.prefix, .parse = format.parse };
    config.path = scratch_path(&scratch, "config");
    scratch_write(config.path, bytes, len);
    return config_read(&config);
}

/* A value, or the items of a list; "(list)" of one that has none. */
static inline const char *value_text(const struct config_entry *entry)
{
    static char text[256];
    const char *item = entry->items;
    size_t len = 0;

    if (entry->value != NULL)
        return entry->value;
    if (entry->count == 0)
        return "(list)";
    for (unsigned i = 0; i < entry->count; i++, item = config_next_item(item))
        len += (size_t)snprintf(text + len, sizeof text - len, "(%s)", item);
    return text;
}

/* Each key, with its line and its value, in one text. */
static inline void expect_keys(const char *text, const char *expected)
{
    char found[1024] = "";
    size_t len = 0;

    if (!read_bytes(text, strlen(text)))
        assert_string_equal(config_error(&config), "");
    for (size_t i = 0; i < config.count; i++)
        len += (size_t)snprintf(found + len, sizeof found - len, "%u %s=%s;", config.entries[i].line,
                                config.entries[i].key, value_text(&config.entries[i]));
    assert_string_equal(found, expected);
}

static inline void expect_error_names_file(void)
{
    assert_int_equal(strncmp(config_error(&config), config.path, strlen(config.path)), 0);
}

/* The error, after the file's path. */
static inline void expect_error_in(const char *bytes, size_t len, const char *expected)
{
    assert_false(read_bytes(bytes, len));
    expect_error_names_file();
    assert_string_equal(config_error(&config) + strlen(config.path), expected);
}

static inline void expect_error(const char *text, const char *expected)
{
    expect_error_in(text, strlen(text), expected);
}

/* One key more than a configuration has room for, each followed by `mark`. */
static inline void expect_too_many_keys(char mark)
{
    static char text[CONFIG_SIZE_MAX];

    for (unsigned i = 0; i <= CONFIG_ENTRIES_MAX; i++)
        (void)snprintf(text + (size_t)i * 6, 8, "k%03u%c\n", i, mark);
    expect_error(text, ":257: too many keys");
}

/* Reads each beginning of a good file, and the file with each of its bytes replaced by each of
 * `marks`. All are read or refused; memory errors are for sanitizers and valgrind to see. */
static inline void expect_no_harm(const char *good, const char *marks)
{
    const size_t len = strlen(good);
    char text[256];

    assert_true(len < sizeof text);
    for (size_t cut = 0; cut <= len; cut++)
        (void)read_bytes(good, cut);
    for (size_t at = 0; at < len; at++) {
        for (const char *mark = marks; *mark != '\0'; mark++) {
            memcpy(text, good, len);
            text[at] = *mark;
            if (!read_bytes(text, len))
                expect_error_names_file();
        }
    }
}

#endif
