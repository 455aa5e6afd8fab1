/*
 * For tests of the draw: bets one by one, a draw of its own transaction, and its winners.
 */
#ifndef TESTS_DRAW_FIXTURE_H
#define TESTS_DRAW_FIXTURE_H

#include "unit/store/store_files.h"

static inline void append(struct store *store, uint32_t round, uint8_t agency, uint32_t document, uint16_t number)
{
    struct sorteo_bet bet = bet_of(agency, document, number);

    OK(store, append_bets(store, round, &bet, 1));
}

static inline uint64_t draw(struct store *store, uint32_t round, uint16_t number)
{
    uint64_t winners;

    OK(store, store_begin(store));
    winners = draw_whole(store, round, number);
    OK(store, store_commit(store));
    return winners;
}

static inline void assert_winners(struct store *store, uint32_t round, uint8_t agency, const uint32_t *wanted,
                                  size_t count)
{
    uint32_t documents[16];
    uint64_t total = 77;
    size_t read = 77;

    OK(store, store_winners_count(store, round, agency, &total));
    assert_int_equal(total, count);
    OK(store, store_winners(store, round, agency, 0, documents, 16, &read));
    assert_int_equal(read, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(documents[i], wanted[i]);
}

#define WINNERS(store, round, agency, ...)                                                                             \
    assert_winners(store, round, agency, (const uint32_t[]){ __VA_ARGS__ },                                            \
                   sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

#endif
