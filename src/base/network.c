/* Networks of addresses: see network.h. */
#include "base/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/options.h"

#define MAPPED_BITS 96u /* before the IPv4 address inside an IPv6 one */

/* Do two addresses begin with the same bits? */
static bool is_same_prefix(const uint8_t *one, const uint8_t *other, unsigned bits)
{
    unsigned bytes = bits / 8, rest = bits % 8;
    uint8_t mask = (uint8_t)(0xff00u >> rest);

    return memcmp(one, other, bytes) == 0 && (rest == 0 || ((one[bytes] ^ other[bytes]) & mask) == 0);
}

static bool has_bits_beyond(const struct network *network)
{
    unsigned all = network->version == 4 ? 32 : 128;

    for (unsigned bit = network->bits; bit < all; bit++)
        if (network->address[bit / 8] & 0x80u >> bit % 8)
            return true;
    return false;
}

static bool read_address(const char *text, struct network *network)
{
    struct in6_addr six;

    *network = (struct network){ .version = 4, .bits = 32 };
    if (inet_pton(AF_INET, text, network->address) == 1)
        return true;
    *network = (struct network){ .version = 6, .bits = 128 };
    if (inet_pton(AF_INET6, text, &six) != 1)
        return false;
    memcpy(network->address, &six, sizeof six);
    return true;
}

static bool read_bits(const char *text, struct network *network)
{
    uint64_t bits;

    if (!options_number(text, 0, network->bits, &bits))
        return false;
    network->bits = (uint8_t)bits;
    return true;
}

/* The peers of such a network are IPv4's (peer_name_of). */
static void unmap(struct network *network)
{
    struct in6_addr six;

    memcpy(&six, network->address, sizeof six);
    if (network->version != 6 || network->bits < MAPPED_BITS || !IN6_IS_ADDR_V4MAPPED(&six))
        return;
    *network = (struct network){ .version = 4, .bits = (uint8_t)(network->bits - MAPPED_BITS) };
    memcpy(network->address, six.s6_addr + MAPPED_BITS / 8, 4);
}

bool network_read(const char *text, struct network *network)
{
    char address[NETWORK_TEXT_MAX];
    struct network read;
    size_t len = strcspn(text, "/");

    if (len >= sizeof address)
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    if (!read_address(address, &read) || (text[len] == '/' && !read_bits(text + len + 1, &read)))
        return false;
    unmap(&read);
    if (has_bits_beyond(&read))
        return false;
    *network = read;
    return true;
}

bool network_contains(const struct network *network, const struct peer_name *peer)
{
    return network->version == peer->version && is_same_prefix(network->address, peer->address, network->bits);
}

bool networks_read(const char *text, struct networks *networks, char wrong[static NETWORK_TEXT_MAX])
{
    struct networks read = { .count = 0 };
    char one[NETWORK_TEXT_MAX];

    for (const char *next = text; next != NULL; read.count++) {
        size_t len = strcspn(next, ",");
        (void)snprintf(one, sizeof one, "%.*s", (int)(len < sizeof one ? len : sizeof one), next);
        if (len >= sizeof one || read.count == NETWORKS_MAX || !network_read(one, &read.list[read.count])) {
            memcpy(wrong, one, sizeof one);
            return false;
        }
        next = next[len] == ',' ? next + len + 1 : NULL;
    }
    *networks = read;
    return true;
}

bool networks_contain(const struct networks *networks, const struct peer_name *peer)
{
    for (uint32_t i = 0; i < networks->count; i++)
        if (network_contains(&networks->list[i], peer))
            return true;
    return false;
}
