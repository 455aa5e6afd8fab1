/*
 * The socket of a running server beside its store, STORE.control: its name, how it is made, and how
 * it is reached. Knows nothing of what is said there.
 */
#ifndef OPERATOR_SOCKET_H
#define OPERATOR_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

/* What it is called: beside the file itself, where the store's path is a link to it. To be freed;
 * NULL if there is no memory. */
char *operator_socket_name(const char *store);

struct operator_socket {
    int fd; /* listens, non-blocking; -1: there is none */
    /* private */
    dev_t device;
    ino_t number;
};

/* Makes it (0600) and listens. What a dead server left there is replaced; that of a live one, and
 * any other file, is left alone. False with errno set: EADDRINUSE, a server listens there;
 * EEXIST, another file has the name; ENAMETOOLONG, the name itself, without its folder, is too
 * long. */
bool operator_socket_listen(const char *name, struct operator_socket *made);

/* Closes it and removes its name, if that is still this socket's. */
void operator_socket_remove(const char *name, struct operator_socket *made);

/* A connection to the server that listens there, non-blocking; -1 with errno set: ENOENT or
 * ECONNREFUSED if there is none, EAGAIN if too many wait for it. */
int operator_socket_connect(const char *name);

#endif
