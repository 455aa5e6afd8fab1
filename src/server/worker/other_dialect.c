/* In which other dialect bytes read well: see other_dialect.h. */
#include "server/worker/other_dialect.h"

#include <stdbool.h>

static bool reads_well(enum sorteo_dialect dialect, uint32_t max_frame, enum sorteo_stream stream, const uint8_t *bytes,
                       size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind kind;
    bool any = false;

    sorteo_decoder_init(&decoder, dialect, stream, max_frame);
    while ((kind = sorteo_decoder_next(&decoder, &window, &event)) != SORTEO_MORE && kind != SORTEO_ERROR)
        any = any || kind == SORTEO_BET || kind == SORTEO_FINISH;
    return any && kind == SORTEO_MORE;
}

const char *other_dialect(const struct session_rules *rules, enum sorteo_stream stream, const uint8_t *bytes,
                          size_t len)
{
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++)
        if (dialect != rules->dialect && reads_well((enum sorteo_dialect)dialect, rules->max_frame, stream, bytes, len))
            return sorteo_dialect_name((enum sorteo_dialect)dialect);
    return NULL;
}
