/* What the log says about a connection over TLS: see connection_parts.h. */
#include "server/worker/connection.h"

#include "server/worker/connection_parts.h"

#include "base/log.h"

static bool may_log(const struct connection *connection, const char *reason, enum log_level level)
{
    const struct log_kind kind = { .action = "tls", .reason = reason, .level = level };

    return log_is_enabled(level) && peer_log_allows(connection->host->log, &kind, &connection->peer);
}

void connection_report_fault(struct connection *connection)
{
    const struct tls_filter *tls = &connection->tls;
    char peer[PEER_NAME_THROUGH_MAX], who[IDENTITY_NAME_MAX], asked[TLS_ALPN_MAX];

    connection->reported = true;
    if (!may_log(connection, tls->why, LOG_WARNING))
        return;
    (void)connection_peer_text(connection, peer);
    if (tls->who != NULL)
        log_event(LOG_WARNING, "tls", LOG_FAIL, "peer: %s | certificate: %s | reason: %s", peer,
                  log_clean(who, sizeof who, tls->who), tls->why);
    else if (tls->fault == TLS_FAULT_ALPN)
        log_event(LOG_WARNING, "tls", LOG_FAIL, "peer: %s | asked_for: %s | serves: %s | reason: %s", peer,
                  log_clean(asked, sizeof asked, tls->asked != NULL ? tls->asked : "none"), tls->context->alpn,
                  tls->why);
    else
        log_event(LOG_WARNING, "tls", LOG_FAIL, "peer: %s | reason: %s%s", peer, tls->why,
                  tls->fault == TLS_FAULT_FOREIGN ? " (a client without --tls?)" : "");
}

void connection_report_handshake(const struct connection *connection)
{
    const struct tls_filter *tls = &connection->tls;
    char peer[PEER_NAME_THROUGH_MAX], agencies[IDENTITY_AGENCIES_MAX];

    if (!may_log(connection, NULL, LOG_DEBUG))
        return;
    log_event(LOG_DEBUG, "tls", LOG_SUCCESS, "peer: %s | agencies: %s | version: %s | cipher: %s",
              connection_peer_text(connection, peer), identity_agencies_text(&tls->agencies, agencies),
              tls_filter_version(tls), tls_filter_cipher(tls));
}
