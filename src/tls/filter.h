/*
 * The filter between a connection and what is spoken over it: bytes of TLS on one side, what they
 * mean on the other. Opens no socket, knows no clock and nothing about frames.
 *
 *     peer's bytes --feed--> [ filter ] --read--> what the peer says
 *     bytes for the peer <--output, sent-- [ filter ] <--write-- what we say
 *
 * It shakes hands by itself as bytes come. When it fails, its last output is the alert that says so
 * to the peer: it is to be sent all the same.
 */
#ifndef TLS_FILTER_H
#define TLS_FILTER_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/byte_set.h"
#include "tls/context.h"
#include "tls/fault.h"
#include "tls/identity.h"

#define TLS_RECORD_MAX 16384u /* bytes that one record says at most */

struct tls_filter {
    /* read-only */
    struct tls_context *context;
    bool open;                /* the handshake is done */
    enum tls_fault fault;     /* why it failed … */
    const char *why;          /* … and in words, a static text; NULL: it did not */
    char *who;                /* the certificate that was refused, or NULL */
    char *asked;              /* the ALPN name that was asked for instead of ours, or NULL */
    struct byte_set agencies; /* a server's: that the peer may speak for, once it is open */
    bool heard;               /* something came from the peer … */
    uint8_t first;            /* … which began with this byte */
    /* private */
    SSL *ssl;
    BIO *in;  /* from the peer */
    BIO *out; /* to the peer */
};

enum tls_outcome {
    TLS_OK,
    TLS_AGAIN, /* nothing more until bytes come */
    TLS_END,   /* the peer has ended its direction (close_notify) */
    TLS_FAILED /* for good: see fault and why */
};

/* False if there is no memory. `name` is the host that a client asks for (SNI), or NULL. */
bool tls_filter_open(struct tls_filter *filter, struct tls_context *context, const char *name);
/* All zeros is allowed. */
void tls_filter_close(struct tls_filter *filter);

/* Bytes from the peer; copied. False if there is no memory. */
bool tls_filter_feed(struct tls_filter *filter, const uint8_t *bytes, size_t len);

/* Goes on with the handshake: OK when it is done. AGAIN, FAILED. */
enum tls_outcome tls_filter_handshake(struct tls_filter *filter);

/* What the peer says: OK with *len, 1..cap bytes; AGAIN, END, FAILED. Shakes hands first. */
enum tls_outcome tls_filter_read(struct tls_filter *filter, uint8_t *buf, size_t cap, size_t *len);

/* What we say, once it is open: OK with *taken, 1..len bytes, TLS_RECORD_MAX at most. FAILED. */
enum tls_outcome tls_filter_write(struct tls_filter *filter, const uint8_t *bytes, size_t len, size_t *taken);

/* Our direction ends: close_notify is the last output. Nothing after a fault. */
void tls_filter_end(struct tls_filter *filter);

/* Bytes for the peer: *len of them, 0 if none; and that `len` of them are sent. */
const uint8_t *tls_filter_output(const struct tls_filter *filter, size_t *len);
void tls_filter_sent(struct tls_filter *filter, size_t len);

/* Does what came from the peer begin as no TLS does? A piece of it may be too short for a fault. */
bool tls_filter_is_foreign(const struct tls_filter *filter);

/* Bytes that it holds of what is not complete; a handshake counts as TLS_HANDSHAKE_BYTES at
 * least. */
#define TLS_HANDSHAKE_BYTES 32768u
size_t tls_filter_unfinished(const struct tls_filter *filter);

/* Does the peer's certificate still hold by another context? NULL, or why not (a static text). */
const char *tls_filter_recheck(const struct tls_filter *filter, const struct tls_context *context);

/* "TLSv1.3", "TLS_AES_256_GCM_SHA384": static texts. */
const char *tls_filter_version(const struct tls_filter *filter);
const char *tls_filter_cipher(const struct tls_filter *filter);

/* ---- For hello.c and verify.c ---------------------------------------------------------------- */

/* The first one counts. */
void tls_filter_blame(struct tls_filter *filter, enum tls_fault fault, const char *why);
void tls_filter_note_certificate(struct tls_filter *filter, const X509 *certificate);
void tls_filter_note_asked(struct tls_filter *filter, const unsigned char *name, size_t len);

#endif
