/*
 * slow_sync.so: to be preloaded; makes each sync of a file take SLOW_SYNC_US microseconds longer,
 * as a slower disk would.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_for_disk(void)
{
    const char *text = getenv("SLOW_SYNC_US");
    const long us = text == NULL ? 0 : strtol(text, NULL, 10);
    struct timespec left = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

    while (us > 0 && nanosleep(&left, &left) != 0)
        continue;
}

static int call_real(const char *name, int fd)
{
    int (*real)(int);

    *(void **)&real = dlsym(RTLD_NEXT, name);
    wait_for_disk();
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
