/*
 * For tests: a folder that is gone when the test is, and whole files. Knows nothing of what is
 * tested.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRATCH_PATH_MAX 512

struct scratch {
    char folder[SCRATCH_PATH_MAX / 2];
    char path[SCRATCH_PATH_MAX]; /* what scratch_path returned last */
};

static inline void scratch_begin(struct scratch *scratch)
{
    const char *parent = getenv("TMPDIR");

    (void)snprintf(scratch->folder, sizeof scratch->folder, "%s/sorteo-test-XXXXXX",
                   parent != NULL ? parent : P_tmpdir);
    if (mkdtemp(scratch->folder) == NULL)
        abort();
}

/* The path of a file in the folder; good until the next call. */
static inline const char *scratch_path(struct scratch *scratch, const char *name)
{
    (void)snprintf(scratch->path, sizeof scratch->path, "%s/%.200s", scratch->folder, name);
    return scratch->path;
}

static inline void scratch_end(struct scratch *scratch)
{
    DIR *folder = opendir(scratch->folder);

    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        (void)unlink(scratch_path(scratch, entry->d_name));
    if (folder == NULL || closedir(folder) != 0 || rmdir(scratch->folder) != 0)
        abort();
}

static inline void scratch_write(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        abort();
}

/* The whole file, followed by a NUL; to be freed. */
static inline char *scratch_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *bytes;
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0)
        abort();
    bytes = malloc((size_t)size + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size || fclose(file) != 0)
        abort();
    bytes[size] = '\0';
    *len = (size_t)size;
    return bytes;
}

#endif
