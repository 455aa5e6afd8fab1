/* See row_outcomes.h. */
#include "client/row_outcomes.h"

#include <assert.h>

void row_outcomes_init(struct row_outcomes *outcomes)
{
    outcomes->count = 0;
}

void row_outcomes_add(struct row_outcomes *outcomes, enum row_outcome fate, const struct bets_frame *frame)
{
    struct row_range *last = outcomes->count > 0 ? &outcomes->ranges[outcomes->count - 1] : NULL;
    if (last == NULL || last->fate != fate) {
        assert(outcomes->count < ROW_RANGES_MAX);
        last = &outcomes->ranges[outcomes->count++];
        *last = (struct row_range){ .fate = fate, .first_line = frame->first_line };
    }
    last->last_line = frame->last_line;
    last->bets += frame->bets;
}

uint64_t row_outcomes_bets(const struct row_outcomes *outcomes, enum row_outcome fate)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < outcomes->count; i++)
        sum += outcomes->ranges[i].fate == fate ? outcomes->ranges[i].bets : 0;
    return sum;
}
