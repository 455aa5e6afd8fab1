/*
 * slow_sync.so: to be preloaded; makes each sync of a file take SLOW_SYNC_US microseconds longer,
 * as a slower disk would. With SLOW_SYNC_US=none nothing is synced: a disk that takes no time,
 * which is as much as any work beside a sync could gain.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void wait_for_disk(const char *text)
{
    const long us = text == NULL ? 0 : strtol(text, NULL, 10);
    struct timespec left = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

    while (us > 0 && nanosleep(&left, &left) != 0)
        continue;
}

static int call_real(const char *name, int fd)
{
    const char *more = getenv("SLOW_SYNC_US");
    int (*real)(int);

    if (more != NULL && strcmp(more, "none") == 0)
        return 0;
    *(void **)&real = dlsym(RTLD_NEXT, name);
    wait_for_disk(more);
    return real(fd);
}

int fsync(int fd)
{
    return call_real("fsync", fd);
}

int fdatasync(int fd)
{
    return call_real("fdatasync", fd);
}
