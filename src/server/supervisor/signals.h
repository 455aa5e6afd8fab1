/*
 * The signals of the supervisor and of its children. Handlers set flags; what they mean is the
 * supervisor's business.
 *
 * SIGTERM, SIGINT and SIGQUIT stop the server; with TLS, SIGHUP reloads certificates. Other signals
 * whose default is to end a process (SIGUSR1, SIGXCPU, real-time signals, SIGHUP without TLS …) are
 * logged and ignored, but for those that say that the process itself has a fault (SIGSEGV …).
 */
#ifndef SERVER_SUPERVISOR_SIGNALS_H
#define SERVER_SUPERVISOR_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Blocks and catches them. *awake is the mask with which to sleep: only then are they let in, so
 * that none is missed. */
void signals_catch(sigset_t *awake);

/* How many stop signals came so far; 2 stands for more, too. */
unsigned signals_stops(void);

/* A descriptor that becomes readable when a stop signal waits to be let in; -1 if there is none.
 * Reading it is not needed: the signal stays. */
int signals_open_stop(void);

/* Does one wait? */
bool signals_stop_waits(void);

/* Has a SIGHUP come since the last call? Then signals_log_ignored does not log it. */
bool signals_take_reload(void);

/* Writes a line for each signal that came and is ignored. */
void signals_log_ignored(void);

/* In a child, after fork. Stopping is the supervisor's business, also where a terminal or a service
 * manager signals the whole group: children leave when their control line ends. */
void signals_leave_to_supervisor(void);

#endif
