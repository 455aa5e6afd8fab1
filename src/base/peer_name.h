/*
 * Who is at the other end of a connection: an address and a port, small enough to go with each
 * message, as a text for the log, and as one number for limits.
 *
 * Knows nothing of bets, and opens nothing.
 */
#ifndef BASE_PEER_NAME_H
#define BASE_PEER_NAME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define PEER_NAME_TEXT_MAX 72 /* bytes of the longest text, its end counted */

/* All zeros: not known. An IPv4 address inside IPv6 (::ffff:a.b.c.d) is the IPv4
 * address. */
struct peer_name {
    uint8_t address[16]; /* an IPv4 address is in the first four */
    uint32_t scope;      /* of a link-local IPv6 address; 0 of others */
    uint16_t port;
    uint8_t version; /* of IP: 4, 6; 0: unknown */
    uint8_t reserved;
};

struct peer_name peer_name_of(const struct sockaddr_storage *address);

/* Asks the system who is connected. False, with *name unknown, if the peer has gone again. */
bool peer_name_of_socket(int fd, struct peer_name *name);

/* Writes "127.0.0.1:12345", "[::1]:12345", "[fe80::1%2]:12345" or "unknown". Returns out. */
const char *peer_name_text(const struct peer_name *name, char out[static PEER_NAME_TEXT_MAX]);

#define PEER_NAME_THROUGH_MAX (2 * PEER_NAME_TEXT_MAX + 16) /* bytes of the longest text, its end counted */

/* Writes the peer, and the proxy that it came through if that is known: "10.1.2.3:12345" or
 * "10.1.2.3:12345 | proxy: 192.0.2.1:443", for a line of the log. Returns out. */
const char *peer_name_text_through(const struct peer_name *peer, const struct peer_name *proxy,
                                   char out[static PEER_NAME_THROUGH_MAX]);

/* Who counts as one peer: an IPv4 address, or an IPv6 network of 64 bits (protocol, section 6), in
 * one number. 0 of an unknown one. */
uint64_t peer_name_group(const struct peer_name *name);

/* Writes that as a text: "127.0.0.1", "2001:db8:1:2::/64" or "unknown". Returns out. */
const char *peer_name_group_text(const struct peer_name *name, char out[static PEER_NAME_TEXT_MAX]);

#endif
