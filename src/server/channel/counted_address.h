/*
 * An address, as far as connections are counted by it, and on whose word.
 *
 * What a worker read in a proxy's header is its word alone, so it is counted apart from what the
 * acceptor saw itself: no worker can use up the share of an address that connects without a proxy.
 */
#ifndef SERVER_CHANNEL_COUNTED_ADDRESS_H
#define SERVER_CHANNEL_COUNTED_ADDRESS_H

#include <stdint.h>

enum address_origin {
    ADDRESS_SEEN,    /* the peer's, as the system says */
    ADDRESS_PROXY,   /* the proxy's (--proxy-from): its connections are not limited by address */
    ADDRESS_REPORTED /* the peer's, as a worker read it in the proxy's header */
};
#define ADDRESS_ORIGINS 3u

struct counted_address {
    uint64_t group; /* base/peer_name.h */
    enum address_origin origin;
};

#endif
