/*
 * Filters of system calls: see filter.h. A list for each purpose; tests/crash/stolen.py compares
 * them with what a working server calls.
 */
#include "server/role/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define OPTIMIZE_AS_TREE 2u
#define NO_CALL (-1000000) /* the end of a list */
#define CALLS(...) ((const int[]){ __VA_ARGS__, NO_CALL })

/* ---- What is allowed ------------------------------------------------------------------------- */

/* For every role: memory, the log, its lines to other processes, and its exit. */
#define CALLS_WITHOUT_LOOP                                                                                             \
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(futex), SCMP_SYS(getpid), SCMP_SYS(write), SCMP_SYS(close),              \
        SCMP_SYS(recvmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigprocmask),         \
        SCMP_SYS(rt_sigtimedwait), SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),         \
        SCMP_SYS(time), SCMP_SYS(exit_group)

/* To wait for many descriptors. */
#define CALLS_OF_EPOLL SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait)

/* Also libuv's loop. */
#define CALLS_OF_LOOP CALLS_WITHOUT_LOOP, CALLS_OF_EPOLL, SCMP_SYS(eventfd2), SCMP_SYS(pipe2)

#define CALLS_OF_WORKER                                                                                                \
    CALLS_OF_LOOP, SCMP_SYS(getpeername), SCMP_SYS(recvfrom), SCMP_SYS(shutdown), SCMP_SYS(setsockopt),                \
        SCMP_SYS(dup2), SCMP_SYS(dup3)

#define CALLS_TO_RENAME SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2)

/* Also a clock, and the file of --csv. */
#define CALLS_OF_COMMITTER                                                                                             \
    CALLS_OF_LOOP, SCMP_SYS(mremap), SCMP_SYS(read), SCMP_SYS(recvfrom), SCMP_SYS(shutdown), SCMP_SYS(getsockopt),     \
        SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(lseek),        \
        SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), \
        SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(geteuid), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep)

/* The files of the store, as SQLite uses them. */
#define CALLS_OF_SQLITE                                                                                                \
    SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(statfs), SCMP_SYS(readlink),                   \
        SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(fchown),                \
        SCMP_SYS(fchmod), SCMP_SYS(umask)

static const int *const allowed[] = {
    [FILTER_SUPERVISOR] = CALLS(NO_CALL),
    [FILTER_WORKER] = CALLS(CALLS_OF_WORKER),
    [FILTER_WORKER_TLS] = CALLS(CALLS_OF_WORKER, SCMP_SYS(getrandom)),
    [FILTER_ACCEPTOR] = CALLS(CALLS_OF_LOOP, SCMP_SYS(getpeername), SCMP_SYS(accept4), SCMP_SYS(setsockopt)),
    [FILTER_OBSERVER] = CALLS(CALLS_WITHOUT_LOOP, CALLS_OF_EPOLL, SCMP_SYS(accept4), SCMP_SYS(recvfrom),
                              SCMP_SYS(setsockopt), SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(shutdown)),
    /* Also its file, which it writes under another name, and which replaces only one of its own. */
    [FILTER_RECORDER] = CALLS(CALLS_WITHOUT_LOOP, SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(fstat),
                              SCMP_SYS(newfstatat), SCMP_SYS(pread64), SCMP_SYS(ftruncate), CALLS_TO_RENAME),
    /* Also the files of TLS, which it opens and does not read. */
    [FILTER_OPENER] = CALLS(CALLS_WITHOUT_LOOP, SCMP_SYS(openat), SCMP_SYS(open)),
    [FILTER_COMMITTER] = CALLS(CALLS_OF_COMMITTER, CALLS_OF_SQLITE),
    /* Also connections, as libpq makes them; a netlink socket is bound to find out which addresses
     * can be reached. */
    [FILTER_COMMITTER_REMOTE] = CALLS(CALLS_OF_COMMITTER, SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
                                      SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(setsockopt),
                                      SCMP_SYS(sendmmsg), SCMP_SYS(getrandom), SCMP_SYS(getuid), SCMP_SYS(uname)),
};

/* ---- What ends the process ------------------------------------------------------------------- */

/* Calls that reach other processes, their memory or their descriptors, change the kernel, its
 * modules or its namespaces, or give this process other rights. */
#define BAD_FOR_ALL                                                                                                    \
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise),              \
        SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(kcmp), SCMP_SYS(tkill),     \
        SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),              \
        SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(mount),            \
        SCMP_SYS(umount2), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen), SCMP_SYS(fsmount),             \
        SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(init_module),             \
        SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load),              \
        SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(iopl), SCMP_SYS(ioperm),                       \
        SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(setuid), SCMP_SYS(setgid),                  \
        SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid), SCMP_SYS(setresgid), SCMP_SYS(setfsuid),          \
        SCMP_SYS(setfsgid), SCMP_SYS(setgroups), SCMP_SYS(capset), SCMP_SYS(personality), SCMP_SYS(modify_ldt),        \
        SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(adjtimex),       \
        SCMP_SYS(clock_adjtime), SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(sethostname), SCMP_SYS(setdomainname),   \
        SCMP_SYS(syslog), SCMP_SYS(vhangup)

/* Calls that start programs or processes, make connections, or change names: no role needs them,
 * but the recorder renames. */
#define BAD_FOR_ROLES BAD_BESIDE_RENAMING, CALLS_TO_RENAME
#define BAD_BESIDE_RENAMING BAD_BESIDE_CONNECTING, SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind)
#define BAD_BESIDE_CONNECTING                                                                                          \
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3),          \
        SCMP_SYS(socketpair), SCMP_SYS(listen), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink),                   \
        SCMP_SYS(symlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(chmod), SCMP_SYS(fchmodat), \
        SCMP_SYS(chown), SCMP_SYS(lchown), SCMP_SYS(fchownat), SCMP_SYS(truncate), SCMP_SYS(memfd_create),             \
        SCMP_SYS(memfd_secret)

/* Calls on files, for the roles that have none. */
#define BAD_BESIDE_OPENING                                                                                             \
    SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(readlink),                      \
        SCMP_SYS(readlinkat), SCMP_SYS(fchmod), SCMP_SYS(fchown), SCMP_SYS(getdents), SCMP_SYS(getdents64)
#define BAD_WITHOUT_FILES SCMP_SYS(open), SCMP_SYS(openat), BAD_BESIDE_OPENING

#define BAD_FOR_WORKER BAD_FOR_ALL, BAD_FOR_ROLES, BAD_WITHOUT_FILES, SCMP_SYS(accept), SCMP_SYS(accept4)

static const int *const bad[] = {
    [FILTER_SUPERVISOR] = CALLS(BAD_FOR_ALL),
    [FILTER_WORKER] = CALLS(BAD_FOR_WORKER),
    [FILTER_WORKER_TLS] = CALLS(BAD_FOR_WORKER),
    [FILTER_ACCEPTOR] = CALLS(BAD_FOR_ALL, BAD_FOR_ROLES, BAD_WITHOUT_FILES),
    [FILTER_OBSERVER] = CALLS(BAD_FOR_ALL, BAD_FOR_ROLES, BAD_WITHOUT_FILES),
    [FILTER_RECORDER] =
        CALLS(BAD_FOR_ALL, BAD_BESIDE_RENAMING, BAD_BESIDE_OPENING, SCMP_SYS(accept), SCMP_SYS(accept4)),
    [FILTER_OPENER] = CALLS(BAD_FOR_ALL, BAD_FOR_ROLES, BAD_BESIDE_OPENING, SCMP_SYS(read), SCMP_SYS(pread64),
                            SCMP_SYS(accept), SCMP_SYS(accept4)),
    [FILTER_COMMITTER] = CALLS(BAD_FOR_ALL, BAD_FOR_ROLES, SCMP_SYS(accept), SCMP_SYS(accept4)),
    [FILTER_COMMITTER_REMOTE] =
        CALLS(BAD_FOR_ALL, BAD_BESIDE_CONNECTING, CALLS_TO_RENAME, SCMP_SYS(accept), SCMP_SYS(accept4)),
};

/* ---- What depends on an argument ------------------------------------------------------------- */

#define ONE(filter) (1u << (filter))
#define ALL_ROLES (~0u)
#define WORKERS (ONE(FILTER_WORKER) | ONE(FILTER_WORKER_TLS))
#define COMMITTERS (ONE(FILTER_COMMITTER) | ONE(FILTER_COMMITTER_REMOTE))
#define WITH_LOOP (WORKERS | ONE(FILTER_ACCEPTOR) | COMMITTERS)
#define WITH_FCNTL (WORKERS | ONE(FILTER_OBSERVER) | COMMITTERS)

/* A call that these roles may make where the argument has none of these bits; else it ends the
 * process, with one exception. */
struct no_bits {
    uint32_t filters;
    int call;
    unsigned argument;
    scmp_datum_t bits;
};

static const struct no_bits no_bits[] = {
    { ALL_ROLES, SCMP_SYS(mmap), 2, PROT_EXEC },
    /* With it, a socket that was closed could connect elsewhere. */
    { WORKERS | COMMITTERS | ONE(FILTER_OBSERVER), SCMP_SYS(sendto), 3, MSG_FASTOPEN },
    { ALL_ROLES, SCMP_SYS(sendmsg), 2, MSG_FASTOPEN },
};

/* Finding a host's address may want to load a library, and does without it if that fails. */
static uint32_t action_of(enum filter filter, int call)
{
    return filter == FILTER_COMMITTER_REMOTE && call == SCMP_SYS(mmap) ? SCMP_ACT_ERRNO(EACCES) : SCMP_ACT_KILL_PROCESS;
}

static bool add_no_bits(scmp_filter_ctx context, enum filter filter)
{
    for (size_t i = 0; i < sizeof no_bits / sizeof *no_bits; i++) {
        const struct no_bits *rule = &no_bits[i];
        if ((rule->filters & ONE(filter)) == 0)
            continue;
        if (seccomp_rule_add(context, SCMP_ACT_ALLOW, rule->call, 1,
                             SCMP_CMP(rule->argument, SCMP_CMP_MASKED_EQ, rule->bits, 0)) != 0 ||
            seccomp_rule_add(context, action_of(filter, rule->call), rule->call, 1,
                             SCMP_CMP(rule->argument, SCMP_CMP_MASKED_EQ, rule->bits, rule->bits)) != 0)
            return false;
    }
    return true;
}

/* Signals go to this process itself alone: abort() and raise() need that. */
static bool add_signals(scmp_filter_ctx context)
{
    const int calls[] = { SCMP_SYS(kill), SCMP_SYS(tgkill) };
    const scmp_datum_t self = (scmp_datum_t)getpid();

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (seccomp_rule_add(context, SCMP_ACT_ALLOW, calls[i], 1, SCMP_CMP(0, SCMP_CMP_EQ, self, 0)) != 0 ||
            seccomp_rule_add(context, SCMP_ACT_KILL_PROCESS, calls[i], 1, SCMP_CMP(0, SCMP_CMP_NE, self, 0)) != 0)
            return false;
    return true;
}

/* A call whose second argument says what is asked for. */
struct request {
    uint32_t filters;
    uint32_t action;
    int call;
    scmp_datum_t what;
};

/* The requests that the loop, the worker and SQLite make of devices and descriptors. The owner of a
 * descriptor, and the signal that it is sent, would be a way to kill other processes. */
static const struct request requests[] = {
    { WITH_LOOP, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), FIONBIO },
    { WORKERS, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), SIOCOUTQ },
    { WITH_FCNTL, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_GETFD },
    { WITH_FCNTL, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_SETFD },
    { WITH_FCNTL, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_GETFL },
    { WITH_FCNTL, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_SETFL },
    { COMMITTERS, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_DUPFD_CLOEXEC },
    { COMMITTERS, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_GETLK },
    { COMMITTERS, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_SETLK },
    { COMMITTERS, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), F_SETLKW },
    { ALL_ROLES, SCMP_ACT_KILL_PROCESS, SCMP_SYS(fcntl), F_SETOWN },
    { ALL_ROLES, SCMP_ACT_KILL_PROCESS, SCMP_SYS(fcntl), F_SETOWN_EX },
    { ALL_ROLES, SCMP_ACT_KILL_PROCESS, SCMP_SYS(fcntl), F_SETSIG },
};

static bool add_requests(scmp_filter_ctx context, enum filter filter)
{
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if ((requests[i].filters & ONE(filter)) != 0 &&
            seccomp_rule_add(context, requests[i].action, requests[i].call, 1,
                             SCMP_CMP(1, SCMP_CMP_EQ, requests[i].what, 0)) != 0)
            return false;
    return true;
}

static bool add_all(scmp_filter_ctx context, uint32_t action, const int *calls)
{
    for (; *calls != NO_CALL; calls++)
        if (seccomp_rule_add(context, action, *calls, 0) != 0)
            return false;
    return true;
}

/* ---- The filter ------------------------------------------------------------------------------ */

bool filter_is_possible(void)
{
    return seccomp_api_get() >= 3; /* SCMP_ACT_KILL_PROCESS */
}

/* What could get around any filter: as if the kernel did not have it. */
static const int unknown[] = { SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
                               NO_CALL };

static bool add_for_supervisor(scmp_filter_ctx context)
{
    return add_all(context, SCMP_ACT_KILL_PROCESS, bad[FILTER_SUPERVISOR]) &&
           add_all(context, SCMP_ACT_ERRNO(ENOSYS), unknown);
}

static bool add_for_role(scmp_filter_ctx context, enum filter filter)
{
    return add_all(context, SCMP_ACT_ALLOW, allowed[filter]) && add_all(context, SCMP_ACT_KILL_PROCESS, bad[filter]) &&
           add_no_bits(context, filter) && add_signals(context) && add_requests(context, filter);
}

bool filter_load(enum filter filter)
{
    const bool is_supervisor = filter == FILTER_SUPERVISOR;
    scmp_filter_ctx context = seccomp_init(is_supervisor ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(ENOSYS));
    int error = ENOMEM;

    if (context == NULL) {
        errno = error;
        return false;
    }
    (void)seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    (void)seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, OPTIMIZE_AS_TREE);
    if (is_supervisor ? add_for_supervisor(context) : add_for_role(context, filter))
        error = -seccomp_load(context);
    seccomp_release(context);
    errno = error;
    return error == 0;
}
