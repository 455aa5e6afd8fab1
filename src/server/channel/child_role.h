/*
 * The roles of the processes that the supervisor starts (src/README.md, "Roles").
 */
#ifndef SERVER_CHANNEL_CHILD_ROLE_H
#define SERVER_CHANNEL_CHILD_ROLE_H

enum child_role {
    ROLE_COMMITTER,
    ROLE_ACCEPTOR,
    ROLE_WORKER,
    ROLE_OBSERVER,
    ROLE_RECORDER,
    CHILD_ROLES,              /* that are replaced when they die */
    ROLE_OPENER = CHILD_ROLES /* is not, and sends the supervisor no notes */
};

/* Its name in the log and in the metrics: "committer". */
const char *child_role_name(enum child_role role);

#endif
