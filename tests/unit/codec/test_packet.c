/*
 * The packet writer at its limit, and with another key.
 */
#include "unit/codec/encoder_fixture.h"

#include <stdlib.h>

/* A bet of exactly so many bytes, with both names in use. */
static struct sorteo_bet bet_of_size(enum sorteo_dialect dialect, size_t size)
{
    static char letters[8192];
    struct sorteo_bet bet = good_bet();
    size_t left;

    memset(letters, 'x', sizeof(letters));
    bet.name.len = bet.surname.len = 0;
    left = size - sorteo_bet_size(dialect, &bet);
    bet.name = (struct sorteo_text){ .bytes = letters, .len = left < 255 ? left : 255 };
    bet.surname = (struct sorteo_text){ .bytes = letters, .len = left - bet.name.len };
    assert_int_equal(sorteo_bet_size(dialect, &bet), size);
    return bet;
}

/* Fills a packet up to `left` bytes before SORTEO_PACKET_MAX. */
static void fill(struct sorteo_packet *packet, enum sorteo_dialect dialect, uint8_t *buf, size_t cap, size_t left)
{
    memset(packet, 0, sizeof(*packet)); /* its padding is compared too */
    assert_int_equal(sorteo_packet_begin(packet, dialect, buf, cap), SORTEO_E_OK);
    while (SORTEO_PACKET_MAX - packet->len > left) {
        const size_t rest = SORTEO_PACKET_MAX - packet->len - left;
        const struct sorteo_bet bet = bet_of_size(dialect, rest < 400 ? rest : 200);

        assert_int_equal(sorteo_packet_add(packet, &bet, NULL), SORTEO_E_OK);
    }
    assert_int_equal(packet->len, SORTEO_PACKET_MAX - left);
}

static void packet_takes_8000_bytes_and_not_8001(void **state)
{
    static uint8_t buf[2 * SORTEO_PACKET_MAX];

    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_packet packet, before;
        struct sorteo_bet bet = bet_of_size(dialect, 101);
        struct sorteo_error error;
        size_t len = 4711;

        fill(&packet, dialect, buf, sizeof(buf), 100);
        memcpy(&before, &packet, sizeof(packet));
        assert_int_equal(sorteo_packet_add(&packet, &bet, &error), SORTEO_E_PACKET);
        assert_int_equal(error.code, SORTEO_E_PACKET);
        assert_memory_equal(&packet, &before, sizeof(packet));

        bet = bet_of_size(dialect, 100);
        assert_int_equal(sorteo_packet_add(&packet, &bet, &error), SORTEO_E_OK);
        assert_int_equal(packet.bets, before.bets + 1);
        assert_int_equal(sorteo_packet_end(&packet, 0, &len), SORTEO_E_OK);
        assert_int_equal(len, 8000);
        bet = bet_of_size(dialect, 21);
        assert_int_equal(sorteo_packet_add(&packet, &bet, NULL), SORTEO_E_PACKET);
    }
}

static void packet_uses_no_more_than_the_callers_memory(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        const struct sorteo_bet bet = good_bet();
        const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
        const size_t head = 2u + parameters->key_size + parameters->batch_agency_size;
        const size_t size = head + sorteo_bet_size(dialect, &bet);

        for (size_t cap = 0; cap <= size; cap++) {
            uint8_t *buf = malloc(cap > 0 ? cap : 1);
            struct sorteo_packet packet;
            size_t len = 4711;

            assert_non_null(buf);
            memset(&packet, 0x55, sizeof(packet));
            if (cap < head) {
                assert_int_equal(sorteo_packet_begin(&packet, dialect, buf, cap), SORTEO_E_SPACE);
                assert_int_equal(((uint8_t *)&packet)[0], 0x55);
            } else {
                assert_int_equal(sorteo_packet_begin(&packet, dialect, buf, cap), SORTEO_E_OK);
                assert_int_equal(sorteo_packet_add(&packet, &bet, NULL), cap < size ? SORTEO_E_PACKET : SORTEO_E_OK);
                assert_int_equal(sorteo_packet_end(&packet, 0, &len), cap < size ? SORTEO_E_COUNT : SORTEO_E_OK);
                assert_int_equal(len, cap < size ? 4711 : size);
            }
            free(buf);
        }
    }
}

static void packet_ends_again_with_another_key(void **state)
{
    const struct sorteo_bet bet = good_bet();
    uint8_t buf[256], expected[256];
    struct sorteo_packet packet;
    size_t len, expected_len;

    (void)state;
    assert_int_equal(sorteo_packet_begin(&packet, SORTEO_KEYED, buf, sizeof(buf)), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_end(&packet, 1, &len), SORTEO_E_COUNT);
    for (uint64_t count = 1; count < 3; count++) {
        const struct sorteo_bet bets[] = { bet, bet };

        assert_int_equal(sorteo_packet_add(&packet, &bet, NULL), SORTEO_E_OK);
        assert_int_equal(sorteo_packet_end(&packet, count << 56, &len), SORTEO_E_OK);
        assert_int_equal(sorteo_encode_batch(SORTEO_KEYED, count << 56, bets, (size_t)count, expected, sizeof(expected),
                                             &expected_len, NULL),
                         SORTEO_E_OK);
        assert_int_equal(len, expected_len);
        assert_memory_equal(buf, expected, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packet_takes_8000_bytes_and_not_8001),
        cmocka_unit_test(packet_uses_no_more_than_the_callers_memory),
        cmocka_unit_test(packet_ends_again_with_another_key),
    };

    return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
