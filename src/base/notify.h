/*
 * Words to the service manager that started this process (sd_notify(3)): datagrams to the socket
 * that NOTIFY_SOCKET names. Where there is none, nothing happens.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* Sends assignments, one a line: "READY=1\nSTATUS=serving". Never blocks. False if it was
 * not sent. */
bool notify(const char *assignments);

/* Within how many milliseconds the manager wants to hear WATCHDOG=1 from this process; 0: it does
 * not. */
uint64_t notify_watchdog_ms(void);

#endif
