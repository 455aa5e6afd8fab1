/* See ask_server.h. */
#include "tool/ask_server.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/packet.h"
#include "base/system.h"
#include "operator/socket.h"
#include "store/store.h"
#include "tool/stop.h"

#define SILENCE_MS 30000 /* a server whose disk stands still says nothing either */
#define LOOK_MS 200      /* between two looks whether to stop */
#define FULL_PAUSE_MS 50 /* where too many wait for the server */

static bool is_over(uint64_t since_ms)
{
    return stop_asked() || clock_ms() - since_ms >= SILENCE_MS;
}

static int connect_patiently(const char *name)
{
    uint64_t since_ms = clock_ms();
    int fd;

    while ((fd = operator_socket_connect(name)) == -1 && errno == EAGAIN && !is_over(since_ms))
        (void)poll(NULL, 0, FULL_PAUSE_MS);
    return fd;
}

/* Beside a store that is elsewhere, no server can listen. */
bool server_listens(const char *store)
{
    if (store_is_remote(store))
        return false;

    char *name = operator_socket_name(store);
    int line = name == NULL ? -1 : connect_patiently(name);
    bool listens = line != -1 || errno == EAGAIN || errno == EACCES;

    free(name);
    if (line != -1)
        close(line);
    return listens;
}

static enum asked say(char text[static OPERATOR_TEXT_MAX], enum asked asked, const char *what)
{
    snprintf(text, OPERATOR_TEXT_MAX, "%s", what);
    return asked;
}

/* Why nothing came; NONE if something may. */
static enum packet_outcome wait_for_reply(int line, struct operator_reply *reply)
{
    uint64_t since_ms = clock_ms();
    enum packet_outcome outcome;
    int fd;

    while ((outcome = packet_receive(line, reply, sizeof *reply, &fd)) == PACKET_NONE && !is_over(since_ms)) {
        struct pollfd ready = { .fd = line, .events = POLLIN };
        (void)poll(&ready, 1, LOOK_MS);
    }
    if (fd != -1)
        close(fd);
    return outcome;
}

/* The server had begun, unless `asked` says that there is none. While it replaces its committer,
 * the store is not to be taken from it. */
static enum asked give_up(const char *store, const struct operator_request *request, enum asked asked,
                          enum packet_outcome outcome, char text[static OPERATOR_TEXT_MAX])
{
    if (asked == ASKED_NO_SERVER && outcome == PACKET_END && server_listens(store))
        return say(text, ASKED_FAILED, "the server could not take the request now: try again");
    if (asked != ASKED_NO_SERVER && request->what == OPERATOR_FINISH)
        asked = ASKED_UNKNOWN;
    if (stop_asked())
        return say(text, asked == ASKED_NO_SERVER ? ASKED_FAILED : asked, "stopped by a signal");
    if (outcome == PACKET_END)
        return say(text, asked, "the server ended meanwhile, or its process that has the store did");
    if (outcome == PACKET_MALFORMED)
        return say(text, ASKED_FAILED, "the server is of another version: use its own sorteo");
    return say(text, asked == ASKED_NO_SERVER ? ASKED_FAILED : asked, "the server does not answer: see its log");
}

static enum asked hear(int line, const char *store, const struct operator_request *request,
                       char text[static OPERATOR_TEXT_MAX])
{
    enum asked asked = ASKED_NO_SERVER;
    struct operator_reply reply;
    enum packet_outcome outcome;

    while ((outcome = wait_for_reply(line, &reply)) == PACKET_CAME) {
        if (operator_reply_doubt(&reply) != NULL)
            return say(text, ASKED_FAILED, operator_reply_doubt(&reply));
        if (reply.kind == OPERATOR_DONE)
            return say(text, ASKED_DONE, reply.text);
        if (reply.kind == OPERATOR_FAILED)
            return say(text, ASKED_FAILED, reply.text);
        if (reply.kind == OPERATOR_UNKNOWN)
            return say(text, ASKED_UNKNOWN, reply.text);
        asked = ASKED_FAILED; /* it has begun */
        if (stop_asked())
            break;
    }
    return give_up(store, request, asked, outcome, text);
}

enum asked ask_server(const char *store, const struct operator_request *request, int fd,
                      char text[static OPERATOR_TEXT_MAX])
{
    if (store_is_remote(store))
        return ASKED_NO_SERVER;

    char *name = operator_socket_name(store);
    int line = name == NULL ? -1 : connect_patiently(name);
    int error = name == NULL ? ENOMEM : errno;
    enum asked asked;

    free(name);
    if (line == -1 && error != EAGAIN && error != EACCES)
        return ASKED_NO_SERVER; /* whether the store is in use, its lock says */
    if (line == -1)
        return say(text, ASKED_FAILED,
                   error == EACCES ? "the server's socket beside the store may not be used: run as the server's user "
                                     "or root"
                                   : "too many others wait for the server: try again");
    /* A server that leaves ends the line: what it was, is found out by reading. */
    (void)packet_send(line, request, sizeof *request, fd);
    asked = hear(line, store, request, text);
    close(line);
    return asked;
}
