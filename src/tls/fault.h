/*
 * Why TLS failed: turns OpenSSL's code into a kind of fault and a static text.
 */
#ifndef TLS_FAULT_H
#define TLS_FAULT_H

#include <stdbool.h>

enum tls_fault {
    TLS_FAULT_NONE,
    TLS_FAULT_THEIRS,  /* we refuse the peer's certificate … */
    TLS_FAULT_OURS,    /* … or the peer refuses ours */
    TLS_FAULT_ALPN,    /* client and server speak different dialects */
    TLS_FAULT_FOREIGN, /* the peer does not speak TLS */
    TLS_FAULT_VERSION, /* no version or cipher in common */
    TLS_FAULT_ALERT,   /* the peer sent an alert for another reason */
    TLS_FAULT_BYTES    /* bytes that violate TLS */
};

/* `code` is OpenSSL's first error of the call that failed, or 0 if there is none; `in_handshake`,
 * whether the handshake was not complete. *why becomes a static text. */
enum tls_fault tls_fault_of(unsigned long code, bool in_handshake, const char **why);

#endif
