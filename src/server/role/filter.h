/*
 * Filters of system calls (seccomp, with libseccomp). A filter allows what the role needs. A call
 * that is known to be dangerous kills the process; any other fails with ENOSYS, as on an older
 * kernel.
 *
 * A filter cannot be removed, and also holds for every process started later.
 */
#ifndef SERVER_ROLE_FILTER_H
#define SERVER_ROLE_FILTER_H

#include <stdbool.h>

enum filter {
    FILTER_SUPERVISOR, /* denies only what is dangerous in every role: it starts programs */
    FILTER_COMMITTER,
    FILTER_COMMITTER_REMOTE, /* of a store that is elsewhere: connects to it, and finds its address */
    FILTER_ACCEPTOR,
    FILTER_WORKER,
    FILTER_WORKER_TLS, /* with TLS: also random numbers, which OpenSSL needs again and again */
    FILTER_RECORDER,
    FILTER_OBSERVER,
    FILTER_OPENER
};

/* Does this kernel have everything that the filters need? */
bool filter_is_possible(void);

/* Loads the filter for this process. Sets PR_SET_NO_NEW_PRIVS. False with errno set: then no filter
 * is loaded. */
bool filter_load(enum filter filter);

#endif
