/* Who counts as one peer: see peer_address.h. */
#include "server/acceptor/peer_address.h"

#include <netinet/in.h>
#include <string.h>

static uint64_t read_big_endian(const uint8_t *bytes, unsigned len)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return value;
}

uint64_t peer_address_of(const struct sockaddr_storage *address)
{
    uint8_t bytes[16];

    if (address->ss_family == AF_INET) {
        memcpy(bytes, &((const struct sockaddr_in *)address)->sin_addr, 4);
        return read_big_endian(bytes, 4);
    }
    if (address->ss_family != AF_INET6)
        return 0;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    memcpy(bytes, six, sizeof bytes);
    return IN6_IS_ADDR_V4MAPPED(six) ? read_big_endian(bytes + 12, 4) : read_big_endian(bytes, 8);
}
