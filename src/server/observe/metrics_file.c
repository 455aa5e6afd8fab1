/* The file of --metrics-file: see metrics_file.h. */
#include "server/observe/metrics_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system.h"

#define OPEN_SAFELY (O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static const char beginning[] = "# HELP sorteo_";
static const char not_ours[] =
    "the file, or the one that is called so with .new, has something else in it: use another name";

bool metrics_file_init(struct metrics_file *file, const char *path)
{
    int len = snprintf(file->unfinished, sizeof file->unfinished, "%s.new", path);

    file->path = path;
    return len >= 0 && (size_t)len < sizeof file->unfinished;
}

/* Of one whose writing was cut off there may be less, or nothing. */
static const char *doubt_content(int fd)
{
    char found[sizeof beginning - 1];
    ssize_t len = pread(fd, found, sizeof found, 0);

    if (len < 0)
        return strerror(errno);
    return memcmp(found, beginning, (size_t)len) == 0 ? NULL : not_ours;
}

/* Why it may not be replaced, or NULL. */
static const char *doubt_open(int fd)
{
    struct stat about;

    if (fstat(fd, &about) != 0)
        return strerror(errno);
    return S_ISREG(about.st_mode) ? doubt_content(fd) : not_ours;
}

static const char *doubt_present(const char *path)
{
    int fd = open(path, O_RDONLY | OPEN_SAFELY);

    if (fd == -1)
        return errno == ENOENT ? NULL : strerror(errno);
    const char *doubt = doubt_open(fd);
    close(fd);
    return doubt;
}

/* Numbers need no sync: after a crash the next ones come. */
static const char *write_unfinished(const struct metrics_file *file, const char *text, size_t len)
{
    int fd = open(file->unfinished, O_RDWR | O_CREAT | OPEN_SAFELY, 0644);

    if (fd == -1)
        return strerror(errno);
    const char *why = doubt_open(fd);
    if (why == NULL && (ftruncate(fd, 0) != 0 || !write_all(fd, text, len)))
        why = strerror(errno);
    close(fd);
    return why;
}

const char *metrics_file_write(const struct metrics_file *file, const char *text, size_t len)
{
    const char *why = doubt_present(file->path);

    if (why == NULL)
        why = write_unfinished(file, text, len);
    if (why == NULL && rename(file->unfinished, file->path) != 0)
        why = strerror(errno);
    return why;
}
