/* A session, as a pure state machine: see session.h. What it reads is in session_frames.c, what it
 * sends in session_answers.c, how it ends in session_ending.c, its clocks in session_clock.c. */
#include "server/worker/session.h"

#include "server/worker/session_parts.h"

void session_init(struct session *session, const struct session_rules *rules, enum sorteo_stream stream,
                  const struct session_host *host, uint64_t now_ms)
{
    *session = (struct session){ .phase = SESSION_TALKING, .rules = rules, .host = *host, .stream = stream };
    sorteo_decoder_init(&session->decoder, rules->dialect, stream, rules->max_frame);
    session_clock_init(&session->clock, now_ms);
}

void session_fini(struct session *session)
{
    buffer_fini(&session->in);
    buffer_fini(&session->out);
}

/* ---- What it waits for ----------------------------------------------------------------------- */

/* Frames may be handed over. */
bool session_listens(const struct session *session)
{
    return session->phase == SESSION_TALKING || session->phase == SESSION_RECEIPT_DUE;
}

static enum session_wait waits_for(const struct session *session)
{
    if (session_is_over(session))
        return WAIT_NOTHING;
    if (session->phase == SESSION_DRAINING)
        return WAIT_END;
    if (!session_listens(session) || session->ended)
        return WAIT_OURS;
    return session->phase == SESSION_RECEIPT_DUE ? WAIT_RECEIPT : WAIT_FRAME;
}

void session_update_pause(struct session *session, uint64_t now_ms)
{
    bool must_send = waits_for(session) <= WAIT_RECEIPT;
    session_clock_set_paused(&session->clock, must_send && !session_wants_input(session), now_ms);
}

/* ---- What happens to it ---------------------------------------------------------------------- */

/* A byte after FINISH, before the last byte of its WINNERS was written: the FINISH counts, that
 * byte ends it. */
static bool speaks_out_of_turn(const struct session *session)
{
    return session->phase >= SESSION_ASKING && session->phase <= SESSION_TELLING && session->in.len > 0;
}

/* The peer has ended its direction and every byte it sent was looked at. */
static void close_if_ended(struct session *session, uint64_t now_ms)
{
    if (!session->ended || !session_listens(session))
        return;
    if (session->in.len > 0 && session_unsent_answers(session) >= SESSION_UNSENT_MAX)
        return; /* whole frames may still be in there: read on when answers have gone out */
    bool whole = sorteo_decoder_is_between_frames(&session->decoder) && session->in.len == 0;
    session_begin_closing(session, whole ? NULL : "the stream ended inside a frame", now_ms);
}

/* Whatever happened may have freed the way for what is still in `in`. */
void session_go_on(struct session *session, uint64_t now_ms)
{
    session_update_pause(session, now_ms);
    session_read_frames(session, now_ms);
    if (speaks_out_of_turn(session))
        session_begin_closing(session, "data between FINISH and the end of WINNERS", now_ms);
    close_if_ended(session, now_ms);
    session_finish_closing(session, now_ms);
    session_update_pause(session, now_ms);
}

void session_end(struct session *session, uint64_t now_ms)
{
    session->ended = true;
    if (session->phase == SESSION_DRAINING)
        session->phase = SESSION_OVER;
    session_go_on(session, now_ms);
}

/* ---- From the host --------------------------------------------------------------------------- */

void session_abort(struct session *session, const char *reason)
{
    if (!session_is_over(session))
        session_abort_now(session, reason);
}

/* No byte of a frame, no frame without its answer, no answer unsent. */
static bool has_nothing_under_way(const struct session *session)
{
    return session->in.len == 0 && session->owed == 0 && session->out.len == 0;
}

static void end_for_another(struct session *session, const char *reason)
{
    if (session_is_over(session))
        return;
    session->harmless = has_nothing_under_way(session);
    session_abort_now(session, reason);
}

void session_replace(struct session *session)
{
    end_for_another(session, "replaced by a newer connection of its agency");
}

void session_count(struct session *session)
{
    end_for_another(session, "ended so that the bets of its agency can be counted");
}

/* One that waits for winners, or owes a receipt for them, is missed. */
void session_lose(struct session *session)
{
    bool done = session->phase == SESSION_TALKING || session->phase == SESSION_DRAINING;

    if (session_is_over(session))
        return;
    session->harmless = session->reason == NULL && done && has_nothing_under_way(session);
    session_abort_now(session, session->reason != NULL ? session->reason : "connection lost");
}

void session_throttle(struct session *session, bool throttled, uint64_t now_ms)
{
    session->throttled = throttled;
    session_update_pause(session, now_ms);
}

void session_stop(struct session *session, uint64_t now_ms)
{
    session->stopping = true;
    if (session_listens(session) || session->phase == SESSION_WAITING)
        session_begin_closing(session, NULL, now_ms);
}

void session_close(struct session *session, const char *reason, uint64_t now_ms)
{
    session_begin_closing(session, reason, now_ms);
}

void session_tick(struct session *session, uint64_t now_ms)
{
    const struct session_clock *clock = &session->clock;
    const char *late = session_clock_late(clock, session->rules, waits_for(session), now_ms);
    if (late == NULL)
        return;
    if (session->phase == SESSION_DRAINING)
        session->phase = SESSION_OVER;
    else if (session_clock_is_stuck(clock, session->rules, waits_for(session), now_ms))
        session_abort_now(session, late);
    else
        session_begin_closing(session, late, now_ms);
}

/* ---- What it wants --------------------------------------------------------------------------- */

bool session_wants_input(const struct session *session)
{
    if (session->ended || session->throttled)
        return false;
    switch (session->phase) {
    case SESSION_TALKING:
    case SESSION_RECEIPT_DUE:
        return session_unsent_answers(session) < SESSION_UNSENT_MAX;
    case SESSION_ASKING:
    case SESSION_WAITING:
    case SESSION_TELLING:
    case SESSION_DRAINING:
        return true;
    default:
        return false;
    }
}

const uint8_t *session_output(const struct session *session, size_t *len)
{
    *len = session_is_over(session) ? 0 : session->out.len;
    return buffer_front(&session->out);
}

bool session_has_hung_up(const struct session *session)
{
    return session->phase == SESSION_DRAINING;
}

bool session_is_over(const struct session *session)
{
    return session->phase >= SESSION_OVER;
}

uint64_t session_deadline(const struct session *session)
{
    return session_clock_deadline(&session->clock, session->rules, waits_for(session));
}

uint32_t session_owed(const struct session *session)
{
    return session->owed;
}

bool session_is_idle(const struct session *session)
{
    return !session->taken && session->owed == 0 && session->in.len == 0 && session->out.len == 0;
}

uint8_t session_agency(const struct session *session)
{
    return session->decoder.agency;
}

uint64_t session_frame_offset(const struct session *session)
{
    return session->in_base;
}

size_t session_unfinished(const struct session *session)
{
    return session->in.len;
}
