/* See store_copy.h. */
#include "tool/store_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"
#include "tool/stop.h"

static bool refuse(const struct copy_target *target, int error, char text[static OPERATOR_TEXT_MAX])
{
    if (error == EEXIST)
        snprintf(text, OPERATOR_TEXT_MAX, "%.1000s is there already, and is not overwritten: name another file",
                 target->path);
    else
        snprintf(text, OPERATOR_TEXT_MAX, "%.1000s: %s", target->path, strerror(error));
    return false;
}

/* ---- A file without a name ------------------------------------------------------------------- */

static int open_nameless(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    int fd = folder == NULL ? -1 : open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    free(folder);
    return fd;
}

/* Some file systems have none. */
static int open_hidden(struct copy_target *target)
{
    if (asprintf(&target->hidden, "%s.partial-XXXXXX", target->path) < 0) {
        target->hidden = NULL;
        errno = ENOMEM;
        return -1;
    }
    int fd = mkostemp(target->hidden, O_CLOEXEC);
    if (fd == -1) {
        free(target->hidden);
        target->hidden = NULL;
    }
    return fd;
}

bool copy_target_open(struct copy_target *target, const char *path, char text[static OPERATOR_TEXT_MAX])
{
    *target = (struct copy_target){ .path = path, .fd = -1 };
    if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return refuse(target, EEXIST, text);
    target->fd = open_nameless(path);
    if (target->fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR))
        target->fd = open_hidden(target);
    return target->fd != -1 || refuse(target, errno, text);
}

void copy_target_close(struct copy_target *target)
{
    if (target->hidden != NULL)
        unlink(target->hidden);
    free(target->hidden);
    target->hidden = NULL;
    if (target->fd != -1)
        close(target->fd);
    target->fd = -1;
}

static bool give_name(const struct copy_target *target)
{
    char opened[64];

    if (target->hidden != NULL) /* the other name goes when it is closed */
        return link(target->hidden, target->path) == 0;
    snprintf(opened, sizeof opened, "/proc/self/fd/%d", target->fd);
    return linkat(AT_FDCWD, opened, AT_FDCWD, target->path, AT_SYMLINK_FOLLOW) == 0;
}

bool copy_target_name(struct copy_target *target, bool durable, char text[static OPERATOR_TEXT_MAX])
{
    if ((durable && fsync(target->fd) != 0) || !give_name(target))
        return refuse(target, errno, text);
    return true;
}

/* ---- What is written to it ------------------------------------------------------------------- */

enum asked copy_target_ask(struct copy_target *target, const char *store, uint8_t agency,
                           char text[static OPERATOR_TEXT_MAX])
{
    const struct operator_request request = operator_request_of(agency != 0 ? OPERATOR_COUNT : OPERATOR_COPY, agency);

    return ask_server(store, &request, target->fd, text);
}

static enum store_code copy_all(struct store *store, int fd, struct store_error *error)
{
    struct store_copied copied = { .done = false };
    struct store_copy *copy = NULL;
    enum store_code code = store_copy_begin(store, fd, &copy, error);

    while (code == STORE_OK && !copied.done && !stop_asked())
        code = store_copy_step(copy, &copied, error);
    store_copy_end(copy);
    if (code != STORE_OK || copied.done)
        return code;
    snprintf(error->text, sizeof error->text, "stopped by a signal");
    return STORE_FAILED;
}

bool copy_target_fill(struct copy_target *target, struct store *store, char text[static OPERATOR_TEXT_MAX])
{
    struct store_error error;

    if (copy_all(store, target->fd, &error) == STORE_OK)
        return true;
    snprintf(text, OPERATOR_TEXT_MAX, "%s", error.text);
    return false;
}
