/* What the committer logs about requests and rounds: see event_log.h. */
#include "server/committer/event_log.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"

/* The parts of a line that each request has. */
struct who {
    unsigned agency;
    char peer[PEER_NAME_TEXT_MAX];
};

static struct who who_of(const struct commit_entry *entry)
{
    const struct facts *facts = &entry->judgement.facts;
    struct who who = { .agency = facts->agency != 0 ? facts->agency : entry->connection->peer.agency };

    (void)peer_name_text(&entry->connection->who, who.peer);
    return who;
}

static void log_single(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);

    if (entry->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_almacenada", LOG_SUCCESS,
                  "dni: %" PRIu32 " | numero: %u | agency: %u | peer: %s%s", facts->document, facts->number, who.agency,
                  who.peer, facts->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_ERROR, "apuesta_almacenada", LOG_FAIL,
                  "dni: %" PRIu32 " | numero: %u | agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s",
                  facts->document, facts->number, who.agency, who.peer, entry->byte, entry->reason);
}

static void log_batch(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);

    if (entry->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_recibida", LOG_SUCCESS, "cantidad: %u | agency: %u | peer: %s%s", facts->bets,
                  who.agency, who.peer, facts->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_ERROR, "apuesta_recibida", LOG_FAIL,
                  "cantidad: %u | agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s", facts->bets, who.agency,
                  who.peer, entry->byte, entry->reason);
}

static void log_finish(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);

    if (entry->verdict == VERDICT_WAITING || entry->verdict == VERDICT_DRAWN)
        log_event(LOG_INFO, "finish", LOG_SUCCESS, "agency: %u | round: %" PRIu32 " | peer: %s%s", who.agency,
                  facts->round, who.peer, facts->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_WARNING, "finish", LOG_FAIL, "agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s", who.agency,
                  who.peer, entry->byte, entry->reason);
}

static void log_receipt(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);

    if (entry->verdict == VERDICT_COLLECTED)
        log_event(LOG_INFO, "receipt", LOG_SUCCESS, "agency: %u | round: %" PRIu32 " | peer: %s%s", who.agency,
                  facts->round, who.peer, facts->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_WARNING, "receipt", LOG_FAIL, "agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s",
                  who.agency, who.peer, entry->byte, entry->reason);
}

static void log_winners(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);

    if (entry->verdict != VERDICT_DRAWN)
        log_event(LOG_ERROR, "winners", LOG_FAIL,
                  "agency: %u | round: %" PRIu32 " | cant_ganadores: %" PRIu64 " | peer: %s | reason: %s", who.agency,
                  facts->round, facts->winners, who.peer, entry->reason);
    else if (entry->from == 0)
        log_event(LOG_INFO, "winners", LOG_SUCCESS,
                  "agency: %u | round: %" PRIu32 " | cant_ganadores: %" PRIu64 " | peer: %s", who.agency, facts->round,
                  facts->winners, who.peer);
}

void event_log_request(const struct commit_entry *entry)
{
    const struct facts *facts = &entry->judgement.facts;

    if (entry->verdict >= VERDICT_CLOSE && entry->reason == NULL)
        return; /* after a frame that already closed the connection: not looked at */
    if (entry->type == MESSAGE_WINNERS)
        log_winners(entry, facts);
    else if (entry->kind == FRAME_SINGLE)
        log_single(entry, facts);
    else if (entry->kind == FRAME_BATCH)
        log_batch(entry, facts);
    else if (entry->kind == FRAME_FINISH)
        log_finish(entry, facts);
    else
        log_receipt(entry, facts);
}

void event_log_draw(const struct draw *draw)
{
    log_event(LOG_INFO, "sorteo", LOG_SUCCESS, "round: %" PRIu32 " | numero: %u | winners: %" PRIu64, draw->round,
              draw->number, draw->winners);
}

void event_log_drawing(const struct draw *so_far)
{
    log_event(LOG_INFO, "draw", LOG_IN_PROGRESS, "round: %" PRIu32 " | winners: %" PRIu64, so_far->round,
              so_far->winners);
}

void event_log_barrier(const struct rounds *rounds)
{
    char missing[256 * 4 + 1] = "";
    size_t len = 0;
    unsigned waiting = 0;

    for (unsigned agency = 1; agency <= rounds->agencies; agency++) {
        if (rounds->agency[agency].phase == AGENCY_WAITING)
            waiting++;
        else
            len += (size_t)snprintf(missing + len, sizeof missing - len, "%s%u", len > 0 ? "," : "", agency);
    }
    if (waiting > 0 && len > 0)
        log_event(LOG_INFO, "barrier", LOG_IN_PROGRESS, "waiting: %u | missing: %s", waiting, missing);
}
