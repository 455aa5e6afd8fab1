/* What a session sends, once the committer has said what: answers, and winners. See session.h. */
#include "server/worker/session.h"

#include <assert.h>

#include "server/worker/session_parts.h"

/* Documents are asked for again when fewer bytes than this are unsent: one piece under way at a
 * time. */
#define TELLING_LOW_WATER 4096u

/* ---- Answers --------------------------------------------------------------------------------- */

static void answer(struct session *session, bool stored, uint64_t now_ms)
{
    uint8_t frame[1];
    size_t len;

    if (sorteo_encode_answer(stored, frame, sizeof(frame), &len) != SORTEO_E_OK ||
        !buffer_append(&session->out, frame, len))
        session_abort_now(session, "no memory");
    else
        session_clock_queued(&session->clock, now_ms);
}

static void note_taken(struct session *session)
{
    session->taken = true;
    session_clock_taken(&session->clock);
}

/* Its peer sends rubbish: what was handed over is answered first. */
static void count_refusal(struct session *session, uint64_t now_ms)
{
    if (++session->refusals >= session->rules->refusals)
        session_begin_closing(session, "too many refused frames", now_ms);
}

void session_result(struct session *session, enum verdict verdict, uint32_t round, uint64_t now_ms)
{
    assert(session->owed > 0);
    session->owed--;
    if (verdict == VERDICT_STORED || verdict == VERDICT_WAITING || verdict == VERDICT_DRAWN)
        note_taken(session);
    if (session_is_over(session))
        return;
    switch (verdict) {
    case VERDICT_STORED:
    case VERDICT_REFUSED:
        answer(session, verdict == VERDICT_STORED, now_ms);
        if (verdict == VERDICT_REFUSED)
            count_refusal(session, now_ms);
        break;
    case VERDICT_WAITING:
    case VERDICT_DRAWN:
        session->round = round;
        if (session->phase == SESSION_ASKING)
            session->phase = SESSION_WAITING;
        if (session->phase == SESSION_WAITING && verdict == VERDICT_DRAWN)
            session_drawn(session, round, now_ms);
        if (session->phase == SESSION_WAITING && session->stopping)
            session_begin_closing(session, NULL, now_ms);
        break;
    case VERDICT_COLLECTED:
    case VERDICT_NOTED:
        break;
    case VERDICT_CLOSE:
        session->refuse_at_end = false;
        session_begin_closing(session, "the frame cannot be answered", now_ms);
        break;
    case VERDICT_ABORT:
        session_abort_now(session, "too old to speak for its agency");
        break;
    }
    session_go_on(session, now_ms);
}

/* ---- Winners --------------------------------------------------------------------------------- */

static void ask_winners(struct session *session)
{
    session->asked = true;
    session->host.ask_winners(session->host.context, session->round, session->told);
}

static void begin_telling(struct session *session)
{
    session->phase = SESSION_TELLING;
    session->told = 0;
    session->total = 0;
    ask_winners(session);
}

/* Answers of frames before the FINISH may still be unsent: WINNERS follow them, in `out`. */
void session_drawn(struct session *session, uint32_t round, uint64_t now_ms)
{
    if (session->phase == SESSION_WAITING && session->round <= round)
        begin_telling(session);
    session_update_pause(session, now_ms);
}

/* The last byte of WINNERS is with the system: from here on a RECEIPT is due. */
static void end_telling_if_written(struct session *session, uint64_t now_ms)
{
    if (session->phase != SESSION_TELLING || session->asked || session->out.len > 0)
        return;
    session->phase = SESSION_RECEIPT_DUE;
    session_clock_heard(&session->clock, now_ms);
    if (session->stopping)
        session_begin_closing(session, NULL, now_ms);
}

static bool queue_documents(struct session *session, const uint32_t *documents, size_t count)
{
    size_t len;
    uint8_t *space = buffer_reserve(&session->out, 4 + 4 * count);
    if (space == NULL)
        return false;
    if (session->told == 0) {
        if (sorteo_encode_winners_count(session->rules->dialect, session->total, space, 4, &len) != SORTEO_E_OK)
            return false;
        buffer_grew(&session->out, len);
        space += len;
    }
    if (sorteo_encode_documents(session->rules->dialect, documents, count, space, 4 * count, &len) != SORTEO_E_OK)
        return false;
    buffer_grew(&session->out, len);
    session->told += (uint32_t)count;
    return true;
}

void session_documents(struct session *session, enum verdict verdict, uint32_t total, const uint32_t *documents,
                       size_t count, uint64_t now_ms)
{
    session->asked = false;
    if (session->phase != SESSION_TELLING)
        return;
    if (verdict != VERDICT_DRAWN) {
        session_begin_closing(session, "winners cannot be sent", now_ms);
        return;
    }
    session->total = total;
    if (!queue_documents(session, documents, count) || (count == 0 && session->told < total)) {
        session_abort_now(session, "winners cannot be queued");
        return;
    }
    session_clock_queued(&session->clock, now_ms);
}

/* ---- Sent ------------------------------------------------------------------------------------ */

void session_sent(struct session *session, size_t len, uint64_t now_ms)
{
    buffer_consume(&session->out, len);
    session_clock_sent(&session->clock, session->out.len > 0, now_ms);
    if (session->phase == SESSION_TELLING && !session->asked && session->told < session->total &&
        session->out.len < TELLING_LOW_WATER)
        ask_winners(session);
    end_telling_if_written(session, now_ms);
    session_go_on(session, now_ms);
}

void session_progress(struct session *session, uint64_t now_ms)
{
    session_clock_restart(&session->clock, now_ms);
}
