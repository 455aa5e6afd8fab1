/* ALPN in the ClientHello: see hello.h. */
#include "tls/hello.h"

#include <openssl/ssl.h>
#include <string.h>

#include "tls/filter.h"

/* The extension's bytes: the list's length in two bytes, then each name with its length in one. */
static bool offers(const unsigned char *list, size_t len, const char *name)
{
    size_t name_len = strlen(name);

    for (size_t at = 0; at < len && list[at] < len - at; at += 1u + list[at])
        if (list[at] == name_len && memcmp(list + at + 1, name, name_len) == 0)
            return true;
    return false;
}

/* OpenSSL calls choose() only if the client sends ALPN, so a client without it is refused here. */
static int on_hello(SSL *ssl, int *alert, void *argument)
{
    const struct tls_context *context = argument;
    struct tls_filter *filter = SSL_get_app_data(ssl);
    const unsigned char *names;
    size_t len;

    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &names, &len) != 1) {
        tls_filter_blame(filter, TLS_FAULT_ALPN, "no dialect was asked for (ALPN)");
        return SSL_CLIENT_HELLO_ERROR;
    }
    if (len >= 2 && offers(names + 2, len - 2, context->alpn))
        return SSL_CLIENT_HELLO_SUCCESS;
    if (len >= 3 && names[2] <= len - 3)
        tls_filter_note_asked(filter, names + 3, names[2]);
    tls_filter_blame(filter, TLS_FAULT_ALPN, "another dialect was asked for (ALPN)");
    return SSL_CLIENT_HELLO_ERROR;
}

static int choose(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *list,
                  unsigned int len, void *argument)
{
    const struct tls_context *context = argument;

    (void)ssl;
    if (!offers(list, len, context->alpn))
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = (const unsigned char *)context->alpn;
    *out_len = (unsigned char)strlen(context->alpn);
    return SSL_TLSEXT_ERR_OK;
}

void hello_serve(struct tls_context *context)
{
    SSL_CTX_set_client_hello_cb(context->ssl, on_hello, context);
    SSL_CTX_set_alpn_select_cb(context->ssl, choose, context);
}

bool hello_ask(struct tls_context *context)
{
    unsigned char list[TLS_ALPN_MAX + 1];
    size_t len = strlen(context->alpn);

    list[0] = (unsigned char)len;
    memcpy(list + 1, context->alpn, len);
    return SSL_CTX_set_alpn_protos(context->ssl, list, (unsigned)len + 1) == 0;
}
