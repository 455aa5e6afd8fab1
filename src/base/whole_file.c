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

/* What is named for a moment, between a file without a name and its place. One that a killed writer
 * left there does no harm: the next one replaces it. */
#define OTHER_SUFFIX ".sorteo-tmp"

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
    if (len > 0 && (size_t)len + sizeof OTHER_SUFFIX <= sizeof file->path)
        return true;
    errno = len == 0 ? ENOENT : ENAMETOOLONG;
    return false;
}

/* The folder that the file will be in; *out is as large as a path. */
static void folder_of(const char *path, char out[static PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        snprintf(out, PATH_MAX, ".");
    else
        snprintf(out, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static bool open_unnamed(struct whole_file *file)
{
    char folder[PATH_MAX];
    folder_of(file->path, folder);
    file->fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    return file->fd >= 0;
}

static bool open_named(struct whole_file *file)
{
    snprintf(file->other, sizeof file->other, "%.*s.XXXXXX", (int)(sizeof file->other - 8), file->path);
    file->fd = mkostemp(file->other, O_CLOEXEC);
    if (file->fd < 0)
        file->other[0] = '\0';
    return file->fd >= 0;
}

/* Never more rights than the file had whose place it takes. */
static bool set_rights(const struct whole_file *file, mode_t mode)
{
    struct stat old;
    if (stat(file->path, &old) != 0)
        return fchmod(file->fd, mode) == 0;
    mode = old.st_mode & 0777;
    if ((old.st_uid != geteuid() || old.st_gid != getegid()) && fchown(file->fd, old.st_uid, old.st_gid) != 0)
        mode &= 0700;
    return fchmod(file->fd, mode) == 0;
}

bool whole_file_open(struct whole_file *file, const char *path, mode_t mode)
{
    file->fd = -1;
    file->path[0] = file->other[0] = '\0';
    if (!resolve(file, path))
        return false;
    if (!open_unnamed(file) && ((errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) || !open_named(file)))
        return false;
    if (set_rights(file, mode))
        return true;
    int error = errno;
    whole_file_close(file);
    errno = error;
    return false;
}

/* ---- Putting it in its place ----------------------------------------------------------------- */

static bool link_as(const struct whole_file *file, const char *name)
{
    char unnamed[40];
    snprintf(unnamed, sizeof unnamed, "/proc/self/fd/%d", file->fd);
    return linkat(AT_FDCWD, unnamed, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Gives a file without a name its place if that is free, and otherwise another name. */
static bool give_name(struct whole_file *file)
{
    char other[PATH_MAX];
    if (link_as(file, file->path))
        return true;
    if (errno != EEXIST)
        return false;
    snprintf(other, sizeof other, "%.*s" OTHER_SUFFIX, (int)(sizeof other - sizeof OTHER_SUFFIX), file->path);
    (void)unlink(other);
    if (!link_as(file, other))
        return false;
    memcpy(file->other, other, sizeof file->other);
    return true;
}

bool whole_file_commit(struct whole_file *file)
{
    if (fsync(file->fd) != 0)
        return false;
    FAULT_POINT("whole-file-synced");
    if (file->other[0] == '\0' && !give_name(file))
        return false;
    if (file->other[0] != '\0' && rename(file->other, file->path) != 0)
        return false;
    file->other[0] = '\0';
    return folder_sync(file->path);
}

void whole_file_close(struct whole_file *file)
{
    if (file->other[0] != '\0')
        (void)unlink(file->other);
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
    file->other[0] = '\0';
}
