/*
 * The supervisor: see supervisor.h. Signal handlers set flags; everything happens in one loop:
 *
 *     RUNNING --stop--> WORKERS_LEAVE --all reaped--> COMMITTER_LEAVES --reaped-->
 *             WATCHERS_LEAVE --reaped--> GONE
 *
 * How it stops is in supervisor_stop.c; what it does about its children in supervisor_deaths.c,
 * supervisor_hangs.c and supervisor_notes.c; what they count in supervisor_numbers.c.
 */
#include "server/supervisor/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/handoff.h"
#include "server/role/confine.h"
#include "server/supervisor/listener.h"
#include "server/supervisor/privileges.h"
#include "server/supervisor/signals.h"
#include "server/supervisor/supervisor_parts.h"
#include "tls/context.h"

#define OBSERVE_BACKLOG 64
#define LOOK_MS 1000u  /* how often it checks its children, or four times in --hang-timeout */
#define RELOAD_MS 100u /* between two reloads: workers come to each, and their lines do not fill */

#define LINES_BESIDE 6u /* committer, acceptor, observer, recorder, the operators' door, opener */

#define WITHOUT_TLS "without TLS anyone who can connect here can bet for any agency"

static const struct listener_stream streams[] = { { .name = "agency", .port = PORT_AGENCIES, .danger = WITHOUT_TLS },
                                                  { .name = "bets", .port = PORT_BETS, .danger = WITHOUT_TLS },
                                                  { .name = "agency_tls", .port = PORT_AGENCIES + PORT_TLS },
                                                  { .name = "bets_tls", .port = PORT_BETS + PORT_TLS } };

static const struct listener_stream observe = { .name = "observe",
                                                .danger = "anyone who can connect here can read the server's numbers" };

/* ---- Starting and replacing ------------------------------------------------------------------ */

static bool may_spawn(const struct server *server)
{
    return server->phase == RUNNING;
}

static bool is_due(const struct child *child, uint64_t now)
{
    return child->pid == 0 && child->not_before_ms <= now;
}

static void start_what_is_missing(struct server *server)
{
    struct children *children = &server->children;
    uint64_t now = clock_ms();

    if (!may_spawn(server))
        return;
    if (server->settings->metrics_file != NULL && is_due(&children->recorder, now) &&
        !children_start_recorder(children))
        supervisor_wait_longer(&children->recorder);
    if (server->settings->observe != NULL && is_due(&children->observer, now) && !children_start_observer(children))
        supervisor_wait_longer(&children->observer);
    if (is_due(&children->committer, now) && children_workers_running(children) == 0) {
        if (!children_start_committer(children, !server->opened))
            supervisor_wait_longer(&children->committer);
    }
    if (server->committer_ready && is_due(&children->acceptor, now) && !children_start_acceptor(children))
        supervisor_wait_longer(&children->acceptor);
    for (unsigned i = 0; i < server->settings->workers && server->committer_ready; i++)
        if (is_due(&children->workers[i], now) && !children_start_worker(children, i))
            supervisor_wait_longer(&children->workers[i]);
    children_connect(children);
}

/* Logged once, when the whole pool is running: a script that waits for these lines finds the server
 * ready. */
static void announce(struct server *server)
{
    if (server->announced || server->children.acceptor.pid == 0 ||
        children_workers_running(&server->children) < server->settings->workers)
        return;
    FAULT_POINT("pool-is-whole");
    server->announced = true;
    for (unsigned i = 0; i < server->children.listeners.count; i++) {
        const struct listener *listener = &server->children.listeners.list[i];
        listener_report(listener->fd, &streams[listener->port]);
    }
    for (unsigned i = 0; i < server->children.observed.count; i++)
        listener_report(server->children.observed.list[i].fd, &observe);
    service_is_ready(&server->service);
}

/* If the new files cannot be used, workers keep the old ones. */
static void reload(struct server *server)
{
    struct children *children = &server->children;
    const struct tls_opener opener = opener_line_way(&server->opener);

    if (!certificates_load(&server->certificates, server->settings, &opener))
        return;
    FAULT_POINT("certificates-reloaded");
    children->tls = server->certificates.fd;
    children->tls_size = server->certificates.size;
    for (unsigned i = 0; i < server->settings->workers; i++)
        if (children->workers[i].pid != 0 && !children_give_tls(children, i))
            supervisor_kill_child(&children->workers[i]); /* it cannot be told: its successor gets the new files */
}

/* Nothing waits for the opener, whose disk may not answer, but the reload. */
static void reload_if_due(struct server *server)
{
    uint64_t now = clock_ms();

    if (server->reload_asked && !server->reload_waits && now >= server->reload_due_ms) {
        server->reload_asked = false;
        server->reload_waits = true;
        opener_line_ask(&server->opener, &server->settings->tls, now);
    }
    if (!server->reload_waits || server->phase != RUNNING || !opener_line_has_answered(&server->opener, now))
        return;
    server->reload_waits = false;
    reload(server);
    opener_line_forget(&server->opener);
    server->reload_due_ms = clock_ms() + RELOAD_MS;
}

/* The first signal stops the server cleanly. A second one drops what peers still wait for, but
 * nothing that was handed over. */
static void heed_signals(struct server *server)
{
    unsigned seen = signals_stops();

    if (seen > server->stop_signals) {
        server->stop_signals = seen;
        supervisor_begin_stop(server, 0);
        if (seen >= 2)
            supervisor_kill_workers(server);
    }
    if (server->settings->serves_tls && signals_take_reload())
        server->reload_asked = true;
    signals_log_ignored();
}

/* ---- The loop -------------------------------------------------------------------------------- */

static int time_to_wait_ms(struct server *server)
{
    uint64_t now = clock_ms();
    uint64_t look = server->settings->hang_ms / 4 < LOOK_MS ? server->settings->hang_ms / 4 : LOOK_MS;
    uint64_t wait = service_wait_ms(&server->service, look);
    struct children *children = &server->children;

    for (unsigned i = 0; server->phase == RUNNING && i < children_count(children); i++) {
        const struct child *child = children_at(children, i);
        bool is_startable = child == &children->committer || child == &children->observer ||
                            child == &children->recorder || server->committer_ready;
        if (child->pid == 0 && is_startable && child->not_before_ms < now + wait)
            wait = child->not_before_ms > now ? child->not_before_ms - now : 1;
    }
    if (server->reload_asked && !server->reload_waits && server->reload_due_ms < now + wait)
        wait = server->reload_due_ms > now ? server->reload_due_ms - now : 1;
    if (server->phase != RUNNING && server->kill_at_ms < now + wait)
        wait = server->kill_at_ms > now ? server->kill_at_ms - now : 1;
    return (int)wait;
}

/* Sleeps until a child reports something or dies, a signal arrives, or something is due. */
static void sleep_until_something(struct server *server, struct pollfd *lines, const sigset_t *awake)
{
    unsigned count = children_count(&server->children);
    int wait = time_to_wait_ms(server);
    struct timespec timeout = { .tv_sec = wait / 1000, .tv_nsec = (wait % 1000) * 1000000L };

    for (unsigned i = 0; i < count; i++)
        lines[i] = (struct pollfd){ .fd = children_at(&server->children, i)->control, .events = POLLIN };
    lines[count] = (struct pollfd){ .fd = server->committer_ready ? operator_door_fd(&server->door, clock_ms()) : -1,
                                    .events = POLLIN };
    lines[count + 1] = (struct pollfd){ .fd = opener_line_fd(&server->opener), .events = POLLIN };
    if (ppoll(lines, count + 2, &timeout, awake) <= 0)
        return;
    for (unsigned i = 0; i < count; i++) {
        struct child *child = children_at(&server->children, i);
        if (lines[i].revents & POLLIN)
            supervisor_heed_child(server, child);
        else if (lines[i].revents & (POLLHUP | POLLERR))
            child_tell_to_leave(child); /* it has gone; reaping it says how */
    }
    if (lines[count].revents != 0 && server->phase == RUNNING && server->committer_ready)
        operator_door_admit(&server->door, server->children.committer.control, clock_ms());
    if (lines[count + 1].revents != 0)
        opener_line_hear(&server->opener);
}

static void supervise(struct server *server, struct pollfd *lines, const sigset_t *awake)
{
    while (server->phase != GONE) {
        start_what_is_missing(server);
        announce(server);
        sleep_until_something(server, lines, awake);
        heed_signals(server);
        reload_if_due(server);
        supervisor_reap(server);
        supervisor_replace_what_hangs(server);
        supervisor_tell_numbers(server);
        service_beat(&server->service, clock_ms());
        certificates_look(&server->certificates, clock_ms());
        supervisor_kill_what_hangs(server);
        supervisor_advance_stop(server);
    }
}

/* Each worker must be able to hold its share of the connections, whatever the shell's soft limit
 * is. */
static void raise_descriptor_limit(const struct settings *settings)
{
    struct rlimit limit;
    rlim_t needed = settings->max_connections / settings->workers + 64u + 10u * settings->workers;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return;
    limit.rlim_cur = limit.rlim_max < needed ? limit.rlim_max : needed;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < needed)
        log_event(LOG_INFO, "limit_descriptors", LOG_SUCCESS, "available: %lu | missing: %lu",
                  (unsigned long)limit.rlim_cur, (unsigned long)(needed - limit.rlim_cur));
}

static bool open_listeners(struct server *server)
{
    const struct settings *settings = server->settings;
    struct listeners *listeners = &server->children.listeners;
    const char *const addresses[PORTS] = { settings->listen, settings->bet_listen, settings->tls_listen,
                                           settings->tls_bet_listen };
    int stop_fd = signals_open_stop();
    bool opened = true;

    for (unsigned port = 0; port < PORTS && opened; port++)
        if (addresses[port] != NULL)
            opened = listener_open(addresses[port], &streams[port], stop_fd, listeners);
    if (opened && settings->observe != NULL)
        opened = listener_open(settings->observe, &observe, stop_fd, &server->children.observed);
    if (stop_fd != -1)
        close(stop_fd);
    return opened;
}

static bool begin_to_listen(const struct server *server)
{
    const struct listeners *listeners = &server->children.listeners, *observed = &server->children.observed;
    bool begun = true;

    for (unsigned i = 0; i < listeners->count && begun; i++)
        begun = listener_begin(listeners->list[i].fd, &streams[listeners->list[i].port], server->settings->backlog);
    for (unsigned i = 0; i < observed->count && begun; i++)
        begun = listener_begin(observed->list[i].fd, &observe, OBSERVE_BACKLOG);
    return begun;
}

static bool load_certificates(struct server *server)
{
    if (!server->settings->serves_tls)
        return true;
    if (!tls_prepare() || !certificates_load(&server->certificates, server->settings, &tls_open_directly))
        return false;
    server->children.tls = server->certificates.fd;
    server->children.tls_size = server->certificates.size;
    return true;
}

static bool drop_privileges(const struct server *server)
{
    int stop_fd = signals_open_stop();
    bool dropped = privileges_drop(server->settings->user, stop_fd);

    if (stop_fd != -1)
        close(stop_fd);
    return dropped;
}

/* As another user it may not be able to open these files again. */
static bool keep_rights_to_certificates(struct server *server)
{
    const struct settings *settings = server->settings;

    return settings->user == NULL || !settings->serves_tls ||
           opener_line_start(&server->opener, server->children.program, settings);
}

/* It never listened: because it was told to stop, or because it could not. */
static int leave_early(void)
{
    if (!signals_stop_waits())
        return 1;
    log_event(LOG_INFO, "stop", LOG_IN_PROGRESS, NULL);
    return 0;
}

int server_run(const struct settings *settings)
{
    struct server server = { .settings = settings };
    struct pollfd *lines = calloc(settings->workers + LINES_BESIDE, sizeof *lines);
    sigset_t awake;

    if (lines == NULL || !supervisor_begin_tally(&server) || !children_init(&server.children, settings)) {
        log_event(LOG_CRITICAL, "start", LOG_FAIL, "reason: no memory, or its own program cannot be opened: %s",
                  strerror(errno));
        supervisor_end_tally(&server);
        free(lines);
        return 1;
    }
    confine_report(settings);
    service_init(&server.service);
    operator_door_init(&server.door);
    certificates_init(&server.certificates);
    opener_line_init(&server.opener);
    signals_catch(&awake);
    raise_descriptor_limit(settings);
    if (load_certificates(&server) && open_listeners(&server) && keep_rights_to_certificates(&server) &&
        drop_privileges(&server) && begin_to_listen(&server) && confine_supervisor(settings))
        supervise(&server, lines, &awake);
    else
        server.status = leave_early();
    listener_close_all(&server.children.listeners);
    listener_close_all(&server.children.observed);
    supervisor_close_door(&server);
    opener_line_end(&server.opener);
    log_event(LOG_INFO, "stop", server.status == 0 ? LOG_SUCCESS : LOG_FAIL, NULL);
    children_fini(&server.children);
    certificates_fini(&server.certificates);
    supervisor_end_tally(&server);
    free(lines);
    return server.status;
}
