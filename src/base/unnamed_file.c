/* See unnamed_file.h. */
#include "base/unnamed_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"

/* What a file without a name is called for a moment, if it is to replace another. One that a killed
 * writer left there does no harm: the next one replaces it. */
#define MOMENTARY_SUFFIX ".sorteo-tmp"

/* ---- Opening --------------------------------------------------------------------------------- */

/* A name beside `path`: its own, cut where the two would be longer than a name may be, and a
 * suffix. False with ENAMETOOLONG. */
static bool name_beside(const char *path, const char *suffix, char out[static PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t folder_len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    size_t name_len = strnlen(path + folder_len, NAME_MAX - strlen(suffix));

    if ((size_t)snprintf(out, PATH_MAX, "%.*s%s", (int)(folder_len + name_len), path, suffix) < PATH_MAX)
        return true;
    out[0] = '\0';
    errno = ENAMETOOLONG;
    return false;
}

static bool open_unnamed(struct unnamed_file *file, const char *path, int access)
{
    file->fd = folder_open(path, O_TMPFILE | access);
    return file->fd >= 0;
}

/* mkostemp also opens for reading, which is harmless. */
static bool open_named(struct unnamed_file *file, const char *path)
{
    if (!name_beside(path, ".XXXXXX", file->temporary))
        return false;
    file->fd = mkostemp(file->temporary, O_CLOEXEC);
    if (file->fd < 0)
        file->temporary[0] = '\0';
    return file->fd >= 0;
}

/* The errors of a file system or kernel without O_TMPFILE. */
static bool has_no_unnamed_files(int error)
{
    return error == EOPNOTSUPP || error == EISDIR || error == EINVAL;
}

bool unnamed_file_open(struct unnamed_file *file, const char *path, int access)
{
    /* whether all names fit is known before anything is written */
    if (!name_beside(path, MOMENTARY_SUFFIX, file->temporary))
        return false;
    file->temporary[0] = '\0';
    return open_unnamed(file, path, access) || (has_no_unnamed_files(errno) && open_named(file, path));
}

/* ---- Giving it its name ---------------------------------------------------------------------- */

static bool link_as(const struct unnamed_file *file, const char *name)
{
    char unnamed[40];
    snprintf(unnamed, sizeof unnamed, "/proc/self/fd/%d", file->fd);
    return linkat(AT_FDCWD, unnamed, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Some file systems cannot rename without replacing, and others have no second names. */
static bool rename_if_free(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    return (errno == EINVAL || errno == ENOSYS) && link(from, to) == 0 && unlink(from) == 0;
}

bool unnamed_file_place(struct unnamed_file *file, const char *path)
{
    if (file->temporary[0] == '\0')
        return link_as(file, path);
    if (!rename_if_free(file->temporary, path))
        return false;
    file->temporary[0] = '\0';
    return true;
}

bool unnamed_file_replace(struct unnamed_file *file, const char *path)
{
    if (unnamed_file_place(file, path))
        return true;
    if (errno != EEXIST)
        return false;
    if (file->temporary[0] == '\0') { /* only what has a name can replace another */
        char other[PATH_MAX];
        if (!name_beside(path, MOMENTARY_SUFFIX, other))
            return false;
        (void)unlink(other);
        if (!link_as(file, other))
            return false;
        memcpy(file->temporary, other, sizeof file->temporary);
    }
    if (rename(file->temporary, path) != 0)
        return false;
    file->temporary[0] = '\0';
    return true;
}

void unnamed_file_close(struct unnamed_file *file)
{
    if (file->temporary[0] != '\0')
        (void)unlink(file->temporary);
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
    file->temporary[0] = '\0';
}
