/*
 * For tests of the filter: both ends in memory, with certificates, and the bytes between them.
 */
#ifndef TESTS_FILTER_FIXTURE_H
#define TESTS_FILTER_FIXTURE_H

#include "unit/tls/certificates.h"

#include "tls/filter.h"

static const char dialect[] = "wide";
static char error[TLS_ERROR_MAX];
static struct holder ca, other_ca, server, agency;

/* Two filters, and the bytes between them in pieces of at most so many. */
struct ends {
    struct tls_context *contexts[2]; /* the server's, the client's */
    struct tls_filter server, client;
    size_t piece;
};

/* ---- Both ends ------------------------------------------------------------------------------- */

static inline struct tls_context *server_context(const struct holder *own)
{
    struct tls_material material = material_of(own, &ca, NULL);
    struct tls_context *context = tls_context_server(&material, dialect, error);
    tls_material_fini(&material);
    assert_non_null(context);
    return context;
}

static inline struct tls_context *client_context(const struct holder *own, const char *asks)
{
    struct tls_material material = material_of(own, &ca, NULL);
    struct tls_context *context = tls_context_client(&material, asks, error);
    tls_material_fini(&material);
    assert_non_null(context);
    return context;
}

static inline void open_with(struct ends *ends, struct tls_context *server_side, struct tls_context *client_side)
{
    *ends = (struct ends){ .contexts = { server_side, client_side }, .piece = SIZE_MAX };
    assert_true(tls_filter_open(&ends->server, server_side, NULL));
    assert_true(tls_filter_open(&ends->client, client_side, "localhost"));
}

static inline void open_ends(struct ends *ends)
{
    open_with(ends, server_context(&server), client_context(&agency, dialect));
}

static inline void close_ends(struct ends *ends)
{
    tls_filter_close(&ends->server);
    tls_filter_close(&ends->client);
    tls_context_release(ends->contexts[0]);
    tls_context_release(ends->contexts[1]);
    assert_int_equal(ERR_peek_error(), 0);
}

/* Carries what there is from one to the other. True if it was anything. */
static inline bool carry(struct ends *ends, struct tls_filter *from, struct tls_filter *to)
{
    size_t len;
    const uint8_t *bytes = tls_filter_output(from, &len);

    if (len == 0)
        return false;
    len = len < ends->piece ? len : ends->piece;
    assert_true(tls_filter_feed(to, bytes, len));
    tls_filter_sent(from, len);
    return true;
}

/* Until nothing moves any more. */
static inline void shake(struct ends *ends)
{
    bool moved;
    do {
        (void)tls_filter_handshake(&ends->client);
        moved = carry(ends, &ends->client, &ends->server);
        (void)tls_filter_handshake(&ends->server);
        moved |= carry(ends, &ends->server, &ends->client);
    } while (moved);
}

static inline void carry_all(struct ends *ends, struct tls_filter *from, struct tls_filter *to)
{
    while (carry(ends, from, to))
        continue;
}

/* Says it at one end, and expects it at the other. */
static inline void say(struct ends *ends, struct tls_filter *from, struct tls_filter *to, const uint8_t *bytes,
                       size_t len)
{
    static uint8_t heard[3 * TLS_RECORD_MAX];
    size_t got = 0, count;

    for (size_t said = 0; said < len; said += count)
        assert_int_equal(tls_filter_write(from, bytes + said, len - said, &count), TLS_OK);
    do {
        while (tls_filter_read(to, heard + got, sizeof heard - got, &count) == TLS_OK)
            got += count;
    } while (carry(ends, from, to));
    assert_int_equal(got, len);
    assert_memory_equal(heard, bytes, len);
}

static inline void expect_open(struct ends *ends)
{
    static const uint8_t bytes[] = "0123456789";

    assert_true(ends->server.open && ends->client.open);
    say(ends, &ends->client, &ends->server, bytes, sizeof bytes);
    say(ends, &ends->server, &ends->client, bytes, sizeof bytes);
}

/* What the client hears after it thought that all is well, too. */
static inline void expect_refused(struct ends *ends, enum tls_fault at_server, enum tls_fault at_client)
{
    uint8_t byte;
    size_t len;

    shake(ends);
    assert_int_equal(ends->server.fault, at_server);
    assert_non_null(ends->server.why);
    assert_false(ends->server.open);
    assert_int_equal(tls_filter_read(&ends->client, &byte, 1, &len), TLS_FAILED);
    assert_int_equal(ends->client.fault, at_client);
    close_ends(ends);
}

/* ---- Who they are ---------------------------------------------------------------------------- */

static inline int make_holders(void **state)
{
    const struct wish server_wish = { .by = &ca, .sans = "DNS:localhost,IP:127.0.0.1" };
    const struct wish agency_wish = { .by = &ca, .sans = "URI:urn:sorteo:agency:7" };

    (void)state;
    if (!tls_prepare())
        return -1;
    ca = make_ca("the CA");
    other_ca = make_ca("the CA"); /* of the same name */
    server = make_holder("server", &server_wish);
    agency = make_holder("agency 7", &agency_wish);
    return 0;
}

static inline int free_holders(void **state)
{
    (void)state;
    free_holder(&ca);
    free_holder(&other_ca);
    free_holder(&server);
    free_holder(&agency);
    return 0;
}

#endif
