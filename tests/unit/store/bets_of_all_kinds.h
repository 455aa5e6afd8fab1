/*
 * For tests of what a store keeps: bets with everything that a field may say, and frames of every
 * kind.
 */
#ifndef TESTS_BETS_OF_ALL_KINDS_H
#define TESTS_BETS_OF_ALL_KINDS_H

#include "unit/store/store_fixture.h"

#define LONGEST 255u /* bytes of a name, in the dialects with short lengths */

static inline const char *texts(size_t i)
{
    static char longest[LONGEST + 1];
    static const char *const some[] = { "Ana", "", "Ñandú 山田 Ωμέγα 🎲", "O'Higgins, \"el 9\"; --", longest };

    memset(longest, 'x', LONGEST);
    return some[i % 5];
}

static inline struct sorteo_bet some_bet(uint8_t agency, uint32_t i)
{
    static const uint32_t documents[] = { 0, 30904465, UINT32_MAX, 0x80000000, 0x01020304 };
    static const uint16_t numbers[] = { 7574, 0, UINT16_MAX, 255, 256, 0x8001, 9 };
    struct sorteo_bet bet = bet_of(agency, documents[i % 5], numbers[i % 7]);

    bet.name = text_of(texts(i));
    bet.surname = text_of(texts(i / 5 + i / 3));
    bet.birthdate = text_of(i % 2 == 0 ? "0001-01-01" : "9999-12-31");
    return bet;
}

#define MANY 900u

static inline void append_some(struct store *store, uint32_t round, enum sorteo_dialect dialect, uint8_t agency,
                               size_t count)
{
    static struct sorteo_bet bets[MANY];

    for (uint32_t i = 0; i < count; i++)
        bets[i] = some_bet(agency, i);
    OK(store, append_frame(store, round, dialect, bets, count));
}

/* In every dialect a SINGLE, a short batch, and one that is cut into pieces. */
static inline void store_all_kinds(struct store *store, uint32_t round)
{
    OK(store, store_begin(store));
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        append_some(store, round, (enum sorteo_dialect)dialect, 1, 1);
        append_some(store, round, (enum sorteo_dialect)dialect, 255, 70);
        append_some(store, round, (enum sorteo_dialect)dialect, 0, MANY);
    }
    OK(store, store_commit(store));
}

#define ALL_KINDS (971u * sorteo_dialect_count())

#endif
