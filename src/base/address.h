/*
 * HOST:PORT texts: "127.0.0.1:12345", "[::1]:12345", "server:12345", and back.
 *
 * Knows nothing of bets. Names are resolved by getaddrinfo.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_MAX 320 /* bytes of host and port as a text, its end counted */

struct address {
    struct sockaddr_storage storage;
    socklen_t len;
};

/* Splits at the last ':' (brackets around an IPv6 host are taken off). False if there is no port
 * from 0 to 65535 or no host, or either does not fit; the outputs are then unchanged. */
bool address_split(const char *text, char *host, size_t host_cap, char *port, size_t port_cap);

/* Resolves HOST:PORT into at most cap addresses, and returns how many; 0 with *why set to a static
 * text that says what is wrong. `passive` is for listening. */
size_t address_resolve(const char *text, bool passive, struct address *out, size_t cap, const char **why);

/* The same, but gives up at deadline_ms (of clock_ms) or when stop_fd (-1: none) becomes readable:
 * a server of names may never answer, and getaddrinfo can be neither interrupted nor bounded. A
 * name is resolved by a child process, which is ended then; an address is not. *why may be a buffer
 * that the next call writes over. */
size_t address_resolve_until(const char *text, bool passive, struct address *out, size_t cap, uint64_t deadline_ms,
                             int stop_fd, const char **why);

/* Writes "127.0.0.1:12345" or "[::1]:12345". Returns out. */
const char *address_text(const struct address *address, char out[static ADDRESS_TEXT_MAX]);

#endif
