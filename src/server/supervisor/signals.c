/* The signals of the supervisor and of its children: see signals.h. */
#include "server/supervisor/signals.h"

#include <stddef.h>
#include <sys/signalfd.h>

#include "base/log.h"

static const int stopping[] = { SIGTERM, SIGINT, SIGQUIT };
/* The real-time signals are added. With TLS, SIGHUP is not ignored: see signals_take_reload. */
static const int ignored[] = {
    SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, SIGXCPU
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static volatile sig_atomic_t stops_seen;
static volatile sig_atomic_t ignored_seen[_NSIG]; /* by number */

static void on_stop(int number)
{
    (void)number;
    if (stops_seen < 2)
        stops_seen = stops_seen + 1;
}

static void on_ignored(int number)
{
    ignored_seen[number] = 1;
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

static void set_handlers(const sigset_t *set, void (*handler)(int))
{
    for (int number = 1; number < _NSIG; number++)
        if (sigismember(set, number) == 1)
            set_handler(number, handler);
}

static sigset_t set_of(const int *numbers, size_t count)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < count; i++)
        sigaddset(&set, numbers[i]);
    return set;
}

static sigset_t stop_signals(void)
{
    return set_of(stopping, COUNT(stopping));
}

static sigset_t ignored_signals(void)
{
    sigset_t set = set_of(ignored, COUNT(ignored));

    for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
        sigaddset(&set, number);
    return set;
}

static void let_in(sigset_t *mask, const sigset_t *set)
{
    for (int number = 1; number < _NSIG; number++)
        if (sigismember(set, number) == 1)
            sigdelset(mask, number);
}

void signals_catch(sigset_t *awake)
{
    const sigset_t stops = stop_signals(), ignores = ignored_signals();
    sigset_t blocked;

    sigorset(&blocked, &stops, &ignores);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, awake);
    set_handlers(&stops, on_stop);
    set_handlers(&ignores, on_ignored);
    set_handler(SIGCHLD, on_child);
    set_handler(SIGPIPE, SIG_IGN);
    let_in(awake, &blocked);
}

unsigned signals_stops(void)
{
    return (unsigned)stops_seen;
}

int signals_open_stop(void)
{
    const sigset_t set = stop_signals();

    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool signals_stop_waits(void)
{
    sigset_t waiting;

    sigpending(&waiting);
    for (size_t i = 0; i < COUNT(stopping); i++)
        if (sigismember(&waiting, stopping[i]) == 1)
            return true;
    return false;
}

bool signals_take_reload(void)
{
    if (!ignored_seen[SIGHUP])
        return false;
    ignored_seen[SIGHUP] = 0;
    return true;
}

static const char *why_ignored(int number)
{
    switch (number) {
    case SIGHUP:
        return "ignored, because there is no TLS to reload, and the log is standard output, which cannot be reopened";
    case SIGXCPU:
        return "ignored; the limit of processor time is reached, and at the hard limit the system kills the supervisor";
    default:
        return "ignored, because it has no meaning here";
    }
}

void signals_log_ignored(void)
{
    for (int number = 1; number < _NSIG; number++) {
        if (!ignored_seen[number])
            continue;
        ignored_seen[number] = 0;
        log_event(LOG_INFO, "signal", LOG_SUCCESS, "signal: %d | reason: %s", number, why_ignored(number));
    }
}

void signals_leave_to_supervisor(void)
{
    const sigset_t stops = stop_signals(), ignores = ignored_signals();
    sigset_t none;

    set_handler(SIGCHLD, SIG_DFL);
    set_handlers(&stops, SIG_IGN);
    set_handlers(&ignores, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
