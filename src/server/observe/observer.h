/*
 * The observer: a process that serves the server's numbers over HTTP (--observe), and nothing else.
 * The supervisor tells it the numbers some times a second; it has no file, no store, and no way to
 * say anything to the other processes but that it lives. It may die, or be kept busy by anyone
 * who can connect to it: the agencies do not notice.
 */
#ifndef SERVER_OBSERVE_OBSERVER_H
#define SERVER_OBSERVE_OBSERVER_H

#include "server/role/listeners.h"
#include "server/settings.h"

/* Runs until told to leave; returns the exit status. */
int observer_run(const struct settings *settings, const struct listeners *listeners, int control);

#endif
