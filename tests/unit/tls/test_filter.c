/*
 * The filter after its handshake: bytes in any pieces, and how each direction ends.
 */
#include "unit/tls/filter_fixture.h"

#include <openssl/ssl.h>

/* ---- Bytes ----------------------------------------------------------------------------------- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_many_records_come_in_order),
        cmocka_unit_test(each_direction_ends_by_itself),
        cmocka_unit_test(second_end_of_a_direction_loses_nothing_of_the_other),
        cmocka_unit_test(damaged_record_fails_and_says_so),
        cmocka_unit_test(incomplete_record_counts_as_unfinished_until_it_is_read),
    };
    return cmocka_run_group_tests_name("tls_filter", tests, make_holders, free_holders);
}
