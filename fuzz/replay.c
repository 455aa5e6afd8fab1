/*
 * Runs a target over files and folders of inputs, without an engine, and prints TAP: `make check`
 * does so with the corpus and with the inputs that once found something. A target that aborts ends
 * the run; the last line then names the input.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static size_t inputs;

static int replay_path(const char *path);

/* The target gets memory of exactly the input's size, so that a sanitizer sees a read beyond it. */
static int replay_file(const char *path, size_t len)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(len + (len == 0));
    int status = 1;

    if (file == NULL || bytes == NULL || fread(bytes, 1, len, file) != len) {
        (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
        goto out;
    }
    (void)printf("# %s\n", path);
    (void)fflush(stdout);
    (void)LLVMFuzzerTestOneInput(bytes, len);
    inputs++;
    status = 0;
out:
    free(bytes);
    if (file != NULL)
        (void)fclose(file);
    return status;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
    struct dirent **entries;
    char path[4096];
    int status = 0;
    const int count = scandir(folder, &entries, is_visible, alphasort);

    if (count < 0) {
        (void)fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return 1;
    }
    for (int i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        status |= replay_path(path);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static int replay_path(const char *path)
{
    struct stat about;

    if (stat(path, &about) != 0) {
        (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    return S_ISDIR(about.st_mode) ? replay_folder(path) : replay_file(path, (size_t)about.st_size);
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc < 2) {
        (void)fprintf(stderr, "Usage: %s FILE-OR-FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        status |= replay_path(argv[i]);
    const char *name = strrchr(argv[0], '/');
    (void)printf("%s 1 - %s_holds_over_%zu_inputs\n1..1\n", status == 0 && inputs > 0 ? "ok" : "not ok",
                 name == NULL ? argv[0] : name + 1, inputs);
    return status == 0 && inputs > 0 ? 0 : 1;
}
