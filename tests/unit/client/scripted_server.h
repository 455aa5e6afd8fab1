/*
 * For tests of the client: a server on the loopback interface that does what it is told, connection
 * by connection, and remembers what it got. One letter is one step:
 *
 *     b  read a BATCH or SINGLE            a  answer 0 to it: stored
 *     F  read a FINISH                     r  answer 1: not stored
 *     R  read a RECEIPT                    x  answer with a byte that is no answer
 *     4  read four bytes and no more       X  answer 0, and one byte more
 *     E  read on to the end of the         w  write WINNERS (2 documents)
 *        client's stream                   h  write half of them
 *     z  wait a moment                     !  reset the connection instead of closing it
 *     s  stop the client, by the pipe that stop_fd writes to
 *
 * A script ends with closing the connection; scripts of several connections are separated by a
 * blank. A '*' as the last connection's script is one of a good server: it stores and answers all
 * there is, any number of times. `cut_in` and `cut_out` break the first connection of a good server
 * after so many bytes read or written.
 */
#ifndef TESTS_SCRIPTED_SERVER_H
#define TESTS_SCRIPTED_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "codec/sorteo.h"

#define SCRIPTED_ROWS_MAX 64
#define SCRIPTED_NO_CUT SIZE_MAX

struct scripted_server {
    const char *script;
    enum sorteo_dialect dialect;
    enum sorteo_stream stream;
    size_t cut_in, cut_out;
    int stop_fd;

    /* What it got. */
    char seen[512]; /* "c" for a connection, "b3" for a BATCH of 3, "F", "R", "E" for the end of the stream */
    unsigned stored[SCRIPTED_ROWS_MAX]; /* by document: how often it was stored */
    uint64_t finish_key;                /* of the last FINISH */
    bool finish_keys_differ;

    int listener;
    int fd;
    char address[32];
    pthread_t thread;
    size_t in, out; /* bytes over this connection */
    unsigned connections;
    uint64_t keys[SCRIPTED_ROWS_MAX]; /* stored before */
    size_t key_count;
    struct sorteo_decoder decoder;
    uint8_t buf[1 << 16];
    uint32_t pending[SCRIPTED_ROWS_MAX]; /* documents of the frame that was read, to be stored with `a` */
    size_t pending_count;
    uint64_t pending_key;
};

static inline void scripted_note(struct scripted_server *server, const char *text)
{
    size_t used = strlen(server->seen);
    (void)snprintf(server->seen + used, sizeof server->seen - used, "%s", text);
}

static inline bool scripted_cut(const struct scripted_server *server)
{
    return server->connections == 1 && (server->in >= server->cut_in || server->out >= server->cut_out);
}

/* One byte. False at the end of the stream, after 5 seconds, or at the cut. */
static inline bool scripted_read(struct scripted_server *server, uint8_t *byte)
{
    struct pollfd fd = { .fd = server->fd, .events = POLLIN };
    if (scripted_cut(server) || poll(&fd, 1, 5000) <= 0 || recv(server->fd, byte, 1, 0) != 1)
        return false;
    server->in++;
    return true;
}

static inline bool scripted_write(struct scripted_server *server, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++, server->out++) {
        if (scripted_cut(server) || send(server->fd, bytes + i, 1, MSG_NOSIGNAL) != 1)
            return false;
    }
    return true;
}

/* Reads up to the end of a frame: BATCH_END, BET of a SINGLE, FINISH or RECEIPT; MORE if the stream
 * ended. */
static inline enum sorteo_event_kind scripted_frame(struct scripted_server *server)
{
    struct sorteo_event event;
    bool single = server->stream == SORTEO_BET_STREAM;
    server->pending_count = 0;
    for (;;) {
        struct sorteo_window window = { .bytes = server->buf, .len = server->in };
        enum sorteo_event_kind kind = sorteo_decoder_next(&server->decoder, &window, &event);
        if (kind == SORTEO_BET && server->pending_count < SCRIPTED_ROWS_MAX)
            server->pending[server->pending_count++] = event.bet.document;
        if (kind == SORTEO_ERROR)
            abort();
        if (kind == SORTEO_FINISH) {
            server->finish_keys_differ |= server->finish_key != 0 && server->finish_key != event.key;
            server->finish_key = event.key;
        }
        server->pending_key = event.key;
        if (kind == SORTEO_FINISH || kind == SORTEO_RECEIPT || kind == SORTEO_BATCH_END ||
            (single && kind == SORTEO_BET))
            return kind;
        if (kind == SORTEO_MORE &&
            (server->in == sizeof server->buf || !scripted_read(server, server->buf + server->in)))
            return SORTEO_MORE;
    }
}

static inline void scripted_store(struct scripted_server *server)
{
    for (size_t i = 0; server->dialect == SORTEO_KEYED && i < server->key_count; i++) {
        if (server->keys[i] == server->pending_key)
            return;
    }
    if (server->key_count < SCRIPTED_ROWS_MAX)
        server->keys[server->key_count++] = server->pending_key;
    for (size_t i = 0; i < server->pending_count; i++)
        server->stored[server->pending[i] % SCRIPTED_ROWS_MAX]++;
}

static inline bool scripted_reply_winners(struct scripted_server *server, bool half)
{
    static const uint32_t documents[2] = { 30904465, 7 };
    uint8_t frame[16];
    size_t len = 0;
    if (sorteo_encode_winners(server->dialect, documents, 2, frame, sizeof frame, &len) != SORTEO_E_OK)
        abort();
    return scripted_write(server, frame, half ? len / 2 : len);
}

/* Reads a frame and notes what it was. */
static inline bool scripted_take(struct scripted_server *server, enum sorteo_event_kind *kind)
{
    char text[16];
    *kind = scripted_frame(server);
    if (*kind == SORTEO_MORE)
        return false;
    (void)snprintf(text, sizeof text, "b%zu", server->pending_count);
    scripted_note(server, *kind == SORTEO_FINISH ? "F" : *kind == SORTEO_RECEIPT ? "R" : text);
    return true;
}

static inline void scripted_serve_well(struct scripted_server *server)
{
    enum sorteo_event_kind kind;
    static const uint8_t stored = 0;
    while (scripted_take(server, &kind)) {
        bool written = true;
        if (kind == SORTEO_FINISH) {
            written = scripted_reply_winners(server, false);
        } else if (kind != SORTEO_RECEIPT) {
            scripted_store(server);
            written = scripted_write(server, &stored, 1);
        }
        if (!written)
            return;
    }
    scripted_note(server, scripted_cut(server) ? "" : "E");
}

static inline void scripted_reset(struct scripted_server *server)
{
    struct linger linger = { .l_onoff = 1, .l_linger = 0 };
    (void)setsockopt(server->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* One step. False ends the connection. */
static inline bool scripted_step(struct scripted_server *server, char step)
{
    static const uint8_t bytes[3] = { 0, 1, 7 };
    enum sorteo_event_kind kind;
    uint8_t dropped;
    switch (step) {
    case 'a':
        scripted_store(server);
        return scripted_write(server, &bytes[0], 1);
    case 'r':
        return scripted_write(server, &bytes[1], 1);
    case 'x':
        return scripted_write(server, &bytes[2], 1);
    case 'X':
        return send(server->fd, bytes, 2, MSG_NOSIGNAL) == 2;
    case 'w':
    case 'h':
        return scripted_reply_winners(server, step == 'h');
    case '4':
        for (unsigned i = 0; i < 4; i++) {
            if (!scripted_read(server, &dropped))
                return false;
        }
        return true;
    case 'E':
        while (scripted_read(server, &dropped))
            continue;
        scripted_note(server, "E");
        return true;
    case '!':
        scripted_reset(server);
        return true;
    case 'z':
        return usleep(30000) == 0;
    case 's':
        return write(server->stop_fd, "x", 1) == 1;
    case '*':
        scripted_serve_well(server);
        return true;
    default:
        return scripted_take(server, &kind);
    }
}

static inline void *scripted_run(void *context)
{
    struct scripted_server *server = context;
    const char *script = server->script;
    while (*script != '\0') {
        struct pollfd fd = { .fd = server->listener, .events = POLLIN };
        if (poll(&fd, 1, 5000) <= 0 || (server->fd = accept(server->listener, NULL, NULL)) < 0)
            break; /* no client came, or scripted_end */
        int at_once = 1;
        (void)setsockopt(server->fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        scripted_note(server, "c");
        server->connections++;
        server->in = server->out = 0;
        sorteo_decoder_init(&server->decoder, server->dialect, server->stream, 0);
        const char *step = script;
        while (*step != ' ' && *step != '\0' && scripted_step(server, *step))
            step++;
        close(server->fd);
        if (*script != '*')
            script += strcspn(script, " ");
        script += *script == ' ' ? 1 : 0;
    }
    (void)shutdown(server->listener, SHUT_RDWR); /* connecting now is refused */
    return NULL;
}

static inline void scripted_begin(struct scripted_server *server, enum sorteo_dialect dialect, const char *script)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    memset(server, 0, sizeof *server);
    server->script = script;
    server->dialect = dialect;
    server->cut_in = server->cut_out = SCRIPTED_NO_CUT;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(server->listener, 16) != 0 || getsockname(server->listener, (struct sockaddr *)&address, &len) != 0)
        abort();
    (void)snprintf(server->address, sizeof server->address, "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
}

static inline void scripted_start(struct scripted_server *server)
{
    if (pthread_create(&server->thread, NULL, scripted_run, server) != 0)
        abort();
}

/* The client is done: waits for what is under way, and ends. */
static inline void scripted_end(struct scripted_server *server)
{
    (void)shutdown(server->listener, SHUT_RDWR);
    (void)pthread_join(server->thread, NULL);
    close(server->listener);
}

#endif
