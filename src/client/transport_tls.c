/* A transport's bytes over TLS: see transport_parts.h. */
#include "client/transport.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/socket.h>

#include "client/transport_parts.h"

/* ---- What went wrong ------------------------------------------------------------------------- */

static void explain_refusal(char why[static TRANSPORT_WHY_MAX], const char *what, const char *name, const char *reason)
{
    snprintf(why, TRANSPORT_WHY_MAX, "%s (%.159s): %s", what, name, reason);
}

static enum transport_outcome unfit_plain(char why[static TRANSPORT_WHY_MAX])
{
    snprintf(why, TRANSPORT_WHY_MAX, "the server does not speak TLS on this port; is it the plain one?");
    return TRANSPORT_UNFIT;
}

/* REFUSED and UNFIT where trying again cannot help before someone changes a file or an option. */
static enum transport_outcome explain(const struct tls_filter *tls, char why[static TRANSPORT_WHY_MAX])
{
    char name[IDENTITY_NAME_MAX];

    switch (tls->fault) {
    case TLS_FAULT_THEIRS:
        explain_refusal(why, "the server's certificate was refused", tls->who != NULL ? tls->who : "none", tls->why);
        return TRANSPORT_UNFIT;
    case TLS_FAULT_OURS:
        explain_refusal(why, "the server refused this client's certificate",
                        identity_name(SSL_CTX_get0_certificate(tls->context->ssl), name), tls->why);
        return TRANSPORT_REFUSED;
    case TLS_FAULT_ALPN:
        snprintf(why, TRANSPORT_WHY_MAX, "the server speaks another dialect than this client (%s)", tls->context->alpn);
        return TRANSPORT_UNFIT;
    case TLS_FAULT_FOREIGN:
        return unfit_plain(why);
    case TLS_FAULT_VERSION:
        snprintf(why, TRANSPORT_WHY_MAX, "TLS: %s", tls->why);
        return TRANSPORT_UNFIT;
    default:
        snprintf(why, TRANSPORT_WHY_MAX, "TLS: %s", tls->why);
        return TRANSPORT_LOST;
    }
}

/* Still sends the alert, which tells the server. */
static enum transport_outcome fail(struct transport *transport, char why[static TRANSPORT_WHY_MAX])
{
    transport_tls_flush(transport);
    return explain(&transport->tls, why);
}

/* ---- To the kernel --------------------------------------------------------------------------- */

bool transport_tls_has_unsent(const struct transport *transport)
{
    size_t len = 0;

    if (transport->context != NULL && transport->fd >= 0)
        (void)tls_filter_output(&transport->tls, &len);
    return len > 0;
}

/* OK: nothing is left. AGAIN, LOST. */
static enum transport_outcome flush(struct transport *transport, char why[static TRANSPORT_WHY_MAX])
{
    size_t len;
    const uint8_t *bytes;

    while ((bytes = tls_filter_output(&transport->tls, &len)), len > 0) {
        size_t sent;
        enum transport_outcome outcome = transport_send_raw(transport->fd, bytes, len, &sent, why);
        transport->send_failed |= outcome == TRANSPORT_LOST;
        if (outcome != TRANSPORT_OK)
            return outcome;
        tls_filter_sent(&transport->tls, sent);
    }
    if (transport->shutting)
        (void)shutdown(transport->fd, SHUT_WR);
    transport->shutting = false;
    return TRANSPORT_OK;
}

/* Reading notices it if the connection is lost: what came before, as an alert, is read first. */
void transport_tls_flush(struct transport *transport)
{
    char why[TRANSPORT_WHY_MAX];
    (void)flush(transport, why);
}

enum transport_outcome transport_tls_send(struct transport *transport, const void *bytes, size_t len, size_t *sent,
                                          char why[static TRANSPORT_WHY_MAX])
{
    enum transport_outcome outcome = flush(transport, why);

    if (outcome != TRANSPORT_OK)
        return outcome;
    if (tls_filter_write(&transport->tls, bytes, len, sent) != TLS_OK)
        return fail(transport, why);
    transport_tls_flush(transport);
    return TRANSPORT_OK;
}

void transport_tls_shut(struct transport *transport)
{
    tls_filter_end(&transport->tls);
    transport->shutting = true;
    transport_tls_flush(transport);
}

/* ---- From the kernel ------------------------------------------------------------------------- */

/* OK: there is more for the filter. AGAIN, END, LOST. The kernel tells of a reset once: if a send
 * was told, what is read afterwards is an end. */
static enum transport_outcome feed(struct transport *transport, char why[static TRANSPORT_WHY_MAX])
{
    uint8_t bytes[TLS_RECORD_MAX];
    size_t len;
    enum transport_outcome outcome = transport_receive_raw(transport->fd, bytes, sizeof bytes, &len, why);

    if (outcome == TRANSPORT_OK && !tls_filter_feed(&transport->tls, bytes, len))
        return transport_lost(why, ENOMEM);
    if (outcome == TRANSPORT_END && transport->send_failed)
        return transport_lost(why, ECONNRESET);
    return outcome;
}

enum transport_outcome transport_tls_handshake(struct transport *transport, char why[static TRANSPORT_WHY_MAX])
{
    enum transport_outcome outcome = TRANSPORT_OK;

    while (outcome == TRANSPORT_OK) {
        enum tls_outcome shaken = tls_filter_handshake(&transport->tls);
        if (shaken == TLS_FAILED)
            return fail(transport, why);
        transport_tls_flush(transport);
        if (shaken == TLS_OK)
            return TRANSPORT_OK;
        outcome = feed(transport, why);
    }
    if (outcome != TRANSPORT_END)
        return outcome;
    if (tls_filter_is_foreign(&transport->tls))
        return unfit_plain(why);
    snprintf(why, TRANSPORT_WHY_MAX, "the server ended the connection during the TLS handshake");
    return TRANSPORT_LOST;
}

enum transport_outcome transport_tls_receive(struct transport *transport, void *buf, size_t cap, size_t *len,
                                             char why[static TRANSPORT_WHY_MAX])
{
    enum transport_outcome outcome = TRANSPORT_OK;

    while (outcome == TRANSPORT_OK) {
        switch (tls_filter_read(&transport->tls, buf, cap, len)) {
        case TLS_OK:
            return TRANSPORT_OK;
        case TLS_FAILED:
            return fail(transport, why);
        case TLS_END:
            outcome = TRANSPORT_END;
            break;
        case TLS_AGAIN:
            transport_tls_flush(transport);
            outcome = feed(transport, why);
            break;
        }
    }
    return outcome;
}
