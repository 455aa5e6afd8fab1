/* What the committer logs about frames: see report.h. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include "log.h"

static void report_single(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_almacenada", LOG_SUCCESS, "dni: %" PRIu32 " | numero: %u%s",
                  judgement->document, judgement->number, judgement->repeated ? " | repetida: si" : "");
    else
        log_event(LOG_ERROR, "apuesta_almacenada", LOG_FAIL, "dni: %" PRIu32 " | numero: %u | agencia: %u | motivo: %s",
                  judgement->document, judgement->number, judgement->agency, judgement->reason);
}

static void report_batch(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_recibida", LOG_SUCCESS, "cantidad: %u | agencia: %u%s",
                  judgement->bets, judgement->agency, judgement->repeated ? " | repetida: si" : "");
    else
        log_event(LOG_ERROR, "apuesta_recibida", LOG_FAIL, "cantidad: %u | agencia: %u | motivo: %s",
                  judgement->bets, judgement->agency, judgement->reason);
}

static void report_finish(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_WAITING || judgement->verdict == VERDICT_DRAWN)
        log_event(LOG_INFO, "fin_apuestas", LOG_SUCCESS, "agencia: %u | ronda: %" PRIu32 "%s",
                  judgement->agency, judgement->round, judgement->closes_round ? "" : " | repetida: si");
    else
        log_event(LOG_WARNING, "fin_apuestas", LOG_FAIL, "agencia: %u | motivo: %s",
                  judgement->agency, judgement->reason);
}

static void report_receipt(const struct judgement *judgement)
{
    if (judgement->verdict == VERDICT_COLLECTED)
        log_event(LOG_INFO, "ganadores_recibidos", LOG_SUCCESS, "agencia: %u | ronda: %" PRIu32 "%s",
                  judgement->agency, judgement->round, judgement->repeated ? " | repetida: si" : "");
    else
        log_event(LOG_WARNING, "ganadores_recibidos", LOG_FAIL, "agencia: %u | motivo: %s",
                  judgement->agency, judgement->reason);
}

static void report_winners(const struct group_entry *entry)
{
    const struct judgement *judgement = &entry->judgement;
    if (judgement->verdict != VERDICT_DRAWN)
        log_event(LOG_ERROR, "envio_ganadores", LOG_FAIL,
                  "agencia: %u | ronda: %" PRIu32 " | cant_ganadores: %" PRIu64 " | motivo: %s",
                  judgement->agency, judgement->round, judgement->winners, judgement->reason);
    else if (entry->from == 0)
        log_event(LOG_INFO, "envio_ganadores", LOG_SUCCESS,
                  "agencia: %u | ronda: %" PRIu32 " | cant_ganadores: %" PRIu64,
                  judgement->agency, judgement->round, judgement->winners);
}

void report_entry(const struct group_entry *entry)
{
    if (entry->judgement.verdict >= VERDICT_CLOSE && entry->judgement.reason == NULL)
        return;     /* behind a frame that already closed the connection: not looked at */
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
    log_event(LOG_INFO, "sorteo", LOG_SUCCESS, "ronda: %" PRIu32 " | numero: %u | ganadores: %" PRIu64,
              round, winning_number, winners);
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
        log_event(LOG_INFO, "espera_agencias", LOG_IN_PROGRESS, "esperan: %u | faltan: %s", waiting, missing);
}
