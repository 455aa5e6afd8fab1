/*
 * HTTP for the observer, by libmicrohttpd without threads: its owner waits for descriptors and runs
 * it. Requests, connections, and the time that one may take are limited. Which answer a request
 * gets is in answers.h.
 */
#ifndef SERVER_OBSERVE_HTTP_H
#define SERVER_OBSERVE_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/observe/view.h"
#include "server/role/listeners.h"

#define HTTP_FDS_MAX LISTENERS_MAX
#define HTTP_CONNECTIONS_MAX 64u
#define HTTP_LIFE_MS 10000u /* of a connection, in all: each carries one request */

struct MHD_Daemon;

struct visitor {
    int fd; /* -1: a free place */
    uint64_t since_ms;
};

struct http {
    struct MHD_Daemon *daemons[HTTP_FDS_MAX]; /* one for each listener */
    unsigned count;
    struct visitor visitors[HTTP_CONNECTIONS_MAX];
};

/* Loads libmicrohttpd: before anything else here, and before the process may open no more files.
 * NULL, or why that cannot be done: then nothing else here may be called. */
const char *http_load(void);

/* Serves the view on the listeners, which stay the caller's. False if that cannot be done: nothing
 * is left open. */
bool http_open(struct http *http, const struct listeners *listeners, const struct view *view);
void http_close(struct http *http);

/* The descriptors to wait for: how many. */
unsigned http_fds(const struct http *http, struct pollfd fds[HTTP_FDS_MAX]);

/* How long to wait for them at most. */
uint64_t http_wait_ms(const struct http *http);

/* Does what is due. */
void http_run(struct http *http, uint64_t now_ms);

#endif
