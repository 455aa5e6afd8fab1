/*
 * Certificates that the filter refuses, of either end.
 */
#include "unit/tls/filter_fixture.h"

#include <openssl/ssl.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificate_that_does_not_hold_is_refused),
        cmocka_unit_test(client_without_a_certificate_is_refused),
        cmocka_unit_test(server_of_another_name_is_refused),
        cmocka_unit_test(name_is_that_of_each_connection),
        cmocka_unit_test(revoked_certificate_is_refused_also_on_an_open_connection),
        cmocka_unit_test(certificate_that_nobody_signed_is_not_looked_up_in_a_crl),
        cmocka_unit_test(older_context_that_follows_has_the_newer_ones_crl),
        cmocka_unit_test(chain_of_depth_10_is_refused),
    };
    return cmocka_run_group_tests_name("tls_certificates", tests, make_holders, free_holders);
}
