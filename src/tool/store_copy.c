/* See store_copy.h. */
#include "tool/store_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"
#include "tool/stop.h"

static bool refuse(const struct copy_target *target, int error, char text[static OPERATOR_TEXT_MAX])
{
    if (error == EEXIST)
        snprintf(text, OPERATOR_TEXT_MAX, "%.1000s exists already and is not overwritten: name another file",
                 target->path);
    else
        snprintf(text, OPERATOR_TEXT_MAX, "%.1000s: %s", target->path, strerror(error));
    return false;
}

bool copy_target_open(struct copy_target *target, const char *path, char text[static OPERATOR_TEXT_MAX])
{
    *target = (struct copy_target){ .path = path, .file.fd = -1 };
    if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return refuse(target, EEXIST, text);
    return unnamed_file_open(&target->file, path, O_RDWR) || refuse(target, errno, text);
}

void copy_target_close(struct copy_target *target)
{
    unnamed_file_close(&target->file);
}

bool copy_target_name(struct copy_target *target, bool durable, char text[static OPERATOR_TEXT_MAX])
{
    if ((durable && fsync(target->file.fd) != 0) || !unnamed_file_place(&target->file, target->path))
        return refuse(target, errno, text);
    return true;
}

/* ---- What is written to it ------------------------------------------------------------------- */

enum asked copy_target_ask(struct copy_target *target, const char *store, uint8_t agency,
                           char text[static OPERATOR_TEXT_MAX])
{
    const struct operator_request request = operator_request_of(agency != 0 ? OPERATOR_COUNT : OPERATOR_COPY, agency);

    return ask_server(store, &request, target->file.fd, text);
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

    if (copy_all(store, target->file.fd, &error) == STORE_OK)
        return true;
    snprintf(text, OPERATOR_TEXT_MAX, "%s", error.text);
    return false;
}
