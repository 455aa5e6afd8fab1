/*
 * The main function of a process that the supervisor started as a role.
 */
#ifndef SERVER_ROLE_MAIN_H
#define SERVER_ROLE_MAIN_H

/* Runs the role that the order at ORDER_FD names. Returns the exit status. */
int role_main(void);

#endif
