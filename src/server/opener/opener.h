/*
 * The opener: keeps the rights of the user who started the server, and opens the files of TLS for
 * the supervisor, which has given these rights up (--user). It opens no others, reads none of them,
 * and knows no peer.
 */
#ifndef SERVER_OPENER_OPENER_H
#define SERVER_OPENER_OPENER_H

#include "tls/material.h"

/* Runs until its line ends. Returns the exit status. */
int opener_run(const struct tls_paths *paths, int line);

#endif
