/*
 * Takes over a process of one role for every system call, to see what the call does.
 *
 *     stolen ROLE FOLDER       worker, worker-tls, acceptor, committer, observer, recorder, opener
 *     stolen committer-postgresql FOLDER STORE
 *
 * This program plays the supervisor: it starts the role as the server does, and sends the planted
 * frame on its control line. The roles are this program, too, because roles must be of one build:
 * the server's own files with planted_role.c. What a role needs is in FOLDER. Prints a line for
 * each call: its number, its name, and `killed`, `ENOSYS` or `allowed`. Each call has a process
 * that has made none before, but ones that the filter made fail.
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

#include "base/memory_file.h"
#include "base/packet.h"
#include "crash/stolen/planted.h"
#include "server/channel/control.h"
#include "server/channel/kept_refusals.h"
#include "server/channel/passed.h"
#include "server/role/begin.h"
#include "server/role/launch.h"
#include "server/role_main.h"

#define CALLS 480 /* numbers that are tried; beyond them no kernel has any today */
#define PATIENCE_MS 60000
#define WAIT_MS 200 /* for what comes at once, if it comes */
#define NO_DESCRIPTOR 999999u

static struct settings settings = { .agencies = 1,
                                    .workers = 1,
                                    .max_connections = 16,
                                    .max_per_address = 16,
                                    .max_unfinished = 1 << 20,
                                    .draw_piece = 1000,
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

/* ---- A process of a role --------------------------------------------------------------------- */

struct kind {
    const char *name;
    enum child_role role;
    bool serves_tls;
};

static const struct kind kinds[] = {
    { "worker", ROLE_WORKER, false },     { "worker-tls", ROLE_WORKER, true },
    { "acceptor", ROLE_ACCEPTOR, false }, { "committer", ROLE_COMMITTER, false },
    { "observer", ROLE_OBSERVER, false }, { "recorder", ROLE_RECORDER, false },
    { "opener", ROLE_OPENER, true },      { "committer-postgresql", ROLE_COMMITTER, false },
    { NULL, ROLE_WORKER, false },
};

static const struct kind *kind; /* which is taken over */

struct thief {
    pid_t pid; /* 0: none */
    int control;
    int channel; /* a worker's */
};

static void nothing(void)
{
}

static int memory_of(size_t size)
{
    int fd = memory_file_new("stolen");

    if (fd == -1 || ftruncate(fd, (off_t)size) != 0)
        give_up("a memory file");
    return fd;
}

enum said { SAID_RESULT, SAID_NOTHING, SAID_END };

/* Reads past what it says to the supervisor. Not by recvmsg, which is the planted one. */
static enum said hear_answer(const struct thief *thief, int wait_ms, struct planted_answer *answer)
{
    struct pollfd line = { .fd = thief->control, .events = POLLIN };
    char packet[512];

    while (poll(&line, 1, wait_ms) > 0) {
        ssize_t len = read(thief->control, packet, sizeof packet);
        if (len <= 0)
            return SAID_END;
        if (len != (ssize_t)sizeof *answer)
            continue;
        memcpy(answer, packet, sizeof *answer);
        return SAID_RESULT;
    }
    return SAID_NOTHING;
}

/* What the supervisor gives this role beside its control line. */
static void give(struct order *order, struct thief *thief)
{
    int channel[2];

    if (order->role == ROLE_WORKER) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0)
            give_up("socketpair");
        order_give(order, ORDER_CHANNEL, 0, channel[0]);
        thief->channel = channel[1];
    } else if (order->role == ROLE_COMMITTER) {
        order_give(order, ORDER_STORE_CALLS, 0, memory_of(sizeof(uint32_t)));
        order_give(order, ORDER_REFUSALS, 0, memory_of(sizeof(struct kept_refusals)));
    } else if (order->role == ROLE_ACCEPTOR) {
        order_give(order, ORDER_PASSED, 0, memory_of(passed_size(settings.max_connections)));
    }
}

/* Waits until it obeys. Without its filter, it would make calls that the machine does not
 * survive. */
static void expect_confined(const struct thief *thief)
{
    const struct planted_frame frame = { .magic = PLANTED_MAGIC, .call = SCMP_SYS(getppid) }; /* no role makes it */
    struct planted_answer answer = { .result = 0 };

    if (!packet_send(thief->control, &frame, sizeof frame, -1))
        give_up("the planted frame");
    if (hear_answer(thief, PATIENCE_MS, &answer) == SAID_RESULT && answer.result == -ENOSYS)
        return;
    fprintf(stderr, "stolen: processes have no filter of system calls here, or do not start\n");
    exit(1);
}

static void start_thief(int program, struct thief *thief)
{
    int control[2];
    struct order order;

    *thief = (struct thief){ .channel = -1 };
    order_init(&order, kind->role, &settings);
    order.first = true; /* there may be no store yet */
    give(&order, thief);
    if (!control_pair(control) || (thief->pid = launch_role(program, &order, control[1], nothing)) == -1)
        give_up("a process cannot be started");
    close(control[1]);
    for (unsigned i = 0; i < order.given_count; i++)
        close(order.given[i].fd);
    thief->control = control[0];
    expect_confined(thief);
}

static void end_thief(struct thief *thief)
{
    if (thief->pid == 0)
        return;
    close(thief->control);
    if (thief->channel != -1)
        close(thief->channel);
    kill(thief->pid, SIGKILL);
    if (waitpid(thief->pid, NULL, 0) != thief->pid)
        give_up("waitpid");
    thief->pid = 0;
}

/* ---- What a call does ------------------------------------------------------------------------ */

/* It has gone: by SIGSYS, or by a call that ends a process. */
static const char *how_it_went(const struct thief *thief)
{
    siginfo_t about = { .si_pid = 0 };

    if (waitid(P_PID, (id_t)thief->pid, &about, WEXITED | WNOWAIT) != 0)
        give_up("waitid");
    return about.si_code != CLD_EXITED && about.si_status == SIGSYS ? "killed" : "allowed";
}

/* Calls that wait for something, with these arguments. */
static bool may_wait(int64_t call)
{
    return call == SCMP_SYS(restart_syscall) || call == SCMP_SYS(rt_sigtimedwait) || call == SCMP_SYS(ppoll) ||
           call == SCMP_SYS(poll) || call == SCMP_SYS(futex) || call == SCMP_SYS(rt_sigreturn);
}

/* Only one whose call failed with ENOSYS goes on to the next: that call has changed nothing. */
static const char *verdict(int program, struct thief *thief, const struct planted_frame *frame)
{
    struct planted_answer answer = { .result = 0 };
    const char *found = "allowed"; /* it waits in it */

    if (thief->pid == 0)
        start_thief(program, thief);
    if (!packet_send(thief->control, frame, sizeof *frame, -1))
        give_up("the planted frame");
    enum said said = hear_answer(thief, may_wait(frame->call) ? WAIT_MS : PATIENCE_MS, &answer);
    if (said == SAID_RESULT && answer.result == -ENOSYS)
        return "ENOSYS";
    if (said == SAID_END)
        found = how_it_went(thief);
    end_thief(thief);
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

/* The paths are those of a whole server. */
static bool take_arguments(int argc, char **argv)
{
    static char paths[6][512];
    static const char *const names[] = { "store.db", "metrics", "server.crt", "server.key", "ca.crt", "bets.csv" };

    if (argc != 3 && argc != 4)
        return false;
    for (kind = kinds; kind->name != NULL && strcmp(kind->name, argv[1]) != 0;)
        kind++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)snprintf(paths[i], sizeof paths[i], "%s/%s", argv[2], names[i]);
    settings.store = argc == 4 ? argv[3] : paths[0];
    settings.metrics_file = paths[1];
    settings.tls.path[TLS_CERTIFICATE] = paths[2];
    settings.tls.path[TLS_KEY] = paths[3];
    settings.tls.path[TLS_CA] = paths[4];
    settings.csv = paths[5];
    settings.serves_tls = kind->serves_tls;
    return kind->name != NULL;
}

static void try_all(int program)
{
    struct thief thief = { .pid = 0 };

    for (int call = 0; call < CALLS; call++) {
        char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
        struct planted_frame frame;
        fill(&frame, call);
        printf("%d %s %s\n", call, name != NULL ? name : "-", verdict(program, &thief, &frame));
        fflush(stdout); /* or a process would have it, too */
        free(name);
    }
    end_thief(&thief);
}

int main(int argc, char **argv)
{
    if (begin_is_role(argc, argv))
        return role_main();
    if (!take_arguments(argc, argv)) {
        fprintf(stderr, "usage: stolen ROLE FOLDER [STORE]\n");
        return 2;
    }
    int program = launch_open_program();
    if (program == -1)
        give_up("its own program");
    signal(SIGPIPE, SIG_IGN);
    try_all(program);
    return 0;
}
