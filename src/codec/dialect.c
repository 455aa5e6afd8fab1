/*
 * The dialects: their parameters, their names, and which generated machine is whose.
 */
#include "codec/machine.h"

static const struct sorteo_parameters parameters[] = {
#define X(upper, lower, s, k, w, r) [SORTEO_##upper] = { s, k, w, r },
    CODEC_DIALECTS(X)
#undef X
};

static const char *const names[] = {
#define X(upper, lower, s, k, w, r) [SORTEO_##upper] = #lower,
    CODEC_DIALECTS(X)
#undef X
        NULL,
};

enum { DIALECT_COUNT = sizeof(parameters) / sizeof(parameters[0]) };

const struct sorteo_parameters *sorteo_dialect_parameters(enum sorteo_dialect dialect)
{
    return &parameters[dialect];
}

unsigned sorteo_dialect_count(void)
{
    return DIALECT_COUNT;
}

const char *const *sorteo_dialect_names(void)
{
    return names;
}

const char *sorteo_dialect_name(enum sorteo_dialect dialect)
{
    return (unsigned)dialect < DIALECT_COUNT ? names[dialect] : "?";
}

static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool sorteo_dialect_find(const char *name, enum sorteo_dialect *dialect)
{
    for (unsigned i = 0; i < DIALECT_COUNT; i++) {
        if (is_same(name, names[i])) {
            *dialect = (enum sorteo_dialect)i;
            return true;
        }
    }
    return false;
}

uint32_t sorteo_winners_max(enum sorteo_dialect dialect)
{
    return (UINT32_C(1) << 8 * parameters[dialect].winners_size) - 1;
}

uint8_t machine_entry(enum sorteo_dialect dialect, enum machine_entry entry)
{
    switch (dialect) {
#define X(upper, lower, s, k, w, r)                                                                                    \
    case SORTEO_##upper:                                                                                               \
        return sorteo_##lower##_entry(entry);
        CODEC_DIALECTS(X)
#undef X
    }
    return MACHINE_ERROR_STATE;
}

const uint8_t *machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end)
{
    switch ((enum sorteo_dialect)decoder->dialect) {
#define X(upper, lower, s, k, w, r)                                                                                    \
    case SORTEO_##upper:                                                                                               \
        return sorteo_##lower##_exec(decoder, begin, end);
        CODEC_DIALECTS(X)
#undef X
    }
    return begin;
}
