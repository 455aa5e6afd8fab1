/*
 * What the encoder writes: exact sizes, keys, and the agency of a batch.
 */
#include "unit/codec/encoder_fixture.h"

#include "codec/bet.h"

#include <stdlib.h>

/* ---- Space ----------------------------------------------------------------------------------- */

/* Every frame, into `cap` bytes. Returns its code. */
static enum sorteo_code encode(unsigned frame, enum sorteo_dialect dialect, uint8_t *out, size_t cap, size_t *len)
{
    const struct sorteo_bet bets[] = { good_bet(), good_bet() };
    const uint32_t documents[] = { 1, 2, 3 };

    switch (frame) {
    case 0:
        return sorteo_encode_single(dialect, 9, bets, out, cap, len, NULL);
    case 1:
        return sorteo_encode_batch(dialect, 9, bets, 2, out, cap, len, NULL);
    case 2:
        return sorteo_encode_finish(dialect, 9, 1, out, cap, len);
    case 3:
        return sorteo_encode_answer(true, out, cap, len);
    case 4:
        return sorteo_encode_winners_count(dialect, 3, out, cap, len);
    case 5:
        return sorteo_encode_documents(dialect, documents, 3, out, cap, len);
    case 6:
        return sorteo_encode_winners(dialect, documents, 3, out, cap, len);
    default:
        return sorteo_encode_receipt(dialect, out, cap, len);
    }
}

/* Into memory of each size, so that a sanitizer sees a byte too many. */
static void encoder_needs_exactly_the_bytes_of_the_frame(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        for (unsigned frame = 0; frame < 8; frame++) {
            uint8_t whole[256];
            size_t size;

            assert_int_equal(encode(frame, dialect, whole, sizeof(whole), &size), SORTEO_E_OK);
            for (size_t cap = 0; cap <= size; cap++) {
                uint8_t *out = malloc(cap > 0 ? cap : 1);
                size_t len = 4711;

                assert_non_null(out);
                memset(out, 0x55, cap > 0 ? cap : 1);
                assert_int_equal(encode(frame, dialect, out, cap, &len), cap < size ? SORTEO_E_SPACE : SORTEO_E_OK);
                assert_int_equal(len, cap < size ? 4711 : size);
                for (size_t i = 0; i < cap; i++)
                    assert_int_equal(out[i], cap < size ? 0x55 : whole[i]);
                free(out);
            }
        }
    }
}

static void encoder_takes_empty_names_without_memory(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_bet bet = good_bet();
        uint8_t out[64];
        size_t len;

        bet.name = bet.surname = (struct sorteo_text){ .bytes = NULL, .len = 0 };
        assert_int_equal(sorteo_encode_single(dialect, 0, &bet, out, sizeof(out), &len, NULL), SORTEO_E_OK);
        assert_int_equal(len, 17u + 2u * sorteo_dialect_parameters(dialect)->length_size +
                                  sorteo_dialect_parameters(dialect)->key_size);
    }
}

static void bet_size_never_wraps(void **state)
{
    /* Of those in sorteo.h, which are the first. */
    static const size_t bet_sizes[] = { 21, 19, 21, 18 }, single_sizes[] = { 21, 19, 29, 19 };

    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_bet bet = good_bet();

        bet.name.len = bet.surname.len = 0;
        if (dialect <= SORTEO_GROUPED) {
            assert_int_equal(sorteo_bet_size(dialect, &bet), bet_sizes[dialect]);
            assert_int_equal(sorteo_single_size(dialect, &bet), single_sizes[dialect]);
        }
        bet.name.len = SIZE_MAX;
        assert_true(sorteo_bet_size(dialect, &bet) == SIZE_MAX);
        assert_true(sorteo_single_size(dialect, &bet) == SIZE_MAX);
        bet.surname.len = SIZE_MAX;
        assert_true(sorteo_bet_size(dialect, &bet) == SIZE_MAX);
        bet.name.len = SIZE_MAX / 2 + 1;
        bet.surname.len = SIZE_MAX / 2 + 1;
        assert_true(sorteo_bet_size(dialect, &bet) == SIZE_MAX);
    }
}

/* ---- Keys and agencies ----------------------------------------------------------------------- */

/* In dialects whose batches name their agency, the second bet may not have another. */
static void encoder_refuses_bets_of_two_agencies_where_the_batch_names_one(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        const bool names_one = sorteo_dialect_parameters(dialect)->batch_agency_size > 0;
        struct sorteo_bet bets[2] = { good_bet(), good_bet() };
        struct sorteo_error error = { 0 };
        struct sorteo_packet packet, before;
        uint8_t out[256], buf[256], untouched[256];
        size_t len = 4711;

        bets[1].agency = 2;
        memset(out, 0x55, sizeof(out));
        memset(untouched, 0x55, sizeof(untouched));
        assert_int_equal(sorteo_encode_batch(dialect, 0, bets, 2, out, sizeof(out), &len, &error),
                         names_one ? SORTEO_E_AGENCY : SORTEO_E_OK);
        memset(&packet, 0, sizeof(packet));
        assert_int_equal(sorteo_packet_begin(&packet, dialect, buf, sizeof(buf)), SORTEO_E_OK);
        assert_int_equal(sorteo_packet_add(&packet, &bets[0], NULL), SORTEO_E_OK);
        memcpy(&before, &packet, sizeof(packet));
        assert_int_equal(sorteo_packet_add(&packet, &bets[1], NULL), names_one ? SORTEO_E_AGENCY : SORTEO_E_OK);
        if (!names_one)
            continue;
        assert_int_equal(error.field, SORTEO_F_AGENCY);
        assert_int_equal(error.offset, 1);
        assert_int_equal(len, 4711);
        assert_memory_equal(out, untouched, sizeof(out));
        assert_memory_equal(&packet, &before, sizeof(packet));
    }
}

static void encoder_writes_the_agency_of_a_batch_once(void **state)
{
    static const uint8_t expected[] = "\0\2\1\1A\1B\0\0\0\7"
                                      "1999-03-17\x08\x99\0\0\0\0\0\x07"
                                      "1999-03-17\x08\x99";
    struct sorteo_bet bets[2] = { good_bet(), good_bet() };
    struct sorteo_packet packet;
    uint8_t out[256], buf[256];
    size_t len, packet_len;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        bets[i].name = i == 0 ? text("A") : text("");
        bets[i].surname = i == 0 ? text("B") : text("");
        bets[i].document = 7;
        bets[i].birthdate = text("1999-03-17");
        bets[i].number = 2201;
    }
    assert_int_equal(sorteo_encode_batch(SORTEO_GROUPED, 0, bets, 2, out, sizeof(out), &len, NULL), SORTEO_E_OK);
    assert_int_equal(len, sizeof(expected) - 1);
    assert_memory_equal(out, expected, len);
    assert_int_equal(sorteo_packet_begin(&packet, SORTEO_GROUPED, buf, sizeof(buf)), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_add(&packet, &bets[0], NULL), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_add(&packet, &bets[1], NULL), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_end(&packet, 0, &packet_len), SORTEO_E_OK);
    assert_int_equal(packet_len, len);
    assert_memory_equal(buf, expected, len);
}

/* Whether or not it has any bytes: a key is never cut. */
static void keys_fit_up_to_their_last_value(void **state)
{
    (void)state;
    assert_true(key_fits(UINT64_MAX, 0)); /* ignored */
    assert_true(key_fits(UINT64_MAX, 8));
    for (unsigned size = 1; size < 8; size++) {
        assert_true(key_fits((UINT64_C(1) << 8 * size) - 1, size));
        assert_false(key_fits(UINT64_C(1) << 8 * size, size));
        assert_false(key_fits(UINT64_MAX, size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoder_needs_exactly_the_bytes_of_the_frame),
        cmocka_unit_test(encoder_takes_empty_names_without_memory),
        cmocka_unit_test(bet_size_never_wraps),
        cmocka_unit_test(encoder_refuses_bets_of_two_agencies_where_the_batch_names_one),
        cmocka_unit_test(encoder_writes_the_agency_of_a_batch_once),
        cmocka_unit_test(keys_fit_up_to_their_last_value),
    };

    return cmocka_run_group_tests_name("encoder", tests, NULL, NULL);
}
