/* The clocks of a session: see session_clock.h. A time of 0 means "not running": the host's clock
 * never reads 0. */
#include "server/worker/session_clock.h"

void session_clock_init(struct session *session, uint64_t now_ms)
{
    session->quiet_since = now_ms;
}

void session_clock_heard(struct session *session, uint64_t now_ms)
{
    session->has_read = true;
    session->quiet_since = now_ms;
}

void session_clock_sent(struct session *session, uint64_t now_ms)
{
    session->quiet_since = now_ms;
    session->send_since = session->out.len > 0 ? now_ms : 0;
}

void session_clock_queued(struct session *session, uint64_t now_ms)
{
    if (session->send_since == 0 && session->out.len > 0)
        session->send_since = now_ms;
}

static void restart(uint64_t *clock_value, uint64_t now_ms)
{
    if (*clock_value != 0)
        *clock_value = now_ms;
}

void session_clock_restart(struct session *session, uint64_t now_ms)
{
    restart(&session->quiet_since, now_ms);
    restart(&session->send_since, now_ms);
}

void session_clock_frame_begins(struct session *session, uint64_t now_ms)
{
    if (session->in.len > 0 && session->frame_since == 0)
        session->frame_since = now_ms;
}

void session_clock_frame_ended(struct session *session, uint64_t now_ms)
{
    session->frame_since = 0;
    session->quiet_since = now_ms;
}

/* Takes out the pause, or what is left of it since the clock began anew within it. */
static void skip_pause(uint64_t *clock_value, uint64_t paused_since, uint64_t now_ms)
{
    if (*clock_value != 0)
        *clock_value += now_ms - (*clock_value > paused_since ? *clock_value : paused_since);
}

void session_clock_update_pause(struct session *session, uint64_t now_ms)
{
    bool paused = session->phase == SESSION_TALKING && !session->ended && !session_wants_input(session);
    if (paused && session->paused_since == 0) {
        session->paused_since = now_ms;
    } else if (!paused && session->paused_since != 0) {
        skip_pause(&session->frame_since, session->paused_since, now_ms);
        skip_pause(&session->quiet_since, session->paused_since, now_ms);
        session->paused_since = 0;
    }
}

static uint64_t at(uint64_t since, uint64_t allowance)
{
    return since > UINT64_MAX - allowance ? UINT64_MAX : since + allowance;
}

/* When what the client must send is late; UINT64_MAX where it owes nothing. */
static uint64_t receive_deadline(const struct session *session, const char **what)
{
    const struct session_rules *rules = session->rules;

    if (session->phase != SESSION_TALKING || session->ended || session->paused_since != 0)
        return UINT64_MAX;
    if (session->frame_since != 0) {
        *what = "a frame took too long";
        return at(session->frame_since, rules->frame_ms);
    }
    if (!session->has_read) {
        *what = "no first byte in time";
        return at(session->quiet_since, rules->first_byte_ms);
    }
    *what = session->receipt_due ? "no receipt in time" : "no frame in time";
    return at(session->quiet_since, rules->idle_ms);
}

static uint64_t send_deadline(const struct session *session)
{
    bool sends = session->send_since != 0 && session->phase <= SESSION_CLOSING;
    return sends ? at(session->send_since, session->rules->send_ms) : UINT64_MAX;
}

static uint64_t drain_deadline(const struct session *session)
{
    return session->phase == SESSION_DRAINING ? at(session->drain_since, SESSION_DRAIN_MS) : UINT64_MAX;
}

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

uint64_t session_deadline(const struct session *session)
{
    const char *what;
    return least(least(receive_deadline(session, &what), send_deadline(session)), drain_deadline(session));
}

bool session_clock_is_stuck(const struct session *session, uint64_t now_ms)
{
    return send_deadline(session) <= now_ms;
}

const char *session_clock_late(const struct session *session, uint64_t now_ms)
{
    const char *what = NULL;
    if (session_clock_is_stuck(session, now_ms))
        return "the peer does not take what it is sent";
    if (drain_deadline(session) <= now_ms)
        return "the peer does not end";
    return receive_deadline(session, &what) <= now_ms ? what : NULL;
}
