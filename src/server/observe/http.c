/* HTTP by libmicrohttpd: see http.h. */
#include "server/observe/http.h"

#ifdef WITHOUT_LIBMICROHTTPD

/* No observer is started (server/settings.c). */

const char *http_load(void)
{
    return "this program was built without libmicrohttpd";
}

bool http_open(struct http *http, const struct listeners *listeners, const struct view *view)
{
    (void)http;
    (void)listeners;
    (void)view;
    return false;
}

void http_close(struct http *http)
{
    (void)http;
}

unsigned http_fds(const struct http *http, struct pollfd fds[HTTP_FDS_MAX])
{
    (void)http;
    (void)fds;
    return 0;
}

uint64_t http_wait_ms(const struct http *http)
{
    (void)http;
    return 0;
}

void http_run(struct http *http, uint64_t now_ms)
{
    (void)http;
    (void)now_ms;
}

#else

#include <string.h>
#include <sys/socket.h>

#include "base/system.h"
#include "server/observe/answers.h"
#include "server/observe/libmicrohttpd.h"

#define REQUEST_BYTES_MAX 16384u /* memory of a connection */
#define LOOK_MS 500u             /* how often it looks for connections that have had their time */

/* ---- Requests -------------------------------------------------------------------------------- */

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct answer *answer)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->len, (void *)(uintptr_t)answer->body,
                                        answer->is_owned ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result = MHD_NO;

    if (response == NULL) {
        answer_fini(answer);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    (void)MHD_add_response_header(response, "Content-Security-Policy", answer->policy);
    if (answer->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    result = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

/* Called when the head of a request is complete. A body is not read: no answer depends on one. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *body, size_t *body_len, void **request)
{
    const struct view *view = context;
    struct answer answer;

    (void)version;
    (void)body;
    (void)body_len;
    (void)request;
    answer_make(&answer, view, clock_ms(), method, url,
                MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));
    return send_answer(connection, &answer);
}

/* ---- Connections ----------------------------------------------------------------------------- */

static void admit(struct http *http, struct MHD_Connection *connection, void **place)
{
    const union MHD_ConnectionInfo *about = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX && about != NULL; i++) {
        if (http->visitors[i].fd != -1)
            continue;
        http->visitors[i] = (struct visitor){ .fd = about->connect_fd, .since_ms = clock_ms() };
        *place = &http->visitors[i];
        return;
    }
}

static void on_connection(void *context, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode code)
{
    struct visitor *visitor = *place;

    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        admit(context, connection, place);
    else if (visitor != NULL)
        visitor->fd = -1;
}

/* libmicrohttpd itself only limits the time without a byte. */
static void end_the_old(struct http *http, uint64_t now_ms)
{
    for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++)
        if (http->visitors[i].fd != -1 && now_ms - http->visitors[i].since_ms >= HTTP_LIFE_MS)
            (void)shutdown(http->visitors[i].fd, SHUT_RDWR);
}

/* ---- The daemons ----------------------------------------------------------------------------- */

static struct MHD_Daemon *start(struct http *http, int listener, unsigned connections_max, const struct view *view)
{
    struct MHD_OptionItem options[] = { { MHD_OPTION_LISTEN_SOCKET, listener, NULL },
                                        { MHD_OPTION_CONNECTION_LIMIT, connections_max, NULL },
                                        { MHD_OPTION_CONNECTION_TIMEOUT, HTTP_LIFE_MS / 1000, NULL },
                                        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, REQUEST_BYTES_MAX, NULL },
                                        { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, http },
                                        { MHD_OPTION_END, 0, NULL } };

    return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, (void *)(uintptr_t)view, MHD_OPTION_ARRAY,
                            options, MHD_OPTION_END);
}

const char *http_load(void)
{
    return libmicrohttpd_load();
}

bool http_open(struct http *http, const struct listeners *listeners, const struct view *view)
{
    http->count = 0;
    for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++)
        http->visitors[i].fd = -1;
    for (unsigned i = 0; i < listeners->count; i++) {
        http->daemons[i] = start(http, listeners->list[i].fd, HTTP_CONNECTIONS_MAX / listeners->count, view);
        if (http->daemons[i] == NULL) {
            http_close(http);
            return false;
        }
        http->count++;
    }
    return true;
}

void http_close(struct http *http)
{
    while (http->count > 0)
        MHD_stop_daemon(http->daemons[--http->count]);
}

unsigned http_fds(const struct http *http, struct pollfd fds[HTTP_FDS_MAX])
{
    for (unsigned i = 0; i < http->count; i++) {
        const union MHD_DaemonInfo *about = MHD_get_daemon_info(http->daemons[i], MHD_DAEMON_INFO_EPOLL_FD);
        fds[i] = (struct pollfd){ .fd = about != NULL ? about->epoll_fd : -1, .events = POLLIN };
    }
    return http->count;
}

uint64_t http_wait_ms(const struct http *http)
{
    uint64_t wait = LOOK_MS;

    for (unsigned i = 0; i < http->count; i++) {
        MHD_UNSIGNED_LONG_LONG due;
        if (MHD_get_timeout(http->daemons[i], &due) == MHD_YES && due < wait)
            wait = due;
    }
    return wait;
}

void http_run(struct http *http, uint64_t now_ms)
{
    end_the_old(http, now_ms);
    for (unsigned i = 0; i < http->count; i++)
        (void)MHD_run(http->daemons[i]);
}

#endif
