/*
 * Does the mutator keep to the room that an engine gives it? Each text ends where a page begins
 * that may not be touched; the sanitizers do not watch the mutator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "mutator.h"

#define SEEDS 300u
#define GROWTH 40u

/* A BATCH of two bets, FINISH and RECEIPT, in wide. */
#define BET(letter)                                                                                                    \
    "\x01\0\x02" letter letter "\0\x01"                                                                                \
    "B\0\0\0\x07"                                                                                                      \
    "1999-03-17\x08\x99"
static const char input[] = "\0\x02" BET("a") BET("b") "\0\0\x01\x01";
#define INPUT_LEN (sizeof input - 1)
#define BET_LEN (sizeof BET("a") - 1)

static uint8_t *page_end; /* the last byte that may be touched is before it */

static int make_guard(void **state)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)state;
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0)
        return -1;
    page_end = pages + page;
    return 0;
}

/* The input at the start of `room` bytes, of which the last is the last before the guard. */
static uint8_t *input_in(size_t room)
{
    memcpy(page_end - room, input, INPUT_LEN);
    return page_end - room;
}

static void mutator_returns_no_more_than_it_may_when_handed_more(void **state)
{
    (void)state;
    for (size_t cap = 0; cap < INPUT_LEN; cap++)
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            assert_in_range(mutator_change(input_in(INPUT_LEN), INPUT_LEN, cap, seed), 0, cap);
}

static void mutator_fills_its_room_and_no_more(void **state)
{
    size_t longest = 0;

    (void)state;
    for (size_t cap = INPUT_LEN; cap <= INPUT_LEN + GROWTH; cap++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const size_t len = mutator_change(input_in(cap), INPUT_LEN, cap, seed);

            assert_in_range(len, 0, cap);
            longest = len > longest ? len : longest;
        }
    assert_in_range(longest, INPUT_LEN + BET_LEN, INPUT_LEN + GROWTH);
}

static void mutator_drops_a_bet_when_the_input_must_get_smaller(void **state)
{
    unsigned dropped = 0;

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint8_t *bytes = input_in(INPUT_LEN);
        const size_t len = mutator_change(bytes, INPUT_LEN, INPUT_LEN - 1, seed);

        if (len == INPUT_LEN - BET_LEN && memcmp(bytes, "\0\x01", 2) == 0 &&
            (memcmp(bytes + 2, BET("a"), BET_LEN) == 0 || memcmp(bytes + 2, BET("b"), BET_LEN) == 0))
            dropped++;
    }
    assert_in_range(dropped, 1, SEEDS);
}

static void splice_keeps_to_its_room(void **state)
{
    (void)state;
    for (size_t cap = 0; cap <= INPUT_LEN + GROWTH; cap++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            uint8_t *bytes = input_in(cap > INPUT_LEN ? cap : INPUT_LEN);

            assert_in_range(mutator_splice(bytes, INPUT_LEN, cap, (const uint8_t *)input, INPUT_LEN, seed), 0, cap);
        }
}

static void mutator_makes_the_same_change_when_the_seed_is_the_same(void **state)
{
    uint8_t first[INPUT_LEN + GROWTH];

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const size_t len = mutator_change(input_in(sizeof first), INPUT_LEN, sizeof first, seed);

        memcpy(first, page_end - sizeof first, len);
        assert_int_equal(mutator_change(input_in(sizeof first), INPUT_LEN, sizeof first, seed), len);
        assert_memory_equal(first, page_end - sizeof first, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutator_returns_no_more_than_it_may_when_handed_more),
        cmocka_unit_test(mutator_fills_its_room_and_no_more),
        cmocka_unit_test(mutator_drops_a_bet_when_the_input_must_get_smaller),
        cmocka_unit_test(splice_keeps_to_its_room),
        cmocka_unit_test(mutator_makes_the_same_change_when_the_seed_is_the_same),
    };

    return cmocka_run_group_tests(tests, make_guard, NULL);
}
