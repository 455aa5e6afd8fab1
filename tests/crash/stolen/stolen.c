/*
 * Takes over a worker for every system call, to see what the call does.
 *
 * This program plays supervisor, acceptor and committer for each worker: it starts it as the server
 * does, passes it a connection, and sends the planted frame on it. The workers are this program,
 * too, because roles must be of one build: the server's own files with planted_worker.c. Prints a
 * line for each call: its number, its name, and `killed`, `ENOSYS` or `allowed`.
 *
 * The calls get invalid descriptors and no memory, so that one that is allowed does no harm.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/packet.h"
#include "base/system.h"
#include "crash/stolen/planted.h"
#include "server/channel/control.h"
#include "server/channel/handoff.h"
#include "server/role/begin.h"
#include "server/role/launch.h"
#include "server/role_main.h"

#define CALLS 480 /* numbers that are tried; beyond them no kernel has any today */
#define PATIENCE_MS 60000
#define WAIT_MS 200 /* for what comes at once, if it comes */
#define NO_DESCRIPTOR 999999u

static const struct settings settings = { .store = "none.db",
                                          .agencies = 1,
                                          .workers = 1,
                                          .max_connections = 16,
                                          .max_per_address = 16,
                                          .max_unfinished = 1 << 20,
                                          .stop_ms = 3000,
                                          .hang_ms = 60000,
                                          .sandbox = true,
                                          .log_level = LOG_CRITICAL,
                                          .session = { .max_frame = 1 << 16,
                                                       .first_byte_ms = 60000,
                                                       .frame_ms = 60000,
                                                       .idle_ms = 60000,
                                                       .untaken_ms = 60000,
                                                       .refusals = 10,
                                                       .send_ms = 60000 } };

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

struct worker {
    pid_t pid;
    int control, channel, handoff;
    int connection; /* our end of it */
};

static void nothing(void)
{
}

static struct worker start_worker(int program)
{
    int control[2], channel[2], handoff[2], connection[2];
    struct order order;
    struct handoff_note pass = { .type = HANDOFF_PASS, .number = clock_ns() };

    if (!control_pair(control) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0 ||
        !packet_pair(handoff) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, connection) != 0)
        give_up("socketpair");
    order_init(&order, ROLE_WORKER, &settings);
    order_give(&order, ORDER_CHANNEL, 0, channel[0]);
    struct worker worker = { .control = control[0],
                             .channel = channel[1],
                             .handoff = handoff[1],
                             .connection = connection[1],
                             .pid = launch_role(program, &order, control[1], nothing) };
    if (worker.pid == -1 || !control_send(worker.control, CONTROL_HANDOFF, 0, handoff[0]) ||
        !packet_send(worker.handoff, &pass, sizeof pass, connection[0]))
        give_up("a worker cannot be started");
    close(control[1]);
    close(channel[0]);
    close(handoff[0]);
    close(connection[0]);
    return worker;
}

static void end_worker(const struct worker *worker)
{
    close(worker->control);
    close(worker->channel);
    close(worker->handoff);
    close(worker->connection);
    kill(worker->pid, SIGKILL);
    if (waitpid(worker->pid, NULL, 0) != worker->pid)
        give_up("waitpid");
}

/* Not by recv, which is the planted one. */
static bool recv_answer(int connection, struct planted_answer *answer)
{
    return read(connection, answer, sizeof *answer) == (ssize_t)sizeof *answer;
}

/* It has gone: by SIGSYS, or by a call that ends a process. */
static const char *how_it_went(const struct worker *worker)
{
    siginfo_t about = { .si_pid = 0 };

    if (waitid(P_PID, (id_t)worker->pid, &about, WEXITED | WNOWAIT) != 0)
        give_up("waitid");
    return about.si_code != CLD_EXITED && about.si_status == SIGSYS ? "killed" : "allowed";
}

/* Calls that wait for something, with these arguments. */
static bool may_wait(int64_t call)
{
    return call == SCMP_SYS(restart_syscall) || call == SCMP_SYS(rt_sigtimedwait) || call == SCMP_SYS(ppoll) ||
           call == SCMP_SYS(poll) || call == SCMP_SYS(futex) || call == SCMP_SYS(rt_sigreturn);
}

static const char *verdict(int program, const struct planted_frame *frame)
{
    struct worker worker = start_worker(program);
    struct planted_answer answer = { .result = 0 };
    struct pollfd said = { .fd = worker.connection, .events = POLLIN };
    const char *found = "allowed"; /* it waits in it */

    if (!write_all(worker.connection, frame, sizeof *frame))
        give_up("the planted frame");
    bool is_over = poll(&said, 1, may_wait(frame->call) ? WAIT_MS : PATIENCE_MS) > 0;
    if (is_over && recv_answer(worker.connection, &answer))
        found = answer.result == -ENOSYS ? "ENOSYS" : "allowed";
    else if (is_over)
        found = how_it_went(&worker);
    end_worker(&worker);
    return found;
}

static void fill(struct planted_frame *frame, int64_t call)
{
    const bool takes_none = call == SCMP_SYS(mmap) || call == SCMP_SYS(kill) || call == SCMP_SYS(tgkill) ||
                            call == SCMP_SYS(brk) || call == SCMP_SYS(time) || call == SCMP_SYS(rt_sigprocmask);

    *frame = (struct planted_frame){ .magic = PLANTED_MAGIC,
                                     .call = call,
                                     .arguments = { takes_none ? 0 : NO_DESCRIPTOR, 0 } };
    if (call == SCMP_SYS(ioctl))
        frame->arguments[1] = FIONBIO;
    if (call == SCMP_SYS(fcntl))
        frame->arguments[1] = F_GETFD;
}

/* Without its filter, a worker would make calls that the machine does not survive. */
static bool is_confined(int program)
{
    struct planted_frame frame;

    fill(&frame, SCMP_SYS(getppid)); /* which is harmless, and no worker makes */
    return strcmp(verdict(program, &frame), "ENOSYS") == 0;
}

int main(int argc, char **argv)
{
    if (begin_is_role(argc, argv))
        return role_main();
    int program = launch_open_program();
    if (program == -1)
        give_up("its own program");
    signal(SIGPIPE, SIG_IGN);
    if (!is_confined(program)) {
        fprintf(stderr, "stolen: workers have no filter of system calls here\n");
        return 1;
    }
    for (int call = 0; call < CALLS; call++) {
        char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
        struct planted_frame frame;
        fill(&frame, call);
        printf("%d %s %s\n", call, name != NULL ? name : "-", verdict(program, &frame));
        fflush(stdout); /* or a worker would have it, too */
        free(name);
    }
    return 0;
}
