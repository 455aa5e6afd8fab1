/*
 * One TCP connection to the server, over TLS where there is a context for it: opened, waited on,
 * written, read, and closed cleanly; everything non-blocking, and every wait ends when the program
 * is stopped by a signal. Knows nothing of frames.
 */
#ifndef CLIENT_TRANSPORT_H
#define CLIENT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "client/transport_outcome.h"
#include "tls/filter.h"

struct transport {
    int fd;        /* -1: there is none */
    bool end_seen; /* the server has ended its direction */
    /* private */
    struct tls_context *context; /* borrowed; NULL: without TLS */
    struct tls_filter tls;
    bool shutting;    /* over TLS: our direction ends when what is unsent was sent */
    bool send_failed; /* over TLS: so an end that is read afterwards is none of the server's */
};

/* A connection that is not open. The context is borrowed; NULL: without TLS. */
void transport_init(struct transport *transport, struct tls_context *context);

/* Opens one to this address; over TLS with the handshake, in which the server's certificate must
 * have this name. OK; LOST with a reason in why (trying again may help); REFUSED; UNFIT; STOPPED.
 * `deadline_ms` is of the monotonic clock; stop_fd -1 for none. */
enum transport_outcome transport_open(struct transport *transport, const struct address *address, const char *name,
                                      uint64_t deadline_ms, int stop_fd, char why[static TRANSPORT_WHY_MAX]);

bool transport_is_open(const struct transport *transport);

/* Hands as many bytes to the kernel as it takes now. OK: *sent, 1..len, of them; over TLS some may
 * still wait for it, which transport_wait hands on. AGAIN, LOST, REFUSED. */
enum transport_outcome transport_send(struct transport *transport, const void *bytes, size_t len, size_t *sent,
                                      char why[static TRANSPORT_WHY_MAX]);

/* Reads what is there. OK: *len bytes, 1..cap. AGAIN, END, LOST, REFUSED. */
enum transport_outcome transport_receive(struct transport *transport, void *buf, size_t cap, size_t *len,
                                         char why[static TRANSPORT_WHY_MAX]);

/* Waits until something can be read (or also written). OK, TIMEOUT (deadline_ms UINT64_MAX for
 * none), STOPPED. */
enum transport_outcome transport_wait(struct transport *transport, bool to_write, uint64_t deadline_ms, int stop_fd);

/* Waits for nothing but the deadline. TIMEOUT or STOPPED. */
enum transport_outcome transport_pause(uint64_t deadline_ms, int stop_fd);

/* Ends our direction: the server sees that no more will come, and can still answer. */
void transport_shut(struct transport *transport);

/* Ends our direction and reads and drops until the server has ended its own, so that nothing sent
 * is lost to a reset. True if it did so before the deadline. The connection is closed in any
 * case. */
bool transport_close_cleanly(struct transport *transport, uint64_t deadline_ms, int stop_fd);

/* Closes at once. Allowed when there is none. */
void transport_close(struct transport *transport);

#endif
