/* What the committer counts: see count.h. */
#include "server/committer/count.h"

#include <time.h>

static bool is_taken(const struct commit_entry *entry)
{
    return entry->verdict <= VERDICT_COLLECTED && entry->verdict != VERDICT_REFUSED;
}

static enum frame_result result_of(const struct commit_entry *entry)
{
    if (!is_taken(entry))
        return RESULT_REFUSED;
    return entry->judgement.facts.repeated ? RESULT_REPEATED : RESULT_TAKEN;
}

/* The agency that it speaks for, or that its connection spoke for before; 0 if the server does not
 * serve that agency. */
static unsigned agency_of(const struct rounds *rounds, const struct commit_entry *entry)
{
    const uint8_t named = entry->judgement.facts.agency;
    const uint8_t agency = named != 0 ? named : entry->connection->peer.agency;

    return rounds_serves(rounds, agency) ? agency : 0;
}

static void count_frame(struct agency_counters *counters, const struct commit_entry *entry)
{
    const enum frame_result result = result_of(entry);

    counters->frames[entry->kind][result]++;
    counters->bets[result] += entry->judgement.facts.bets;
}

/* Its winners are told for the first time, not a piece of them. */
static void note_winners(struct agency_numbers *agency, const struct commit_entry *entry)
{
    if (entry->verdict != VERDICT_DRAWN || entry->from != 0)
        return;
    agency->winners = entry->judgement.facts.winners;
    agency->winners_round = entry->judgement.facts.round;
}

void count_request(struct committer_numbers *numbers, const struct rounds *rounds, const struct commit_entry *entry)
{
    struct agency_numbers *agency = &numbers->agency[agency_of(rounds, entry)];

    if (entry->type == MESSAGE_WINNERS)
        note_winners(agency, entry);
    if (!is_taken(entry) && entry->verdict != VERDICT_REFUSED && entry->reason == NULL)
        return;
    if (entry->type == MESSAGE_FRAME)
        count_frame(&agency->counters, entry);
    if (!is_taken(entry) && entry->reason != NULL)
        reasons_add(&numbers->refusals, entry->reason, 1);
}

void count_group(struct committer_numbers *numbers, const struct commit_group *group, bool is_committed,
                 uint64_t commit_ns, uint64_t now_ns)
{
    if (is_committed)
        durations_add(&numbers->counters.commits, commit_ns);
    else
        numbers->counters.failed_commits++;
    for (size_t i = 0; i < group->count; i++)
        durations_add(&numbers->counters.answers, now_ns - group->entries[i].came_ns);
}

void count_draw(struct committer_numbers *numbers, const struct draw *draw)
{
    numbers->counters.draws++;
    numbers->winners = draw->winners;
    numbers->drawn_at_s = (uint64_t)time(NULL);
}

void count_agencies(struct committer_numbers *numbers, const struct rounds *rounds)
{
    for (unsigned agency = 1; agency <= rounds->agencies; agency++) {
        const struct agency_state *state = &rounds->agency[agency];
        numbers->agency[agency].bets = state->bets;
        numbers->agency[agency].round = state->round;
        numbers->agency[agency].phase = (uint32_t)state->phase;
    }
}
