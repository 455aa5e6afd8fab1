/* See file_care.h. */
#include "base/file_care.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool file_system_forgets(const struct statfs *system)
{
    const unsigned long type = (unsigned long)system->f_type;
    return type == TMPFS_MAGIC || type == RAMFS_MAGIC || type == HUGETLBFS_MAGIC;
}

bool file_is_forgotten(int fd)
{
    struct stat about;
    struct statfs system;
    return fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && fstatfs(fd, &system) == 0 &&
           file_system_forgets(&system);
}

/* Shortens the path. */
static bool others_get_to(char *path)
{
    struct stat folder;
    for (char *slash; (slash = strrchr(path, '/')) != NULL && path[1] != '\0';) {
        slash[slash == path ? 1 : 0] = '\0';
        if (stat(path, &folder) != 0 || (folder.st_mode & S_IXOTH) == 0)
            return false;
    }
    return true;
}

bool file_is_open_to_others(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0 || (about.st_mode & (S_IROTH | S_IWOTH)) == 0)
        return false;
    char *real = realpath(path, NULL);
    const bool is = real != NULL && others_get_to(real);
    free(real);
    return is;
}
