/* The main function of a role: see role_main.h. */
#include "server/role_main.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "server/acceptor/acceptor.h"
#include "server/committer/committer.h"
#include "server/observe/http.h"
#include "server/observe/observer.h"
#include "server/observe/recorder.h"
#include "server/opener/opener.h"
#include "server/role/begin.h"
#include "server/role/confine.h"
#include "server/worker/worker.h"
#include "tls/context.h"

#define NICE 10 /* as nice(1) counts */

static int given(const struct order *order, enum order_item item)
{
    const struct order_given *found = order_find(order, item, 0);
    return found == NULL ? -1 : found->fd;
}

/* A memory file that was given, and its descriptor closed. MAP_FAILED with errno set. */
static void *map(const struct order *order, enum order_item item, size_t size)
{
    int fd = given(order, item);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (memory != MAP_FAILED)
        close(fd);
    return memory;
}

static int be_committer(const struct order *order)
{
    void *word = map(order, ORDER_STORE_CALLS, sizeof(uint32_t));
    void *kept = map(order, ORDER_REFUSALS, sizeof(struct kept_refusals));

    if (word == MAP_FAILED || kept == MAP_FAILED) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "process: committer | reason: %s", strerror(errno));
        return COMMITTER_FAILED;
    }
    return committer_run(&order->settings, ORDER_CONTROL_FD, order->first, word, kept);
}

static void take_listeners(const struct order *order, struct listeners *listeners)
{
    const struct order_given *found;

    while (listeners->count < LISTENERS_MAX && (found = order_find(order, ORDER_LISTENER, listeners->count)) != NULL)
        listeners->list[listeners->count++] = (struct listener){ .fd = found->fd, .port = (uint8_t)found->detail };
}

static int be_observer(const struct order *order)
{
    struct listeners listeners = { .count = 0 };

    take_listeners(order, &listeners);
    return observer_run(&order->settings, &listeners, ORDER_CONTROL_FD);
}

static int be_acceptor(const struct order *order)
{
    struct listeners listeners = { .count = 0 };
    void *passed = map(order, ORDER_PASSED, passed_size(order->settings.max_connections));

    if (passed == MAP_FAILED) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "process: acceptor | reason: %s", strerror(errno));
        return 1;
    }
    take_listeners(order, &listeners);
    return acceptor_run(&order->settings, &listeners, ORDER_CONTROL_FD, passed);
}

/* Reads what would otherwise be read from files later, when the role is confined. */
static void read_ahead(const struct order *order)
{
    tzset(); /* the log's times */
    if (order->role == ROLE_OBSERVER)
        (void)http_load(); /* it says itself why not */
}

/* The observer never takes a processor from the processes that it observes. */
static void yield_to_others(void)
{
    (void)setpriority(PRIO_PROCESS, 0, NICE);
}

int role_main(void)
{
    static struct order order; /* the settings are used for as long as the process lives */

    if (!begin_role(&order))
        return 1;
    read_ahead(&order);
    if (order.role == ROLE_WORKER && order.settings.serves_tls && !tls_prepare()) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "process: worker | reason: OpenSSL cannot be set up");
        return 1;
    }
    if (order.role == ROLE_OBSERVER || order.role == ROLE_RECORDER)
        yield_to_others();
    if (!confine_role(&order))
        return 1;
    switch (order.role) {
    case ROLE_COMMITTER:
        return be_committer(&order);
    case ROLE_ACCEPTOR:
        return be_acceptor(&order);
    case ROLE_OBSERVER:
        return be_observer(&order);
    case ROLE_RECORDER:
        return recorder_run(&order.settings, ORDER_CONTROL_FD);
    case ROLE_OPENER:
        return opener_run(&order.settings.tls, ORDER_CONTROL_FD);
    default:
        return worker_run(&order.settings, order.number, given(&order, ORDER_CHANNEL), ORDER_CONTROL_FD);
    }
}
