/*
 * Doubt: messages that no sound process of the server sends. A process that receives one from a
 * process that reads bytes from strangers does not act on it, and has that process replaced.
 *
 * Each function returns what is wrong with a message (a static text for the log), or NULL. Pure.
 */
#ifndef SERVER_CHANNEL_DOUBT_H
#define SERVER_CHANNEL_DOUBT_H

#include <stdint.h>

#include "server/channel/child_role.h"
#include "server/channel/control.h"
#include "server/channel/handoff.h"
#include "server/channel/message.h"

/* From a worker to the committer. `slots`: how many connections a worker holds at most; `now_ns`:
 * of the clock that numbers connections. */
const char *doubt_message(const struct message *message, uint64_t slots, uint64_t now_ns);

/* From a worker to the acceptor that began at `began_ns`; a descriptor came along or not (-1). */
const char *doubt_handoff(const struct handoff_note *note, int fd, uint64_t began_ns, uint64_t now_ns);

/* From a child to the supervisor, which has `workers` slots for workers. */
const char *doubt_control(enum child_role role, const struct control_note *note, int fd, uint32_t workers);

#endif
