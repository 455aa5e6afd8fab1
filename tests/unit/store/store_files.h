/*
 * For tests of what a store's files are, and of stores that may not be opened: files as bytes, and
 * short forms that say why an opening failed.
 */
#ifndef TESTS_STORE_FILES_H
#define TESTS_STORE_FILES_H

#include "unit/store/store_fixture.h"

/* Asserts that opening fails with this code and a one-line reason that names the path and holds
 * `reason`. */
static inline void assert_not_opened(const char *path, uint8_t agencies, bool read_only, enum store_code wanted,
                                     const char *reason)
{
    struct store *store = (struct store *)&store;
    struct store_error error = { "" };

    assert_int_equal(try_open(path, agencies, read_only, 0, &store, &error), wanted);
    assert_ptr_equal(store, &store);
    if (strstr(error.text, path) == NULL || strstr(error.text, reason) == NULL || strchr(error.text, '\n') != NULL)
        fail_msg("not in one line the path and \"%s\": %s", reason, error.text);
}

static inline void write_file(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* A file's bytes, and whether it is there at all: to show that nothing touched it. */
struct content {
    size_t len;
    bool exists;
    uint8_t bytes[1 << 20];
};

static inline struct content *read_content(const char *path, const char *suffix)
{
    struct content *content = calloc(1, sizeof *content);
    char name[160];
    FILE *file;

    assert_non_null(content);
    snprintf(name, sizeof name, "%s%s", path, suffix);
    file = fopen(name, "rb");
    if (file == NULL)
        return content;
    content->exists = true;
    content->len = fread(content->bytes, 1, sizeof content->bytes, file);
    assert_true(content->len < sizeof content->bytes);
    assert_int_equal(fclose(file), 0);
    return content;
}

static inline void assert_content_unchanged(const char *path, const char *suffix, struct content *before)
{
    struct content *after = read_content(path, suffix);

    assert_int_equal(after->exists, before->exists);
    assert_int_equal(after->len, before->len);
    assert_memory_equal(after->bytes, before->bytes, before->len);
    free(before);
    free(after);
}

static inline bool exists(const struct fixture *fixture, const char *suffix)
{
    char name[160];

    snprintf(name, sizeof name, "%s%s", fixture->path, suffix);
    return access(name, F_OK) == 0;
}

static inline void close_store(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

/* Copies a file of the store; `from` and `to` are what comes after the store's path. */
static inline void copy_file(const struct fixture *fixture, const char *from, const char *to)
{
    struct content *content = read_content(fixture->path, from);
    char name[160];

    assert_true(content->exists);
    snprintf(name, sizeof name, "%s%s", fixture->path, to);
    write_file(name, (const char *)content->bytes, content->len);
    free(content);
}

static inline void move_file(const struct fixture *fixture, const char *from, const char *to)
{
    char old_name[160], new_name[160];

    snprintf(old_name, sizeof old_name, "%s%s", fixture->path, from);
    snprintf(new_name, sizeof new_name, "%s%s", fixture->path, to);
    assert_int_equal(rename(old_name, new_name), 0);
}

#endif
