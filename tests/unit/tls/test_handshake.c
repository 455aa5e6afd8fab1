/*
 * Handshakes of the filter: what is agreed, what is refused, and what is no TLS.
 */
#include "unit/tls/filter_fixture.h"

#include <openssl/ssl.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handshake_gives_the_agencies_of_the_certificate),
        cmocka_unit_test(handshake_in_any_pieces_is_the_same),
        cmocka_unit_test(version_1_2_is_spoken_and_1_1_is_not),
        cmocka_unit_test(finite_fields_are_not_computed),
        cmocka_unit_test(no_session_can_be_resumed),
        cmocka_unit_test(renegotiation_is_declined_and_the_connection_goes_on),
        cmocka_unit_test(other_dialect_is_refused_and_named),
        cmocka_unit_test(client_that_asks_for_no_dialect_is_refused),
        cmocka_unit_test(bytes_that_are_no_tls_are_recognised),
        cmocka_unit_test(handshake_counts_as_unfinished),
        cmocka_unit_test(end_in_the_middle_of_a_handshake_is_a_failure_with_a_reason),
    };
    return cmocka_run_group_tests_name("tls_handshake", tests, make_holders, free_holders);
}
