/* The clocks of a session: see session_clock.h. */
#include "server/worker/session_clock.h"

#include <stddef.h>

void session_clock_init(struct session_clock *clock, uint64_t now_ms)
{
    *clock = (struct session_clock){ .quiet_since = now_ms };
}

void session_clock_heard(struct session_clock *clock, uint64_t now_ms)
{
    clock->has_read = true;
    clock->quiet_since = now_ms;
}

void session_clock_sent(struct session_clock *clock, bool some_left, uint64_t now_ms)
{
    clock->quiet_since = now_ms;
    clock->send_since = some_left ? now_ms : 0;
}

void session_clock_queued(struct session_clock *clock, uint64_t now_ms)
{
    if (clock->send_since == 0)
        clock->send_since = now_ms;
}

static void restart(uint64_t *clock_value, uint64_t now_ms)
{
    if (*clock_value != 0)
        *clock_value = now_ms;
}

void session_clock_restart(struct session_clock *clock, uint64_t now_ms)
{
    restart(&clock->quiet_since, now_ms);
    restart(&clock->send_since, now_ms);
}

void session_clock_frame_begins(struct session_clock *clock, uint64_t now_ms)
{
    if (clock->frame_since == 0)
        clock->frame_since = now_ms;
}

void session_clock_frame_ended(struct session_clock *clock, uint64_t now_ms)
{
    clock->frame_since = 0;
    clock->quiet_since = now_ms;
}

void session_clock_taken(struct session_clock *clock)
{
    clock->has_taken = true;
}

void session_clock_drains(struct session_clock *clock, uint64_t now_ms)
{
    clock->drain_since = now_ms;
}

/* Takes out the pause, or what is left of it since the clock began anew within it. */
static void skip_pause(uint64_t *clock_value, uint64_t paused_since, uint64_t now_ms)
{
    if (*clock_value != 0)
        *clock_value += now_ms - (*clock_value > paused_since ? *clock_value : paused_since);
}

void session_clock_set_paused(struct session_clock *clock, bool paused, uint64_t now_ms)
{
    if (paused && clock->paused_since == 0) {
        clock->paused_since = now_ms;
    } else if (!paused && clock->paused_since != 0) {
        skip_pause(&clock->frame_since, clock->paused_since, now_ms);
        skip_pause(&clock->quiet_since, clock->paused_since, now_ms);
        clock->paused_since = 0;
    }
}

static uint64_t at(uint64_t since, uint64_t allowance)
{
    return since > UINT64_MAX - allowance ? UINT64_MAX : since + allowance;
}

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* When what the peer must send is late; UINT64_MAX where it owes nothing. */
static uint64_t receive_deadline(const struct session_clock *clock, const struct session_rules *rules,
                                 enum session_wait wait, const char **what)
{
    if (wait > WAIT_RECEIPT || clock->paused_since != 0)
        return UINT64_MAX;
    if (clock->frame_since != 0) {
        *what = "frame not complete in time";
        return at(clock->frame_since, rules->frame_ms);
    }
    if (!clock->has_read) {
        *what = "no first byte in time";
        return at(clock->quiet_since, rules->first_byte_ms);
    }
    *what = wait == WAIT_RECEIPT ? "no receipt in time" : "no frame in time";
    return at(clock->quiet_since, clock->has_taken ? rules->idle_ms : least(rules->untaken_ms, rules->idle_ms));
}

static uint64_t send_deadline(const struct session_clock *clock, const struct session_rules *rules,
                              enum session_wait wait)
{
    bool sends = clock->send_since != 0 && wait <= WAIT_OURS;
    return sends ? at(clock->send_since, rules->send_ms) : UINT64_MAX;
}

static uint64_t drain_deadline(const struct session_clock *clock, enum session_wait wait)
{
    return wait == WAIT_END ? at(clock->drain_since, SESSION_DRAIN_MS) : UINT64_MAX;
}

uint64_t session_clock_deadline(const struct session_clock *clock, const struct session_rules *rules,
                                enum session_wait wait)
{
    const char *what;
    return least(least(receive_deadline(clock, rules, wait, &what), send_deadline(clock, rules, wait)),
                 drain_deadline(clock, wait));
}

bool session_clock_is_stuck(const struct session_clock *clock, const struct session_rules *rules,
                            enum session_wait wait, uint64_t now_ms)
{
    return send_deadline(clock, rules, wait) <= now_ms;
}

const char *session_clock_late(const struct session_clock *clock, const struct session_rules *rules,
                               enum session_wait wait, uint64_t now_ms)
{
    const char *what = NULL;
    if (session_clock_is_stuck(clock, rules, wait, now_ms))
        return "peer does not read";
    if (drain_deadline(clock, wait) <= now_ms)
        return "peer does not close";
    return receive_deadline(clock, rules, wait, &what) <= now_ms ? what : NULL;
}
