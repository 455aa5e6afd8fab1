/* See winners_file.h. */
#include "client/winners_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system.h"

static bool failed(const struct winners_file *file, char error[static WINNERS_FILE_ERROR_MAX])
{
    snprintf(error, WINNERS_FILE_ERROR_MAX, "the winners cannot be written to %.300s: %s",
             file->fd == STDOUT_FILENO ? "standard output" : file->path, strerror(errno));
    return false;
}

/* A name of its own beside the file's, with the rights that a new file gets. */
static int open_temporary(struct winners_file *file)
{
    int len = snprintf(file->temporary, sizeof file->temporary, "%s.XXXXXX", file->path);
    if (len < 0 || (size_t)len >= sizeof file->temporary) {
        file->temporary[0] = '\0';
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(file->temporary, O_CLOEXEC);
    if (fd < 0) {
        file->temporary[0] = '\0';
        return -1;
    }
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(fd, 0666 & ~mask);
    return fd;
}

bool winners_file_open(struct winners_file *file, const char *path, char error[static WINNERS_FILE_ERROR_MAX])
{
    struct stat status;
    *file = (struct winners_file){ .path = path, .fd = -1 };
    if (path == NULL)
        return true;
    if (strcmp(path, "-") == 0)
        file->fd = STDOUT_FILENO;
    else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        file->fd = open(path, O_WRONLY | O_CLOEXEC);
    else
        file->fd = open_temporary(file);
    return file->fd >= 0 || failed(file, error);
}

static bool write_documents(int fd, const uint32_t *documents, size_t count)
{
    char lines[4096];
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(lines + len, sizeof lines - len, "%" PRIu32 "\n", documents[i]);
        if (sizeof lines - len < 16 || i + 1 == count) {
            if (!write_all(fd, lines, len))
                return false;
            len = 0;
        }
    }
    return true;
}

bool winners_file_write(struct winners_file *file, const uint32_t *documents, size_t count,
                        char error[static WINNERS_FILE_ERROR_MAX])
{
    if (file->fd < 0)
        return true;
    bool written = write_documents(file->fd, documents, count);
    if (written && file->temporary[0] != '\0')
        written = fsync(file->fd) == 0 && rename(file->temporary, file->path) == 0;
    if (!written)
        return failed(file, error);
    file->temporary[0] = '\0';
    return true;
}

void winners_file_discard(struct winners_file *file)
{
    if (file->temporary[0] != '\0')
        (void)unlink(file->temporary);
    if (file->fd >= 0 && file->fd != STDOUT_FILENO)
        close(file->fd);
    file->fd = -1;
    file->temporary[0] = '\0';
}
