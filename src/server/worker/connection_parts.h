/*
 * What connection.c, connection_bytes.c, connection_proxy.c and connection_tls.c use of each other.
 * All other code uses connection.h.
 */
#ifndef SERVER_WORKER_CONNECTION_PARTS_H
#define SERVER_WORKER_CONNECTION_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/peer_name.h"

struct connection; /* connection.h */

/* ---- connection.c ---------------------------------------------------------------------------- */

/* Its peer, and the proxy if there is one, for the log. Returns out. */
const char *connection_peer_text(const struct connection *connection, char out[static PEER_NAME_THROUGH_MAX]);

/* ---- connection_bytes.c: between its socket and its session, over TLS through the filter ----- */

/* Bytes of a session count as sent when the kernel has taken them; over TLS, when it has taken the
 * whole record. */

/* Sends as much as the kernel takes. Over TLS also feeds the session what is in the filter and had
 * to wait. */
void connection_send(struct connection *connection);
/* Reads from the socket. -1: nothing was read and nothing ended; 0: the peer has ended its
 * direction. */
ssize_t connection_read(struct connection *connection, uint8_t *bytes, size_t cap);
/* Reads once; only while the session wants input. */
void connection_receive(struct connection *connection);
/* Are bytes waiting for the kernel to take them? */
bool connection_has_unsent(const struct connection *connection);
/* Ends our direction, once everything is sent. */
void connection_hang_up(struct connection *connection);
/* Is this TLS, with an incomplete handshake? */
bool connection_shakes_hands(const struct connection *connection);

/* ---- connection_proxy.c: the header of a proxy, before all else ------------------------------ */

/* False if there is no memory. */
bool connection_expect_header(struct connection *connection);
void connection_drop_header(struct connection *connection);
/* Reads the header, if one is due. True if what comes now is TLS's or the session's. */
bool connection_passes_header(struct connection *connection);
/* Does it wait for the acceptor's ruling on its address? */
bool connection_is_held(const struct connection *connection);
/* Bytes of a header that is not complete. */
size_t connection_header_len(const struct connection *connection);

/* ---- connection_tls.c: what the log says about TLS ------------------------------------------- */

/* Logs that TLS failed: why, and for which certificate or dialect. */
void connection_report_fault(struct connection *connection);
/* Logs that the handshake is complete: the peer's agencies, TLS's version and cipher. */
void connection_report_handshake(const struct connection *connection);

#endif
