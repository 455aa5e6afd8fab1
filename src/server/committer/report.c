/* What the committer logs about frames: see report.h. */
#include "server/committer/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"

static void report_single(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_almacenada", LOG_SUCCESS, "dni: %" PRIu32 " | numero: %u%s", judgement->document,
                  judgement->number, judgement->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_ERROR, "apuesta_almacenada", LOG_FAIL, "dni: %" PRIu32 " | numero: %u | agency: %u | reason: %s",
                  judgement->document, judgement->number, judgement->agency, judgement->reason);
}

static void report_batch(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_recibida", LOG_SUCCESS, "cantidad: %u | agency: %u%s", judgement->bets,
                  judgement->agency, judgement->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_ERROR, "apuesta_recibida", LOG_FAIL, "cantidad: %u | agency: %u | reason: %s", judgement->bets,
                  judgement->agency, judgement->reason);
}

static void report_finish(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_WAITING || judgement->verdict == VERDICT_DRAWN)
        log_event(LOG_INFO, "finish", LOG_SUCCESS, "agency: %u | round: %" PRIu32 "%s", judgement->agency,
                  judgement->round, judgement->closes_round ? "" : " | repeated: yes");
    else
        log_event(LOG_WARNING, "finish", LOG_FAIL, "agency: %u | reason: %s", judgement->agency, judgement->reason);
}

static void report_receipt(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_COLLECTED)
        log_event(LOG_INFO, "receipt", LOG_SUCCESS, "agency: %u | round: %" PRIu32 "%s", judgement->agency,
                  judgement->round, judgement->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_WARNING, "receipt", LOG_FAIL, "agency: %u | reason: %s", judgement->agency, judgement->reason);
}

static void report_winners(const struct group_entry *entry)
{
    const struct judgement *judgement = &entry->judgement;
    if (judgement->verdict != VERDICT_DRAWN)
        log_event(LOG_ERROR, "winners", LOG_FAIL,
                  "agency: %u | round: %" PRIu32 " | cant_ganadores: %" PRIu64 " | reason: %s", judgement->agency,
                  judgement->round, judgement->winners, judgement->reason);
    else if (entry->from == 0)
        log_event(LOG_INFO, "winners", LOG_SUCCESS, "agency: %u | round: %" PRIu32 " | cant_ganadores: %" PRIu64,
                  judgement->agency, judgement->round, judgement->winners);
}

void report_entry(const struct group_entry *entry)
{
    if (entry->judgement.verdict >= VERDICT_CLOSE && entry->judgement.reason == NULL)
        return; /* behind a frame that already closed the connection: not looked at */
    if (entry->type == MESSAGE_WINNERS)
        report_winners(entry);
    else if (entry->kind == FRAME_SINGLE)
        report_single(&entry->judgement);
    else if (entry->kind == FRAME_BATCH)
        report_batch(&entry->judgement);
    else if (entry->kind == FRAME_FINISH)
        report_finish(&entry->judgement);
    else
        report_receipt(&entry->judgement);
}

void report_draw(uint32_t round, uint16_t winning_number, uint64_t winners)
{
    log_event(LOG_INFO, "sorteo", LOG_SUCCESS, "round: %" PRIu32 " | numero: %u | winners: %" PRIu64, round,
              winning_number, winners);
}

void report_barrier(const struct rounds *rounds)
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
    if (waiting > 0)
        log_event(LOG_INFO, "barrier", LOG_IN_PROGRESS, "waiting: %u | missing: %s", waiting, missing);
}
