/* A worker's TLS settings, and what a reload of them does to its connections. */
#include "server/worker/worker_parts.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system.h"
#include "codec/sorteo.h"
#include "tls/setup.h"

#define RECHECKS_MS 20u /* in one turn */

static struct tls_context *read_context(const struct worker *worker, int fd, size_t size,
                                        char error[static TLS_ERROR_MAX])
{
    struct tls_material material;
    struct tls_context *context;

    if (!tls_material_receive(fd, size, &material)) {
        log_clean(error, TLS_ERROR_MAX, strerror(errno));
        return NULL;
    }
    context = tls_context_server(&material, sorteo_dialect_name(worker->settings->session.dialect), error);
    tls_material_fini(&material);
    return context;
}

void worker_recheck(struct connection *connection)
{
    struct tls_filter *tls = &connection->tls;
    const struct tls_context *context = connection->host->tls;
    const char *wrong = tls->context == context ? NULL : tls_filter_recheck(tls, context);

    if (wrong != NULL)
        session_close(&connection->session, wrong, clock_ms());
}

static void renew(struct connection *connection)
{
    tls_context_follow(connection->tls.context, connection->host->tls);
    if (!connection->tls.open || connection->fd == -1)
        return;
    worker_recheck(connection);
    connection_update(connection);
}

/* A few milliseconds for each connection where a CRL is large: the others must not wait for all. */
static void on_rechecks(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    uint64_t until = clock_ms() + RECHECKS_MS;

    while (worker->next_recheck < worker->table.cap) {
        struct connection *connection = worker->table.slots[worker->next_recheck++];
        if (connection == NULL || !connection->is_tls)
            continue;
        renew(connection);
        if (clock_ms() < until)
            continue;
        uv_timer_start(timer, on_rechecks, 1, 0);
        return;
    }
}

/* The supervisor has checked the files, so only memory can be short; this worker is replaced. */
void worker_renew_tls(struct worker *worker, int fd, size_t size)
{
    char error[TLS_ERROR_MAX];
    struct tls_context *context = read_context(worker, fd, size, error);
    struct tls_context *before = worker->host.tls;

    close(fd);
    if (context == NULL) {
        log_event(LOG_CRITICAL, "tls", LOG_FAIL, "reason: %s", error);
        _exit(1);
    }
    worker->host.tls = context;
    tls_context_release(before);
    worker->next_recheck = 0;
    on_rechecks(&worker->rechecks);
}
