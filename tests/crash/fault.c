/*
 * The orders that a rig gives to a process under test: "at this point, the n-th time, take this
 * signal".
 *
 * They are in a file, named by SORTEO_FAULTS, that every process maps, so that a rig can give a new
 * order at any time and passes are counted over all processes. tests/crash/fault_orders.py is the
 * other side. Not part of any program that is shipped.
 */
#include "base/fault.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NAME_MAX_LEN 64

struct order {
    char point[NAME_MAX_LEN];
    _Atomic uint32_t countdown; /* times that the point is still to be passed, the last one included; 0: no order */
    uint32_t signal;
    _Atomic uint32_t obeyed_by; /* the process that took the signal */
};

static struct order *find_orders(void)
{
    static struct order *orders;
    static int looked;
    const char *path = looked ? NULL : getenv("SORTEO_FAULTS");

    looked = 1;
    if (path == NULL)
        return orders;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        abort(); /* a rig whose orders are ignored would find no faults */
    close(fd);
    return orders = map;
}

/* Counts down; true for the one that comes to the end. */
static int is_my_turn(struct order *order)
{
    uint32_t left = atomic_load(&order->countdown);
    while (left > 0)
        if (atomic_compare_exchange_weak(&order->countdown, &left, left - 1))
            return left == 1;
    return 0;
}

void fault_point(const char *name)
{
    struct order *order = find_orders();
    if (order == NULL || atomic_load(&order->countdown) == 0 || strncmp(order->point, name, NAME_MAX_LEN) != 0)
        return;
    if (!is_my_turn(order))
        return;
    atomic_store(&order->obeyed_by, (uint32_t)getpid());
    kill(getpid(), (int)order->signal);
}

/* ---- What the C library does for SQLite: the steps within a commit --------------------------- */

/* A disk whose syncs take SORTEO_SYNC_MS longer than they have to. */
static void be_slow(void)
{
    const char *milliseconds = getenv("SORTEO_SYNC_MS");
    struct timespec pause = { .tv_nsec = (milliseconds != NULL ? atol(milliseconds) : 0) * 1000000L };
    nanosleep(&pause, NULL);
}

/* The one of a library that was loaded to lie (lying_sqlite.c), or else the C library's. */
static int next_fdatasync(int fd)
{
    static int (*sync)(int);
    void *found = sync == NULL ? dlsym(RTLD_NEXT, "fdatasync") : NULL;
    if (found != NULL)
        memcpy(&sync, &found, sizeof sync);
    if (sync == NULL)
        abort();
    return sync(fd);
}

/* The program's own functions come before the C library's, for the libraries that it is linked
 * with, too. */
int fdatasync(int fd)
{
    FAULT_POINT("sync-begins");
    be_slow();
    int result = next_fdatasync(fd);
    FAULT_POINT("sync-done");
    return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    FAULT_POINT("write-begins");
    ssize_t result = syscall(SYS_pwrite64, fd, bytes, len, offset);
    FAULT_POINT("write-done");
    return result;
}
