/* What the service manager hears: see service.h. */
#include "server/supervisor/service.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/notify.h"

#define BEATS_PER_WATCHDOG 4u /* a manager that was late to hear one has heard another */
#define EXTEND_US "30000000"  /* from each word on, of which there is … */
#define OPENING_MS 1000u      /* … one in so long */

void service_init(struct service *service)
{
    *service = (struct service){ .watchdog_ms = notify_watchdog_ms() };
}

void service_beat(struct service *service, uint64_t now_ms)
{
    if (service->is_ready && !service->told_ready)
        service->told_ready = notify("READY=1\nSTATUS=Serving");
    if (service->watchdog_ms == 0 || now_ms - service->told_ms < service->watchdog_ms / BEATS_PER_WATCHDOG)
        return;
    if (notify("WATCHDOG=1"))
        service->told_ms = now_ms;
}

uint64_t service_wait_ms(const struct service *service, uint64_t most_ms)
{
    uint64_t beat_ms = service->watchdog_ms / BEATS_PER_WATCHDOG;
    if (service->watchdog_ms == 0 || beat_ms > most_ms)
        return most_ms;
    return beat_ms > 0 ? beat_ms : 1;
}

void service_is_opening(struct service *service, uint64_t now_ms)
{
    if (service->opening_ms != 0 && now_ms - service->opening_ms < OPENING_MS)
        return;
    service->opening_ms = now_ms;
    (void)notify("EXTEND_TIMEOUT_USEC=" EXTEND_US "\nSTATUS=Opening the store");
}

/* Heard with the next beat, or as soon as the manager has room for it. */
void service_is_ready(struct service *service)
{
    service->is_ready = true;
}

void service_waits_for_store(uint64_t seconds)
{
    char text[96];
    (void)snprintf(text, sizeof text, "STATUS=Waiting for the store's disk since %" PRIu64 " seconds", seconds);
    (void)notify(text);
}

void service_is_serving(void)
{
    (void)notify("STATUS=Serving");
}

void service_is_stopping(void)
{
    (void)notify("STOPPING=1\nSTATUS=Stopping");
}
