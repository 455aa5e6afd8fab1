/* See explain.h. */
#include "client/explain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

static const char *const fate_texts[] = {
    [FATE_STORED] = "stored",
    [FATE_REFUSED] = "refused by the server, not stored",
    [FATE_DOUBT] = "IN DOUBT: sent, and no answer came; stored or not, nobody here can know",
    [FATE_UNSENT] = "not sent",
};

/* The log's word for it. */
static const char *const fate_states[] = {
    [FATE_STORED] = "stored",
    [FATE_REFUSED] = "refused",
    [FATE_DOUBT] = "in_doubt",
    [FATE_UNSENT] = "not_sent",
};

void explain_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("sorteo-client: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

const char *explain_run(const struct run *run, char out[static EXPLAIN_LINE_MAX])
{
    const char *plural = run->bets == 1 ? "" : "s";
    if (run->first_line == run->last_line)
        snprintf(out, EXPLAIN_LINE_MAX, "line %" PRIu64 " (%" PRIu64 " bet%s): %s", run->first_line, run->bets, plural,
                 fate_texts[run->fate]);
    else
        snprintf(out, EXPLAIN_LINE_MAX, "lines %" PRIu64 " to %" PRIu64 " (%" PRIu64 " bet%s): %s", run->first_line,
                 run->last_line, run->bets, plural, fate_texts[run->fate]);
    return out;
}

static void explain_rest(const char *name, const struct ledger *ledger, uint64_t total)
{
    uint64_t booked = 0;
    for (size_t i = 0; i < ledger->count; i++)
        booked += ledger->runs[i].bets;
    uint64_t last = ledger->count > 0 ? ledger->runs[ledger->count - 1].last_line : 0;
    if (total > 0 && booked == 0)
        explain_say("%s: nothing was sent (%" PRIu64 " bets)", name, total);
    else if (total > booked)
        explain_say("%s: what follows line %" PRIu64 " (%" PRIu64 " bets): not sent", name, last, total - booked);
    else if (total == 0)
        explain_say("%s: what follows line %" PRIu64 ": not sent", name, last);
}

void explain_ledger(const char *name, const struct ledger *ledger, uint64_t total, bool read_to_end)
{
    char text[EXPLAIN_LINE_MAX];
    for (size_t i = 0; i < ledger->count; i++) {
        const struct run *run = &ledger->runs[i];
        explain_say("%s: %s", name, explain_run(run, text));
        if (run->fate != FATE_STORED)
            log_event(LOG_ERROR, "apuesta_enviada", LOG_FAIL,
                      "lines: %" PRIu64 "-%" PRIu64 " | cantidad: %" PRIu64 " | state: %s", run->first_line,
                      run->last_line, run->bets, fate_states[run->fate]);
    }
    if (!read_to_end)
        explain_rest(name, ledger, total);
}
