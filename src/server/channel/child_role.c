/* The names of roles: see child_role.h. */
#include "server/channel/child_role.h"

const char *child_role_name(enum child_role role)
{
    static const char *const names[] = {
        [ROLE_COMMITTER] = "committer", [ROLE_ACCEPTOR] = "acceptor", [ROLE_WORKER] = "worker",
        [ROLE_OBSERVER] = "observer",   [ROLE_RECORDER] = "recorder", [ROLE_OPENER] = "opener"
    };
    return names[role];
}
