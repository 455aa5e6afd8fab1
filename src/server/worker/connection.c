/* A connection: see connection.h. */
#include "server/worker/connection.h"

#include <inttypes.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system.h"
#include "server/channel/handoff.h"
#include "server/worker/connection_parts.h"

static void on_ready(uv_poll_t *poll, int status, int events);

static void hand_over(void *context, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    struct connection *connection = context;
    connection->host->hand_over(connection, kind, bytes, len);
}

static void ask_winners(void *context, uint32_t round, uint32_t from)
{
    struct connection *connection = context;
    connection->host->ask_winners(connection, round, from);
}

static void name_refused(void *context, uint8_t agency)
{
    struct connection *connection = context;
    connection->host->name_refused(connection, agency);
}

static void discard(struct connection *connection)
{
    tls_filter_close(&connection->tls);
    connection_drop_header(connection);
    free(connection);
}

struct connection *connection_open(const struct connection_host *host, int fd, uint8_t port, uint64_t number,
                                   struct counted_address address)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->is_tls = handoff_is_tls(port);
    if ((address.origin == ADDRESS_PROXY && !connection_expect_header(connection)) ||
        (connection->is_tls && (host->tls == NULL || !tls_filter_open(&connection->tls, host->tls, NULL))) ||
        uv_poll_init(host->loop, &connection->poll, fd) != 0) {
        discard(connection);
        return NULL;
    }
    struct session_host session_host = {
        .hand_over = hand_over, .ask_winners = ask_winners, .name_refused = name_refused, .context = connection
    };
    connection->poll.data = connection;
    connection->host = host;
    (void)peer_name_of_socket(fd, &connection->peer); /* one that has gone again stays unknown */
    connection->number = number;
    connection->address = address.group;
    connection->origin = address.origin;
    connection->fd = fd;
    connection->port = handoff_stream(port);
    session_init(&connection->session, host->rules,
                 connection->port == PORT_AGENCIES ? SORTEO_AGENCY_STREAM : SORTEO_BET_STREAM, &session_host,
                 clock_ms());
    return connection;
}

/* ---- Why it closes, for the log -------------------------------------------------------------- */

const char *connection_peer_text(const struct connection *connection, char out[static PEER_NAME_THROUGH_MAX])
{
    return peer_name_text_through(&connection->peer, &connection->proxy, out);
}

static bool may_log(const struct connection *connection, const char *action, enum log_level level)
{
    const struct log_kind kind = { .action = action, .reason = connection->session.reason, .level = level };

    return peer_log_allows(connection->host->log, &kind, &connection->peer);
}

static void report_refused_receipt(const struct connection *connection, const char *peer)
{
    const struct session *session = &connection->session;

    if (!may_log(connection, "receipt", LOG_WARNING))
        return;
    log_event(LOG_WARNING, "receipt", LOG_FAIL, "agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s",
              session_agency(session), peer, session->error.offset, session->reason);
}

static void report_refused_bytes(const struct connection *connection)
{
    const struct session *session = &connection->session;
    const char *action = connection->port == PORT_AGENCIES ? "apuesta_recibida" : "apuesta_almacenada";
    const char *reads_as = connection->begins_like != NULL ? connection->begins_like : session->reads_as;
    char peer[PEER_NAME_THROUGH_MAX];

    (void)connection_peer_text(connection, peer);
    if (session->error.field == SORTEO_F_RECEIPT)
        report_refused_receipt(connection, peer);
    else if (may_log(connection, action, LOG_ERROR))
        log_event(LOG_ERROR, action, LOG_FAIL,
                  "cantidad: %" PRIu32 " | agency: %u | peer: %s | field: %s | byte: %" PRIu64 " | reason: %s%s%s",
                  session->refused_bets, session_agency(session), peer, sorteo_field_name(session->error.field),
                  session->error.offset, session->reason, reads_as != NULL ? " | reads_as: " : "",
                  reads_as != NULL ? reads_as : "");
}

static void report_end(const struct connection *connection)
{
    const struct session *session = &connection->session;
    bool failed = session->reason != NULL && !session->harmless;
    char peer[PEER_NAME_THROUGH_MAX];

    if (connection->reported || !log_is_enabled(failed ? LOG_WARNING : LOG_DEBUG))
        return;
    if (failed && !may_log(connection, "close", LOG_WARNING))
        return;
    (void)connection_peer_text(connection, peer);
    if (failed)
        log_event(LOG_WARNING, "close", LOG_FAIL,
                  "agency: %u | peer: %s | frame: %s | byte: %" PRIu64 " | reason: %s%s%s", session_agency(session),
                  peer, session->frame_cut, session->byte_cut, session->reason,
                  session->reads_as != NULL ? " | reads_as: " : "", session->reads_as != NULL ? session->reads_as : "");
    else
        log_event(LOG_DEBUG, "close", LOG_SUCCESS, "agency: %u | peer: %s | reason: %s", session_agency(session), peer,
                  session->reason != NULL ? session->reason : "all is done");
}

/* ---- What the session wants ------------------------------------------------------------------ */

static void on_closed(uv_handle_t *handle)
{
    discard(handle->data);
}

/* A session that ended cleanly sends FIN; any other sends RST, and drops what is unsent.
 * Its number stays taken, by another descriptor of the loop, for as long as libuv has a handle of
 * it: closing that one would make the loop deaf to a connection that had got the number
 * meanwhile. */
static void close_socket(struct connection *connection)
{
    struct linger reset = { .l_onoff = 1, .l_linger = 0 };
    if (connection->session.phase == SESSION_ABORTED)
        setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    else if (connection->is_tls)
        connection_hang_up(connection);
    report_end(connection);
    if (connection->session.reason != NULL && !connection->session.harmless)
        connection->host->counters->failed++;
    uv_poll_stop(&connection->poll);
    connection->kept_fd = dup2(uv_backend_fd(connection->host->loop), connection->fd);
    if (connection->kept_fd == -1)
        close(connection->fd);
    connection->fd = -1;
}

static void release_if_settled(struct connection *connection)
{
    if (session_owed(&connection->session) > 0)
        return; /* results still come for it */
    connection->released = true;
    session_fini(&connection->session);
    connection->host->count_unfinished(connection);
    connection->host->on_released(connection);
    uv_close((uv_handle_t *)&connection->poll, on_closed);
    if (connection->kept_fd != -1)
        close(connection->kept_fd);
}

static void watch(struct connection *connection)
{
    int events = 0;
    if (session_wants_input(&connection->session) && !connection_is_held(connection))
        events |= UV_READABLE;
    if (connection_has_unsent(connection))
        events |= UV_WRITABLE;
    if (events == connection->watched)
        return; /* each change costs two system calls */
    connection->watched = events;
    if (events == 0)
        uv_poll_stop(&connection->poll);
    else
        uv_poll_start(&connection->poll, events, on_ready);
}

void connection_update(struct connection *connection)
{
    struct session *session = &connection->session;

    if (connection->released)
        return;
    connection->host->count_unfinished(connection);
    if (session->error.code != SORTEO_E_OK && !connection->reported) {
        connection->reported = true;
        connection->host->counters->malformed[session->error.code]++;
        report_refused_bytes(connection); /* before its answer is sent */
    }
    if (connection->fd != -1)
        connection_send(connection);
    if (connection->fd != -1 && session_has_hung_up(session))
        connection_hang_up(connection);
    if (session_is_over(session)) {
        if (connection->fd != -1)
            close_socket(connection);
        release_if_settled(connection);
        return;
    }
    connection->host->watch_deadline(connection->host->owner, session_deadline(session));
    watch(connection);
}

/* Bytes that the system still holds for the peer, which is as good as unsent to it: "the last byte
 * out" is the last that it took. */
static bool may_yet_take_bytes(struct connection *connection)
{
    uint64_t now = clock_ms();
    int unacknowledged = 0;

    if (session_has_hung_up(&connection->session) || ioctl(connection->fd, SIOCOUTQ, &unacknowledged) != 0)
        return false;
    if (unacknowledged != connection->unacknowledged) {
        connection->unacknowledged = unacknowledged;
        connection->unacknowledged_ms = now;
        return true;
    }
    return unacknowledged > 0 && now - connection->unacknowledged_ms < connection->session.rules->send_ms;
}

void connection_tick(struct connection *connection)
{
    /* What came in time counts, though this process may have been too slow, or stopped, to look at
     * it. */
    if (connection->fd != -1 && session_wants_input(&connection->session))
        connection_receive(connection);
    if (connection->header != NULL && connection->session.phase < SESSION_CLOSING &&
        session_deadline(&connection->session) <= clock_ms())
        session_abort(&connection->session, "no complete PROXY header in time");
    bool shakes_hands = connection_shakes_hands(connection); /* which has its time in all */
    if (!shakes_hands && may_yet_take_bytes(connection))
        session_progress(&connection->session, clock_ms());
    if (shakes_hands && session_deadline(&connection->session) <= clock_ms())
        session_close(&connection->session, "TLS handshake not complete in time", clock_ms());
    session_tick(&connection->session, clock_ms());
    connection_update(connection);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct connection *connection = poll->data;
    if (status < 0)
        session_lose(&connection->session);
    else if ((events & UV_READABLE) && session_wants_input(&connection->session))
        connection_receive(connection);
    connection_update(connection);
}
