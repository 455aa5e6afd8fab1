/* How a session ends: cleanly, or at once, and what was under way then. See session.h. */
#include "server/worker/session.h"

#include "server/worker/session_parts.h"

/* What is under way, as far as its bytes tell: a BATCH and a FINISH begin with N_BETS. */
static const char *frame_under_way(const struct session *session)
{
    const uint8_t *front = buffer_front(&session->in);

    if (session->phase == SESSION_RECEIPT_DUE)
        return "receipt";
    if (session->phase != SESSION_TALKING || session->in.len == 0)
        return "none";
    if (session->stream == SORTEO_BET_STREAM)
        return "bet";
    if (session->in.len < 2)
        return front[0] == 0 ? "batch or finish" : "batch";
    return front[0] == 0 && front[1] == 0 ? "finish" : "batch";
}

/* While WINNERS are due, the first byte that comes is too many. */
static void note_cut(struct session *session)
{
    bool due = session->phase >= SESSION_ASKING && session->phase <= SESSION_TELLING;

    if (session->phase >= SESSION_CLOSING)
        return;
    session->frame_cut = frame_under_way(session);
    session->byte_cut = session->in_base + (due ? 0 : session->in.len);
}

void session_abort_now(struct session *session, const char *reason)
{
    note_cut(session);
    session->phase = SESSION_ABORTED;
    session->reason = reason;
}

/* Begins a clean end: nothing that comes is looked at any more. */
void session_begin_closing(struct session *session, const char *reason, uint64_t now_ms)
{
    if (session->phase >= SESSION_CLOSING)
        return;
    note_cut(session);
    session->phase = SESSION_CLOSING;
    session->reason = reason;
    buffer_fini(&session->in);
    session_finish_closing(session, now_ms);
}

/* Answers first, then the 1 if there is one, then our direction ends (section 6). */
void session_finish_closing(struct session *session, uint64_t now_ms)
{
    if (session->phase != SESSION_CLOSING || session->owed > 0)
        return;
    if (session->refuse_at_end) {
        uint8_t refused = 1;
        session->refuse_at_end = false;
        if (!buffer_append(&session->out, &refused, 1)) {
            session_abort_now(session, "no memory");
            return;
        }
        session_clock_queued(&session->clock, now_ms);
    }
    if (session->out.len > 0)
        return;
    session->phase = SESSION_DRAINING;
    session_clock_drains(&session->clock, now_ms);
    if (session->ended)
        session->phase = SESSION_OVER;
}
