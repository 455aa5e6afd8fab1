/* The filter between a connection and its session: see filter.h. */
#include "tls/filter.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES 1024u      /* an empty buffer that is larger is freed */
#define ASKS_MAX 64u          /* each is answered by OpenSSL, with bytes that the peer need not read … */
#define ASKS_BYTES 65536u     /* … and so many must come before as many are allowed again */
#define HELLO_INCLUDED 16384u /* what a handshake counts as includes a ClientHello of so many bytes */
#define HELLO_MAX 131396u     /* the longest one that OpenSSL takes */

/* ---- Beginning and end ----------------------------------------------------------------------- */

static BIO *new_buffer(void)
{
    BIO *buffer = BIO_new(BIO_s_mem());

    if (buffer != NULL)
        BIO_set_mem_eof_return(buffer, -1); /* empty is not the end */
    return buffer;
}

/* SNI takes names, and no addresses. */
static bool is_address(const char *name)
{
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);
    bool is = address != NULL;

    ASN1_OCTET_STRING_free(address);
    return is;
}

/* The server's certificate must have this name as a SAN: the common name is ignored here, too. */
static bool expect_name(SSL *ssl, const char *name)
{
    X509_VERIFY_PARAM *rules = SSL_get0_param(ssl);

    if (name == NULL)
        return false;
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (is_address(name))
        return X509_VERIFY_PARAM_set1_ip_asc(rules, name) == 1;
    (void)SSL_set_tlsext_host_name(ssl, name);
    return X509_VERIFY_PARAM_set1_host(rules, name, 0) == 1;
}

/* Is it a message by which a peer asks for another handshake (a server is asked by a ClientHello, a
 * client by a HelloRequest), or for new keys? */
static bool asks(const struct tls_filter *filter, uint8_t type)
{
    return type == SSL3_MT_KEY_UPDATE ||
           type == (filter->context->serves ? SSL3_MT_CLIENT_HELLO : SSL3_MT_HELLO_REQUEST);
}

static void on_message(int is_ours, int version, int kind, const void *bytes, size_t len, SSL *ssl, void *argument)
{
    struct tls_filter *filter = argument;

    (void)version;
    (void)ssl;
    if (!is_ours && kind == SSL3_RT_HANDSHAKE && filter->open && len > 0 && asks(filter, *(const uint8_t *)bytes))
        filter->asks++;
}

bool tls_filter_open(struct tls_filter *filter, struct tls_context *context, const char *name)
{
    *filter = (struct tls_filter){ .ssl = SSL_new(context->ssl), .in = new_buffer(), .out = new_buffer() };
    if (filter->ssl == NULL || filter->in == NULL || filter->out == NULL ||
        (!context->serves && !expect_name(filter->ssl, name))) {
        BIO_free(filter->in);
        BIO_free(filter->out);
        SSL_free(filter->ssl);
        *filter = (struct tls_filter){ .open = false };
        ERR_clear_error();
        return false;
    }
    filter->context = tls_context_share(context);
    SSL_set_bio(filter->ssl, filter->in, filter->out); /* which owns them now */
    SSL_set_app_data(filter->ssl, filter);
    SSL_set_msg_callback(filter->ssl, on_message);
    SSL_set_msg_callback_arg(filter->ssl, filter);
    if (context->serves)
        SSL_set_accept_state(filter->ssl);
    else
        SSL_set_connect_state(filter->ssl);
    return true;
}

void tls_filter_close(struct tls_filter *filter)
{
    SSL_free(filter->ssl);
    tls_context_release(filter->context);
    free(filter->who);
    free(filter->asked);
    *filter = (struct tls_filter){ .open = false };
}

/* ---- What went wrong ------------------------------------------------------------------------- */

void tls_filter_blame(struct tls_filter *filter, enum tls_fault fault, const char *why)
{
    if (filter->why != NULL)
        return;
    filter->fault = fault;
    filter->why = why;
}

void tls_filter_note_certificate(struct tls_filter *filter, const X509 *certificate)
{
    char name[IDENTITY_NAME_MAX];

    if (filter->who == NULL && certificate != NULL)
        filter->who = strdup(identity_name(certificate, name));
}

void tls_filter_note_asked(struct tls_filter *filter, const unsigned char *name, size_t len)
{
    if (filter->asked == NULL)
        filter->asked = strndup((const char *)name, len);
}

/* OpenSSL sends nothing to a peer that does not speak TLS. So we send this, by which our own client
 * recognises it: a fatal alert, unexpected_message. */
static const unsigned char foreign_alert[] = { 0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0a };

/* After a call that has returned `result`. */
static enum tls_outcome outcome_of(struct tls_filter *filter, int result)
{
    enum tls_fault fault;
    const char *why;

    switch (SSL_get_error(filter->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        ERR_clear_error();
        return TLS_AGAIN;
    case SSL_ERROR_ZERO_RETURN:
        ERR_clear_error();
        return TLS_END;
    default:
        fault = tls_fault_of(ERR_peek_error(), !filter->open, &why);
        tls_filter_blame(filter, fault, why);
        if (filter->fault == TLS_FAULT_FOREIGN && filter->context->serves)
            (void)BIO_write(filter->out, foreign_alert, sizeof foreign_alert);
        ERR_clear_error();
        return TLS_FAILED;
    }
}

/* ---- From the peer --------------------------------------------------------------------------- */

/* Frees a buffer that a burst has made large once it is empty, so that an idle connection costs
 * little. */
static void shrink(BIO *buffer)
{
    BUF_MEM *memory;
    BUF_MEM *fresh;

    if (BIO_pending(buffer) > 0 || BIO_get_mem_ptr(buffer, &memory) != 1 || memory->max <= KEPT_BYTES)
        return;
    fresh = BUF_MEM_new();
    if (fresh != NULL)
        BIO_set_mem_buf(buffer, fresh, BIO_CLOSE);
}

/* Bytes of the record whose head is here. */
static size_t record_len(const struct tls_filter *filter)
{
    return SSL3_RT_HEADER_LENGTH + ((size_t)filter->begin[3] << 8 | filter->begin[4]);
}

/* How long a ClientHello will be that begins with this record. One that is longer than OpenSSL
 * takes is refused, and nothing is kept for it. */
static size_t announced_hello(const struct tls_filter *filter)
{
    const uint8_t *begin = filter->begin;
    const size_t len = (size_t)begin[6] << 16 | (size_t)begin[7] << 8 | begin[8];
    const bool is_hello = filter->partial >= TLS_RECORD_BEGIN && begin[0] == SSL3_RT_HANDSHAKE &&
                          begin[5] == SSL3_MT_CLIENT_HELLO && len <= HELLO_MAX;

    return is_hello ? len : 0;
}

/* OpenSSL does not say whether it holds a part of a record, so we count along. */
static void follow_records(struct tls_filter *filter, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        bool in_head = filter->partial < SSL3_RT_HEADER_LENGTH;
        size_t missing = (in_head ? SSL3_RT_HEADER_LENGTH : record_len(filter)) - filter->partial;
        size_t taken = len < missing ? len : missing;
        for (size_t at = filter->partial; at < sizeof filter->begin && at < filter->partial + taken; at++)
            filter->begin[at] = bytes[at - filter->partial];
        filter->partial += taken;
        if (announced_hello(filter) > filter->hello)
            filter->hello = announced_hello(filter);
        if (filter->partial == record_len(filter))
            filter->partial = 0;
        bytes += taken;
        len -= taken;
    }
}

bool tls_filter_feed(struct tls_filter *filter, const uint8_t *bytes, size_t len)
{
    bool kept = len <= INT_MAX && BIO_write(filter->in, bytes, (int)len) == (int)len;

    if (!filter->heard && len > 0) {
        filter->heard = true;
        filter->first = bytes[0];
    }
    follow_records(filter, bytes, len);
    ERR_clear_error();
    return kept;
}

enum tls_outcome tls_filter_handshake(struct tls_filter *filter)
{
    if (filter->why != NULL)
        return TLS_FAILED;
    if (filter->open)
        return TLS_OK;
    ERR_clear_error();
    int result = SSL_do_handshake(filter->ssl);
    if (result == 1) {
        filter->open = true;
        return TLS_OK;
    }
    enum tls_outcome outcome = outcome_of(filter, result);
    if (outcome == TLS_END)
        tls_filter_blame(filter, TLS_FAULT_ALERT, "the peer ended TLS during the handshake");
    return outcome == TLS_AGAIN ? TLS_AGAIN : TLS_FAILED;
}

static void forgive_asks(struct tls_filter *filter, size_t came)
{
    filter->since_asks += came;
    if (filter->since_asks < ASKS_BYTES)
        return;
    filter->since_asks = 0;
    filter->asks = 0;
}

enum tls_outcome tls_filter_read(struct tls_filter *filter, uint8_t *buf, size_t cap, size_t *len)
{
    enum tls_outcome outcome = tls_filter_handshake(filter);

    if (outcome != TLS_OK)
        return outcome;
    ERR_clear_error();
    int result = SSL_read_ex(filter->ssl, buf, cap, len);
    if (result == 1) {
        forgive_asks(filter, *len);
        return TLS_OK;
    }
    shrink(filter->in);
    outcome = outcome_of(filter, result);
    if (filter->asks <= ASKS_MAX)
        return outcome;
    tls_filter_blame(filter, TLS_FAULT_BYTES, "the peer asks for handshakes or new keys again and again");
    return TLS_FAILED;
}

/* ---- To the peer ----------------------------------------------------------------------------- */

enum tls_outcome tls_filter_write(struct tls_filter *filter, const uint8_t *bytes, size_t len, size_t *taken)
{
    if (filter->why != NULL)
        return TLS_FAILED;
    ERR_clear_error();
    int result = SSL_write_ex(filter->ssl, bytes, len < TLS_RECORD_MAX ? len : TLS_RECORD_MAX, taken);
    if (result == 1)
        return TLS_OK;
    (void)outcome_of(filter, result);
    tls_filter_blame(filter, TLS_FAULT_BYTES, "no memory for a record"); /* what else: there is always room for one */
    return TLS_FAILED;
}

/* A second SSL_shutdown would wait for the peer's end, and take what the peer still sends for a
 * fault. */
void tls_filter_end(struct tls_filter *filter)
{
    bool has_ended = (SSL_get_shutdown(filter->ssl) & SSL_SENT_SHUTDOWN) != 0;

    if (filter->open && filter->why == NULL && !has_ended)
        (void)SSL_shutdown(filter->ssl);
    ERR_clear_error();
}

const uint8_t *tls_filter_output(const struct tls_filter *filter, size_t *len)
{
    char *bytes = NULL;
    long pending = BIO_get_mem_data(filter->out, &bytes);

    *len = pending > 0 ? (size_t)pending : 0;
    return (const uint8_t *)bytes;
}

void tls_filter_sent(struct tls_filter *filter, size_t len)
{
    char dropped[4096];

    while (len > 0) {
        int count = BIO_read(filter->out, dropped, (int)(len < sizeof dropped ? len : sizeof dropped));
        if (count <= 0)
            break;
        len -= (size_t)count;
    }
    shrink(filter->out);
}

/* ---- What it is ------------------------------------------------------------------------------ */

bool tls_filter_is_foreign(const struct tls_filter *filter)
{
    return filter->heard && filter->first != SSL3_RT_HANDSHAKE && filter->first != SSL3_RT_ALERT;
}

/* OpenSSL takes the memory for a whole ClientHello, and a third more, once it knows how long that
 * is. */
static size_t hello_buffer(const struct tls_filter *filter)
{
    return filter->hello <= HELLO_INCLUDED ? 0 : filter->hello + filter->hello / 3;
}

size_t tls_filter_unfinished(const struct tls_filter *filter)
{
    size_t held = BIO_ctrl_pending(filter->in);
    size_t least = !filter->open         ? TLS_HANDSHAKE_BYTES + hello_buffer(filter)
                   : filter->partial > 0 ? TLS_RECORD_BYTES
                                         : 0;

    if (filter->why != NULL)
        return 0;
    return held < least ? least : held;
}

const char *tls_filter_recheck(const struct tls_filter *filter, const struct tls_context *context)
{
    X509 *certificate = SSL_get0_peer_certificate(filter->ssl);

    if (certificate == NULL)
        return "no certificate";
    return tls_context_verify(context, certificate, SSL_get_peer_cert_chain(filter->ssl));
}

const char *tls_filter_version(const struct tls_filter *filter)
{
    return SSL_get_version(filter->ssl);
}

const char *tls_filter_cipher(const struct tls_filter *filter)
{
    return SSL_get_cipher_name(filter->ssl);
}
