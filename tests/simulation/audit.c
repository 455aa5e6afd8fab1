/* The audit: see audit.h. */
#include "audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/committer/commit_group.h"
#include "shared_store.h"
#include "trace.h"

static char finding[256];
static int64_t drawers[DB_ROUNDS]; /* the process whose log says that it drew the round */

void audit_init(void)
{
    finding[0] = '\0';
    memset(drawers, 0, sizeof drawers);
}

const char *audit_finding(void)
{
    return finding[0] == '\0' ? NULL : finding;
}

void audit_find(const char *format, ...)
{
    va_list values;

    if (finding[0] != '\0')
        return;
    va_start(values, format);
    (void)vsnprintf(finding, sizeof finding, format, values);
    va_end(values);
    trace("FOUND: %s", finding);
}

/* ---- As it happens --------------------------------------------------------------------------- */

void audit_draw(const struct draw *draw)
{
    trace("logs %s of round %u, %" PRIu64 " winners", draw->elsewhere ? "the draw elsewhere" : "its own draw",
          draw->round, draw->winners);
    if (draw->number != SERVER_WINNING_NUMBER)
        audit_find("round %u was drawn with the number %u", draw->round, draw->number);
    if (draw->elsewhere)
        return;
    if (drawers[draw->round] != 0)
        audit_find("round %u: two servers, or one twice, say that they drew it", draw->round);
    drawers[draw->round] = process_current->number;
}

static unsigned count_document(const struct database *db, uint32_t document, const struct db_bet **bet)
{
    unsigned found = 0;

    for (size_t i = 0; i < db->now.bet_count; i++) {
        if (db->now.bets[i].document != document)
            continue;
        *bet = &db->now.bets[i];
        found++;
    }
    return found;
}

/* 1 means that none of it is stored, another copy neither (section 5); of an agency that has left
 * the connection, it is no matter. */
static void audit_refused(const struct commit_entry *entry)
{
    const struct facts *facts = &entry->judgement.facts;
    const struct link *link = agency_at(facts->agency)->link;
    const struct db_bet *bet;

    if (link == NULL || link->server_is_gone || link->name != entry->connection->name)
        return;
    if (count_document(shared_store_world.db, facts->document, &bet) == 0)
        return;
    counts.refused_and_stored++;
    audit_find("agency %u is told 1 for a frame that is stored", facts->agency);
}

/* No agency here sends what a rule forbids: what is refused, is because the store failed. */
void audit_request(const struct commit_entry *entry)
{
    const struct ruling *ruling = &entry->judgement.ruling;

    counts.aborts += entry->verdict == VERDICT_ABORT;
    if (entry->verdict == VERDICT_ABORT)
        trace("drops a frame of an older connection of agency %u", entry->judgement.facts.agency);
    if (entry->type == MESSAGE_FRAME && ruling->verdict[OUTCOME_COMMITTED] == VERDICT_REFUSED)
        audit_find("bets of agency %u were refused: %s", entry->judgement.facts.agency, entry->reason);
    if (entry->verdict == VERDICT_REFUSED)
        audit_refused(entry);
}

void audit_draw_without_a_store(void)
{
    counts.draws_without_store++;
    audit_find("server %u goes on with a draw in a store that it has closed", process_current->server + 1);
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static void audit_bet(const struct database *db, const struct agency *agency, unsigned index, unsigned at)
{
    const struct sent_frame *frame = &agency->frames[index];
    const struct db_bet *bet = NULL;
    const unsigned found = count_document(db, bet_document(agency->number, index, at), &bet);
    const bool is_refused = !frame->is_stored && frame->refusals == frame->copies;

    if (found > 1)
        audit_find("agency %u, frame %u: stored %u times", agency->number, index, found);
    if (frame->is_stored && found == 0)
        audit_find("agency %u, frame %u: answered 0, and not stored", agency->number, index);
    if (is_refused && found > 0)
        audit_find("agency %u, frame %u: answered 1, and stored", agency->number, index);
    if (found > 0 && (bet->agency != agency->number || bet->number != frame->numbers[at]))
        audit_find("agency %u, frame %u: stored with other contents", agency->number, index);
    if (found > 0 && bet->round != frame->round)
        audit_find("agency %u, frame %u: of round %u, stored in round %u", agency->number, index, frame->round,
                   bet->round);
}

static void audit_frame(const struct database *db, const struct agency *agency, unsigned index)
{
    const struct db_bet *bet;
    const unsigned first = count_document(db, bet_document(agency->number, index, 0), &bet);

    for (unsigned at = 0; at < agency->frames[index].bets; at++) {
        audit_bet(db, agency, index, at);
        if (count_document(db, bet_document(agency->number, index, at), &bet) != first)
            audit_find("agency %u, frame %u: stored in part", agency->number, index);
    }
}

static void audit_ids(const struct database *db)
{
    for (size_t i = 0; i < db->now.bet_count; i++)
        if (db->now.bets[i].id != (int64_t)i + 1)
            audit_find("the bet of id %" PRId64 " is in the place of %zu", db->now.bets[i].id, i + 1);
}

/* ---- Rounds ---------------------------------------------------------------------------------- */

static void audit_winners(const struct database *db, const struct agency *agency, uint32_t round)
{
    unsigned position = 0;

    if (!agency->has_winners[round])
        audit_find("agency %u never got its winners of round %u", agency->number, round);
    for (size_t i = 0; i < db->now.bet_count; i++) {
        const struct db_bet *bet = &db->now.bets[i];
        if (bet->agency != agency->number || bet->round != round || bet->number != SERVER_WINNING_NUMBER)
            continue;
        if (position >= agency->won_count[round] || agency->won[round][position] != bet->document)
            audit_find("agency %u, round %u: the winner %u is not the one that it was told", agency->number, round,
                       position + 1);
        position++;
    }
    if (position < agency->won_count[round])
        audit_find("agency %u, round %u: more winners were told than there are", agency->number, round);
}

static void audit_round(const struct database *db, uint32_t round)
{
    const struct db_round *record = &db->now.rounds[round];
    uint64_t winners = 0;

    for (size_t i = 0; i < db->now.bet_count; i++)
        winners += db->now.bets[i].round == round && db->now.bets[i].number == SERVER_WINNING_NUMBER;
    if (db->draws[round] != record->drawn)
        audit_find("round %u: %u draws", round, db->draws[round]);
    if (record->drawn && record->winners != winners)
        audit_find("round %u: %" PRIu64 " winners counted of %" PRIu64, round, record->winners, winners);
    if (drawers[round] != 0 && drawers[round] != record->drawn_by)
        audit_find("round %u: process %" PRId64 " says that it drew it, and %" PRId64 " did", round, drawers[round],
                   record->drawn_by);
}

static void audit_agency(const struct database *db, const struct agency *agency)
{
    const struct agency_state *state = &db->now.agencies[agency->number];
    uint64_t bets = 0;

    for (size_t i = 0; i < db->now.bet_count; i++)
        bets += db->now.bets[i].agency == agency->number && db->now.bets[i].round == state->round;
    if (bets != state->bets)
        audit_find("agency %u has %" PRIu64 " bets in its round, and says %" PRIu64, agency->number, bets, state->bets);
}

void audit_database(const struct database *db, unsigned agencies, uint32_t completed)
{
    audit_ids(db);
    for (unsigned i = 1; i <= agencies; i++) {
        const struct agency *agency = agency_at(i);
        for (unsigned frame = 0; frame < agency->frame_count; frame++)
            audit_frame(db, agency, frame);
        audit_agency(db, agency);
        for (uint32_t round = 1; round <= completed; round++)
            audit_winners(db, agency, round);
    }
    for (uint32_t round = 1; round < DB_ROUNDS; round++)
        audit_round(db, round);
}
