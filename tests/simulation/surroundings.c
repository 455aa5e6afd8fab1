/* What is around a committer: see surroundings.h. */
#include "surroundings.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/system.h"
#include "process.h"
#include "server/channel/control.h"
#include "server/channel/kept_refusals.h"
#include "server/committer/count.h"
#include "server/committer/event_log.h"
#include "server/committer/fine_timer.h"

void (*surroundings_on_draw)(const struct draw *draw);
void (*surroundings_on_request)(const struct commit_entry *entry);

#define ACTIVE 1u

/* ---- libuv ----------------------------------------------------------------------------------- */

int uv_timer_init(uv_loop_t *loop, uv_timer_t *handle)
{
    handle->loop = loop;
    handle->flags = 0;
    return 0;
}

int uv_timer_start(uv_timer_t *handle, uv_timer_cb cb, uint64_t timeout, uint64_t repeat)
{
    handle->timer_cb = cb;
    handle->timeout = clock_ms() + timeout;
    handle->repeat = repeat;
    handle->flags = ACTIVE;
    return 0;
}

bool surroundings_fire(uv_timer_t *timer)
{
    if (timer->flags != ACTIVE || clock_ms() < timer->timeout)
        return false;
    if (timer->repeat > 0)
        timer->timeout = clock_ms() + timer->repeat;
    else
        timer->flags = 0;
    timer->timer_cb(timer);
    return true;
}

int uv_idle_init(uv_loop_t *loop, uv_idle_t *idle)
{
    idle->loop = loop;
    idle->flags = 0;
    return 0;
}

int uv_idle_start(uv_idle_t *idle, uv_idle_cb cb)
{
    idle->idle_cb = cb;
    idle->flags = ACTIVE;
    return 0;
}

int uv_idle_stop(uv_idle_t *idle)
{
    idle->flags = 0;
    return 0;
}

int uv_is_active(const uv_handle_t *handle)
{
    return handle->flags == ACTIVE;
}

/* Its turn has an end of its own: the server's next step. */
bool fine_timer_open(struct fine_timer *timer, uv_loop_t *loop)
{
    (void)loop;
    timer->is_set = false;
    return true;
}

bool fine_timer_set(struct fine_timer *timer, uint64_t ns)
{
    timer->is_set = ns > 0;
    return true;
}

/* ---- Channels: `out` until they are flushed, then `in` --------------------------------------- */

bool channel_open(struct channel *channel, uv_loop_t *loop, int fd, uint32_t body_max,
                  const struct channel_events *events, void *owner)
{
    (void)loop;
    (void)fd;
    *channel = (struct channel){ .owner = owner, .events = events, .body_max = body_max };
    return true;
}

void channel_close(struct channel *channel, uv_close_cb on_closed)
{
    uv_handle_t handle = { .data = channel };

    buffer_fini(&channel->in);
    buffer_fini(&channel->out);
    on_closed(&handle);
}

bool channel_send(struct channel *channel, const struct message *message, const void *body)
{
    return buffer_append(&channel->out, message, sizeof *message) &&
           (message->len == 0 || buffer_append(&channel->out, body, message->len));
}

void channel_flush(struct channel *channel)
{
    if (channel->out.len == 0)
        return;
    if (!buffer_append(&channel->in, buffer_front(&channel->out), channel->out.len))
        abort();
    buffer_consume(&channel->out, channel->out.len);
}

size_t channel_queued(const struct channel *channel)
{
    return channel->out.len;
}

void channel_pause(struct channel *channel, bool paused)
{
    channel->paused = paused;
}

bool surroundings_receive(struct channel *channel, struct message *message, void *body, size_t cap)
{
    if (channel->in.len == 0)
        return false;
    memcpy(message, buffer_front(&channel->in), sizeof *message);
    if (message->len > cap)
        abort();
    memcpy(body, buffer_front(&channel->in) + sizeof *message, message->len);
    buffer_consume(&channel->in, sizeof *message + message->len);
    return true;
}

/* ---- The log --------------------------------------------------------------------------------- */

void event_log_draw(const struct draw *draw)
{
    if (!process_current->dies)
        surroundings_on_draw(draw);
}

void event_log_drawn_elsewhere(const struct draw *draw)
{
    if (!process_current->dies)
        surroundings_on_draw(draw);
}

void event_log_request(struct event_log *log, const struct commit_entry *entry)
{
    (void)log;
    if (!process_current->dies)
        surroundings_on_request(entry);
}

void event_log_store_failure(struct event_log *log, const struct store *store, enum log_level level)
{
    (void)log;
    (void)store;
    (void)level;
}

void event_log_open(struct event_log *log, uv_loop_t *loop, bool mask_documents)
{
    (void)loop;
    log->mask_documents = mask_documents;
}

void event_log_close(struct event_log *log)
{
    (void)log;
}

void event_log_drawing(const struct draw *so_far)
{
    (void)so_far;
}

void event_log_barrier(const struct rounds *rounds)
{
    (void)rounds;
}

void log_event(enum log_level level, const char *action, enum log_result result, const char *format, ...)
{
    (void)level;
    (void)action;
    (void)result;
    (void)format;
}

const char *log_clean(char *out, size_t cap, const char *text)
{
    (void)text;
    if (cap > 0)
        out[0] = '\0';
    return out;
}

/* ---- Numbers, and the supervisor ------------------------------------------------------------- */

void count_request(struct committer_numbers *numbers, const struct rounds *rounds, const struct commit_entry *entry)
{
    (void)numbers;
    (void)rounds;
    (void)entry;
}

void count_group(struct committer_numbers *numbers, const struct commit_group *group, bool is_committed,
                 uint64_t commit_ns, uint64_t now_ns)
{
    (void)numbers;
    (void)group;
    (void)is_committed;
    (void)commit_ns;
    (void)now_ns;
}

void count_draw(struct committer_numbers *numbers, const struct draw *draw)
{
    (void)numbers;
    (void)draw;
}

void count_agencies(struct committer_numbers *numbers, const struct rounds *rounds)
{
    (void)numbers;
    (void)rounds;
}

bool control_send(int control, enum control_type type, uint32_t value, int fd)
{
    (void)control;
    (void)type;
    (void)value;
    (void)fd;
    return true;
}

enum control_outcome control_receive(int control, struct control_note *note, int *fd)
{
    (void)control;
    (void)note;
    (void)fd;
    return CONTROL_END;
}

/* No bytes are refused here. */
void kept_refusals_write(struct kept_refusals *kept, const struct refusals *refusals)
{
    (void)kept;
    (void)refusals;
}

void kept_refusals_read(const struct kept_refusals *kept, struct refusals *refusals)
{
    (void)kept;
    (void)refusals;
}
