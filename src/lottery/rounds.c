/* Rounds: see rounds.h. */
#include "lottery/rounds.h"

#include <assert.h>

void rounds_init(struct rounds *rounds, uint8_t agencies)
{
    *rounds = (struct rounds){ .agencies = agencies };
    for (unsigned agency = 0; agency <= AGENCIES_MAX; agency++)
        rounds->agency[agency].round = 1;
}

bool rounds_serves(const struct rounds *rounds, uint8_t agency)
{
    return agency >= 1 && agency <= rounds->agencies;
}

static void open_next(struct agency_state *state, bool may_close_empty)
{
    *state =
        (struct agency_state){ .round = state->round + 1, .phase = AGENCY_OPEN, .may_close_empty = may_close_empty };
}

static void wait_for_draw(struct agency_state *state)
{
    state->phase = AGENCY_WAITING;
    state->announced = false;
    state->may_close_empty = false;
}

bool rounds_take_bets(struct rounds *rounds, uint8_t agency, enum key_use use, uint16_t count)
{
    struct agency_state *state = &rounds->agency[agency];
    bool stands_for_receipt = state->phase == AGENCY_DRAWN && state->announced && use == KEY_BATCH;

    if (stands_for_receipt)
        open_next(state, false);
    if (state->phase != AGENCY_OPEN)
        return false;
    state->bets += count;
    return true;
}

static bool may_close(const struct agency_state *state, bool new_key, uint32_t receipt_for)
{
    bool has_receipt = receipt_for > 0 && receipt_for == state->round - 1;
    return state->bets > 0 || state->round == 1 || state->may_close_empty || new_key || has_receipt;
}

struct rounds_finish rounds_finish(struct rounds *rounds, uint8_t agency, bool new_key, uint32_t receipt_for)
{
    struct agency_state *state = &rounds->agency[agency];

    if (state->phase == AGENCY_DRAWN && state->announced && new_key)
        open_next(state, false);
    if (state->phase != AGENCY_OPEN)
        return (struct rounds_finish){ .round = state->round, .closes = false };
    if (!may_close(state, new_key, receipt_for))
        return (struct rounds_finish){ .round = state->round - 1, .closes = false };
    wait_for_draw(state);
    return (struct rounds_finish){ .round = state->round, .closes = true };
}

static bool anyone_waits_in(const struct rounds *rounds, uint32_t round)
{
    for (unsigned agency = 1; agency <= rounds->agencies; agency++)
        if (rounds->agency[agency].round == round && rounds->agency[agency].phase == AGENCY_WAITING)
            return true;
    return false;
}

enum rounds_absent rounds_finish_absent(struct rounds *rounds, uint8_t agency)
{
    struct agency_state *state = &rounds->agency[agency];

    if (state->phase == AGENCY_WAITING)
        return ROUNDS_ABSENT_WAITS;
    if (state->phase == AGENCY_DRAWN && !anyone_waits_in(rounds, state->round + 1))
        return ROUNDS_ABSENT_DRAWN;
    if (state->phase == AGENCY_DRAWN)
        open_next(state, false);
    wait_for_draw(state);
    return ROUNDS_ABSENT_CLOSED;
}

bool rounds_all_wait(const struct rounds *rounds, uint32_t *round)
{
    for (unsigned agency = 1; agency <= rounds->agencies; agency++)
        if (rounds->agency[agency].phase != AGENCY_WAITING)
            return false;
    *round = rounds->agency[1].round;
    return true;
}

void rounds_draw(struct rounds *rounds)
{
    for (unsigned agency = 1; agency <= rounds->agencies; agency++) {
        assert(rounds->agency[agency].round == rounds->agency[1].round);
        rounds->agency[agency].phase = AGENCY_DRAWN;
        rounds->agency[agency].announced = false;
    }
}

uint32_t rounds_latest_draw(const struct rounds *rounds)
{
    const struct agency_state *any = &rounds->agency[1]; /* all are drawn at once */
    return any->phase == AGENCY_DRAWN ? any->round : any->round - 1;
}

bool rounds_is_drawn(const struct rounds *rounds, uint8_t agency, uint32_t round)
{
    const struct agency_state *state = &rounds->agency[agency];
    return round < state->round || (round == state->round && state->phase == AGENCY_DRAWN);
}

static bool is_drawn_now(const struct agency_state *state, uint32_t round)
{
    return state->phase == AGENCY_DRAWN && state->round == round;
}

bool rounds_announce(struct rounds *rounds, uint8_t agency, uint32_t round)
{
    struct agency_state *state = &rounds->agency[agency];
    if (!is_drawn_now(state, round) || state->announced)
        return false;
    state->announced = true;
    return true;
}

bool rounds_pass_over(struct rounds *rounds, uint8_t agency, uint32_t round)
{
    if (!is_drawn_now(&rounds->agency[agency], round))
        return false;
    open_next(&rounds->agency[agency], true);
    return true;
}

bool rounds_receipt(struct rounds *rounds, uint8_t agency, uint32_t round)
{
    if (!is_drawn_now(&rounds->agency[agency], round))
        return false;
    open_next(&rounds->agency[agency], false);
    return true;
}

uint32_t rounds_collected(const struct rounds *rounds)
{
    uint32_t least = UINT32_MAX;
    for (unsigned agency = 1; agency <= rounds->agencies; agency++)
        if (rounds->agency[agency].round < least)
            least = rounds->agency[agency].round;
    return least - 1;
}
