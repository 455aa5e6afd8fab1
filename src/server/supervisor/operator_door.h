/*
 * The door for operators: the socket beside the store, at which `sorteo backup`, `export` and
 * `finish` come while the server runs. Looks who comes, and passes the connection on to the
 * committer; reads no byte of it.
 */
#ifndef SERVER_SUPERVISOR_OPERATOR_DOOR_H
#define SERVER_SUPERVISOR_OPERATOR_DOOR_H

#include <stdint.h>

#include "operator/socket.h"

struct operator_door {
    struct operator_socket socket; /* fd -1: there is none */
    char *name;
    uint64_t not_before_ms; /* when it accepts again */
};

void operator_door_init(struct operator_door *door);

/* Opens it: the store is known to be ours. Without it, with a line in the log, the server runs
 * on. */
void operator_door_open(struct operator_door *door, const char *store);

/* The descriptor to wait for, or -1. */
int operator_door_fd(const struct operator_door *door, uint64_t now_ms);

/* Lets in one who waits: the server's own user, or root. */
void operator_door_admit(struct operator_door *door, int committer, uint64_t now_ms);

void operator_door_close(struct operator_door *door);

#endif
