/*
 * The filter, with both ends in memory: handshakes that go well and that do not, bytes in any
 * pieces, and how each direction ends.
 */
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

static struct tls_context *server_context(const struct holder *own)
{
    struct tls_material material = material_of(own, &ca, NULL);
    struct tls_context *context = tls_context_server(&material, dialect, error);
    tls_material_fini(&material);
    assert_non_null(context);
    return context;
}

static struct tls_context *client_context(const struct holder *own, const char *asks)
{
    struct tls_material material = material_of(own, &ca, NULL);
    struct tls_context *context = tls_context_client(&material, asks, error);
    tls_material_fini(&material);
    assert_non_null(context);
    return context;
}

static void open_with(struct ends *ends, struct tls_context *server_side, struct tls_context *client_side)
{
    *ends = (struct ends){ .contexts = { server_side, client_side }, .piece = SIZE_MAX };
    assert_true(tls_filter_open(&ends->server, server_side, NULL));
    assert_true(tls_filter_open(&ends->client, client_side, "localhost"));
}

static void open_ends(struct ends *ends)
{
    open_with(ends, server_context(&server), client_context(&agency, dialect));
}

static void close_ends(struct ends *ends)
{
    tls_filter_close(&ends->server);
    tls_filter_close(&ends->client);
    tls_context_release(ends->contexts[0]);
    tls_context_release(ends->contexts[1]);
    assert_int_equal(ERR_peek_error(), 0);
}

/* Carries what there is from one to the other. True if it was anything. */
static bool carry(struct ends *ends, struct tls_filter *from, struct tls_filter *to)
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
static void shake(struct ends *ends)
{
    bool moved;
    do {
        (void)tls_filter_handshake(&ends->client);
        moved = carry(ends, &ends->client, &ends->server);
        (void)tls_filter_handshake(&ends->server);
        moved |= carry(ends, &ends->server, &ends->client);
    } while (moved);
}

static void carry_all(struct ends *ends, struct tls_filter *from, struct tls_filter *to)
{
    while (carry(ends, from, to))
        continue;
}

/* Says it at one end, and expects it at the other. */
static void say(struct ends *ends, struct tls_filter *from, struct tls_filter *to, const uint8_t *bytes, size_t len)
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

static void expect_open(struct ends *ends)
{
    static const uint8_t bytes[] = "0123456789";

    assert_true(ends->server.open && ends->client.open);
    say(ends, &ends->client, &ends->server, bytes, sizeof bytes);
    say(ends, &ends->server, &ends->client, bytes, sizeof bytes);
}

/* What the client hears after it thought that all is well, too. */
static void expect_refused(struct ends *ends, enum tls_fault at_server, enum tls_fault at_client)
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

/* ---- That go well ---------------------------------------------------------------------------- */

static void handshake_gives_the_agencies_of_the_certificate(void **state)
{
    struct ends ends;

    (void)state;
    open_ends(&ends);
    shake(&ends);
    expect_open(&ends);
    assert_string_equal(tls_filter_version(&ends.server), "TLSv1.3");
    assert_true(byte_set_has(&ends.server.agencies, 7));
    assert_false(byte_set_has(&ends.server.agencies, 1));
    close_ends(&ends);
}

static void handshake_in_any_pieces_is_the_same(void **state)
{
    static const size_t pieces[] = { 1, 2, 3, 5, 7, 100, 1000 };
    struct ends ends;

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        open_ends(&ends);
        ends.piece = pieces[i];
        shake(&ends);
        expect_open(&ends);
        close_ends(&ends);
    }
}

static void version_1_2_is_spoken_and_1_1_is_not(void **state)
{
    struct ends ends;

    (void)state;
    open_ends(&ends);
    SSL_set_max_proto_version(ends.client.ssl, TLS1_2_VERSION);
    shake(&ends);
    expect_open(&ends);
    assert_string_equal(tls_filter_version(&ends.server), "TLSv1.2");
    close_ends(&ends);
    open_ends(&ends);
    SSL_set_security_level(ends.client.ssl, 0);
    SSL_set_min_proto_version(ends.client.ssl, TLS1_1_VERSION);
    SSL_set_max_proto_version(ends.client.ssl, TLS1_1_VERSION);
    SSL_set_cipher_list(ends.client.ssl, "ALL:@SECLEVEL=0");
    expect_refused(&ends, TLS_FAULT_VERSION, TLS_FAULT_VERSION);
}

/* With the largest of them a stranger could make the server compute for long. */
static void finite_fields_are_not_computed(void **state)
{
    struct ends ends;

    (void)state;
    open_ends(&ends);
    assert_int_equal(SSL_set1_groups_list(ends.client.ssl, "ffdhe8192"), 1);
    shake(&ends);
    assert_false(ends.server.open);
    assert_non_null(ends.server.why);
    close_ends(&ends);
}

static void no_session_can_be_resumed(void **state)
{
    struct ends ends;

    (void)state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        open_ends(&ends);
        SSL_set_max_proto_version(ends.client.ssl, version);
        shake(&ends);
        expect_open(&ends);
        assert_int_equal(SSL_SESSION_has_ticket(SSL_get_session(ends.client.ssl)), 0);
        assert_int_equal(SSL_SESSION_is_resumable(SSL_get_session(ends.client.ssl)), 0);
        assert_int_equal(SSL_SESSION_get_max_early_data(SSL_get_session(ends.client.ssl)), 0);
        close_ends(&ends);
    }
}

static void renegotiation_is_declined_and_the_connection_goes_on(void **state)
{
    struct ends ends;

    (void)state;
    open_ends(&ends);
    SSL_set_max_proto_version(ends.client.ssl, TLS1_2_VERSION);
    SSL_clear_options(ends.client.ssl, SSL_OP_NO_RENEGOTIATION);
    shake(&ends);
    expect_open(&ends);
    (void)SSL_renegotiate(ends.client.ssl);
    (void)SSL_do_handshake(ends.client.ssl);
    carry_all(&ends, &ends.client, &ends.server);
    uint8_t byte;
    size_t len;
    assert_int_equal(tls_filter_read(&ends.server, &byte, 1, &len), TLS_AGAIN);
    assert_null(ends.server.why);
    assert_int_equal(tls_filter_write(&ends.server, (const uint8_t *)"x", 1, &len), TLS_OK);
    close_ends(&ends);
}

static void bytes_of_many_records_come_in_order(void **state)
{
    static uint8_t bytes[3 * TLS_RECORD_MAX - 5];
    struct ends ends;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    open_ends(&ends);
    shake(&ends);
    say(&ends, &ends.client, &ends.server, bytes, sizeof bytes);
    ends.piece = 700;
    say(&ends, &ends.server, &ends.client, bytes, sizeof bytes);
    close_ends(&ends);
}

/* ---- How it ends ----------------------------------------------------------------------------- */

static void each_direction_ends_by_itself(void **state)
{
    uint8_t byte;
    size_t len;
    struct ends ends;

    (void)state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        open_ends(&ends);
        SSL_set_max_proto_version(ends.client.ssl, version);
        shake(&ends);
        tls_filter_end(&ends.client);
        carry_all(&ends, &ends.client, &ends.server);
        assert_int_equal(tls_filter_read(&ends.server, &byte, 1, &len), TLS_END);
        say(&ends, &ends.server, &ends.client, (const uint8_t *)"owed", 4);
        tls_filter_end(&ends.server);
        carry_all(&ends, &ends.server, &ends.client);
        assert_int_equal(tls_filter_read(&ends.client, &byte, 1, &len), TLS_END);
        close_ends(&ends);
    }
}

static void second_end_of_a_direction_loses_nothing_of_the_other(void **state)
{
    uint8_t bytes[8];
    size_t len;
    struct ends ends;

    (void)state;
    open_ends(&ends);
    shake(&ends);
    tls_filter_end(&ends.client);
    assert_int_equal(tls_filter_write(&ends.server, (const uint8_t *)"owed", 4, &len), TLS_OK);
    carry_all(&ends, &ends.server, &ends.client);
    tls_filter_end(&ends.client);
    assert_int_equal(tls_filter_read(&ends.client, bytes, sizeof bytes, &len), TLS_OK);
    assert_int_equal(len, 4);
    close_ends(&ends);
}

static void damaged_record_fails_and_says_so(void **state)
{
    uint8_t bytes[200], byte;
    size_t len, taken;
    struct ends ends;

    (void)state;
    open_ends(&ends);
    shake(&ends);
    assert_int_equal(tls_filter_write(&ends.client, (const uint8_t *)"bet", 3, &taken), TLS_OK);
    const uint8_t *record = tls_filter_output(&ends.client, &len);
    assert_true(len < sizeof bytes);
    memcpy(bytes, record, len);
    bytes[len - 1] ^= 1;
    assert_true(tls_filter_feed(&ends.server, bytes, len));
    assert_int_equal(tls_filter_read(&ends.server, &byte, 1, &taken), TLS_FAILED);
    assert_int_equal(ends.server.fault, TLS_FAULT_BYTES);
    (void)tls_filter_output(&ends.server, &len);
    assert_true(len > 0); /* the alert */
    assert_int_equal(tls_filter_read(&ends.server, &byte, 1, &taken), TLS_FAILED);
    assert_int_equal(tls_filter_write(&ends.server, &byte, 1, &taken), TLS_FAILED);
    close_ends(&ends);
}

/* ---- Certificates that are refused ----------------------------------------------------------- */

static void expect_agency_refused(const struct wish *wish)
{
    struct holder holder = make_holder("agency", wish);
    struct ends ends;

    open_ends(&ends);
    SSL_use_certificate(ends.client.ssl, holder.certificate);
    SSL_use_PrivateKey(ends.client.ssl, holder.key);
    expect_refused(&ends, TLS_FAULT_THEIRS, TLS_FAULT_OURS);
    free_holder(&holder);
}

static void certificate_that_does_not_hold_is_refused(void **state)
{
    const struct wish wishes[] = {
        { .by = &ca, .sans = "URI:urn:sorteo:agency:7", .from_days = -9, .until_days = -1 },
        { .by = &ca, .sans = "URI:urn:sorteo:agency:7", .from_days = 1, .until_days = 9 },
        { .by = &other_ca, .sans = "URI:urn:sorteo:agency:7" },
        { .by = NULL, .sans = "URI:urn:sorteo:agency:7" },
        { .by = &ca, .sans = NULL },
        { .by = &ca, .sans = "URI:urn:sorteo:agency:0" },
        { .by = &ca, .sans = "URI:urn:sorteo:agency:256" },
        { .by = &ca, .sans = "URI:urn:sorteo:agency:7x" },
        { .by = &agency, .sans = "URI:urn:sorteo:agency:1" }, /* an agency is no CA */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        expect_agency_refused(&wishes[i]);
}

static void client_without_a_certificate_is_refused(void **state)
{
    struct ends ends;

    (void)state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        open_ends(&ends);
        SSL_set_max_proto_version(ends.client.ssl, version);
        SSL_certs_clear(ends.client.ssl);
        expect_refused(&ends, TLS_FAULT_THEIRS, version == TLS1_3_VERSION ? TLS_FAULT_OURS : TLS_FAULT_VERSION);
    }
}

static void server_of_another_name_is_refused(void **state)
{
    const struct wish wish = { .by = &ca, .sans = "DNS:elsewhere.example" };
    struct holder elsewhere = make_holder("localhost", &wish);
    struct ends ends;

    (void)state;
    open_with(&ends, server_context(&elsewhere), client_context(&agency, dialect));
    shake(&ends);
    assert_int_equal(ends.client.fault, TLS_FAULT_THEIRS);
    assert_non_null(strstr(ends.client.who, "CN=localhost"));
    assert_int_equal(ends.server.fault, TLS_FAULT_OURS);
    close_ends(&ends);
    free_holder(&elsewhere);
}

/* One context is for all servers that a client may use. */
static void name_is_that_of_each_connection(void **state)
{
    static const struct {
        const char *name;
        bool good;
    } asked[] = { { "localhost", true },
                  { "elsewhere.example", false },
                  { "127.0.0.1", true },
                  { "127.0.0.2", false },
                  { "localhost", true } };
    struct ends ends;

    (void)state;
    open_ends(&ends);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        tls_filter_close(&ends.server);
        tls_filter_close(&ends.client);
        assert_true(tls_filter_open(&ends.server, ends.contexts[0], NULL));
        assert_true(tls_filter_open(&ends.client, ends.contexts[1], asked[i].name));
        shake(&ends);
        assert_int_equal(ends.client.open, asked[i].good);
        assert_int_equal(ends.client.fault, asked[i].good ? TLS_FAULT_NONE : TLS_FAULT_THEIRS);
    }
    tls_filter_close(&ends.client);
    assert_false(tls_filter_open(&ends.client, ends.contexts[1], NULL)); /* any server would do */
    close_ends(&ends);
}

static void revoked_certificate_is_refused_also_on_an_open_connection(void **state)
{
    struct tls_material material = material_of(&server, &ca, NULL);
    struct tls_context *revoking;
    struct ends ends;

    (void)state;
    add_crl(&material, &ca, agency.certificate, 9);
    revoking = tls_context_server(&material, dialect, error);
    assert_non_null(revoking);
    open_ends(&ends);
    shake(&ends);
    assert_null(tls_filter_recheck(&ends.server, ends.contexts[0]));
    assert_non_null(tls_filter_recheck(&ends.server, revoking));
    close_ends(&ends);
    open_with(&ends, revoking, client_context(&agency, dialect));
    expect_refused(&ends, TLS_FAULT_THEIRS, TLS_FAULT_OURS);
    add_crl(&material, &ca, NULL, 9);
    open_with(&ends, tls_context_server(&material, dialect, error), client_context(&agency, dialect));
    shake(&ends);
    expect_open(&ends);
    close_ends(&ends);
    add_crl(&material, &ca, NULL, -1); /* it has expired, and so refuses everybody */
    open_with(&ends, tls_context_server(&material, dialect, error), client_context(&agency, dialect));
    expect_refused(&ends, TLS_FAULT_THEIRS, TLS_FAULT_OURS);
    tls_material_fini(&material);
}

static void certificate_that_nobody_signed_is_not_looked_up_in_a_crl(void **state)
{
    struct tls_material material = material_of(&server, &ca, NULL);
    const struct wish wish = { .sans = "URI:urn:sorteo:agency:7", .by = &other_ca };
    struct holder forged = make_holder("forged", &wish);
    struct ends ends;

    (void)state;
    assert_int_equal(X509_check_issued(ca.certificate, forged.certificate), X509_V_OK);
    add_crl(&material, &ca, forged.certificate, 9);
    open_with(&ends, tls_context_server(&material, dialect, error), client_context(&forged, dialect));
    shake(&ends);
    assert_string_equal(ends.server.why, X509_verify_cert_error_string(X509_V_ERR_CERT_SIGNATURE_FAILURE));
    expect_refused(&ends, TLS_FAULT_THEIRS, TLS_FAULT_OURS);
    tls_material_fini(&material);
    free_holder(&forged);
}

static void older_context_that_follows_has_the_newer_ones_crl(void **state)
{
    struct tls_material material = material_of(&server, &ca, NULL);
    struct tls_context *revoking;
    struct ends ends;

    (void)state;
    add_crl(&material, &ca, agency.certificate, 9);
    revoking = tls_context_server(&material, dialect, error);
    open_ends(&ends);
    tls_context_follow(ends.contexts[0], revoking);
    tls_context_release(revoking);
    expect_refused(&ends, TLS_FAULT_THEIRS, TLS_FAULT_OURS);
    tls_material_fini(&material);
}

static void chain_of_depth_10_is_refused(void **state)
{
    struct holder chain[10];
    struct wish wish = { .by = &ca, .is_ca = true };
    struct ends ends;

    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        wish.is_ca = i < 9;
        wish.sans = i < 9 ? NULL : "URI:urn:sorteo:agency:7";
        chain[i] = make_holder("link", &wish);
        wish.by = &chain[i];
    }
    open_ends(&ends);
    SSL_use_certificate(ends.client.ssl, chain[9].certificate);
    SSL_use_PrivateKey(ends.client.ssl, chain[9].key);
    for (unsigned i = 9; i-- > 0;)
        SSL_add1_chain_cert(ends.client.ssl, chain[i].certificate);
    expect_refused(&ends, TLS_FAULT_THEIRS, TLS_FAULT_OURS);
    for (unsigned i = 0; i < 10; i++)
        free_holder(&chain[i]);
}

/* ---- ALPN, and what is no TLS ---------------------------------------------------------------- */

static void other_dialect_is_refused_and_named(void **state)
{
    struct ends ends;

    (void)state;
    open_with(&ends, server_context(&server), client_context(&agency, "compact"));
    shake(&ends);
    assert_string_equal(ends.server.asked, "sorteo/compact");
    expect_refused(&ends, TLS_FAULT_ALPN, TLS_FAULT_ALPN);
}

static void client_that_asks_for_no_dialect_is_refused(void **state)
{
    struct ends ends;

    (void)state;
    open_ends(&ends);
    SSL_set_alpn_protos(ends.client.ssl, NULL, 0);
    expect_refused(&ends, TLS_FAULT_ALPN, TLS_FAULT_ALPN);
}

static void bytes_that_are_no_tls_are_recognised(void **state)
{
    static const uint8_t batch[] = { 0, 1, 1, 0, 15, 'S', 'a', 'n', 't', 'i', 'a', 'g', 'o' };
    uint8_t byte;
    size_t len;
    struct ends ends;

    (void)state;
    open_ends(&ends);
    assert_true(tls_filter_feed(&ends.server, batch, sizeof batch));
    assert_int_equal(tls_filter_read(&ends.server, &byte, 1, &len), TLS_FAILED);
    assert_int_equal(ends.server.fault, TLS_FAULT_FOREIGN);
    assert_int_equal(tls_filter_unfinished(&ends.server), 0);
    assert_memory_equal(tls_filter_output(&ends.server, &len), "\x15\x03", 2); /* which our client knows */
    (void)tls_filter_handshake(&ends.client);
    assert_true(tls_filter_feed(&ends.client, (const uint8_t *)"\1\1\1\1\1\1", 6));
    assert_int_equal(tls_filter_read(&ends.client, &byte, 1, &len), TLS_FAILED);
    assert_int_equal(ends.client.fault, TLS_FAULT_FOREIGN);
    assert_true(tls_filter_is_foreign(&ends.client));
    close_ends(&ends);
}

static void handshake_counts_as_unfinished(void **state)
{
    struct ends ends;

    (void)state;
    open_ends(&ends);
    assert_false(ends.server.heard);
    assert_int_equal(tls_filter_unfinished(&ends.server), TLS_HANDSHAKE_BYTES);
    assert_true(tls_filter_feed(&ends.server, (const uint8_t *)"\x16", 1));
    assert_true(ends.server.heard && !tls_filter_is_foreign(&ends.server));
    close_ends(&ends);
    open_ends(&ends);
    shake(&ends);
    expect_open(&ends);
    assert_int_equal(tls_filter_unfinished(&ends.server), 0);
    close_ends(&ends);
}

static void incomplete_record_counts_as_unfinished_until_it_is_read(void **state)
{
    static const size_t pieces[] = { 1, 4, 5, 6, 100 };
    uint8_t bytes[200], record[400], byte;
    size_t len, taken, at;
    struct ends ends;

    (void)state;
    memset(bytes, 7, sizeof bytes);
    open_ends(&ends);
    shake(&ends);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        assert_int_equal(tls_filter_write(&ends.client, bytes, sizeof bytes, &taken), TLS_OK);
        const uint8_t *output = tls_filter_output(&ends.client, &len);
        assert_true(len <= sizeof record);
        memcpy(record, output, len);
        for (at = 0; at + pieces[i] < len; at += pieces[i]) {
            assert_true(tls_filter_feed(&ends.server, record + at, pieces[i]));
            assert_int_equal(tls_filter_read(&ends.server, &byte, 1, &taken), TLS_AGAIN);
            assert_int_equal(tls_filter_unfinished(&ends.server), TLS_RECORD_BYTES);
        }
        assert_true(tls_filter_feed(&ends.server, record + at, len - at));
        while (tls_filter_read(&ends.server, bytes, sizeof bytes, &taken) == TLS_OK)
            continue;
        assert_int_equal(tls_filter_unfinished(&ends.server), 0);
        tls_filter_sent(&ends.client, len);
    }
    close_ends(&ends);
}

/* close_notify, in plain text: no one can have sent it over TLS. */
static void end_in_the_middle_of_a_handshake_is_a_failure_with_a_reason(void **state)
{
    static const uint8_t close_notify[] = { 0x15, 0x03, 0x03, 0x00, 0x02, 0x01, 0x00 };
    struct ends ends;

    (void)state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        open_ends(&ends);
        SSL_set_max_proto_version(ends.client.ssl, version);
        (void)tls_filter_handshake(&ends.client);
        carry_all(&ends, &ends.client, &ends.server);
        assert_int_equal(tls_filter_handshake(&ends.server), TLS_AGAIN);
        assert_true(tls_filter_feed(&ends.server, close_notify, sizeof close_notify));
        assert_int_equal(tls_filter_handshake(&ends.server), TLS_FAILED);
        assert_non_null(ends.server.why);
        assert_int_equal(tls_filter_unfinished(&ends.server), 0);
        close_ends(&ends);
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

static int make_holders(void **state)
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

static int free_holders(void **state)
{
    (void)state;
    free_holder(&ca);
    free_holder(&other_ca);
    free_holder(&server);
    free_holder(&agency);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handshake_gives_the_agencies_of_the_certificate),
        cmocka_unit_test(handshake_in_any_pieces_is_the_same),
        cmocka_unit_test(version_1_2_is_spoken_and_1_1_is_not),
        cmocka_unit_test(finite_fields_are_not_computed),
        cmocka_unit_test(no_session_can_be_resumed),
        cmocka_unit_test(renegotiation_is_declined_and_the_connection_goes_on),
        cmocka_unit_test(bytes_of_many_records_come_in_order),
        cmocka_unit_test(each_direction_ends_by_itself),
        cmocka_unit_test(second_end_of_a_direction_loses_nothing_of_the_other),
        cmocka_unit_test(damaged_record_fails_and_says_so),
        cmocka_unit_test(certificate_that_does_not_hold_is_refused),
        cmocka_unit_test(client_without_a_certificate_is_refused),
        cmocka_unit_test(server_of_another_name_is_refused),
        cmocka_unit_test(name_is_that_of_each_connection),
        cmocka_unit_test(revoked_certificate_is_refused_also_on_an_open_connection),
        cmocka_unit_test(certificate_that_nobody_signed_is_not_looked_up_in_a_crl),
        cmocka_unit_test(older_context_that_follows_has_the_newer_ones_crl),
        cmocka_unit_test(chain_of_depth_10_is_refused),
        cmocka_unit_test(other_dialect_is_refused_and_named),
        cmocka_unit_test(client_that_asks_for_no_dialect_is_refused),
        cmocka_unit_test(bytes_that_are_no_tls_are_recognised),
        cmocka_unit_test(handshake_counts_as_unfinished),
        cmocka_unit_test(incomplete_record_counts_as_unfinished_until_it_is_read),
        cmocka_unit_test(end_in_the_middle_of_a_handshake_is_a_failure_with_a_reason),
    };
    return cmocka_run_group_tests(tests, make_holders, free_holders);
}
