/*
 * Listening sockets: opened once, by the supervisor, and given to each acceptor or observer that it
 * starts.
 */
#ifndef SERVER_SUPERVISOR_LISTENER_H
#define SERVER_SUPERVISOR_LISTENER_H

#include <stdbool.h>

#include "server/role/listeners.h"

/* What is listened for: the stream's name in the log ("agency", "bets"), its number, and what
 * others could do who connect there, for a warning; NULL: nothing that matters. */
struct listener_stream {
    const char *name;
    uint8_t port;
    const char *danger;
};

/* Opens a non-blocking, close-on-exec socket on each address of HOST:PORT, at which nobody can
 * connect yet, and adds them to the listeners; port 0 picks one, the same for all. An address of a
 * name that this machine does not have is passed over if it has another one of them; one that is in
 * use is tried for 5 seconds, as the processes of a killed server may still be exiting. False if
 * nothing can be listened on, with a line in the log that says why; without one where `stop_fd`
 * became readable meanwhile. */
bool listener_open(const char *address, const struct listener_stream *stream, int stop_fd, struct listeners *listeners);

/* From now on others can connect: only once nothing is waited for that can end the start, as they
 * would be left in doubt by a server that never served. False, with a line in the log, if another
 * process or another of our own sockets listens there. */
bool listener_begin(int fd, const struct listener_stream *stream, int backlog);

void listener_close_all(struct listeners *listeners);

/* Logs where it listens: "action: listen | result: success | stream: agency | address:
 * 127.0.0.1:12345"; a warning with the danger if other machines can connect there. */
void listener_report(int fd, const struct listener_stream *stream);

#endif
