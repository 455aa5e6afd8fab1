/* See ledger.h. */
#include "client/ledger.h"

#include <assert.h>

void ledger_init(struct ledger *ledger)
{
    ledger->count = 0;
}

void ledger_add(struct ledger *ledger, enum fate fate, const struct frame *frame)
{
    struct run *last = ledger->count > 0 ? &ledger->runs[ledger->count - 1] : NULL;
    if (last == NULL || last->fate != fate) {
        assert(ledger->count < LEDGER_RUNS_MAX);
        last = &ledger->runs[ledger->count++];
        *last = (struct run){ .fate = fate, .first_line = frame->first_line };
    }
    last->last_line = frame->last_line;
    last->bets += frame->bets;
}

uint64_t ledger_bets(const struct ledger *ledger, enum fate fate)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < ledger->count; i++)
        sum += ledger->runs[i].fate == fate ? ledger->runs[i].bets : 0;
    return sum;
}
