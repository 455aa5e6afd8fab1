/* A session, as a pure state machine: see session.h. Its clocks are in session_clock.c. */
#include "server/worker/session.h"

#include <assert.h>

#include "server/worker/other_dialect.h"

/* Documents are asked for again when fewer bytes than this are unsent: one piece under way at a
 * time. */
#define TELLING_LOW_WATER 4096u
#define N_BETS_SIZE 2u /* bytes */

static const char replaced_text[] = "replaced by a newer connection of its agency";

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
static bool listens(const struct session *session)
{
    return session->phase == SESSION_TALKING || session->phase == SESSION_RECEIPT_DUE;
}

static enum session_wait waits_for(const struct session *session)
{
    if (session_is_over(session))
        return WAIT_NOTHING;
    if (session->phase == SESSION_DRAINING)
        return WAIT_END;
    if (!listens(session) || session->ended)
        return WAIT_OURS;
    return session->phase == SESSION_RECEIPT_DUE ? WAIT_RECEIPT : WAIT_FRAME;
}

static void update_pause(struct session *session, uint64_t now_ms)
{
    bool must_send = waits_for(session) <= WAIT_RECEIPT;
    session_clock_set_paused(&session->clock, must_send && !session_wants_input(session), now_ms);
}

/* ---- Ending ---------------------------------------------------------------------------------- */

static void finish_closing(struct session *session, uint64_t now_ms);

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

static void abort_now(struct session *session, const char *reason)
{
    note_cut(session);
    session->phase = SESSION_ABORTED;
    session->reason = reason;
}

/* Begins to close in order: nothing that comes is looked at any more. */
static void begin_closing(struct session *session, const char *reason, uint64_t now_ms)
{
    if (session->phase >= SESSION_CLOSING)
        return;
    note_cut(session);
    session->phase = SESSION_CLOSING;
    session->reason = reason;
    buffer_fini(&session->in);
    finish_closing(session, now_ms);
}

/* Answers first, then the 1 if there is one, then our direction ends (section 6). */
static void finish_closing(struct session *session, uint64_t now_ms)
{
    if (session->phase != SESSION_CLOSING || session->owed > 0)
        return;
    if (session->refuse_at_end) {
        uint8_t refused = 1;
        session->refuse_at_end = false;
        if (!buffer_append(&session->out, &refused, 1)) {
            abort_now(session, "no memory");
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

/* ---- Bytes in -------------------------------------------------------------------------------- */

static uint32_t unsent_answers(const struct session *session)
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
    begin_closing(session, sorteo_code_text(session->error.code), now_ms);
}

static void drop_front(struct session *session, uint64_t end)
{
    buffer_consume(&session->in, (size_t)(end - session->in_base));
    session->in_base = end;
}

/* Reads what is in `in`, as long as frames may be handed over. */
static void read_frames(struct session *session, uint64_t now_ms)
{
    while (listens(session) && session->in.len > 0 && unsent_answers(session) < SESSION_UNSENT_MAX) {
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
            begin_closing(session, "bytes after a first FINISH, which does not count", now_ms);
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

/* A byte after FINISH, before the last byte of its WINNERS was written: the FINISH counts, that
 * byte ends it. */
static bool speaks_out_of_turn(const struct session *session)
{
    return session->phase >= SESSION_ASKING && session->phase <= SESSION_TELLING && session->in.len > 0;
}

/* The peer has ended its direction and every byte it sent was looked at. */
static void close_if_ended(struct session *session, uint64_t now_ms)
{
    if (!session->ended || !listens(session))
        return;
    if (session->in.len > 0 && unsent_answers(session) >= SESSION_UNSENT_MAX)
        return; /* whole frames may still be in there: read on when answers have gone out */
    bool whole = sorteo_decoder_is_between_frames(&session->decoder) && session->in.len == 0;
    begin_closing(session, whole ? NULL : "the stream ended inside a frame", now_ms);
}

/* Whatever happened may have freed the way for what is still in `in`. */
static void go_on(struct session *session, uint64_t now_ms)
{
    update_pause(session, now_ms);
    read_frames(session, now_ms);
    if (speaks_out_of_turn(session))
        begin_closing(session, "data between FINISH and the end of WINNERS", now_ms);
    close_if_ended(session, now_ms);
    finish_closing(session, now_ms);
    update_pause(session, now_ms);
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
        abort_now(session, "no memory");
        return;
    }
    go_on(session, now_ms);
}

void session_end(struct session *session, uint64_t now_ms)
{
    session->ended = true;
    if (session->phase == SESSION_DRAINING)
        session->phase = SESSION_OVER;
    go_on(session, now_ms);
}

/* ---- From the committer ---------------------------------------------------------------------- */

static void answer(struct session *session, uint8_t value, uint64_t now_ms)
{
    if (!buffer_append(&session->out, &value, 1))
        abort_now(session, "no memory");
    else
        session_clock_queued(&session->clock, now_ms);
}

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

static void note_taken(struct session *session)
{
    session->taken = true;
    session_clock_taken(&session->clock);
}

/* Its peer sends rubbish: what was handed over is answered first. */
static void count_refusal(struct session *session, uint64_t now_ms)
{
    if (++session->refusals >= session->rules->refusals)
        begin_closing(session, "too many refused frames", now_ms);
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
        answer(session, verdict == VERDICT_STORED ? 0 : 1, now_ms);
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
            begin_closing(session, NULL, now_ms);
        break;
    case VERDICT_COLLECTED:
    case VERDICT_NOTED:
        break;
    case VERDICT_CLOSE:
        session->refuse_at_end = false;
        begin_closing(session, "the frame cannot be answered", now_ms);
        break;
    case VERDICT_ABORT:
        abort_now(session, replaced_text);
        break;
    }
    go_on(session, now_ms);
}

/* Answers of frames before the FINISH may still be unsent: WINNERS follow them, in `out`. */
void session_drawn(struct session *session, uint32_t round, uint64_t now_ms)
{
    if (session->phase == SESSION_WAITING && session->round <= round)
        begin_telling(session);
    update_pause(session, now_ms);
}

/* The last byte of WINNERS is with the system: from here on a RECEIPT is due. */
static void end_telling_if_written(struct session *session, uint64_t now_ms)
{
    if (session->phase != SESSION_TELLING || session->asked || session->out.len > 0)
        return;
    session->phase = SESSION_RECEIPT_DUE;
    session_clock_heard(&session->clock, now_ms);
    if (session->stopping)
        begin_closing(session, NULL, now_ms);
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
    if (sorteo_encode_documents(documents, count, space, 4 * count, &len) != SORTEO_E_OK)
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
        begin_closing(session, "winners cannot be sent", now_ms);
        return;
    }
    session->total = total;
    if (!queue_documents(session, documents, count) || (count == 0 && session->told < total)) {
        abort_now(session, "winners cannot be queued");
        return;
    }
    session_clock_queued(&session->clock, now_ms);
}

void session_sent(struct session *session, size_t len, uint64_t now_ms)
{
    buffer_consume(&session->out, len);
    session_clock_sent(&session->clock, session->out.len > 0, now_ms);
    if (session->phase == SESSION_TELLING && !session->asked && session->told < session->total &&
        session->out.len < TELLING_LOW_WATER)
        ask_winners(session);
    end_telling_if_written(session, now_ms);
    go_on(session, now_ms);
}

void session_progress(struct session *session, uint64_t now_ms)
{
    session_clock_restart(&session->clock, now_ms);
}

/* ---- From the host --------------------------------------------------------------------------- */

void session_abort(struct session *session, const char *reason)
{
    if (!session_is_over(session))
        abort_now(session, reason);
}

/* No byte of a frame, no frame without its answer, no answer unsent. */
static bool has_nothing_under_way(const struct session *session)
{
    return session->in.len == 0 && session->owed == 0 && session->out.len == 0;
}

void session_replace(struct session *session)
{
    if (session_is_over(session))
        return;
    session->in_order = has_nothing_under_way(session);
    abort_now(session, replaced_text);
}

/* One that waits for winners, or owes a receipt for them, is missed. */
void session_lose(struct session *session)
{
    bool done = session->phase == SESSION_TALKING || session->phase == SESSION_DRAINING;

    if (session_is_over(session))
        return;
    session->in_order = session->reason == NULL && done && has_nothing_under_way(session);
    abort_now(session, session->reason != NULL ? session->reason : "connection lost");
}

void session_throttle(struct session *session, bool throttled, uint64_t now_ms)
{
    session->throttled = throttled;
    update_pause(session, now_ms);
}

void session_stop(struct session *session, uint64_t now_ms)
{
    session->stopping = true;
    if (listens(session) || session->phase == SESSION_WAITING)
        begin_closing(session, NULL, now_ms);
}

void session_close(struct session *session, const char *reason, uint64_t now_ms)
{
    begin_closing(session, reason, now_ms);
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
        abort_now(session, late);
    else
        begin_closing(session, late, now_ms);
}

/* ---- What it wants --------------------------------------------------------------------------- */

bool session_wants_input(const struct session *session)
{
    if (session->ended || session->throttled)
        return false;
    switch (session->phase) {
    case SESSION_TALKING:
    case SESSION_RECEIPT_DUE:
        return unsent_answers(session) < SESSION_UNSENT_MAX;
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
