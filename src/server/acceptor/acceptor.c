/*
 * The acceptor's process: see acceptor.h. accept.c accepts, acceptor_admission.c says who has a
 * place, acceptor_workers.c passes connections on. Here they are numbered, and here is the line to
 * the supervisor.
 */
#include "server/acceptor/acceptor.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/acceptor/acceptor_parts.h"
#include "server/channel/control.h"

#define SILENT_HANGS 2u /* of --hang-timeout: a worker that shows no progress is replaced before */
#define WAITING_MAX 64u /* accepted and passed to none: beyond that no more are accepted */

/* ---- New connections ------------------------------------------------------------------------- */

static enum accept_room room(void *owner)
{
    struct acceptor *acceptor = owner;
    if (!places_may_have_room(&acceptor->places))
        return ACCEPT_FULL;
    return acceptor->waiting >= WAITING_MAX || !acceptor_may_announce(acceptor) || acceptor_least_busy(acceptor) == NULL
               ? ACCEPT_LATER
               : ACCEPT_NOW;
}

/* The time; one more than the last number if that is not later. */
static uint64_t next_number(struct acceptor *acceptor)
{
    uint64_t now = clock_ns();
    acceptor->last_number = now > acceptor->last_number ? now : acceptor->last_number + 1;
    return acceptor->last_number;
}

static void on_connection(void *owner, int fd, uint8_t port)
{
    struct acceptor *acceptor = owner;
    uint64_t number = next_number(acceptor);

    FAULT_POINT("connection-numbered");
    acceptor_admit(acceptor, fd, number, port);
}

/* ---- From the supervisor --------------------------------------------------------------------- */

/* At the end of the line the process ends: connections that no worker has taken end with it. */
static void on_control(uv_poll_t *poll, int status, int events)
{
    struct acceptor *acceptor = poll->data;
    struct control_note note;
    int fd;
    enum control_outcome outcome = CONTROL_END;

    (void)events;
    while (status >= 0 && (outcome = control_receive(acceptor->control_fd, &note, &fd)) == CONTROL_NOTE)
        if (note.type == CONTROL_HANDOFF && fd != -1)
            acceptor_add_worker(acceptor, &(struct worker_name){ note.value, note.generation }, fd);
        else if (note.type == CONTROL_REAPED)
            acceptor_hear_reaped(acceptor, &(struct worker_name){ note.value, note.generation });
        else if (note.type == CONTROL_ANNOUNCE && fd != -1)
            acceptor_join_committer(acceptor, fd);
    if (outcome == CONTROL_END)
        uv_stop(&acceptor->loop);
}

static void on_beat(uv_timer_t *timer)
{
    struct acceptor *acceptor = timer->data;
    control_send(acceptor->control_fd, CONTROL_BEAT, 0, -1);
    acceptor_look_for_silence(acceptor);
}

/* ---- The process ----------------------------------------------------------------------------- */

static bool start(struct acceptor *acceptor, const struct settings *settings, const struct listeners *listeners,
                  struct passed_file *passed)
{
    const uint64_t beat_ms = control_beat_ms(settings->hang_ms, false);

    acceptor->worker_count = settings->workers;
    acceptor->announces = settings->serves_tls;
    acceptor->proxies = &settings->proxies;
    acceptor->committer.fd = -1;
    acceptor->beats_owed_max = (uint32_t)(SILENT_HANGS * settings->hang_ms / beat_ms);
    acceptor->workers = calloc(settings->workers, sizeof *acceptor->workers);
    if (acceptor->workers == NULL || uv_loop_init(&acceptor->loop) != 0 ||
        !places_init(&acceptor->places, settings->max_connections, settings->max_per_address) ||
        !passed_open(&acceptor->passed, passed, settings->max_connections))
        return false;
    for (unsigned i = 0; i < settings->workers; i++)
        acceptor->workers[i] = (struct worker_line){ .handoff = { .fd = -1 }, .name = { .slot = i } };
    uv_timer_init(&acceptor->loop, &acceptor->beat);
    peer_log_open(&acceptor->log, &acceptor->loop);
    if (uv_poll_init(&acceptor->loop, &acceptor->control, acceptor->control_fd) != 0)
        return false;
    acceptor->beat.data = acceptor->control.data = acceptor;
    acceptor->accept = (struct accept){ .owner = acceptor, .room = room, .on_connection = on_connection };
    uv_timer_start(&acceptor->beat, on_beat, 0, beat_ms);
    uv_poll_start(&acceptor->control, UV_READABLE, on_control);
    return accept_start(&acceptor->accept, &acceptor->loop, listeners);
}

int acceptor_run(const struct settings *settings, const struct listeners *listeners, int control,
                 struct passed_file *passed)
{
    static struct acceptor acceptor;

    acceptor.control_fd = control;
    acceptor.began_ns = acceptor.last_number = clock_ns();
    if (!start(&acceptor, settings, listeners, passed)) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "reason: no memory or descriptors for its event loop");
        return 1;
    }
    FAULT_POINT("acceptor-starts");
    uv_run(&acceptor.loop, UV_RUN_DEFAULT);
    peer_log_flush(&acceptor.log);
    return 0;
}
