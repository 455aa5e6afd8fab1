/*
 * The filter between a connection and its session: TLS records on one side, plain bytes on the
 * other. Opens no socket, knows no clock and nothing about frames.
 *
 *     peer's records --feed--> [ filter ] --read--> plain bytes from the peer
 *     records for the peer <--output, sent-- [ filter ] <--write-- plain bytes for the peer
 *
 * It does the handshake by itself as bytes come in. When it fails, its last output is an alert for
 * the peer, which the caller should still send.
 */
#ifndef TLS_FILTER_H
#define TLS_FILTER_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/byte_set.h"
#include "tls/context.h"
#include "tls/fault.h"
#include "tls/identity.h"

#define TLS_RECORD_MAX 16384u /* plain bytes in one record at most */
#define TLS_RECORD_BEGIN 9u   /* its own head, and that of a handshake message in it */

struct tls_filter {
    /* read-only */
    struct tls_context *context;
    bool open;                /* the handshake is complete */
    enum tls_fault fault;     /* why it failed … */
    const char *why;          /* … in words, a static text; NULL: it has not failed */
    char *who;                /* the certificate that was refused, or NULL */
    char *asked;              /* the ALPN name that the client asked for instead of ours, or NULL */
    struct byte_set agencies; /* on a server: those that the peer may speak for, once open */
    bool heard;               /* the peer has sent something … */
    uint8_t first;            /* … and this was its first byte */
    /* private */
    SSL *ssl;
    BIO *in;                         /* from the peer */
    BIO *out;                        /* to the peer */
    uint8_t begin[TLS_RECORD_BEGIN]; /* of the record that the peer sent last … */
    size_t partial;                  /* … and how much of it is here; 0: all of it */
    size_t hello;                    /* bytes of the longest ClientHello that the peer has begun */
    unsigned asks;                   /* how often the peer asked for another handshake, or for new keys … */
    size_t since_asks;               /* … in so many plain bytes */
};

enum tls_outcome {
    TLS_OK,
    TLS_AGAIN, /* the peer has to send more first */
    TLS_END,   /* the peer has ended its direction (close_notify) */
    TLS_FAILED /* permanently: see fault and why */
};

/* Takes a reference to the context. For a client `name` is the host name or IP address that it asks
 * for (SNI), and that the server's certificate must have as a SAN; for a server it is NULL. False
 * if there is no memory, or a client gives no name. */
bool tls_filter_open(struct tls_filter *filter, struct tls_context *context, const char *name);

/* Frees what the filter holds. One that is all zeros is allowed. */
void tls_filter_close(struct tls_filter *filter);

/* Takes bytes from the peer, which are copied. False if there is no memory. */
bool tls_filter_feed(struct tls_filter *filter, const uint8_t *bytes, size_t len);

/* Continues the handshake: OK when it is complete. AGAIN, FAILED. */
enum tls_outcome tls_filter_handshake(struct tls_filter *filter);

/* Decrypts what the peer sent: OK with *len, 1..cap bytes; AGAIN, END, FAILED. Completes the
 * handshake first. */
enum tls_outcome tls_filter_read(struct tls_filter *filter, uint8_t *buf, size_t cap, size_t *len);

/* Encrypts bytes for the peer, after the handshake: OK with *taken, 1..len bytes, at most
 * TLS_RECORD_MAX. FAILED. */
enum tls_outcome tls_filter_write(struct tls_filter *filter, const uint8_t *bytes, size_t len, size_t *taken);

/* Ends our direction: close_notify is the last output. Does nothing after a fault, or when it has
 * ended already. */
void tls_filter_end(struct tls_filter *filter);

/* The bytes to be sent to the peer: *len of them, 0 if none. Borrowed until the next call. */
const uint8_t *tls_filter_output(const struct tls_filter *filter, size_t *len);

/* The first `len` of them were sent. */
void tls_filter_sent(struct tls_filter *filter, size_t len);

/* Is the first byte from the peer one with which TLS cannot begin? The peer may have sent too
 * little for OpenSSL to say so. */
bool tls_filter_is_foreign(const struct tls_filter *filter);

/* Bytes that came and were not read yet. An incomplete handshake counts as TLS_HANDSHAKE_BYTES at
 * least, and with a long ClientHello as the buffer that OpenSSL has for all of it as well; an
 * incomplete record as such a buffer. */
#define TLS_HANDSHAKE_BYTES 32768u
#define TLS_RECORD_BYTES 17408u
size_t tls_filter_unfinished(const struct tls_filter *filter);

/* Is the peer's certificate valid under another context? NULL if so, or why not (a static text). */
const char *tls_filter_recheck(const struct tls_filter *filter, const struct tls_context *context);

/* "TLSv1.3", "TLS_AES_256_GCM_SHA384": static texts. */
const char *tls_filter_version(const struct tls_filter *filter);
const char *tls_filter_cipher(const struct tls_filter *filter);

/* ---- For hello.c and verify.c ---------------------------------------------------------------- */

/* Sets the fault, unless there is one already. `why` is a static text. */
void tls_filter_blame(struct tls_filter *filter, enum tls_fault fault, const char *why);

/* Keep a copy of the refused certificate's name, or of the ALPN name that the client asked for,
 * unless there is one already. */
void tls_filter_note_certificate(struct tls_filter *filter, const X509 *certificate);
void tls_filter_note_asked(struct tls_filter *filter, const unsigned char *name, size_t len);

#endif
