/* The line to the opener: see opener_line.h. */
#include "server/supervisor/opener_line.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/channel/opening.h"
#include "server/role/launch.h"
#include "server/supervisor/signals.h"

#define WAIT_MS 5000u /* for a file: its disk may not answer */
#define LOOK_MS 100   /* how often it looks for a signal to stop, which is not kept waiting */

void opener_line_init(struct opener_line *opener)
{
    *opener = (struct opener_line){ .line = -1 };
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

/* True if an answer came, to this request or to one that was given up. */
static bool wait_for_answer(int line, uint64_t until_ms, struct opening *answer, int *fd)
{
    struct pollfd ready = { .fd = line, .events = POLLIN };
    enum packet_outcome outcome;

    while ((outcome = opening_receive(line, answer, fd)) == PACKET_NONE) {
        uint64_t now = clock_ms();
        if (now >= until_ms || signals_stop_waits()) {
            errno = now >= until_ms ? ETIMEDOUT : ECANCELED;
            return false;
        }
        (void)poll(&ready, 1, until_ms - now < LOOK_MS ? (int)(until_ms - now) : LOOK_MS);
    }
    errno = EPIPE;
    return outcome == PACKET_CAME;
}

/* -1 with errno set. */
static int take_answer(struct opener_line *opener)
{
    uint64_t until_ms = clock_ms() + WAIT_MS;
    struct opening answer;
    int fd;

    while (wait_for_answer(opener->line, until_ms, &answer, &fd)) {
        if (answer.number == opener->asked) {
            errno = answer.error != 0 ? answer.error : EMFILE; /* where no descriptor came */
            return fd;
        }
        if (fd != -1)
            close(fd);
    }
    return -1;
}

static int ask(void *context, enum tls_part part, const char *path)
{
    struct opener_line *opener = context;
    const struct opening request = { .number = ++opener->asked, .part = (uint32_t)part };

    (void)path; /* it knows them itself, and opens no others */
    if (opener->line == -1)
        errno = EPIPE;
    return opener->line != -1 && opening_send(opener->line, &request, -1) ? take_answer(opener) : -1;
}

struct tls_opener opener_line_way(struct opener_line *opener)
{
    return opener->pid == 0 ? tls_open_directly : (struct tls_opener){ .open = ask, .context = opener };
}

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
    if (opener->line != -1)
        close(opener->line);
    opener->line = -1;
}
