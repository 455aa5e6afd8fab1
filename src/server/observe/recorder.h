/*
 * The recorder: a process that writes the server's numbers into a file (--metrics-file), for
 * node_exporter's text collector. It may use the folder of that file, and has no socket to the
 * outside: what is reached from there is the observer, which has no file.
 */
#ifndef SERVER_OBSERVE_RECORDER_H
#define SERVER_OBSERVE_RECORDER_H

#include "server/settings.h"

/* Runs until told to leave, and writes what it knows once more; returns the exit status. */
int recorder_run(const struct settings *settings, int control);

#endif
