/*
 * Digests: in pieces as in one, of known values (they are kept in files), and different for
 * different bytes and seeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/digest.h"

/* A store and a resume file keep digests, so they must stay what they are. */
static void digests_have_known_values(void **state)
{
    (void)state;
    uint64_t digest[2];
    digest_128("sorteo", 6, digest);
    assert_true(digest[0] == UINT64_C(0x7b69b768ade3847d) && digest[1] == UINT64_C(0x06ca29a134d75309));
    assert_true(digest_64("sorteo", 6, 0) == UINT64_C(0x99d0d1472b963ab3));
    assert_true(digest_64("sorteo", 6, 7) == UINT64_C(0xa84a58f62f1d9558));
}

static void digest_tells_one_bit(void **state)
{
    (void)state;
    uint8_t bytes[64] = { 0 };
    uint64_t before[2], after[2], before_64 = digest_64(bytes, sizeof bytes, 1);
    digest_128(bytes, sizeof bytes, before);
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        digest_128(bytes, sizeof bytes, after);
        assert_memory_not_equal(before, after, sizeof before);
        assert_true(digest_64(bytes, sizeof bytes, 1) != before_64);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void stream_of_pieces_is_that_of_one(void **state)
{
    (void)state;
    uint8_t bytes[3000];
    struct digest_stream stream;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 >> 3);
    assert_true(digest_stream_open(&stream));
    for (size_t piece = 1; piece < sizeof bytes; piece += 97) {
        digest_stream_restart(&stream);
        for (size_t done = 0; done < sizeof bytes; done += piece)
            digest_stream_add(&stream, bytes + done, sizeof bytes - done < piece ? sizeof bytes - done : piece);
        assert_true(digest_stream_value(&stream) == digest_64(bytes, sizeof bytes, 0));
    }
    digest_stream_close(&stream);
}

static void stream_that_is_not_open_may_be_closed(void **state)
{
    (void)state;
    struct digest_stream stream = { .state = NULL };
    digest_stream_close(&stream);
    assert_null(stream.state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_have_known_values),
        cmocka_unit_test(digest_tells_one_bit),
        cmocka_unit_test(stream_of_pieces_is_that_of_one),
        cmocka_unit_test(stream_that_is_not_open_may_be_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
