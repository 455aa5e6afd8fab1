/* The agencies that a certificate may speak for, from its SANs; and its name in the log. */
#include "unit/tls/certificates.h"

#include "tls/identity.h"

/* ---- A URI ----------------------------------------------------------------------------------- */

static enum identity_uri read_uri(const char *uri, uint8_t *agency)
{
    return identity_read_uri((const unsigned char *)uri, strlen(uri), agency);
}

static void uri_of_each_agency_is_read(void **state)
{
    char uri[40];
    uint8_t agency = 0;

    (void)state;
    for (unsigned number = 1; number <= UINT8_MAX; number++) {
        snprintf(uri, sizeof uri, "urn:sorteo:agency:%u", number);
        assert_int_equal(read_uri(uri, &agency), IDENTITY_AGENCY);
        assert_int_equal(agency, number);
    }
}

static void uri_without_an_agency_from_1_to_255_is_malformed(void **state)
{
    static const char *const wrong[] = {
        "urn:sorteo:agency:",     "urn:sorteo:agency:0",  "urn:sorteo:agency:256",  "urn:sorteo:agency:999",
        "urn:sorteo:agency:1000", "urn:sorteo:agency:7x", "urn:sorteo:agency:x7",   "urn:sorteo:agency:-7",
        "urn:sorteo:agency:+7",   "urn:sorteo:agency: 7", "urn:sorteo:agency:7 ",   "urn:sorteo:agency:07",
        "urn:sorteo:agency:1,2",  "urn:sorteo:agency:*",  "urn:sorteo:agency:1:2",  "urn:sorteo:agency:4294967297",
        "urn:sorteo:agency:7\n",  "urn:sorteo:agency:/7", "urn:sorteo:agency:0x7f",
    };
    uint8_t agency = 77;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_uri(wrong[i], &agency), IDENTITY_MALFORMED);
    assert_int_equal(agency, 77);
}

static void uri_about_something_else_is_passed_over(void **state)
{
    static const char *const others[] = { "",
                                          "urn",
                                          "https://lottery.example/agency/7",
                                          "URN:sorteo:agency:7",
                                          "urn:sorteo:agenc",
                                          "urn:sorteo:agencies:7",
                                          " urn:sorteo:agency:7" };
    uint8_t agency = 77;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(read_uri(others[i], &agency), IDENTITY_OTHER);
    assert_int_equal(agency, 77);
}

/* C would end the text there. */
static void uri_with_a_zero_byte_is_malformed(void **state)
{
    static const unsigned char uri[] = "urn:sorteo:agency:7\0x";
    uint8_t agency = 77;

    (void)state;
    assert_int_equal(identity_read_uri(uri, sizeof uri - 1, &agency), IDENTITY_MALFORMED);
    assert_int_equal(identity_read_uri(uri, sizeof uri - 2, &agency), IDENTITY_MALFORMED);
    assert_int_equal(identity_read_uri(uri, sizeof uri - 3, &agency), IDENTITY_AGENCY);
}

/* ---- A certificate --------------------------------------------------------------------------- */

static const char *agencies_of(const char *sans, struct byte_set *agencies)
{
    const struct wish wish = { .sans = sans };
    struct holder holder = make_holder("urn:sorteo:agency:9", &wish);
    const char *wrong = identity_agencies(holder.certificate, agencies);

    free_holder(&holder);
    return wrong;
}

static void certificate_speaks_for_the_agencies_of_its_sans(void **state)
{
    struct byte_set agencies = { { 0 } };

    (void)state;
    assert_null(agencies_of("URI:urn:sorteo:agency:1,DNS:one.example,URI:urn:sorteo:agency:255,URI:https://x.example",
                            &agencies));
    for (unsigned agency = 0; agency <= UINT8_MAX; agency++)
        assert_int_equal(byte_set_has(&agencies, (uint8_t)agency), agency == 1 || agency == 255);
}

static void certificate_with_a_thousand_sans_speaks_for_them(void **state)
{
    static char sans[40 * 1000];
    struct byte_set agencies = { { 0 } };
    size_t len = 0;

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        len += (size_t)snprintf(sans + len, sizeof sans - len, "%sURI:urn:sorteo:agency:%u", i == 0 ? "" : ",",
                                1 + i % 200);
    assert_null(agencies_of(sans, &agencies));
    assert_true(byte_set_has(&agencies, 1));
    assert_true(byte_set_has(&agencies, 200));
    assert_false(byte_set_has(&agencies, 201));
}

static void certificate_that_names_no_agency_is_refused(void **state)
{
    struct byte_set agencies = { { 7 } };

    (void)state;
    assert_non_null(agencies_of(NULL, &agencies)); /* the common name counts for nothing */
    assert_non_null(agencies_of("DNS:urn.example", &agencies));
    assert_non_null(agencies_of("email:urn@sorteo.example,URI:urn:other:agency:7", &agencies));
    assert_int_equal(agencies.words[0], 7);
}

static void certificate_with_one_malformed_san_is_refused(void **state)
{
    struct byte_set agencies = { { 7 } };

    (void)state;
    assert_non_null(agencies_of("URI:urn:sorteo:agency:1,URI:urn:sorteo:agency:0", &agencies));
    assert_non_null(agencies_of("URI:urn:sorteo:agency:256", &agencies));
    assert_non_null(agencies_of("URI:urn:sorteo:agency:7x,URI:urn:sorteo:agency:1", &agencies));
    assert_int_equal(agencies.words[0], 7);
}

/* ---- In the log ------------------------------------------------------------------------------ */

static void name_has_subject_and_serial(void **state)
{
    const struct wish wish = { .sans = NULL };
    struct holder holder = make_holder("agency 7 | x\n\xc3\xb1", &wish);
    char name[IDENTITY_NAME_MAX];

    (void)state;
    identity_name(holder.certificate, name);
    assert_non_null(strstr(name, "CN=agency 7 | x\\0A"));
    assert_non_null(strstr(name, ", serial "));
    free_holder(&holder);
}

static void agencies_are_listed_and_cut(void **state)
{
    struct byte_set agencies = { { 0 } };
    char text[IDENTITY_AGENCIES_MAX];

    (void)state;
    assert_string_equal(identity_agencies_text(&agencies, text), "none");
    byte_set_add(&agencies, 7);
    assert_string_equal(identity_agencies_text(&agencies, text), "7");
    byte_set_add(&agencies, 255);
    assert_string_equal(identity_agencies_text(&agencies, text), "7,255");
    memset(&agencies, 0xff, sizeof agencies);
    identity_agencies_text(&agencies, text);
    assert_string_equal(text + strlen(text) - 4, ",...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uri_of_each_agency_is_read),
        cmocka_unit_test(uri_without_an_agency_from_1_to_255_is_malformed),
        cmocka_unit_test(uri_about_something_else_is_passed_over),
        cmocka_unit_test(uri_with_a_zero_byte_is_malformed),
        cmocka_unit_test(certificate_speaks_for_the_agencies_of_its_sans),
        cmocka_unit_test(certificate_with_a_thousand_sans_speaks_for_them),
        cmocka_unit_test(certificate_that_names_no_agency_is_refused),
        cmocka_unit_test(certificate_with_one_malformed_san_is_refused),
        cmocka_unit_test(name_has_subject_and_serial),
        cmocka_unit_test(agencies_are_listed_and_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
