/* See whole_file.h. */
#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/system.h"

/* ---- Opening --------------------------------------------------------------------------------- */

/* file->path becomes the name that all links lead to. A link to a missing file makes it. */
static bool resolve(struct whole_file *file, const char *path)
{
    struct stat about;
    char *real = realpath(path, NULL);
    if (real == NULL && errno == ENOENT && lstat(path, &about) == 0) {
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            return false;
        close(fd);
        real = realpath(path, NULL);
    }
    if (real == NULL && errno != ENOENT)
        return false;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        free(real);
        errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
        return false;
    }
    int len = snprintf(file->path, sizeof file->path, "%s", real != NULL ? real : path);
    free(real);
    if (len > 0 && (size_t)len < sizeof file->path)
        return true;
    errno = len == 0 ? ENOENT : ENAMETOOLONG;
    return false;
}

/* Never more rights than the file had whose place it takes. */
static bool set_rights(const struct whole_file *file, mode_t mode)
{
    struct stat old;
    if (stat(file->path, &old) != 0)
        return fchmod(file->data.fd, mode) == 0;
    mode = old.st_mode & 0777;
    if ((old.st_uid != geteuid() || old.st_gid != getegid()) && fchown(file->data.fd, old.st_uid, old.st_gid) != 0)
        mode &= 0700;
    return fchmod(file->data.fd, mode) == 0;
}

bool whole_file_open(struct whole_file *file, const char *path, mode_t mode)
{
    file->data = (struct unnamed_file){ .fd = -1 };
    file->path[0] = '\0';
    if (!resolve(file, path) || !unnamed_file_open(&file->data, file->path, O_WRONLY))
        return false;
    if (set_rights(file, mode))
        return true;
    int error = errno;
    whole_file_close(file);
    errno = error;
    return false;
}

/* ---- Putting it in its place ----------------------------------------------------------------- */

bool whole_file_commit(struct whole_file *file)
{
    if (fsync(file->data.fd) != 0)
        return false;
    FAULT_POINT("whole-file-synced");
    return unnamed_file_replace(&file->data, file->path) && folder_sync(file->path);
}

void whole_file_close(struct whole_file *file)
{
    unnamed_file_close(&file->data);
}
