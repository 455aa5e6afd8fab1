/* Questions that a child asks: see ask_child.h. */
#include "base/ask_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system.h"

#define POLL_MS 60000u

/* Both in the child, which fills one, and in its parent, which reads the other. */
static _Alignas(max_align_t) unsigned char said[ASK_CHILD_ANSWER_MAX];

__attribute__((noreturn)) static void answer_and_exit(void (*ask)(const void *question, void *answer),
                                                      const void *question, size_t len, int fd)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    memset(said, 0, sizeof said);
    ask(question, said);
    (void)write_all(fd, said, len);
    _exit(0);
}

/* ANSWERED if there is something to read, or the end. */
static enum asked await_child(int fd, uint64_t deadline_ms, int stop_fd)
{
    struct pollfd fds[2] = { { .fd = fd, .events = POLLIN }, { .fd = stop_fd, .events = POLLIN } };
    for (;;) {
        uint64_t now_ms = clock_ms();
        uint64_t left_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
        int count = poll(fds, 2, left_ms < POLL_MS ? (int)left_ms : (int)POLL_MS);
        if (count > 0 && fds[1].revents != 0)
            return ASKED_STOPPED;
        if (count > 0)
            return ASKED_ANSWERED;
        if (clock_ms() >= deadline_ms)
            return ASKED_LATE;
    }
}

static void end_child(pid_t child)
{
    (void)kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

enum asked ask_child(void (*ask)(const void *question, void *answer), const void *question, void *answer, size_t len,
                     uint64_t deadline_ms, int stop_fd)
{
    enum asked asked;
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) != 0)
        return ASKED_NOTHING;
    pid_t child = fork();
    if (child == 0)
        answer_and_exit(ask, question, len, fds[1]);
    int error = errno;
    close(fds[1]);
    asked = child < 0 ? ASKED_NOTHING : await_child(fds[0], deadline_ms, stop_fd);
    if (asked == ASKED_ANSWERED && read(fds[0], said, len) != (ssize_t)len)
        asked = ASKED_DIED;
    close(fds[0]);
    if (child > 0)
        end_child(child);
    if (asked == ASKED_ANSWERED)
        memcpy(answer, said, len);
    errno = error;
    return asked;
}
