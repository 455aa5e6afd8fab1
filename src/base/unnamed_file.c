/* See unnamed_file.h. */
#include "base/unnamed_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system.h"

/* What a file without a name is called for a moment, if it is to replace another, and until it is
 * complete where each file has a name. One that a killed writer left there does no harm: the next
 * writer of that file takes its place, so that there is never more than one. */
#define TEMPORARY_SUFFIX ".sorteo-tmp"
#define NAMES_TRIED 8u /* of random letters, until one is nobody's */

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

/* Is the open file the one of that name, and ours alone? Its last writer may have given it its own
 * name meanwhile; and in a folder that others may write to, somebody may have put there a file of
 * theirs, to read it, or a link, to have another one written to. */
static bool is_ours_alone(int fd, const char *name)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && lstat(name, &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino && opened.st_nlink == 1 && opened.st_uid == geteuid();
}

/* The file of that name, empty, if nobody is writing it: a lock goes when its process does. Else
 * -1; only a regular file can be cut. */
static int take_named(const char *name)
{
    int fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_ours_alone(fd, name) && ftruncate(fd, 0) == 0 && fchmod(fd, 0600) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Both also open for reading, which is harmless. A name of random letters is for what the usual one
 * cannot be had for: a second writer at the same time, a file of somebody else, or a file system
 * without locks. A writer that is killed leaves that one behind. */
static bool open_named(struct unnamed_file *file, const char *path)
{
    if (!name_beside(path, TEMPORARY_SUFFIX, file->temporary))
        return false;
    file->fd = take_named(file->temporary);
    if (file->fd < 0 && name_beside(path, ".XXXXXX", file->temporary))
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
    if (!name_beside(path, TEMPORARY_SUFFIX, file->temporary))
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

/* What a killed writer left. A live one holds a lock on its own. */
static void remove_left_over(const char *name)
{
    int fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_ours_alone(fd, name))
        (void)unlink(name);
    close(fd);
}

/* The usual name; random letters where another writer or something else has that one. */
static bool give_temporary_name(struct unnamed_file *file, const char *path)
{
    char name[PATH_MAX];

    (void)flock(file->fd, LOCK_EX | LOCK_NB); /* without locks, it may be taken for a left-over */
    if (!name_beside(path, TEMPORARY_SUFFIX, name))
        return false;
    remove_left_over(name);
    bool linked = link_as(file, name);
    for (unsigned tries = 0; !linked && errno == EEXIST && tries < NAMES_TRIED; tries++) {
        int reserved = name_beside(path, ".XXXXXX", name) ? mkostemp(name, O_CLOEXEC) : -1;
        if (reserved < 0)
            return false;
        close(reserved);
        (void)unlink(name);
        linked = link_as(file, name);
    }
    if (linked)
        memcpy(file->temporary, name, sizeof file->temporary);
    return linked;
}

bool unnamed_file_replace(struct unnamed_file *file, const char *path)
{
    if (unnamed_file_place(file, path))
        return true;
    if (errno != EEXIST)
        return false;
    if (file->temporary[0] == '\0' && !give_temporary_name(file, path))
        return false; /* only what has a name can replace another */
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
