/*
 * What connection.c, connection_bytes.c and connection_tls.c use of each other. All other code uses
 * connection.h.
 */
#ifndef SERVER_WORKER_CONNECTION_PARTS_H
#define SERVER_WORKER_CONNECTION_PARTS_H

#include <stdbool.h>

struct connection; /* connection.h */

/* ---- connection_bytes.c: between its socket and its session, over TLS through the filter ----- */

/* Bytes of a session count as sent when the kernel has taken them; over TLS, when it has taken the
 * whole record. */

/* Sends as much as the kernel takes. Over TLS also feeds the session what is in the filter and had
 * to wait. */
void connection_send(struct connection *connection);
/* Reads once; only while the session wants input. */
void connection_receive(struct connection *connection);
/* Are bytes waiting for the kernel to take them? */
bool connection_has_unsent(const struct connection *connection);
/* Ends our direction, once everything is sent. */
void connection_hang_up(struct connection *connection);
/* Is this TLS, with an incomplete handshake? */
bool connection_shakes_hands(const struct connection *connection);

/* ---- connection_tls.c: what the log says about TLS ------------------------------------------- */

/* Logs that TLS failed: why, and for which certificate or dialect. */
void connection_report_fault(struct connection *connection);
/* Logs that the handshake is complete: the peer's agencies, TLS's version and cipher. */
void connection_report_handshake(const struct connection *connection);

#endif
