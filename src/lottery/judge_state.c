/*
 * What the judge keeps between frames: loaded from the store and written to it, saved before a
 * transaction and restored after one that failed. See judge.h.
 */
#include <stdlib.h>
#include <string.h>

#include "lottery/judge.h"

/* ---- With the store -------------------------------------------------------------------------- */

void judge_init(struct judge *judge, enum sorteo_dialect dialect, uint16_t winning_number)
{
    *judge = (struct judge){ .dialect = dialect,
                             .has_keys = sorteo_dialect_parameters(dialect)->key_size > 0,
                             .winning_number = winning_number };
}

/* Where a connection of another server spoke later, the one of this server that spoke before never
 * does again, nor do those that are older than it; one that was accepted later may. */
static void end_speakers(struct judge *judge)
{
    for (unsigned port = 0; port < SPEAKERS_PORTS; port++)
        for (unsigned agency = 1; agency <= judge->rounds.agencies; agency++) {
            struct speaker *newest = &judge->speakers.newest[port][agency];
            if (newest->channel == 0 || !store_another_speaks(judge->store, port, (uint8_t)agency))
                continue;
            judge->ended[port][agency] = *newest;
            judge->any_ended = true;
            *newest = (struct speaker){ .number = newest->number + 1 };
        }
}

enum store_code judge_load(struct judge *judge, struct store *store)
{
    struct rounds rounds;

    rounds_init(&rounds, store_agencies(store));
    for (unsigned agency = 1; agency <= rounds.agencies; agency++)
        if (store_agency_get(store, (uint8_t)agency, &rounds.agency[agency]) != STORE_OK)
            return STORE_FAILED;
    judge->rounds = rounds;
    memset(judge->moved, 0, sizeof judge->moved);
    judge->store = store;
    end_speakers(judge);
    return STORE_OK;
}

bool judge_next_ended(struct judge *judge, struct speaker *ended)
{
    for (unsigned port = 0; judge->any_ended && port < SPEAKERS_PORTS; port++)
        for (unsigned agency = 1; agency <= judge->rounds.agencies; agency++) {
            if (judge->ended[port][agency].number == 0)
                continue;
            *ended = judge->ended[port][agency];
            judge->ended[port][agency].number = 0;
            return true;
        }
    judge->any_ended = false;
    return false;
}

enum store_code judge_begin(struct judge *judge)
{
    enum store_code code = store_begin(judge->store);

    return code == STORE_OK && store_is_overtaken(judge->store) ? judge_load(judge, judge->store) : code;
}

void judge_fini(struct judge *judge)
{
    free(judge->bets);
    judge->bets = NULL;
    judge->bets_cap = 0;
}

/* Whoever speaks is told to the other servers with what it said. */
static enum store_code write_speakers(struct judge *judge)
{
    for (unsigned port = 0; port < SPEAKERS_PORTS; port++)
        for (unsigned agency = 1; agency <= judge->rounds.agencies; agency++) {
            if (!judge->spoke[port][agency])
                continue;
            const uint64_t number = judge->speakers.newest[port][agency].number;
            if (store_speaker_put(judge->store, port, (uint8_t)agency, number) != STORE_OK)
                return STORE_FAILED;
            judge->spoke[port][agency] = false;
        }
    return STORE_OK;
}

enum store_code judge_write(struct judge *judge)
{
    for (unsigned agency = 1; agency <= judge->rounds.agencies; agency++) {
        if (!judge->moved[agency])
            continue;
        if (store_agency_put(judge->store, (uint8_t)agency, &judge->rounds.agency[agency]) != STORE_OK)
            return STORE_FAILED;
        judge->moved[agency] = false;
    }
    return store_is_shared(judge->store) ? write_speakers(judge) : STORE_OK;
}

/* ---- Around a transaction -------------------------------------------------------------------- */

/* Every group saves, and few servers have more than some agencies: the whole is 20 kB. */
static void copy_rounds(struct rounds *to, const struct rounds *from)
{
    to->agencies = from->agencies;
    memcpy(to->agency, from->agency, (from->agencies + 1u) * sizeof from->agency[0]);
}

static void copy_taken(struct refusals_taken *to, const struct refusals_taken *from, unsigned agencies)
{
    memcpy(to->at, from->at, (agencies + 1) * sizeof from->at[0]);
}

static void copy_speakers(struct speakers *to, const struct speakers *from, unsigned agencies)
{
    for (unsigned port = 0; port < SPEAKERS_PORTS; port++)
        memcpy(to->newest[port], from->newest[port], (agencies + 1) * sizeof from->newest[port][0]);
}

void judge_save(const struct judge *judge, struct judge_state *before)
{
    copy_rounds(&before->rounds, &judge->rounds);
    copy_taken(&before->taken, &judge->refusals.taken, judge->rounds.agencies);
    copy_speakers(&before->speakers, &judge->speakers, judge->rounds.agencies);
}

void judge_restore(struct judge *judge, const struct judge_state *before, enum outcome outcome)
{
    copy_rounds(&judge->rounds, &before->rounds);
    copy_taken(&judge->refusals.taken, &before->taken, before->rounds.agencies);
    if (outcome == OUTCOME_ROLLED_BACK) /* else newer connections stand: see effects_of */
        copy_speakers(&judge->speakers, &before->speakers, before->rounds.agencies);
    memset(judge->moved, 0, sizeof judge->moved);
    memset(judge->spoke, 0, sizeof judge->spoke);
}
