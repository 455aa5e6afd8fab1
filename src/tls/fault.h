/*
 * Why TLS failed, in words that say what to do: from OpenSSL's code to a kind and a static text.
 */
#ifndef TLS_FAULT_H
#define TLS_FAULT_H

#include <stdbool.h>

enum tls_fault {
    TLS_FAULT_NONE,
    TLS_FAULT_THEIRS,  /* we refuse the peer's certificate … */
    TLS_FAULT_OURS,    /* … or it refuses ours */
    TLS_FAULT_ALPN,    /* another dialect is spoken here */
    TLS_FAULT_FOREIGN, /* what came is no TLS */
    TLS_FAULT_VERSION, /* no version or cipher in common */
    TLS_FAULT_ALERT,   /* the peer ended it for another reason */
    TLS_FAULT_BYTES    /* bytes that no peer sends who speaks TLS */
};

/* By OpenSSL's first error of the call that failed (0: it has none), during the handshake or after
 * it. *why is a static text. */
enum tls_fault tls_fault_of(unsigned long code, bool in_handshake, const char **why);

#endif
