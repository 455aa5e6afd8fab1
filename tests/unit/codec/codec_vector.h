/*
 * For tests: conformance vectors as tests/conformance/vectors/README.md describes them, read from
 * their files.
 *
 * A malformed vector ends the program: it is a bug of ours. Knows nothing of how a vector is run.
 */
#ifndef TESTS_CODEC_VECTOR_H
#define TESTS_CODEC_VECTOR_H

#include "codec/sorteo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vector_due {
    size_t offset; /* announced before the byte at this offset */
    enum sorteo_reply reply;
};

struct vector {
    char *name;
    char *path;    /* the file that it is from … */
    unsigned line; /* … and where it begins there */
    enum sorteo_dialect dialect;
    enum sorteo_stream stream;
    uint32_t limit;
    struct vector_due *dues;
    size_t due_count;
    uint8_t *bytes;
    size_t len;
    char *expected; /* each line without its "-> ", with its line end */
};

static inline void *vector_grow(void *old, size_t size)
{
    void *grown = realloc(old, size);

    if (grown == NULL)
        abort();
    return grown;
}

static inline void vector_malformed(const char *path, unsigned line, const char *what)
{
    (void)printf("Bail out! %s:%u: %s\n", path, line, what);
    exit(2);
}

/* "00 0f 41*300" */
static inline bool vector_read_bytes(struct vector *vector, const char *text)
{
    for (;;) {
        unsigned byte, times = 1;
        int read = 0;

        text += strspn(text, " \t");
        if (*text == '\0')
            return true;
        if (sscanf(text, "%2x%n", &byte, &read) != 1 || read != 2)
            return false;
        text += read;
        if (*text == '*') {
            if (sscanf(text, "*%u%n", &times, &read) != 1)
                return false;
            text += read;
        }
        vector->bytes = vector_grow(vector->bytes, vector->len + times);
        memset(vector->bytes + vector->len, (int)byte, times);
        vector->len += times;
    }
}

static inline bool vector_read_stream(struct vector *vector, const char *word)
{
    static const char *const names[] = { "agency", "bet", "reply" };

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(word, names[i]) == 0) {
            vector->stream = (enum sorteo_stream)i;
            return true;
        }
    }
    return false;
}

static inline bool vector_read_due(struct vector *vector, const char *word)
{
    static const char *const names[] = { "none", "answer", "winners" };

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(word, names[i]) == 0) {
            vector->dues = vector_grow(vector->dues, (vector->due_count + 1) * sizeof(*vector->dues));
            vector->dues[vector->due_count++] = (struct vector_due){ vector->len, (enum sorteo_reply)i };
            return true;
        }
    }
    return false;
}

static inline bool vector_read_expected(struct vector *vector, const char *text)
{
    const size_t old = vector->expected == NULL ? 0 : strlen(vector->expected);

    vector->expected = vector_grow(vector->expected, old + strlen(text) + 2);
    (void)sprintf(vector->expected + old, "%s\n", text);
    return true;
}

static inline bool vector_read_line(struct vector *vector, const char *line)
{
    char word[16];
    int read = 0;

    if (strncmp(line, "-> ", 3) == 0)
        return vector_read_expected(vector, line + 3);
    if (sscanf(line, "dialect %15s", word) == 1)
        return sorteo_dialect_find(word, &vector->dialect);
    if (sscanf(line, "stream %15s", word) == 1)
        return vector_read_stream(vector, word);
    if (sscanf(line, "due %15s", word) == 1)
        return vector_read_due(vector, word);
    if (sscanf(line, "limit %u%n", &vector->limit, &read) == 1)
        return line[read] == '\0';
    return vector_read_bytes(vector, line);
}

/* Adds the vectors of a file to *vectors, *count of them so far. */
static inline void vectors_read(const char *path, struct vector **vectors, size_t *count)
{
    FILE *file = fopen(path, "r");
    char line[4096];

    if (file == NULL)
        vector_malformed(path, 0, "cannot be read; run this from the folder of the Makefile");
    for (unsigned number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
        char name[128];

        line[strncmp(line, "-> ", 3) == 0 ? strcspn(line, "\n") : strcspn(line, "#\n")] = '\0';
        if (sscanf(line, "vector %127s", name) == 1) {
            *vectors = vector_grow(*vectors, (*count + 1) * sizeof(**vectors));
            (*vectors)[(*count)++] = (struct vector){ .name = strdup(name), .path = strdup(path), .line = number };
        } else if (line[strspn(line, " \t")] == '\0') {
            continue;
        } else if (*count == 0 || !vector_read_line(&(*vectors)[*count - 1], line)) {
            vector_malformed(path, number, line);
        }
    }
    (void)fclose(file);
}

static inline void vectors_free(struct vector *vectors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(vectors[i].name);
        free(vectors[i].path);
        free(vectors[i].dues);
        free(vectors[i].bytes);
        free(vectors[i].expected);
    }
    free(vectors);
}

#endif
