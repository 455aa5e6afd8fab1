/*
 * Filters of system calls (seccomp, by libseccomp). What is known to be bad ends the process; what
 * is unknown is answered with ENOSYS, as by an older kernel; the rest is what the role does.
 *
 * A filter holds for good and for everything that is started from here on.
 */
#ifndef SERVER_ROLE_FILTER_H
#define SERVER_ROLE_FILTER_H

#include <stdbool.h>

enum filter {
    FILTER_SUPERVISOR, /* allows all but what is bad for every role: it starts programs */
    FILTER_COMMITTER,
    FILTER_ACCEPTOR,
    FILTER_WORKER,
    FILTER_WORKER_TLS /* where TLS is served: and random numbers, which OpenSSL asks for again and again */
};

/* Can this kernel do all that the filters need? */
bool filter_is_possible(void);

/* From here on this process makes no calls but that filter's. Sets PR_SET_NO_NEW_PRIVS. False with
 * errno set: then there is no filter. */
bool filter_load(enum filter filter);

#endif
