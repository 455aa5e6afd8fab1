/* Why TLS failed: see fault.h. */
#include "tls/fault.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#define ALERTS 256

/* The alert that the peer sent, or -1. */
static int alert_of(unsigned long code)
{
    int reason = ERR_GET_REASON(code);
    bool is_alert =
        ERR_GET_LIB(code) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + ALERTS;
    return is_alert ? reason - SSL_AD_REASON_OFFSET : -1;
}

/* What the peer's alert says about us. */
static enum tls_fault fault_of_alert(int alert, bool in_handshake, const char **why)
{
    switch (alert) {
    case SSL_AD_CERTIFICATE_EXPIRED:
        *why = "the peer says that the certificate has expired or is not valid yet";
        return TLS_FAULT_OURS;
    case SSL_AD_CERTIFICATE_REVOKED:
        *why = "the peer says that the certificate was revoked";
        return TLS_FAULT_OURS;
    case SSL_AD_UNKNOWN_CA:
        *why = "the peer does not know the certificate's CA";
        return TLS_FAULT_OURS;
    case SSL_AD_BAD_CERTIFICATE:
        *why = "the peer says that the certificate is bad";
        return TLS_FAULT_OURS;
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
        *why = "the peer does not accept certificates of this kind";
        return TLS_FAULT_OURS;
    case SSL_AD_DECRYPT_ERROR: /* its CA has the name of the right one, but another key */
        *why = "the peer says that the certificate's signature is wrong";
        return TLS_FAULT_OURS;
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_ACCESS_DENIED:
        *why = "the peer refused the certificate";
        return TLS_FAULT_OURS;
    case TLS13_AD_CERTIFICATE_REQUIRED:
        *why = "the peer requires a certificate";
        return TLS_FAULT_OURS;
    case SSL_AD_NO_APPLICATION_PROTOCOL:
        *why = "the peer speaks another dialect (ALPN)";
        return TLS_FAULT_ALPN;
    case SSL_AD_PROTOCOL_VERSION:
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_INSUFFICIENT_SECURITY:
        if (!in_handshake)
            break;
        *why = "the peer has no version or cipher in common with us";
        return TLS_FAULT_VERSION;
    default:
        break;
    }
    *why = SSL_alert_desc_string_long(alert);
    return TLS_FAULT_ALERT;
}

enum tls_fault tls_fault_of(unsigned long code, bool in_handshake, const char **why)
{
    int alert = alert_of(code);
    const char *text = ERR_reason_error_string(code);

    if (alert >= 0)
        return fault_of_alert(alert, in_handshake, why);
    switch (ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
        if (in_handshake) {
            *why = "the peer does not speak TLS";
            return TLS_FAULT_FOREIGN;
        }
        break;
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
        *why = "the peer sent no certificate";
        return TLS_FAULT_THEIRS;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_NO_SHARED_CIPHER:
        *why = "no version or cipher in common with the peer";
        return TLS_FAULT_VERSION;
    default:
        break;
    }
    *why = text != NULL ? text : "TLS failed";
    return TLS_FAULT_BYTES;
}
