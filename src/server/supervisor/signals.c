/* The signals of the supervisor and of its children: see signals.h. */
#include "server/supervisor/signals.h"

#include <stddef.h>
#include <sys/signalfd.h>

#include "base/log.h"

static const int stopping[] = { SIGTERM, SIGINT, SIGQUIT };
/* The first one: see signals_take_reload. */
static const int ignored[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT };

#define STOPPING (sizeof stopping / sizeof *stopping)
#define IGNORED (sizeof ignored / sizeof *ignored)

static volatile sig_atomic_t stops_seen;
static volatile sig_atomic_t ignored_seen[IGNORED];

static void on_stop(int number)
{
    (void)number;
    if (stops_seen < 2)
        stops_seen = stops_seen + 1;
}

static void on_ignored(int number)
{
    for (size_t i = 0; i < IGNORED; i++)
        if (ignored[i] == number)
            ignored_seen[i] = 1;
}

static void on_child(int number)
{
    (void)number; /* ppoll returns; that is all it is for */
}

static void set_handler(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };

    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void set_handlers(const int *numbers, size_t count, void (*handler)(int))
{
    for (size_t i = 0; i < count; i++)
        set_handler(numbers[i], handler);
}

static void add_all(sigset_t *set, const int *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sigaddset(set, numbers[i]);
}

static void remove_all(sigset_t *set, const int *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sigdelset(set, numbers[i]);
}

void signals_catch(sigset_t *awake)
{
    sigset_t blocked;

    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    add_all(&blocked, stopping, STOPPING);
    add_all(&blocked, ignored, IGNORED);
    sigprocmask(SIG_BLOCK, &blocked, awake);
    set_handlers(stopping, STOPPING, on_stop);
    set_handlers(ignored, IGNORED, on_ignored);
    set_handler(SIGCHLD, on_child);
    set_handler(SIGPIPE, SIG_IGN);
    sigdelset(awake, SIGCHLD);
    remove_all(awake, stopping, STOPPING);
    remove_all(awake, ignored, IGNORED);
}

unsigned signals_stops(void)
{
    return (unsigned)stops_seen;
}

int signals_open_stop(void)
{
    sigset_t set;

    sigemptyset(&set);
    add_all(&set, stopping, STOPPING);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool signals_stop_waits(void)
{
    sigset_t waiting;

    sigpending(&waiting);
    for (size_t i = 0; i < STOPPING; i++)
        if (sigismember(&waiting, stopping[i]) == 1)
            return true;
    return false;
}

bool signals_take_reload(void)
{
    if (!ignored_seen[0])
        return false;
    ignored_seen[0] = 0;
    return true;
}

void signals_log_ignored(void)
{
    for (size_t i = 0; i < IGNORED; i++) {
        if (!ignored_seen[i])
            continue;
        ignored_seen[i] = 0;
        log_event(LOG_INFO, "signal", LOG_SUCCESS, "signal: %d | reason: %s", ignored[i],
                  ignored[i] == SIGHUP ? "ignored, because there is no TLS to reload, and the log is standard "
                                         "output, which cannot be reopened"
                                       : "ignored, because it has no meaning here");
    }
}

void signals_leave_to_supervisor(void)
{
    sigset_t none;

    set_handler(SIGCHLD, SIG_DFL);
    set_handlers(stopping, STOPPING, SIG_IGN);
    set_handlers(ignored, IGNORED, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
