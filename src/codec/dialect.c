/*
 * The dialects: their parameters, their names, and which generated machine is whose.
 */
#include "codec/machine.h"

static const struct dialect dialects[] = {
#define X(name) CODEC_DIALECT_##name,
    CODEC_DIALECTS(X)
#undef X
};

static const char *const names[] = {
#define X(name) #name,
    CODEC_DIALECTS(X)
#undef X
        NULL,
};

enum number {
#define X(name) NUMBER_##name,
    CODEC_DIALECTS(X)
#undef X
        DIALECT_COUNT
};

const struct dialect *dialect_of(enum sorteo_dialect dialect)
{
    return &dialects[dialect];
}

const struct sorteo_parameters *sorteo_dialect_parameters(enum sorteo_dialect dialect)
{
    return &dialects[dialect].parameters;
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
    return (UINT32_C(1) << 8 * dialects[dialect].parameters.winners_size) - 1;
}

uint8_t machine_entry(enum sorteo_dialect dialect, enum machine_entry entry)
{
    switch ((enum number)dialect) {
#define X(name)                                                                                                        \
    case NUMBER_##name:                                                                                                \
        return MACHINE_FUNCTION(name, entry)(entry);
        CODEC_DIALECTS(X)
#undef X
    case DIALECT_COUNT:
        break;
    }
    return MACHINE_ERROR_STATE;
}

const uint8_t *machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end)
{
    switch ((enum number)decoder->dialect) {
#define X(name)                                                                                                        \
    case NUMBER_##name:                                                                                                \
        return MACHINE_FUNCTION(name, exec)(decoder, begin, end);
        CODEC_DIALECTS(X)
#undef X
    case DIALECT_COUNT:
        break;
    }
    return begin;
}
