/*
 * One TCP connection to the server: opened, waited on, written, read, and closed in order;
 * everything non-blocking, and every wait ends when the program is told to stop. Knows nothing of
 * frames.
 */
#ifndef CLIENT_WIRE_H
#define CLIENT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_WHY_MAX 256

struct wire {
    int fd;        /* -1: there is none */
    bool end_seen; /* the server has ended its direction */
};

enum wire_outcome {
    WIRE_OK,
    WIRE_AGAIN,   /* nothing can be read or written at the moment */
    WIRE_END,     /* the server ended its direction in order */
    WIRE_LOST,    /* refused, reset, unreachable: `why` says */
    WIRE_TIMEOUT, /* the deadline has come */
    WIRE_STOPPED  /* stop_fd became readable */
};

/* A connection that is not open. */
void wire_init(struct wire *wire);

/* Opens one to HOST:PORT, trying each address that the name has. OK; LOST with a reason in why
 * (trying again may help); STOPPED. `deadline_ms` is of the monotonic clock; stop_fd -1 for
 * none. */
enum wire_outcome wire_open(struct wire *wire, const char *server, uint64_t deadline_ms, int stop_fd,
                            char why[static WIRE_WHY_MAX]);

bool wire_is_open(const struct wire *wire);

/* Hands as many bytes to the kernel as it takes now. OK: *sent, 1..len, of them. AGAIN, LOST. */
enum wire_outcome wire_send(struct wire *wire, const void *bytes, size_t len, size_t *sent,
                            char why[static WIRE_WHY_MAX]);

/* Reads what is there. OK: *len bytes, 1..cap. AGAIN, END, LOST. */
enum wire_outcome wire_receive(struct wire *wire, void *buf, size_t cap, size_t *len, char why[static WIRE_WHY_MAX]);

/* Waits until something can be read (or also written). OK, TIMEOUT (deadline_ms UINT64_MAX for
 * none), STOPPED. */
enum wire_outcome wire_wait(const struct wire *wire, bool to_write, uint64_t deadline_ms, int stop_fd);

/* Waits for nothing but the deadline. TIMEOUT or STOPPED. */
enum wire_outcome wire_pause(uint64_t deadline_ms, int stop_fd);

/* Ends our direction: the server sees that no more will come, and can still answer. */
void wire_shut(struct wire *wire);

/* Ends our direction and reads and drops until the server has ended its own, so that nothing sent
 * is lost to a reset. True if it did so before the deadline. The connection is closed in any
 * case. */
bool wire_close_in_order(struct wire *wire, uint64_t deadline_ms, int stop_fd);

/* Closes at once. Allowed when there is none. */
void wire_close(struct wire *wire);

#endif
