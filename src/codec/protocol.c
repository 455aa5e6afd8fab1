/*
 * See protocol.h.
 */
#include "codec/protocol.h"

static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

const struct protocol_field *protocol_field(const struct protocol *protocol, const char *name)
{
    for (unsigned i = 0; i < protocol->field_count; i++) {
        if (is_same(protocol->fields[i].name, name))
            return &protocol->fields[i];
    }
    return NULL;
}

const struct protocol_frame *protocol_frame(const struct protocol *protocol, const char *name)
{
    for (unsigned i = 0; i < protocol->frame_count; i++) {
        if (is_same(protocol->frames[i].name, name))
            return &protocol->frames[i];
    }
    return NULL;
}

bool protocol_may_be(const struct protocol_field *field, uint64_t value)
{
    for (unsigned i = 0; i < field->interval_count; i++) {
        if (value >= field->intervals[i].low && value <= field->intervals[i].high)
            return true;
    }
    return false;
}

uint64_t protocol_most(const struct protocol_field *field)
{
    return field->interval_count == 0 ? 0 : field->intervals[field->interval_count - 1].high;
}

uint32_t protocol_batch_most(enum sorteo_dialect dialect)
{
    return (uint32_t)protocol_most(protocol_field(&protocols[dialect], "N_BETS"));
}
