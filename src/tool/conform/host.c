/* See host.h. */
#include "tool/conform/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket_options.h"
#include "base/system.h"

#define TICK_MS 10 /* the end of a process wakes no poll */

bool host_init(struct host *host, const struct host_settings *settings)
{
    const char *temporary = getenv("TMPDIR");

    memset(host, 0, sizeof *host);
    host->settings = settings;
    host->listener = -1;
    command_init(&host->client);
    for (unsigned i = 0; i < HOST_GUESTS; i++)
        peer_init(&host->guests[i].peer);
    if (temporary == NULL || strlen(temporary) > sizeof host->folder - sizeof "/sorteo-XXXXXX")
        temporary = "/tmp";
    (void)snprintf(host->folder, sizeof host->folder, "%s/sorteo-XXXXXX", temporary);
    (void)snprintf(host->agency, sizeof host->agency, "%u", HOST_AGENCY);
    if (!frames_init(&host->frames) || mkdtemp(host->folder) == NULL) {
        host->folder[0] = '\0';
        return false;
    }
    (void)snprintf(host->file, sizeof host->file, "%s/agency-%u.csv", host->folder, HOST_AGENCY);
    return true;
}

void host_fini(struct host *host)
{
    host_stop(host);
    if (host->folder[0] != '\0') {
        (void)unlink(host->file);
        (void)rmdir(host->folder);
    }
    frames_fini(&host->frames);
}

/* ---- Beginning and end ----------------------------------------------------------------------- */

static bool write_file(const struct host *host, const void *file, size_t len)
{
    int fd = open(host->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write_all(fd, file, len);

    return (fd < 0 || close(fd) == 0) && written;
}

static bool listen_anew(struct host *host)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;

    host->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (host->listener < 0 || bind(host->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(host->listener, 64) != 0 || getsockname(host->listener, (struct sockaddr *)&address, &len) != 0)
        return false;
    (void)snprintf(host->port, sizeof host->port, "%u", ntohs(address.sin_port));
    (void)snprintf(host->server, sizeof host->server, "127.0.0.1:%s", host->port);
    return true;
}

void host_start(struct host *host, const void *file, size_t len)
{
    const struct command_stand stands[] = {
        { "server", host->server },
        { "host", "127.0.0.1" },
        { "port", host->port },
        { "agency", host->agency },
        { "file", host->file },
        { "dialect", sorteo_dialect_name(host->settings->dialect) },
        { NULL, NULL },
    };

    if (!verdict_is_good(&host->verdict))
        return;
    if (!write_file(host, file, len) || !listen_anew(host) ||
        !command_start(&host->client, host->settings->command, stands))
        verdict_fail(&host->verdict, "the client is started", "%s", strerror(errno));
    else
        verdict_step(&host->verdict, "the client was started as agency %u with a file of %zu bytes", HOST_AGENCY, len);
}

void host_close(struct host *host, struct guest *guest)
{
    verdict_step(&host->verdict, "connection %u: closed", guest->peer.number);
    peer_close(&guest->peer, false);
    guest->has_ended = false;
}

void host_stop(struct host *host)
{
    char line[VERDICT_TEXT_MAX];

    if (host->verdict.state == VERDICT_FAILED)
        (void)snprintf(host->verdict.said, sizeof host->verdict.said, "%s",
                       command_last_line(&host->client, line, sizeof line));
    command_end(&host->client);
    for (unsigned i = 0; i < HOST_GUESTS; i++) {
        peer_close(&host->guests[i].peer, false);
        host->guests[i].has_ended = false;
    }
    if (host->listener >= 0)
        (void)close(host->listener);
    host->listener = -1;
    host->connections = 0;
}

/* ---- Hearing --------------------------------------------------------------------------------- */

static void greet(struct host *host)
{
    for (unsigned i = 0; i < HOST_GUESTS; i++) {
        struct guest *guest = &host->guests[i];
        int fd;

        if (guest->peer.fd >= 0)
            continue;
        fd = accept4(host->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return;
        guest->peer.number = ++host->connections;
        if (!peer_adopt(&guest->peer, fd, host->settings->dialect, SORTEO_AGENCY_STREAM))
            abort();
        verdict_step(&host->verdict, "connection %u was accepted", guest->peer.number);
        if (host->hangs_up_first && guest->peer.number == 1)
            host_close(host, guest);
    }
}

/* A frame has ended: its bytes, as far as they are still there. */
static void keep_bytes(struct heard *heard, const struct peer *peer, uint64_t end)
{
    heard->len = (size_t)(end - peer->frame_begin);
    if (peer->frame_begin >= peer->window.base && heard->len <= sizeof heard->bytes)
        memcpy(heard->bytes, peer->window.bytes + (peer->frame_begin - peer->window.base), heard->len);
    else
        memset(heard->bytes, 0, sizeof heard->bytes);
}

static void note_bet(struct heard *heard, const struct sorteo_bet *bet)
{
    heard->mixed = heard->mixed || (heard->bets.count > 0 && bet->agency != heard->agency);
    heard->agency = bet->agency;
    lines_add(&heard->bets, bet);
}

/* One event; true if it ends a frame. */
static bool take_event(struct host *host, struct heard *heard, const struct sorteo_event *event)
{
    unsigned number = heard->guest->peer.number;

    switch (event->kind) {
    case SORTEO_BATCH_BEGIN:
        lines_clear(&heard->bets);
        heard->mixed = false;
        return false;
    case SORTEO_BET:
        note_bet(heard, &event->bet);
        return false;
    case SORTEO_BATCH_END:
        heard->kind = HEARD_BETS;
        verdict_step(&host->verdict, "connection %u: the client sent a BATCH of %u, agency %u", number,
                     heard->bets.count, heard->agency);
        break;
    case SORTEO_FINISH:
        heard->kind = HEARD_FINISH;
        heard->agency = event->agency;
        verdict_step(&host->verdict, "connection %u: the client sent FINISH, agency %u", number, event->agency);
        break;
    case SORTEO_RECEIPT:
        heard->kind = HEARD_RECEIPT;
        verdict_step(&host->verdict, "connection %u: the client sent RECEIPT", number);
        break;
    default:
        return false;
    }
    heard->key = event->key;
    keep_bytes(heard, &heard->guest->peer, event->end);
    return true;
}

/* What is there of a connection. NOTHING: no whole frame yet. */
static enum heard_kind hear_guest(struct host *host, struct heard *heard, struct guest *guest)
{
    struct sorteo_event event;

    heard->guest = guest;
    for (;;) {
        switch (peer_next(&guest->peer, SORTEO_REPLY_NONE, 0, &event)) {
        case PEER_EVENT:
            if (take_event(host, heard, &event))
                return heard->kind;
            break;
        case PEER_LATE:
            return HEARD_NOTHING;
        case PEER_MALFORMED:
            verdict_fail(&host->verdict, "well-formed frames", "on connection %u, in %s: %s", guest->peer.number,
                         sorteo_field_name(guest->peer.decoder.error.field),
                         sorteo_code_text(guest->peer.decoder.error.code));
            return HEARD_EXIT;
        case PEER_END:
        case PEER_RESET:
            guest->has_ended = true;
            verdict_step(&host->verdict, "connection %u: the client ended it", guest->peer.number);
            return HEARD_END;
        }
    }
}

static enum heard_kind hear_all(struct host *host, struct heard *heard)
{
    greet(host);
    for (unsigned i = 0; i < HOST_GUESTS; i++) {
        struct guest *guest = &host->guests[i];
        enum heard_kind kind =
            guest->peer.fd >= 0 && !guest->has_ended ? hear_guest(host, heard, guest) : HEARD_NOTHING;

        if (kind != HEARD_NOTHING)
            return kind;
    }
    return HEARD_NOTHING;
}

static void await(const struct host *host)
{
    struct pollfd polled[HOST_GUESTS + 1] = { { .fd = host->listener, .events = POLLIN } };

    for (unsigned i = 0; i < HOST_GUESTS; i++) {
        const struct guest *guest = &host->guests[i];

        polled[i + 1] = (struct pollfd){ .fd = guest->has_ended ? -1 : guest->peer.fd, .events = POLLIN };
    }
    (void)poll(polled, HOST_GUESTS + 1, TICK_MS);
}

enum heard_kind host_hear(struct host *host, struct heard *heard, uint64_t within_ms)
{
    uint64_t deadline_ms = clock_ms() + within_ms;

    while (verdict_is_good(&host->verdict)) {
        bool is_over = command_is_over(&host->client); /* before looking: what it sent is there by now */

        heard->kind = hear_all(host, heard);
        if (heard->kind != HEARD_NOTHING)
            return heard->kind;
        if (is_over)
            return heard->kind = HEARD_EXIT;
        if (clock_ms() >= deadline_ms)
            return heard->kind;
        await(host);
    }
    return heard->kind = HEARD_EXIT;
}

/* ---- Replies --------------------------------------------------------------------------------- */

void host_send(struct host *host, struct guest *guest, const uint8_t *bytes, size_t len)
{
    if (verdict_is_good(&host->verdict) &&
        !peer_send(&guest->peer, bytes, len, clock_ms() + host->settings->timeout_ms))
        verdict_fail(&host->verdict, "the client reads", "it read nothing for %llu ms",
                     (unsigned long long)host->settings->timeout_ms);
}

void host_answer(struct host *host, struct guest *guest, uint8_t value, bool closes)
{
    unsigned number = guest->peer.number;

    if (closes && guest->peer.fd >= 0)
        socket_set(guest->peer.fd, IPPROTO_TCP, TCP_CORK, 1);
    verdict_step(&host->verdict, "connection %u: ANSWER %u%s", number, value, closes ? ", and the end" : "");
    host_send(host, guest, &value, 1);
    if (!closes)
        return;
    peer_close(&guest->peer, false);
    guest->has_ended = false;
}
