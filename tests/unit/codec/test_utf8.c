/*
 * The grammar's UTF-8 against a decoder in plain C: every sequence of 1, 2 and 3 bytes, and all of
 * 4 bytes that begin with each two and go on with the bytes at which a decision could change, in
 * every dialect.
 *
 * The plain one works the other way round: it computes the code point and judges that.
 * TEST_ROUNDS below 1,000,000 takes only a part of the sequences of 3 and 4, for slow
 * instruments.
 */
#include "unit/codec/codec_random.h"
#include "unit/codec/each_dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* ---- UTF-8 in plain C ------------------------------------------------------------------------ */

struct verdict {
    enum sorteo_code code;
    size_t offset;
};

static size_t size_by_lead(uint8_t lead)
{
    return lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
}

static bool is_name_point(uint32_t point, size_t size)
{
    static const uint32_t least[] = { 0, 0x20, 0xa0, 0x800, 0x10000 };

    return point >= least[size] && point != 0x7f && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
}

/* Is there a code point for a name whose first `known` bytes are these? Tries every rest. */
static bool has_point(const uint8_t *bytes, size_t known, size_t size)
{
    uint32_t low, high;

    low = high = size == 1 ? bytes[0] : bytes[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (i < known && (bytes[i] & 0xc0) != 0x80)
            return false;
        low = low << 6 | (i < known ? bytes[i] & 0x3fu : 0);
        high = high << 6 | (i < known ? bytes[i] & 0x3fu : 0x3f);
    }
    for (uint32_t point = low;; point++) {
        if (is_name_point(point, size))
            return true;
        if (point == high)
            return false;
    }
}

/* The same, with the answers for one and two bytes kept: they can have a great many rests. */
static bool can_go_on(const uint8_t *bytes, size_t known, size_t size)
{
    enum { UNKNOWN, NO, YES };
    static uint8_t kept[3][65536];
    uint8_t *answer;

    if (known > 2)
        return has_point(bytes, known, size);
    answer = &kept[known][known == 1 ? bytes[0] : bytes[0] << 8 | bytes[1]];
    if (*answer == UNKNOWN)
        *answer = has_point(bytes, known, size) ? YES : NO;
    return *answer == YES;
}

static bool is_control(const uint8_t *bytes, size_t at, size_t size)
{
    if (size == 1)
        return at == 0 && (bytes[0] < 0x20 || bytes[0] == 0x7f);
    return size == 2 && at == 1 && bytes[0] == 0xc2 && bytes[1] >= 0x80 && bytes[1] < 0xa0;
}

static struct verdict judge(const uint8_t *bytes, size_t len)
{
    size_t begin = 0;

    while (begin < len) {
        const size_t size = size_by_lead(bytes[begin]);

        if (size == 0 || size > len - begin)
            return (struct verdict){ SORTEO_E_UTF8, begin };
        for (size_t at = 0; at < size; at++) {
            if (!can_go_on(bytes + begin, at + 1, size)) {
                const bool control = is_control(bytes + begin, at, size);

                return (struct verdict){ control ? SORTEO_E_CONTROL : SORTEO_E_UTF8, begin + at };
            }
        }
        begin += size;
    }
    return (struct verdict){ SORTEO_E_OK, 0 };
}

/* ---- Asking the grammar ---------------------------------------------------------------------- */

static void check_name(enum sorteo_dialect dialect, const uint8_t *bytes, size_t len)
{
    const struct sorteo_bet bet = {
        .name = { .bytes = (const char *)bytes, .len = len },
        .birthdate = { .bytes = "1999-03-17", .len = SORTEO_DATE_LEN },
    };
    const struct verdict expected = judge(bytes, len);
    struct sorteo_error error = { .code = SORTEO_E_OK };
    uint8_t out[64];
    size_t out_len;
    const enum sorteo_code code = sorteo_encode_single(dialect, 0, &bet, out, sizeof(out), &out_len, &error);

    if (code != expected.code || error.offset != expected.offset)
        fail_msg("%02x %02x %02x %02x (%zu bytes): %s at %d, expected %s at %zu", bytes[0], bytes[1], bytes[2],
                 bytes[3], len, sorteo_code_name(code), (int)error.offset, sorteo_code_name(expected.code),
                 expected.offset);
}

static unsigned stride(void)
{
    const uint64_t rounds = number_from_environment("TEST_ROUNDS", 1000000);

    return rounds >= 1000000 ? 1 : rounds >= 100000 ? 17 : 257;
}

static void utf8_is_judged_alike_in_one_and_two_bytes(void **state)
{
    const enum sorteo_dialect dialect = dialect_of_state(state);

    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            const uint8_t bytes[4] = { (uint8_t)first, (uint8_t)second };

            check_name(dialect, bytes, 1);
            check_name(dialect, bytes, 2);
        }
    }
}

static void utf8_is_judged_alike_in_three_bytes(void **state)
{
    const enum sorteo_dialect dialect = dialect_of_state(state);
    const unsigned step = stride();

    for (uint32_t all = 0; all < 1u << 24; all += step) {
        const uint8_t bytes[4] = { (uint8_t)(all >> 16), (uint8_t)(all >> 8), (uint8_t)all };

        check_name(dialect, bytes, 3);
    }
}

static void utf8_is_judged_alike_in_four_bytes(void **state)
{
    static const uint8_t edges[] = {
        0x00, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff
    };
    const enum sorteo_dialect dialect = dialect_of_state(state);
    const uint32_t count = sizeof(edges);
    const unsigned step = stride();

    for (uint32_t all = 0; all < 65536u * count * count; all += step) {
        const uint32_t first_two = all / (count * count);
        const uint8_t bytes[4] = { (uint8_t)(first_two >> 8), (uint8_t)first_two, edges[all / count % count],
                                   edges[all % count] };

        check_name(dialect, bytes, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_judged_alike_in_one_and_two_bytes),
        cmocka_unit_test(utf8_is_judged_alike_in_three_bytes),
        cmocka_unit_test(utf8_is_judged_alike_in_four_bytes),
    };

    return run_in_each_dialect("utf8", tests, sizeof tests / sizeof tests[0]);
}
