/*
 * What a committer's code calls of the system around it (libuv, channels, the log, the supervisor),
 * for a process that has none of it: timers note when they are due, a channel is a queue, and of
 * the log only draws and requests are passed on.
 */
#ifndef SIMULATION_SURROUNDINGS_H
#define SIMULATION_SURROUNDINGS_H

#include <uv.h>

#include "lottery/ruling.h"
#include "server/channel/channel.h"

/* Called for each line of the log about a draw, unless the process has died meanwhile. */
extern void (*surroundings_on_draw)(const struct draw *draw);
/* … and for each request whose group has ended. */
struct commit_entry;
extern void (*surroundings_on_request)(const struct commit_entry *entry);

/* Is it started and due, by the clock of the process whose turn it is? Calls it then. */
bool surroundings_fire(uv_timer_t *timer);

/* Takes the next message that was sent through the channel and flushed. False if there is none. */
bool surroundings_receive(struct channel *channel, struct message *message, void *body, size_t cap);

#endif
