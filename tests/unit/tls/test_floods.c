/*
 * A peer that sends what TLS allows, and no end of it: handshakes again and again, new keys, a
 * ClientHello that is announced to be long. None of it may cost the server more than it counts.
 */
#include "unit/tls/certificates.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include "tls/filter.h"

#define KEY_BYTES 16u
#define SALT_BYTES 4u
#define NONCE_BYTES 8u
#define TAG_BYTES 16u

static struct holder ca, server, agency;
static struct tls_context *contexts[2]; /* the server's, the client's */
static struct tls_filter at_server, at_client;

/* ---- Both ends ------------------------------------------------------------------------------- */

static bool carry(struct tls_filter *from, struct tls_filter *to)
{
    size_t len;
    const uint8_t *bytes = tls_filter_output(from, &len);

    if (len == 0)
        return false;
    assert_true(tls_filter_feed(to, bytes, len));
    tls_filter_sent(from, len);
    return true;
}

static void shake(int version)
{
    assert_int_equal(SSL_set_max_proto_version(at_client.ssl, version), 1);
    do {
        (void)tls_filter_handshake(&at_client);
        (void)carry(&at_client, &at_server);
        (void)tls_filter_handshake(&at_server);
    } while (carry(&at_server, &at_client));
    assert_true(at_server.open && at_client.open);
}

static size_t unsent(void)
{
    size_t len;

    (void)tls_filter_output(&at_server, &len);
    return len;
}

/* ---- Records by hand ------------------------------------------------------------------------- */

struct writer {
    uint8_t key[KEY_BYTES], salt[SALT_BYTES];
    uint64_t number; /* of the next record */
};

/* What the client encrypts with, in TLS 1.2 and AES-128-GCM. */
static struct writer take_over_client(void)
{
    uint8_t master[48], seed[64], block[2 * (KEY_BYTES + SALT_BYTES)];
    size_t master_len = SSL_SESSION_get_master_key(SSL_get_session(at_client.ssl), master, sizeof master);
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
    EVP_KDF_CTX *prf = EVP_KDF_CTX_new(kdf);

    SSL_get_server_random(at_client.ssl, seed, 32);
    SSL_get_client_random(at_client.ssl, seed + 32, 32);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char[]){ "SHA256" }, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master, master_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (char[]){ "key expansion" }, strlen("key expansion")),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof seed), OSSL_PARAM_construct_end()
    };
    assert_int_equal(EVP_KDF_derive(prf, block, sizeof block, params), 1);
    EVP_KDF_CTX_free(prf);
    EVP_KDF_free(kdf);
    struct writer writer = { .number = 1 }; /* 0 was its Finished */
    memcpy(writer.key, block, KEY_BYTES);
    memcpy(writer.salt, block + 2 * KEY_BYTES, SALT_BYTES);
    return writer;
}

static void put_number(uint8_t out[static NONCE_BYTES], uint64_t number)
{
    for (unsigned i = 0; i < NONCE_BYTES; i++)
        out[i] = (uint8_t)(number >> (8 * (NONCE_BYTES - 1 - i)));
}

/* Sends the server one record of this kind. */
static void send_record(struct writer *writer, uint8_t kind, const uint8_t *bytes, size_t len)
{
    uint8_t nonce[SALT_BYTES + NONCE_BYTES], about[NONCE_BYTES + 5], record[5 + NONCE_BYTES + 256 + TAG_BYTES];
    const size_t inside = NONCE_BYTES + len + TAG_BYTES;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int count;

    assert_true(len <= 256);
    memcpy(record, (const uint8_t[]){ kind, 3, 3, (uint8_t)(inside >> 8), (uint8_t)inside }, 5);
    put_number(record + 5, writer->number);
    put_number(about, writer->number++);
    memcpy(about + NONCE_BYTES, (const uint8_t[]){ kind, 3, 3, (uint8_t)(len >> 8), (uint8_t)len }, 5);
    memcpy(nonce, writer->salt, SALT_BYTES);
    memcpy(nonce + SALT_BYTES, record + 5, NONCE_BYTES);
    assert_int_equal(EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), NULL, writer->key, nonce), 1);
    assert_int_equal(EVP_EncryptUpdate(cipher, NULL, &count, about, sizeof about), 1);
    assert_int_equal(EVP_EncryptUpdate(cipher, record + 5 + NONCE_BYTES, &count, bytes, (int)len), 1);
    assert_int_equal(EVP_EncryptFinal_ex(cipher, record + 5 + NONCE_BYTES + len, &count), 1);
    assert_int_equal(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, record + 5 + NONCE_BYTES + len), 1);
    EVP_CIPHER_CTX_free(cipher);
    assert_true(tls_filter_feed(&at_server, record, 5 + inside));
}

/* ---- Floods ---------------------------------------------------------------------------------- */

/* The shortest ClientHello: a version, 32 random bytes, no session, one cipher, no compression. */
static const uint8_t hello[] = { SSL3_MT_CLIENT_HELLO, 0, 0, 41, 3, 3, [38] = 0, 0, 2, 0xc0, 0x2b, 1, 0 };

static void peer_that_asks_for_one_handshake_after_the_other_is_refused(void **state)
{
    uint8_t byte;
    size_t len;
    enum tls_outcome outcome = TLS_AGAIN;

    (void)state;
    assert_int_equal(SSL_set_cipher_list(at_client.ssl, "ECDHE-ECDSA-AES128-GCM-SHA256"), 1);
    shake(TLS1_2_VERSION);
    struct writer writer = take_over_client();
    send_record(&writer, SSL3_RT_APPLICATION_DATA, (const uint8_t *)"x", 1);
    assert_int_equal(tls_filter_read(&at_server, &byte, 1, &len), TLS_OK);
    for (unsigned i = 0; i < 3; i++) {
        send_record(&writer, SSL3_RT_HANDSHAKE, hello, sizeof hello);
        assert_int_equal(tls_filter_read(&at_server, &byte, 1, &len), TLS_AGAIN);
        assert_true(unsent() > i * 7); /* an alert for each */
    }
    for (unsigned i = 0; i < 100 && outcome == TLS_AGAIN; i++) {
        send_record(&writer, SSL3_RT_HANDSHAKE, hello, sizeof hello);
        outcome = tls_filter_read(&at_server, &byte, 1, &len);
    }
    assert_int_equal(outcome, TLS_FAILED);
    assert_string_equal(at_server.why, "the peer asks for handshakes or new keys again and again");
    assert_true(unsent() < 4096);
}

static void ask_for_new_keys(void)
{
    uint8_t byte;
    size_t len;

    assert_int_equal(SSL_key_update(at_client.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
    assert_int_equal(SSL_do_handshake(at_client.ssl), 1);
    (void)carry(&at_client, &at_server);
    while (tls_filter_read(&at_server, &byte, 1, &len) == TLS_OK)
        continue;
}

/* OpenSSL answers each at once, and itself takes any number of them. */
static void peer_that_asks_for_new_keys_again_and_again_is_refused(void **state)
{
    unsigned asked = 0;

    (void)state;
    shake(TLS1_3_VERSION);
    for (; asked < 1000 && at_server.why == NULL; asked++)
        ask_for_new_keys();
    assert_non_null(at_server.why);
    assert_in_range(asked, 10, 100);
    assert_true(unsent() < 4096);
}

static void peer_that_sends_much_may_change_its_keys_often(void **state)
{
    static uint8_t bytes[TLS_RECORD_MAX];
    size_t len;

    (void)state;
    shake(TLS1_3_VERSION);
    for (unsigned i = 0; i < 200; i++) {
        for (unsigned records = 0; records < 8; records++) {
            assert_int_equal(tls_filter_write(&at_client, bytes, sizeof bytes, &len), TLS_OK);
            (void)carry(&at_client, &at_server);
            while (tls_filter_read(&at_server, bytes, sizeof bytes, &len) == TLS_OK)
                continue;
        }
        ask_for_new_keys();
        (void)carry(&at_server, &at_client);
    }
    assert_null(at_server.why);
}

/* By nine bytes of a stranger OpenSSL takes memory for all that they announce. */
static void long_client_hello_counts_as_soon_as_it_is_announced(void **state)
{
    const uint8_t begin[] = { SSL3_RT_HANDSHAKE, 3, 1, 0x40, 0, SSL3_MT_CLIENT_HELLO, 2, 0, 0 };
    const uint8_t beyond[] = { SSL3_RT_HANDSHAKE, 3, 1, 0x40, 0, SSL3_MT_CLIENT_HELLO, 3, 0, 0 };

    (void)state;
    for (size_t i = 0; i < sizeof begin; i++) {
        assert_int_equal(tls_filter_unfinished(&at_server), TLS_HANDSHAKE_BYTES);
        assert_true(tls_filter_feed(&at_server, begin + i, 1));
    }
    assert_true(tls_filter_unfinished(&at_server) >= TLS_HANDSHAKE_BYTES + 0x20000);
    tls_filter_close(&at_server);
    assert_true(tls_filter_open(&at_server, contexts[0], NULL));
    assert_true(tls_filter_feed(&at_server, beyond, sizeof beyond)); /* which OpenSSL refuses */
    assert_int_equal(tls_filter_unfinished(&at_server), TLS_HANDSHAKE_BYTES);
}

/* ---- All of it ------------------------------------------------------------------------------- */

static struct tls_context *context_of(const struct holder *own, bool serves)
{
    char error[TLS_ERROR_MAX];
    struct tls_material material = material_of(own, &ca, NULL);
    struct tls_context *context =
        serves ? tls_context_server(&material, "wide", error) : tls_context_client(&material, "wide", error);
    tls_material_fini(&material);
    return context;
}

static int make_contexts(void **state)
{
    const struct wish server_wish = { .by = &ca, .sans = "DNS:localhost" };
    const struct wish agency_wish = { .by = &ca, .sans = "URI:urn:sorteo:agency:7" };

    (void)state;
    if (!tls_prepare())
        return -1;
    ca = make_ca("the CA");
    server = make_holder("server", &server_wish);
    agency = make_holder("agency 7", &agency_wish);
    contexts[0] = context_of(&server, true);
    contexts[1] = context_of(&agency, false);
    return contexts[0] != NULL && contexts[1] != NULL ? 0 : -1;
}

static int free_contexts(void **state)
{
    (void)state;
    tls_context_release(contexts[0]);
    tls_context_release(contexts[1]);
    free_holder(&ca);
    free_holder(&server);
    free_holder(&agency);
    return 0;
}

static int open_ends(void **state)
{
    (void)state;
    return tls_filter_open(&at_server, contexts[0], NULL) && tls_filter_open(&at_client, contexts[1], "localhost") ? 0
                                                                                                                   : -1;
}

static int close_ends(void **state)
{
    (void)state;
    tls_filter_close(&at_server);
    tls_filter_close(&at_client);
    return ERR_peek_error() == 0 ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ends, close_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(peer_that_asks_for_one_handshake_after_the_other_is_refused),
        TEST(peer_that_asks_for_new_keys_again_and_again_is_refused),
        TEST(peer_that_sends_much_may_change_its_keys_often),
        TEST(long_client_hello_counts_as_soon_as_it_is_announced),
    };
    return cmocka_run_group_tests_name("tls_floods", tests, make_contexts, free_contexts);
}
