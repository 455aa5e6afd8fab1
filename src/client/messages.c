/* See messages.h. */
#include "client/messages.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "base/printable.h"

static const char *const fate_texts[] = {
    [ROW_STORED] = "stored",
    [ROW_REFUSED] = "refused by the server, not stored",
    [ROW_IN_DOUBT] = "IN DOUBT: sent, but not answered; it may or may not be stored",
    [ROW_UNSENT] = "not sent",
};

/* The log's word for it. */
static const char *const fate_states[] = {
    [ROW_STORED] = "stored",
    [ROW_REFUSED] = "refused",
    [ROW_IN_DOUBT] = "in_doubt",
    [ROW_UNSENT] = "not_sent",
};

void message_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("sorteo-client: ", stderr);
    printable_vline(stderr, format, arguments);
    va_end(arguments);
}

const char *message_row_range(const struct row_range *run, char out[static MESSAGE_ROW_RANGE_MAX])
{
    const char *plural = run->bets == 1 ? "" : "s";
    if (run->first_line == run->last_line)
        snprintf(out, MESSAGE_ROW_RANGE_MAX, "line %" PRIu64 " (%" PRIu64 " bet%s): %s", run->first_line, run->bets,
                 plural, fate_texts[run->fate]);
    else
        snprintf(out, MESSAGE_ROW_RANGE_MAX, "lines %" PRIu64 " to %" PRIu64 " (%" PRIu64 " bet%s): %s",
                 run->first_line, run->last_line, run->bets, plural, fate_texts[run->fate]);
    return out;
}

static void print_rest(const char *name, const struct row_outcomes *outcomes, uint64_t total)
{
    uint64_t booked = 0;
    for (size_t i = 0; i < outcomes->count; i++)
        booked += outcomes->ranges[i].bets;
    uint64_t last = outcomes->count > 0 ? outcomes->ranges[outcomes->count - 1].last_line : 0;
    if (total > 0 && booked == 0)
        message_print("%s: nothing was sent (%" PRIu64 " bets)", name, total);
    else if (total > booked)
        message_print("%s: what follows line %" PRIu64 " (%" PRIu64 " bets): not sent", name, last, total - booked);
    else if (total == 0)
        message_print("%s: what follows line %" PRIu64 ": not sent", name, last);
}

void message_row_outcomes(const char *name, const struct row_outcomes *outcomes, uint64_t total, bool read_to_end,
                          bool stopped)
{
    char text[MESSAGE_ROW_RANGE_MAX];
    for (size_t i = 0; i < outcomes->count; i++) {
        const struct row_range *run = &outcomes->ranges[i];
        message_print("%s: %s", name, message_row_range(run, text));
        if (run->fate != ROW_STORED)
            log_event(stopped && run->fate == ROW_UNSENT ? LOG_WARNING : LOG_ERROR, "apuesta_enviada",
                      stopped && run->fate == ROW_UNSENT ? LOG_IN_PROGRESS : LOG_FAIL,
                      "lines: %" PRIu64 "-%" PRIu64 " | cantidad: %" PRIu64 " | state: %s", run->first_line,
                      run->last_line, run->bets, fate_states[run->fate]);
    }
    if (!read_to_end)
        print_rest(name, outcomes, total);
}
