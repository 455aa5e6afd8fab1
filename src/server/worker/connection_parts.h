/*
 * What the parts of a connection ask of each other: connection.c, connection_bytes.c and
 * connection_tls.c. For nobody else: see connection.h.
 */
#ifndef SERVER_WORKER_CONNECTION_PARTS_H
#define SERVER_WORKER_CONNECTION_PARTS_H

#include <stdbool.h>

struct connection; /* connection.h */

/* ---- connection_bytes.c: between its socket and its session, over TLS through the filter ----- */

/* Bytes of a session count as sent when the system has them, over TLS the whole record: so "unsent"
 * means the same with and without it. */

/* Sends what there is, as far as the system takes it; over TLS it also gives the session what was
 * deciphered and waited. */
void connection_send(struct connection *connection);
/* Reads once; only while the session wants input. */
void connection_receive(struct connection *connection);
/* Do bytes wait for the system to take more? */
bool connection_has_unsent(const struct connection *connection);
/* Ends our direction, once all that is to be sent before was sent. */
void connection_hang_up(struct connection *connection);
/* Over TLS, and the handshake is under way. */
bool connection_shakes_hands(const struct connection *connection);

/* ---- connection_tls.c: what the log says about TLS ------------------------------------------- */

/* TLS failed: why, and which certificate or dialect it was about. */
void connection_report_fault(struct connection *connection);
/* The handshake is done: who came, and how it is spoken. */
void connection_report_handshake(const struct connection *connection);

#endif
