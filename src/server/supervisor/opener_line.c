/* The line to the opener: see opener_line.h. */
#include "server/supervisor/opener_line.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "server/channel/control.h"
#include "server/channel/opening.h"
#include "server/role/launch.h"
#include "server/supervisor/signals.h"

#define WAIT_MS 5000u /* for its files: their disk may not answer */

#define NOT_YET (-1) /* an error of a file that has not come, and may yet */

static const struct opened nothing_came = { .fd = -1, .error = NOT_YET };

void opener_line_init(struct opener_line *opener)
{
    *opener = (struct opener_line){ .line = -1 };
    for (unsigned part = 0; part < TLS_PARTS; part++)
        opener->files[part] = nothing_came;
}

bool opener_line_start(struct opener_line *opener, int program, const struct settings *settings)
{
    int ends[2];
    struct order order;

    order_init(&order, ROLE_OPENER, settings);
    if (control_pair(ends)) {
        opener->pid = launch_role(program, &order, ends[1], signals_leave_to_supervisor);
        close(ends[1]);
        opener->line = ends[0];
        if (opener->pid != -1)
            return true;
    }
    log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "process: opener | reason: %s", strerror(errno));
    opener_line_end(opener);
    opener->pid = 0;
    return false;
}

/* ---- The files ------------------------------------------------------------------------------- */

void opener_line_forget(struct opener_line *opener)
{
    opener->asked++;
    for (unsigned part = 0; part < TLS_PARTS; part++) {
        if (opener->files[part].fd != -1)
            close(opener->files[part].fd);
        opener->files[part] = nothing_came;
    }
}

void opener_line_ask(struct opener_line *opener, const struct tls_paths *paths, uint64_t now_ms)
{
    struct opening request = { .part = 0 };

    opener_line_forget(opener);
    request.number = opener->asked;
    opener->until_ms = now_ms + WAIT_MS;
    for (request.part = 0; request.part < TLS_PARTS; request.part++) {
        struct opened *file = &opener->files[request.part];
        if (paths->path[request.part] == NULL)
            file->error = ENOENT; /* nobody will look */
        else if (opener->line == -1 || opener->has_ended)
            file->error = EPIPE;
        else if (!opening_send(opener->line, &request, -1) && errno != EAGAIN)
            file->error = errno; /* where the line is full of requests that wait, nothing comes to this one */
    }
}

int opener_line_fd(const struct opener_line *opener)
{
    return opener->has_ended ? -1 : opener->line;
}

/* An answer to a request that was given up is not kept. */
static void keep(struct opener_line *opener, const struct opening *answer, int fd)
{
    struct opened *file = answer->part < TLS_PARTS ? &opener->files[answer->part] : NULL;

    if (answer->number != opener->asked || file == NULL || file->error != NOT_YET) {
        if (fd != -1)
            close(fd);
        return;
    }
    file->fd = fd;
    file->error = answer->error != 0 || fd != -1 ? answer->error : EMFILE;
}

/* Its end is logged when it is reaped. */
static void give_up(struct opener_line *opener)
{
    opener->has_ended = true;
    for (unsigned part = 0; part < TLS_PARTS; part++)
        if (opener->files[part].error == NOT_YET)
            opener->files[part].error = EPIPE;
}

void opener_line_hear(struct opener_line *opener)
{
    enum packet_outcome outcome = PACKET_NONE;
    struct opening answer;
    int fd;

    while (opener_line_fd(opener) != -1 && (outcome = opening_receive(opener->line, &answer, &fd)) == PACKET_CAME)
        keep(opener, &answer, fd);
    if (outcome == PACKET_END)
        give_up(opener);
}

bool opener_line_has_answered(const struct opener_line *opener, uint64_t now_ms)
{
    for (unsigned part = 0; part < TLS_PARTS && opener->pid != 0; part++)
        if (opener->files[part].error == NOT_YET && now_ms < opener->until_ms)
            return false;
    return true;
}

static int take(void *context, enum tls_part part, const char *path)
{
    struct opener_line *opener = context;
    struct opened *file = &opener->files[part];
    int fd = file->fd;

    (void)path; /* it knows them itself, and opens no others */
    errno = file->error == NOT_YET ? ETIMEDOUT : file->error;
    file->fd = -1;
    return fd;
}

struct tls_opener opener_line_way(struct opener_line *opener)
{
    return opener->pid == 0 ? tls_open_directly : (struct tls_opener){ .open = take, .context = opener };
}

/* ---- Its end --------------------------------------------------------------------------------- */

void opener_line_reap(struct opener_line *opener, pid_t pid, int status)
{
    static const char consequence[] = "SIGHUP cannot read the files of TLS until the server is started again";

    if (pid != opener->pid || opener->line == -1)
        return;
    if (WIFSIGNALED(status))
        log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: opener | pid: %d | signal: %d | reason: %s", (int)pid,
                  WTERMSIG(status), consequence);
    else
        log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: opener | pid: %d | status: %d | reason: %s", (int)pid,
                  WEXITSTATUS(status), consequence);
    opener_line_end(opener);
}

void opener_line_end(struct opener_line *opener)
{
    opener_line_forget(opener);
    if (opener->line != -1)
        close(opener->line);
    opener->line = -1;
}
