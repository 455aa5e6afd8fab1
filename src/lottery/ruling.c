/* Rulings: see ruling.h. */
#include "lottery/ruling.h"

struct ruling ruling_regardless(enum verdict verdict, const char *reason)
{
    return (struct ruling){ .verdict = { verdict, verdict, verdict }, .reason = reason };
}

struct ruling ruling_if_committed(enum verdict committed, enum verdict rolled_back)
{
    return (struct ruling){ .verdict = { [OUTCOME_COMMITTED] = committed,
                                         [OUTCOME_ROLLED_BACK] = rolled_back,
                                         [OUTCOME_UNKNOWN] = VERDICT_CLOSE } };
}

struct effects effects_of(const struct effects *effects, enum outcome outcome)
{
    struct effects left = *effects;
    if (outcome != OUTCOME_COMMITTED)
        left.draw = (struct draw){ 0 };
    if (outcome == OUTCOME_ROLLED_BACK)
        left.supersedes = false;
    return left;
}
