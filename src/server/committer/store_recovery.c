/* The store that is lost and found: see store_recovery.h. */
#include "server/committer/store_recovery.h"

#include <poll.h>

#include "base/fault.h"
#include "server/channel/control.h"
#include "server/committer/draw_step.h"

#define REOPEN_FIRST_MS 100u
#define REOPEN_MOST_MS 5000u
#define LOCK_WAIT_MS 5000u

void store_recovery_init(struct store_recovery *recovery, uv_loop_t *loop, const struct settings *settings,
                         struct judge *judge, bool first)
{
    recovery->settings = settings;
    recovery->judge = judge;
    recovery->first = first;
    recovery->backoff = (struct backoff){ .first_ms = REOPEN_FIRST_MS, .most_ms = REOPEN_MOST_MS };
    uv_timer_init(loop, &recovery->timer);
    recovery->timer.data = recovery;
}

void store_recovery_log_failure(const struct store_recovery *recovery, enum log_level level)
{
    char text[STORE_ERROR_MAX];
    log_event(level, "store", LOG_FAIL, "reason: %s", log_clean(text, sizeof text, store_error_text(recovery->store)));
}

/* A store whose files lost their names is neither used nor closed: what is in it can still be saved
 * while we hold it. When they are back, it is used on. */
static enum store_code open_moved(struct store_recovery *recovery)
{
    char text[STORE_ERROR_MAX];

    if (!store_is_moved(recovery->moved)) {
        recovery->store = recovery->moved;
        recovery->moved = NULL;
        return STORE_OK;
    }
    log_event(LOG_CRITICAL, "open_store", LOG_FAIL, "reason: %s",
              log_clean(text, sizeof text, store_error_text(recovery->moved)));
    return STORE_MOVED;
}

static void warn(const struct store_recovery *recovery)
{
    const char *warning = store_warning(recovery->store);
    char text[STORE_ERROR_MAX];

    if (warning != NULL)
        log_event(LOG_WARNING, "open_store", LOG_SUCCESS, "reason: %s", log_clean(text, sizeof text, warning));
}

/* Only the server's start waits for a lock, and makes a store that is not there: what was promised
 * is in the old one. */
static enum store_code open_store(struct store_recovery *recovery)
{
    struct store_options options = { .path = recovery->settings->store,
                                     .agencies = recovery->settings->agencies,
                                     .dialect = sorteo_dialect_name(recovery->settings->session.dialect),
                                     .change_dialect = recovery->settings->change_dialect,
                                     .may_lose = recovery->settings->allow_unsafe_store,
                                     .lock_wait_ms = recovery->first ? LOCK_WAIT_MS : 0,
                                     .existing = !recovery->first,
                                     .calls = recovery->store_calls,
                                     .likely_number = recovery->settings->winning_number,
                                     .is_server = true,
                                     .draw_piece = recovery->settings->draw_piece };
    struct store_error error;
    char text[STORE_ERROR_MAX];
    if (recovery->moved != NULL)
        return open_moved(recovery);
    enum store_code code = store_open(&options, &recovery->store, &error);

    if (code == STORE_OK) {
        if (recovery->first)
            warn(recovery);
        if (store_was_made(recovery->store)) /* tells an operator who expects bets there */
            log_event(LOG_INFO, "open_store", LOG_SUCCESS, "store: new");
        return STORE_OK;
    }
    recovery->store = NULL;
    log_event(LOG_CRITICAL, "open_store", LOG_FAIL, "reason: %s", log_clean(text, sizeof text, error.text));
    return code;
}

/* A store that was opened with a complete and undrawn round draws it (protocol, section 7): a large
 * one only begins here, and goes on between groups. */
static bool draw_if_due(struct store_recovery *recovery)
{
    struct draw draw;

    if (draw_step(recovery->judge, &draw) != STORE_OK)
        return false;
    if (draw.round > 0)
        recovery->on_draw(recovery->owner, &draw);
    return true;
}

static void drop_store(struct store_recovery *recovery)
{
    if (store_is_moved(recovery->store))
        recovery->moved = recovery->store;
    else
        store_close(recovery->store);
    recovery->store = NULL;
}

static bool start_store(struct store_recovery *recovery)
{
    if (open_store(recovery) != STORE_OK)
        return false;
    FAULT_POINT("store-opened");
    if (judge_load(recovery->judge, recovery->store) == STORE_OK && draw_if_due(recovery))
        return true;
    char text[STORE_ERROR_MAX];
    log_event(LOG_CRITICAL, "open_store", LOG_FAIL, "reason: %s",
              log_clean(text, sizeof text, store_error_text(recovery->store)));
    drop_store(recovery);
    return false;
}

/* Waits before the next attempt. True if the supervisor wants this process to exit. */
static bool told_to_leave(struct store_recovery *recovery, int control)
{
    struct pollfd line = { .fd = control, .events = POLLIN };
    struct control_note note;
    uint64_t left_ms = backoff_next(&recovery->backoff);
    int fd;

    while (left_ms > 0) {
        uint64_t step_ms = left_ms < recovery->settings->hang_ms / 4 ? left_ms : recovery->settings->hang_ms / 4;
        control_send(control, CONTROL_BEAT, 0, -1);
        if (poll(&line, 1, (int)step_ms) > 0)
            return control_receive(control, &note, &fd) == CONTROL_END;
        left_ms -= step_ms;
    }
    return false;
}

bool store_recovery_open(struct store_recovery *recovery, int control)
{
    while (!start_store(recovery))
        if (recovery->first || told_to_leave(recovery, control))
            return false;
    backoff_reset(&recovery->backoff);
    recovery->first = false;
    return true;
}

static void try_again(uv_timer_t *timer)
{
    struct store_recovery *recovery = timer->data;
    if (!start_store(recovery)) {
        uv_timer_start(timer, try_again, backoff_next(&recovery->backoff), 0);
        return;
    }
    log_event(LOG_WARNING, "open_store", LOG_SUCCESS, NULL);
    recovery->on_found(recovery->owner);
}

void store_recovery_lose(struct store_recovery *recovery)
{
    store_recovery_log_failure(recovery, LOG_CRITICAL);
    drop_store(recovery);
    uv_timer_start(&recovery->timer, try_again, backoff_next(&recovery->backoff), 0);
}

void store_recovery_works(struct store_recovery *recovery)
{
    backoff_reset(&recovery->backoff);
}

struct store *store_recovery_held(const struct store_recovery *recovery)
{
    return recovery->store != NULL ? recovery->store : recovery->moved;
}
