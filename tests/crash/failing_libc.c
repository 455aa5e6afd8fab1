/*
 * A C library with bad luck: loaded before the real one (LD_PRELOAD) into a server as it is
 * shipped, for what strace cannot do.
 *
 * SORTEO_LIBC_FAULT says what happens, and at which call of a process: "short-pwrite:7" at the
 * seventh, "short-pwrite:7+" from the seventh on. Where it happens, SORTEO_LIBC_FAULT_SEEN, a file,
 * gets a line.
 *
 *     short-pwrite   a write to a file of the store stores half of it, and says so
 *     short-send     a send to a socket takes one byte
 *     short-recv     a recv gives one byte
 *     short-write    a write to the log takes half of it
 *     no-memory      malloc, calloc and realloc have none
 *     clock          the wall clock jumps, ten years forth and back by turns
 *     lost-sync      a sync of a file fails, and what was written to it since the last one is gone;
 *                    as on Linux, the next one succeeds
 *     hidden-loss    the same, but the sync says that all is well: the control, for no program can
 *                    know that bets are lost
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TEN_YEARS_S 315360000

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

/* ---- Luck ------------------------------------------------------------------------------------ */

static struct {
    bool known; /* the environment was read */
    const char *what;
    size_t what_len;
    long from;
    bool for_good;
    pid_t pid; /* whose calls are counted: each process has its own */
    long calls;
} luck;

static void read_luck(void)
{
    const char *order = getenv("SORTEO_LIBC_FAULT");
    const char *colon = order == NULL ? NULL : strchr(order, ':');
    char *end = NULL;

    luck.known = true;
    if (colon == NULL)
        return;
    luck.what = order;
    luck.what_len = (size_t)(colon - order);
    luck.from = strtol(colon + 1, &end, 10);
    luck.for_good = *end == '+';
}

static bool is_about(const char *what)
{
    if (!luck.known)
        read_luck();
    return luck.what != NULL && strlen(what) == luck.what_len && strncmp(luck.what, what, luck.what_len) == 0;
}

static int seen = -1;

/* When the program begins: once a process of the server has confined itself it opens no file. */
__attribute__((constructor)) static void open_seen(void)
{
    const char *path = getenv("SORTEO_LIBC_FAULT_SEEN");

    if (path != NULL)
        seen = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void tell(void)
{
    char line[64];
    int len = snprintf(line, sizeof line, "%d has a failing libc\n", (int)getpid());

    if (seen >= 0 && syscall(SYS_write, seen, line, len) != len)
        abort();
}

/* Counts a call, and says whether it is the one. */
static bool strikes(const char *what)
{
    if (!is_about(what))
        return false;
    if (luck.pid != getpid()) {
        luck.pid = getpid();
        luck.calls = 0;
    }
    luck.calls++;
    if (luck.calls != luck.from && !(luck.for_good && luck.calls > luck.from))
        return false;
    if (luck.calls == luck.from)
        tell();
    return true;
}

static bool is_regular(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

static size_t half(size_t len)
{
    return len > 1 ? len / 2 : len;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static bool has_memory(void)
{
    if (!strikes("no-memory"))
        return true;
    errno = ENOMEM;
    return false;
}

void *malloc(size_t size)
{
    return has_memory() ? __libc_malloc(size) : NULL;
}

void *calloc(size_t count, size_t size)
{
    return has_memory() ? __libc_calloc(count, size) : NULL;
}

void *realloc(void *memory, size_t size)
{
    return has_memory() ? __libc_realloc(memory, size) : NULL;
}

/* ---- Clock ----------------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static bool forth;
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_REALTIME && strikes("clock")) {
        forth = !forth;
        now->tv_sec += forth ? TEN_YEARS_S : -TEN_YEARS_S;
    }
    return result;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

/* ---- Sockets and the log --------------------------------------------------------------------- */

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    if (len > 1 && strikes("short-send"))
        len = 1;
    return syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
    if (len > 1 && strikes("short-recv"))
        len = 1;
    return syscall(SYS_recvfrom, fd, bytes, len, flags, NULL, NULL);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    if (fd == STDOUT_FILENO && strikes("short-write"))
        len = half(len);
    return syscall(SYS_write, fd, bytes, len);
}

/* ---- Files: what a sync that fails takes along ----------------------------------------------- */

/* What stood where something was written since the last sync of the file. */
struct undo {
    struct undo *older;
    int fd;
    off_t at;
    off_t file_len;
    size_t len;
    char bytes[];
};

static struct undo *undo;

static void remember(int fd, size_t len, off_t at)
{
    struct undo *entry = __libc_calloc(1, sizeof *entry + len);
    struct stat status;
    ssize_t there;

    if (entry == NULL || fstat(fd, &status) != 0 || (there = pread(fd, entry->bytes, len, at)) < 0)
        abort();
    entry->fd = fd;
    entry->at = at;
    entry->len = (size_t)there;
    entry->file_len = status.st_size;
    entry->older = undo;
    undo = entry;
}

/* Takes what was written to the file back, or keeps it; forgets it in any case. */
static void settle(int fd, bool take_back)
{
    for (struct undo **place = &undo; *place != NULL;) {
        struct undo *entry = *place;
        if (entry->fd != fd) {
            place = &entry->older;
            continue;
        }
        if (take_back && (syscall(SYS_pwrite64, fd, entry->bytes, entry->len, entry->at) < 0 ||
                          syscall(SYS_ftruncate, fd, entry->file_len) != 0))
            abort();
        *place = entry->older;
        free(entry);
    }
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
    if (is_about("lost-sync") || is_about("hidden-loss"))
        remember(fd, len, at);
    if (strikes("short-pwrite"))
        len = half(len);
    return syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    return pwrite64(fd, bytes, len, at);
}

int fdatasync(int fd)
{
    bool lost = is_regular(fd) && (strikes("lost-sync") || strikes("hidden-loss"));

    settle(fd, lost);
    if (lost && is_about("lost-sync")) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

int close(int fd)
{
    settle(fd, false);
    return (int)syscall(SYS_close, fd);
}
