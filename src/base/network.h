/*
 * Networks of addresses: "10.0.0.0/8", "::1", and lists of them, "192.0.2.7,2001:db8::/32".
 *
 * Opens nothing, and resolves no names.
 */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/peer_name.h"

#define NETWORKS_MAX 32u     /* in a list */
#define NETWORK_TEXT_MAX 64u /* bytes of the longest text of one, its end counted */

struct network {
    uint8_t address[16]; /* an IPv4 address is in the first four */
    uint8_t version;     /* of IP: 4 or 6 */
    uint8_t bits;        /* of the prefix: all of them, for one address */
};

struct networks {
    struct network list[NETWORKS_MAX];
    uint32_t count;
};

/* Reads an address, or a prefix without bits beyond its length. An IPv4 address inside IPv6 is the
 * IPv4 address. False, *network unchanged, if text is neither. */
bool network_read(const char *text, struct network *network);

bool network_contains(const struct network *network, const struct peer_name *peer);

/* Reads networks with commas between them. False, *networks unchanged, if one of them cannot be
 * read or there are too many; `wrong` then has the text of the first that is refused, cut to its
 * size. */
bool networks_read(const char *text, struct networks *networks, char wrong[static NETWORK_TEXT_MAX]);

/* Is the peer in one of them? */
bool networks_contain(const struct networks *networks, const struct peer_name *peer);

#endif
