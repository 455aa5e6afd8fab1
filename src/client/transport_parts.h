/*
 * What transport.c and transport_tls.c, its counterpart for TLS, use of each other. All other code
 * uses transport.h.
 */
#ifndef CLIENT_TRANSPORT_PARTS_H
#define CLIENT_TRANSPORT_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/transport_outcome.h"

struct transport; /* transport.h */

/* ---- transport.c: between us and the kernel -------------------------------------------------- */

/* OK: *sent of the bytes are with the kernel. AGAIN, LOST. */
enum transport_outcome transport_send_raw(int fd, const void *bytes, size_t len, size_t *sent,
                                          char why[static TRANSPORT_WHY_MAX]);
/* OK: *len bytes came. AGAIN, END, LOST. */
enum transport_outcome transport_receive_raw(int fd, void *buf, size_t cap, size_t *len,
                                             char why[static TRANSPORT_WHY_MAX]);
enum transport_outcome transport_lost(char why[static TRANSPORT_WHY_MAX], int error);

/* ---- transport_tls.c ------------------------------------------------------------------------- */

/* Continues the handshake on a connection that was just opened. OK: it is complete. AGAIN: more
 * bytes must come in first (or, if transport_tls_has_unsent, go out). LOST, REFUSED, UNFIT. */
enum transport_outcome transport_tls_handshake(struct transport *transport, char why[static TRANSPORT_WHY_MAX]);

/* As transport_send and transport_receive. Bytes of a record that the kernel does not take are
 * kept, and sent first the next time. */
enum transport_outcome transport_tls_send(struct transport *transport, const void *bytes, size_t len, size_t *sent,
                                          char why[static TRANSPORT_WHY_MAX]);
enum transport_outcome transport_tls_receive(struct transport *transport, void *buf, size_t cap, size_t *len,
                                             char why[static TRANSPORT_WHY_MAX]);

/* Are bytes of a record waiting for the kernel to take them? */
bool transport_tls_has_unsent(const struct transport *transport);

/* Hands the kernel as many of them as it takes. After the last one ends our direction, if
 * transport_tls_shut was called. */
void transport_tls_flush(struct transport *transport);

/* Ends our direction once everything is sent. */
void transport_tls_shut(struct transport *transport);

#endif
