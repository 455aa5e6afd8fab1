/*
 * Listening sockets: opened once, by the supervisor, and inherited by every worker.
 */
#ifndef SERVER_SUPERVISOR_LISTENER_H
#define SERVER_SUPERVISOR_LISTENER_H

#include <stdbool.h>

/* Opens a non-blocking, close-on-exec socket that listens on HOST:PORT; port 0 picks one. -1 if it
 * cannot, with a line in the log that says why. `stream` names it there: "agency" or "bets". */
int listener_open(const char *address, const char *stream, int backlog);

/* Logs where it listens: "action: listen | result: success | stream: agency | address:
 * 127.0.0.1:12345". */
void listener_report(int fd, const char *stream);

#endif
