/* A connection's bytes, between its socket and its session: see connection_parts.h. */
#include "server/worker/connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/probe.h"
#include "base/system.h"
#include "server/worker/connection_parts.h"

#define READ_AT_ONCE 65536u
#define READ_AT_ONCE_TLS 16384u /* less, as what the session does not want yet stays in the filter's memory */

static bool is_passing(int code)
{
    return code == EAGAIN || code == EWOULDBLOCK || code == EINTR;
}

/* Bytes that the system holds for a peer that does not read are unsent, too, and it would hold
 * megabytes of answers. TCP_NOTSENT_LOWAT (in accept.c) limits that, but only poll() respects it,
 * so it is asked. */
static bool takes_more(struct connection *connection)
{
    struct pollfd socket = { .fd = connection->fd, .events = POLLOUT };
    if (connection->sent_unasked < SESSION_UNSENT_MAX)
        return true;
    if (poll(&socket, 1, 0) != 1)
        return false;
    connection->sent_unasked = 0;
    return true;
}

/* Hands bytes to the system: how many it took, 0 if none. */
static size_t hand_to_system(struct connection *connection, const uint8_t *bytes, size_t len)
{
    ssize_t sent;

    FAULT_POINT("answer-begins");
    PROBE2(answer_begin, connection->number, len);
    do {
        sent = send(connection->fd, bytes, len, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0 && !is_passing(errno))
        session_lose(&connection->session);
    if (sent < 0)
        return 0;
    FAULT_POINT("answer-written");
    PROBE2(answer_written, connection->number, sent);
    connection->host->counters->sent_bytes += (size_t)sent;
    return (size_t)sent;
}

static void send_plain(struct connection *connection)
{
    size_t len;
    const uint8_t *bytes;
    while ((bytes = session_output(&connection->session, &len)), len > 0 && takes_more(connection)) {
        size_t sent = hand_to_system(connection, bytes, len);
        if (sent == 0)
            return;
        connection->sent_unasked += sent;
        session_sent(&connection->session, sent, clock_ms());
    }
}

ssize_t connection_read(struct connection *connection, uint8_t *bytes, size_t cap)
{
    ssize_t len = recv(connection->fd, bytes, cap, 0);
    if (len < 0 && !is_passing(errno))
        session_lose(&connection->session);
    if (len > 0)
        connection->host->counters->received_bytes += (size_t)len;
    return len;
}

/* What was meant for another port, or server, and will not be a frame; NULL if it may be one. */
static const char *looks_like(const uint8_t *bytes, size_t len)
{
    if (bytes[0] == 0x16 && bytes[1] == 0x03)
        return "TLS"; /* a ClientHello begins so */
    return proxy_header_begins(bytes, len) ? "a PROXY protocol header" : NULL;
}

static void receive_plain(struct connection *connection)
{
    static uint8_t bytes[READ_AT_ONCE]; /* a worker is one thread */
    ssize_t len = connection_read(connection, bytes, sizeof bytes);
    if (len > 1 && session_frame_offset(&connection->session) == 0 && session_unfinished(&connection->session) == 0)
        connection->begins_like = looks_like(bytes, (size_t)len);
    if (len == 0)
        session_end(&connection->session, clock_ms());
    else if (len > 0)
        session_feed(&connection->session, bytes, (size_t)len, clock_ms());
}

/* ---- Over TLS -------------------------------------------------------------------------------- */

/* True if nothing is left. After our end an alert has nowhere to go: it is dropped, which is no
 * reason for a reset. */
static bool send_records(struct connection *connection)
{
    size_t len;
    const uint8_t *bytes;
    while ((bytes = tls_filter_output(&connection->tls, &len)), len > 0) {
        size_t sent = connection->hung_up ? len : hand_to_system(connection, bytes, len);
        if (sent == 0)
            return false;
        tls_filter_sent(&connection->tls, sent);
        if (connection->enciphered > 0)
            session_progress(&connection->session, clock_ms());
    }
    return true;
}

/* Encrypts the session's output one record at a time, the next when the kernel has taken the last.
 * After a fault nothing can be sent, so the output is dropped. */
static void send_tls(struct connection *connection)
{
    struct session *session = &connection->session;

    while (send_records(connection)) {
        size_t len, taken = connection->enciphered;
        connection->enciphered = 0;
        if (taken > 0) {
            connection->sent_unasked += taken;
            session_sent(session, taken, clock_ms());
        }
        const uint8_t *bytes = session_output(session, &len);
        if (len == 0 || !takes_more(connection))
            return;
        if (tls_filter_write(&connection->tls, bytes, len, &connection->enciphered) != TLS_OK)
            connection->enciphered = len;
    }
}

static void fail_tls(struct connection *connection)
{
    if (connection->session.phase < SESSION_CLOSING)
        connection_report_fault(connection);
    session_close(&connection->session, connection->tls.why, clock_ms());
}

/* The handshake is complete: the deadline of the first byte starts anew. */
static void begin_speaking(struct connection *connection)
{
    session_progress(&connection->session, clock_ms());
    connection_report_handshake(connection);
    connection->host->certify(connection, &connection->tls.agencies);
}

/* Gives the session what it wants of what has come. True if it got anything. */
static bool decipher(struct connection *connection)
{
    static uint8_t bytes[TLS_RECORD_MAX];
    bool any = false;
    size_t len;

    while (session_wants_input(&connection->session) && connection->tls.why == NULL) {
        bool was_open = connection->tls.open;
        enum tls_outcome outcome = tls_filter_read(&connection->tls, bytes, sizeof bytes, &len);
        if (!was_open && connection->tls.open)
            begin_speaking(connection);
        any = any || outcome != TLS_AGAIN;
        if (outcome == TLS_AGAIN)
            break;
        else if (outcome == TLS_FAILED)
            fail_tls(connection);
        else if (outcome == TLS_END)
            session_end(&connection->session, clock_ms());
        else if (session_wants_input(&connection->session)) /* certifying may have ended it */
            session_feed(&connection->session, bytes, len, clock_ms());
    }
    return any;
}

/* A peer that connects and ends without a byte (a port check) is not a failure. */
static void end_of_records(struct connection *connection)
{
    if (connection_shakes_hands(connection) && connection->tls.heard)
        session_close(&connection->session, "connection ended during the TLS handshake", clock_ms());
    session_end(&connection->session, clock_ms());
}

static void receive_tls(struct connection *connection)
{
    static uint8_t bytes[READ_AT_ONCE_TLS];
    ssize_t len;

    if (decipher(connection) && !session_wants_input(&connection->session))
        return;
    len = connection_read(connection, bytes, sizeof bytes);
    if (len == 0)
        end_of_records(connection);
    else if (len > 0 && connection->tls.why != NULL)
        session_feed(&connection->session, bytes, (size_t)len, clock_ms()); /* which drops it */
    else if (len > 0 && !tls_filter_feed(&connection->tls, bytes, (size_t)len))
        session_abort(&connection->session, "no memory");
    else if (len > 0)
        (void)decipher(connection);
}

/* ---- Either ---------------------------------------------------------------------------------- */

void connection_send(struct connection *connection)
{
    if (!connection->is_tls) {
        send_plain(connection);
        return;
    }
    do {
        send_tls(connection);
    } while (decipher(connection));
}

void connection_receive(struct connection *connection)
{
    if (!connection_passes_header(connection))
        return;
    if (connection->is_tls)
        receive_tls(connection);
    else
        receive_plain(connection);
}

bool connection_has_unsent(const struct connection *connection)
{
    size_t len = 0;

    if (connection->is_tls)
        (void)tls_filter_output(&connection->tls, &len);
    if (len == 0)
        (void)session_output(&connection->session, &len);
    return len > 0;
}

/* Over TLS our direction ends twice: with close_notify, then with a FIN. */
void connection_hang_up(struct connection *connection)
{
    if (connection->hung_up)
        return;
    if (connection->is_tls) {
        tls_filter_end(&connection->tls);
        if (!send_records(connection))
            return; /* called again when the kernel takes more */
    }
    connection->hung_up = true;
    shutdown(connection->fd, SHUT_WR);
}

bool connection_shakes_hands(const struct connection *connection)
{
    return connection->is_tls && !connection->tls.open && connection->tls.why == NULL;
}
