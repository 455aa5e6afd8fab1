/*
 * One TCP connection to the server: opened, waited on, written, read, and closed in order; everything
 * non-blocking, and every wait ends when the program is told to stop. Knows nothing of frames.
 */
#ifndef CLIENT_CONNECTION_H
#define CLIENT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONNECTION_WHY_MAX 256

struct connection {
    int fd;             /* -1: there is none */
    bool end_seen;      /* the server has ended its direction */
};

enum connection_outcome {
    CONNECTION_OK,
    CONNECTION_AGAIN,   /* nothing can be read or written at the moment */
    CONNECTION_END,     /* the server ended its direction in order */
    CONNECTION_LOST,    /* refused, reset, unreachable: `why` says */
    CONNECTION_TIMEOUT, /* the deadline has come */
    CONNECTION_STOPPED  /* stop_fd became readable */
};

/* A connection that is not open. */
void connection_init(struct connection *connection);

/* Opens one to HOST:PORT, trying each address that the name has. OK; LOST with a reason in why (trying again may help);
 * STOPPED. `deadline_ms` is of the monotonic clock; stop_fd -1 for none. */
enum connection_outcome connection_open(struct connection *connection, const char *server, uint64_t deadline_ms,
                                        int stop_fd, char why[static CONNECTION_WHY_MAX]);

bool connection_is_open(const struct connection *connection);

/* Hands as many bytes to the kernel as it takes now. OK: *sent, 1..len, of them. AGAIN, LOST. */
enum connection_outcome connection_send(struct connection *connection, const void *bytes, size_t len, size_t *sent,
                                        char why[static CONNECTION_WHY_MAX]);

/* Reads what is there. OK: *len bytes, 1..cap. AGAIN, END, LOST. */
enum connection_outcome connection_receive(struct connection *connection, void *buf, size_t cap, size_t *len,
                                           char why[static CONNECTION_WHY_MAX]);

/* Waits until something can be read (or also written). OK, TIMEOUT (deadline_ms UINT64_MAX for none), STOPPED. */
enum connection_outcome connection_wait(const struct connection *connection, bool to_write, uint64_t deadline_ms,
                                        int stop_fd);

/* Waits for nothing but the deadline. TIMEOUT or STOPPED. */
enum connection_outcome connection_pause(uint64_t deadline_ms, int stop_fd);

/* Ends our direction: the server sees that no more will come, and can still answer. */
void connection_shut(struct connection *connection);

/* Ends our direction and reads and drops until the server has ended its own, so that nothing sent is lost to a reset.
 * True if it did so before the deadline. The connection is closed in any case. */
bool connection_close_in_order(struct connection *connection, uint64_t deadline_ms, int stop_fd);

/* Closes at once. Allowed when there is none. */
void connection_close(struct connection *connection);

#endif
