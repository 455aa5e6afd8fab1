/* A proxy's header in front of a connection's bytes: see connection_parts.h. */
#include "server/worker/connection.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/system.h"
#include "server/worker/connection_parts.h"

bool connection_expect_header(struct connection *connection)
{
    connection->header = calloc(1, sizeof *connection->header);
    return connection->header != NULL;
}

void connection_drop_header(struct connection *connection)
{
    free(connection->header);
    connection->header = NULL;
}

static bool may_log(const struct connection *connection, const char *reason, enum log_level level)
{
    const struct log_kind kind = { .action = "proxy", .reason = reason, .level = level };

    return log_is_enabled(level) && peer_log_allows(connection->host->log, &kind, &connection->peer);
}

/* Until the header is complete the peer is the proxy. It has a fault, so it gets no answer. */
static void refuse(struct connection *connection, const char *why, size_t byte)
{
    char proxy[PEER_NAME_TEXT_MAX];

    if (may_log(connection, why, LOG_WARNING))
        log_event(LOG_WARNING, "proxy", LOG_FAIL, "proxy: %s | byte: %zu | reason: %s",
                  peer_name_text(&connection->peer, proxy), byte, why);
    connection->reported = true;
    connection_drop_header(connection);
    session_abort(&connection->session, why);
}

static void name_peer(struct connection *connection)
{
    char peer[PEER_NAME_TEXT_MAX], proxy[PEER_NAME_TEXT_MAX];

    connection->proxy = connection->peer;
    connection->peer = connection->header->peer;
    connection->address = peer_name_group(&connection->peer);
    connection->origin = ADDRESS_REPORTED;
    if (may_log(connection, NULL, LOG_DEBUG))
        log_event(LOG_DEBUG, "proxy", LOG_SUCCESS, "peer: %s | proxy: %s", peer_name_text(&connection->peer, peer),
                  peer_name_text(&connection->proxy, proxy));
    connection->held = connection->host->report_address(connection);
}

static void end_of_header(struct connection *connection)
{
    if (connection->header->len > 0)
        refuse(connection, "the connection ended inside the PROXY header", connection->header->len);
    else
        session_end(&connection->session, clock_ms()); /* without a byte (a port check) it is not a failure */
}

/* True if the header is complete. */
static bool read_header(struct connection *connection)
{
    uint8_t bytes[PROXY_HEADER_MAX];
    struct proxy_header *header = connection->header;
    enum proxy_header_state state = PROXY_HEADER_MORE;

    while (state == PROXY_HEADER_MORE) {
        ssize_t len = connection_read(connection, bytes, proxy_header_wants(header));
        if (len == 0)
            end_of_header(connection);
        if (len <= 0)
            return false;
        state = proxy_header_feed(header, bytes, (size_t)len);
    }
    if (state == PROXY_HEADER_REFUSED)
        refuse(connection, header->why, header->byte);
    return state == PROXY_HEADER_DONE;
}

bool connection_passes_header(struct connection *connection)
{
    if (connection->session.phase >= SESSION_CLOSING) {
        connection_drop_header(connection);
        return true; /* what still comes is dropped, whatever it is */
    }
    if (connection->header == NULL)
        return !connection->held;
    if (!read_header(connection))
        return false;
    if (connection->header->names_peer)
        name_peer(connection);
    connection_drop_header(connection);
    return !connection->held;
}

bool connection_is_held(const struct connection *connection)
{
    return connection->held && connection->session.phase < SESSION_CLOSING;
}

size_t connection_header_len(const struct connection *connection)
{
    return connection->header == NULL ? 0 : connection->header->len;
}

void connection_admit(struct connection *connection, bool admitted)
{
    connection->held = false;
    if (!admitted)
        session_abort(&connection->session, "connection limit of its address reached");
}
