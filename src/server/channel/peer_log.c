/* Lines about peers, limited: see peer_log.h. */
#include "server/channel/peer_log.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/system.h"

void peer_log_open(struct peer_log *log, uv_loop_t *loop)
{
    *log = (struct peer_log){ 0 };
    (void)uv_timer_init(loop, &log->timer); /* never fails */
    log->timer.data = log;
}

static void say(const struct log_repeats *repeats)
{
    char peer[PEER_NAME_TEXT_MAX];

    if (repeats->count == 0)
        return;
    if (repeats->kind.action == NULL)
        log_event(repeats->kind.level, "repeated", LOG_SUCCESS, "times: %" PRIu32 " | of: any | peer: many",
                  repeats->count);
    else
        log_event(repeats->kind.level, "repeated", LOG_SUCCESS, "times: %" PRIu32 " | of: %s | peer: %s | reason: %s",
                  repeats->count, repeats->kind.action, peer_name_group_text(&repeats->peer, peer),
                  repeats->kind.reason != NULL ? repeats->kind.reason : "none");
}

static void say_all(struct peer_log *log, uint64_t now_ms)
{
    struct log_repeats repeats;

    while (log_limit_take(&log->limit, now_ms, &repeats))
        say(&repeats);
}

static void on_timer(uv_timer_t *timer)
{
    struct peer_log *log = timer->data;

    say_all(log, clock_ms());
    if (log->limit.used > 0)
        (void)uv_timer_start(timer, on_timer, LOG_LIMIT_MS / 4, 0);
}

bool peer_log_allows(struct peer_log *log, const struct log_kind *kind, const struct peer_name *peer)
{
    if (log == NULL || !log_is_enabled(kind->level))
        return true;
    say_all(log, clock_ms());
    if (!uv_is_active((const uv_handle_t *)&log->timer))
        (void)uv_timer_start(&log->timer, on_timer, LOG_LIMIT_MS, 0);
    return log_limit_allows(&log->limit, kind, peer, clock_ms());
}

void peer_log_flush(struct peer_log *log)
{
    say_all(log, UINT64_MAX);
}
