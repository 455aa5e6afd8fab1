/*
 * What the parts of a transport ask of each other: transport.c, and transport_tls.c, which does
 * over TLS what it does without. For nobody else: see transport.h.
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

/* Goes on with the handshake on a connection that was just opened. OK: it is done. AGAIN: more has
 * to come (or, where transport_tls_has_unsent, to be sent). LOST, REFUSED. */
enum transport_outcome transport_tls_handshake(struct transport *transport, char why[static TRANSPORT_WHY_MAX]);

/* As transport_send and transport_receive; bytes of a record that the kernel does not take are
 * kept, and sent before others. */
enum transport_outcome transport_tls_send(struct transport *transport, const void *bytes, size_t len, size_t *sent,
                                          char why[static TRANSPORT_WHY_MAX]);
enum transport_outcome transport_tls_receive(struct transport *transport, void *buf, size_t cap, size_t *len,
                                             char why[static TRANSPORT_WHY_MAX]);

/* Do bytes of a record wait for the kernel? And hands it what it takes; our direction ends after
 * the last of them if it was to end. */
bool transport_tls_has_unsent(const struct transport *transport);
void transport_tls_flush(struct transport *transport);

/* Our direction is to end. */
void transport_tls_shut(struct transport *transport);

#endif
