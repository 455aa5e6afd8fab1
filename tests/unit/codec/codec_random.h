/*
 * For tests: numbers that are random enough and the same for the same seed (TEST_SEED), how many
 * rounds a test is asked for (TEST_ROUNDS), and random bets that the grammar lets be. Knows
 * nothing of what is tested.
 */
#ifndef TESTS_CODEC_RANDOM_H
#define TESTS_CODEC_RANDOM_H

#include "../gen/bet.h"
#include "codec/protocol.h"
#include "codec/sorteo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t random_state;

static inline uint64_t number_from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL && *text != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

/* Prints the seed, so that a failure can be had again. */
static inline void random_begin(void)
{
    random_state = number_from_environment("TEST_SEED", (uint64_t)time(NULL));
    (void)printf("# TEST_SEED=%llu\n", (unsigned long long)random_state);
    (void)fflush(stdout);
}

/* splitmix64 */
static inline uint64_t random_number(void)
{
    uint64_t mixed = random_state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* 0 to bound - 1. */
static inline uint32_t random_below(uint32_t bound)
{
    return (uint32_t)((random_number() >> 32) * bound >> 32);
}

/* ---- Characters ------------------------------------------------------------------------------ */

/* Writes a code point that a name may have, as UTF-8, and returns its bytes. */
static inline size_t random_character(char out[4])
{
    static const struct {
        uint32_t first, count;
    } kinds[] = {
        { 0x20, 0x5f }, { 0x20, 0x5f }, { 0xa0, 0x760 }, { 0x800, 0xd000 }, { 0xe000, 0x2000 }, { 0x10000, 0x100000 },
    };
    const uint32_t kind = random_below(sizeof(kinds) / sizeof(kinds[0]));
    const uint32_t point = kinds[kind].first + random_below(kinds[kind].count);

    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

/* ---- Bets ------------------------------------------------------------------------------------ */

#define RANDOM_NAME_MAX 65535u

/* A bet and the memory of its texts. */
struct random_bet {
    struct sorteo_bet bet;
#define TEXT(name, ...) char name[RANDOM_NAME_MAX];
#define CHARS(name, ...) char name[16];
    BET_FIELDS(BET_FIELD_NOTHING, TEXT, CHARS)
#undef CHARS
#undef TEXT
};

/* Mostly short, sometimes empty, sometimes at a limit of its length field. */
static inline size_t random_name_len(size_t max)
{
    switch (random_below(64)) {
    case 0:
        return 0;
    case 1:
        return random_below(300) % (max + 1);
    case 2:
        return random_below(256) == 0 ? max : 255;
    default:
        return random_below(20);
    }
}

static inline struct sorteo_text random_name(char *bytes, size_t max)
{
    const size_t len = random_name_len(max);
    size_t used = 0;

    while (used < len) {
        char character[4];
        const size_t size = random_character(character);

        if (size <= len - used) {
            memcpy(bytes + used, character, size);
            used += size;
        }
    }
    return (struct sorteo_text){ .bytes = bytes, .len = len };
}

static inline struct sorteo_text random_birthdate(char bytes[static 16])
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const unsigned year = 1 + random_below(9999), month = random_below(12);
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const unsigned last = days[month] + (month == 1 && is_leap ? 1 : 0);

    (void)snprintf(bytes, 16, "%04u-%02u-%02u", year % 10000, (month + 1) % 100, (1 + random_below(last)) % 100);
    return (struct sorteo_text){ .bytes = bytes, .len = SORTEO_DATE_LEN };
}

/* One of the values that the integer may have in the dialect. */
static inline uint64_t random_integer(enum sorteo_dialect dialect, const char *field)
{
    const struct protocol_field *of = protocol_field(&protocols[dialect], field);
    const struct protocol_interval *in = &of->intervals[random_below(of->interval_count)];
    const uint64_t count = in->high - in->low + 1; /* 0: all that 64 bits can be */

    return count == 0 ? random_number() : in->low + random_number() % count;
}

static inline void random_bet(struct random_bet *out, enum sorteo_dialect dialect)
{
    const size_t max = sorteo_dialect_parameters(dialect)->length_size == 1 ? 255 : RANDOM_NAME_MAX;

    out->bet = (struct sorteo_bet){ .agency = (uint8_t)random_below(256),
#define INTEGER(name, field, size, type, max) .name = (type)random_integer(dialect, #field),
#define TEXT(name, ...) .name = random_name(out->name, max),
#define CHARS(name, ...) .name = random_##name(out->name),
                                    BET_FIELDS(INTEGER, TEXT, CHARS)
#undef CHARS
#undef TEXT
#undef INTEGER
    };
}

#endif
