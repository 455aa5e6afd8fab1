/*
 * What the service manager hears of the server: that it opens its store, serves, waits for a disk,
 * stops; and, as often as the manager wants it, that the supervisor is alive.
 */
#ifndef SERVER_SUPERVISOR_SERVICE_H
#define SERVER_SUPERVISOR_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

struct service {
    uint64_t watchdog_ms; /* within which the manager wants a sign of life; 0: it does not */
    uint64_t told_ms;     /* when it last got one */
    uint64_t opening_ms;  /* when it last heard that the store is being opened; 0: it did not */
    bool is_ready;        /* it is to hear that the server is ready … */
    bool told_ready;      /* … and has */
};

void service_init(struct service *service);

/* To be called in each turn: says again what the manager had no room for, too; and how long a turn
 * may take at most from now on. */
void service_beat(struct service *service, uint64_t now_ms);
uint64_t service_wait_ms(const struct service *service, uint64_t most_ms);

void service_is_opening(struct service *service, uint64_t now_ms);
void service_is_ready(struct service *service);
void service_waits_for_store(uint64_t seconds);
void service_is_serving(void);
void service_is_stopping(void);

#endif
