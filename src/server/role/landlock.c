/*
 * Landlock by hand: see landlock.h. The C library has no functions for its three system calls, and
 * headers may be older than the kernel; the numbers are the same on every machine.
 */
#include "server/role/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1

#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_TRUNCATE (UINT64_C(1) << 14)

#define NET_BIND_TCP 1u
#define NET_CONNECT_TCP 2u
#define SCOPE_ABSTRACT_UNIX_SOCKET 1u
#define SCOPE_SIGNAL 2u

/* As in the kernel's header; older kernels only know the first member. */
struct ruleset {
    uint64_t fs, net, scoped;
};

struct beneath {
    uint64_t allowed;
    int32_t folder;
} __attribute__((packed));

int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

    return version > 0 ? (int)version : 0;
}

/* All kinds of access to files that this version knows: so many bits, from 0. */
static uint64_t all_of_files(int version)
{
    static const unsigned bits[] = { 0, 13, 14, 15, 15, 16 };
    const int last = (int)(sizeof bits / sizeof *bits) - 1;

    return (UINT64_C(1) << bits[version < last ? version : last]) - 1;
}

static uint64_t rights_of(enum landlock_use use)
{
    switch (use) {
    case LANDLOCK_READ:
        return FS_READ_FILE;
    case LANDLOCK_READ_FOLDER:
        return FS_READ_FILE | FS_READ_DIR;
    case LANDLOCK_WRITE:
        return FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE;
    default:
        return FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE | FS_READ_DIR | FS_REMOVE_FILE | FS_MAKE_REG;
    }
}

/* The kernel refuses a folder's rights for a file. */
static enum landlock_use use_of(const struct landlock_path *path, int fd)
{
    struct stat status;

    if (path->use != LANDLOCK_READ_ANY)
        return path->use;
    return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode) ? LANDLOCK_READ_FOLDER : LANDLOCK_READ;
}

static bool allow(int rules, const struct landlock_path *path, uint64_t known)
{
    struct beneath beneath = { .folder = open(path->path, O_PATH | O_CLOEXEC) };

    if (beneath.folder == -1)
        return true;
    beneath.allowed = rights_of(use_of(path, beneath.folder)) & known;
    bool done = syscall(SYS_landlock_add_rule, rules, RULE_PATH_BENEATH, &beneath, 0) == 0;
    int error = errno;
    close(beneath.folder);
    errno = error;
    return done;
}

bool landlock_confine(const struct landlock_path *paths, unsigned count, bool connects)
{
    const int version = landlock_version();
    const uint64_t net = connects ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
    const struct ruleset all = { .fs = all_of_files(version),
                                 .net = version >= 4 ? net : 0,
                                 .scoped = version >= 6 ? SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL : 0 };
    const size_t known = version >= 6 ? sizeof all : version >= 4 ? 2 * sizeof all.fs : sizeof all.fs;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, known, 0);
    bool done = rules >= 0;

    for (unsigned i = 0; done && i < count; i++)
        done = allow(rules, &paths[i], all.fs);
    done = done && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    int error = errno;
    if (rules >= 0)
        close(rules);
    errno = error;
    return done;
}
