/* What a session reads: finds where frames end, hands them over, and refuses all other bytes.
 * See session.h. */
#include "server/worker/session.h"

#include <assert.h>

#include "server/worker/other_dialect.h"
#include "server/worker/session_parts.h"

#define N_BETS_SIZE 2u /* bytes */

uint32_t session_unsent_answers(const struct session *session)
{
    size_t queued = session->phase == SESSION_TELLING ? 0 : session->out.len;
    return session->owed + (uint32_t)queued;
}

static void hand_over(struct session *session, enum frame_kind kind, const struct sorteo_event *event)
{
    const uint8_t *front = buffer_front(&session->in);
    session->owed++;
    session->host.hand_over(session->host.context, kind, front + (event->begin - session->in_base),
                            (size_t)(event->end - event->begin));
}

/* A whole frame is in `in`. */
static void hand_over_frame(struct session *session, enum frame_kind kind, const struct sorteo_event *event,
                            uint64_t now_ms)
{
    session_clock_frame_ended(&session->clock, now_ms);
    if (kind == FRAME_FINISH)
        session->phase = SESSION_ASKING;
    if (kind == FRAME_RECEIPT)
        session->phase = SESSION_TALKING;
    hand_over(session, kind, event);
}

static const char *guess_dialect(const struct session *session)
{
    return other_dialect(session->rules, session->stream, buffer_front(&session->in), session->in.len);
}

/* In every dialect the first AGENCY of a SINGLE or BATCH comes after its KEY. */
static void name_refused(struct session *session)
{
    size_t head = sorteo_dialect_parameters(session->rules->dialect)->key_size;

    if (session->stream == SORTEO_AGENCY_STREAM)
        head += N_BETS_SIZE;
    if (session->host.name_refused == NULL || session->in.len <= head)
        return;
    session->owed++;
    session->host.name_refused(session->host.context, buffer_front(&session->in)[head]);
}

/* A FINISH with a KEY looks so to a server without keys: on a connection that never had a frame
 * taken it does not count (section 6). */
static bool is_doubtful_finish(const struct session *session, const struct sorteo_event *event)
{
    return !session->taken && session->owed == 0 && session->in.len > event->end - session->in_base;
}

/* The decoder refuses: ANSWER 1 where a SINGLE, BATCH or FINISH was due, nothing for a wrong
 * RECEIPT. */
static void refuse_bytes(struct session *session, uint64_t now_ms)
{
    session->error = session->decoder.error;
    session->refused_bets = session->decoder.items;
    session->refuse_at_end = session->phase == SESSION_TALKING;
    if (session->refuse_at_end) {
        session->reads_as = guess_dialect(session);
        name_refused(session);
    }
    session_begin_closing(session, sorteo_code_text(session->error.code), now_ms);
}

static void drop_front(struct session *session, uint64_t end)
{
    buffer_consume(&session->in, (size_t)(end - session->in_base));
    session->in_base = end;
}

/* Reads what is in `in`, as long as frames may be handed over. */
void session_read_frames(struct session *session, uint64_t now_ms)
{
    while (session_listens(session) && session->in.len > 0 && session_unsent_answers(session) < SESSION_UNSENT_MAX) {
        struct sorteo_window window = { .bytes = buffer_front(&session->in),
                                        .len = session->in.len,
                                        .base = session->in_base };
        struct sorteo_event event;
        enum sorteo_event_kind kind = sorteo_decoder_next(&session->decoder, &window, &event);

        if (kind == SORTEO_MORE)
            break;
        if (kind == SORTEO_ERROR) {
            refuse_bytes(session, now_ms);
            return;
        }
        if (kind == SORTEO_FINISH && is_doubtful_finish(session, &event)) {
            session->reads_as = guess_dialect(session);
            session_begin_closing(session, "bytes after a first FINISH, which does not count", now_ms);
            return;
        }
        if (sorteo_ends_frame(session->stream, kind)) {
            hand_over_frame(session, request_kind(kind), &event, now_ms);
            drop_front(session, event.end);
        }
    }
    if (session->in.len > 0)
        session_clock_frame_begins(&session->clock, now_ms);
}

static void drain(struct session *session, size_t len)
{
    session->drained += len;
    if (session->drained >= SESSION_DRAIN_BYTES)
        session->phase = SESSION_OVER;
}

void session_feed(struct session *session, const uint8_t *bytes, size_t len, uint64_t now_ms)
{
    assert(session_wants_input(session));
    if (session->phase == SESSION_DRAINING) {
        drain(session, len);
        return;
    }
    session_clock_heard(&session->clock, now_ms);
    if (!buffer_append(&session->in, bytes, len)) {
        session_abort_now(session, "no memory");
        return;
    }
    session_go_on(session, now_ms);
}
