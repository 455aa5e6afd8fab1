/* The header of the PROXY protocol, version 2: see proxy_header.h. */
#include "server/worker/proxy_header.h"

#include <assert.h>
#include <netinet/in.h>
#include <string.h>

#define FIXED_LEN 16u /* up to the length, which is its last field */
#define COMMAND_AT 12u
#define FAMILY_AT 13u
#define LENGTH_AT 14u
#define TLV_HEAD_LEN 3u /* a type, and the length of its value */

#define LOCAL 0x20u /* version 2, and a command */
#define PROXY 0x21u
#define UNSPEC 0x00u /* an address family, and SOCK_STREAM or SOCK_DGRAM */
#define TCP4 0x11u
#define UDP4 0x12u
#define TCP6 0x21u
#define UDP6 0x22u
#define UNIX_STREAM 0x31u
#define UNIX_DATAGRAM 0x32u

static const char v1_signature[] = "PROXY ";

static size_t least(size_t one, size_t other)
{
    return one < other ? one : other;
}

static size_t number_at(const struct proxy_header *header, size_t at)
{
    return (size_t)header->bytes[at] << 8 | header->bytes[at + 1];
}

static size_t whole_len(const struct proxy_header *header)
{
    return FIXED_LEN + number_at(header, LENGTH_AT);
}

/* Bytes of the addresses and ports of its family. */
static size_t addresses_len(const struct proxy_header *header)
{
    switch (header->bytes[FAMILY_AT]) {
    case TCP4:
        return 12;
    case TCP6:
        return 36;
    case UNIX_STREAM:
        return 216;
    default:
        return 0;
    }
}

/* ---- What is wrong with the part that has come: a text, or NULL ------------------------------ */

static const char *doubt_signature(const struct proxy_header *header)
{
    if (memcmp(header->bytes, PROXY_SIGNATURE, least(header->len, PROXY_SIGNATURE_LEN)) == 0)
        return NULL;
    if (memcmp(header->bytes, v1_signature, least(header->len, strlen(v1_signature))) != 0)
        return "no PROXY protocol header from an address of --proxy-from";
    return header->len < strlen(v1_signature) ? NULL : "PROXY protocol version 1 is not supported: send version 2";
}

static const char *doubt_command(const struct proxy_header *header)
{
    if (header->bytes[COMMAND_AT] >> 4 != 2)
        return "a version of the PROXY protocol other than 2";
    return header->bytes[COMMAND_AT] > PROXY ? "an unknown command in the PROXY header" : NULL;
}

/* LOCAL says nothing about the family. */
static const char *doubt_family(const struct proxy_header *header)
{
    if (header->bytes[COMMAND_AT] == LOCAL)
        return NULL;
    switch (header->bytes[FAMILY_AT]) {
    case UNSPEC:
    case TCP4:
    case TCP6:
    case UNIX_STREAM:
        return NULL;
    case UDP4:
    case UDP6:
    case UNIX_DATAGRAM:
        return "the PROXY header is of datagrams";
    default:
        return "an unknown family of addresses in the PROXY header";
    }
}

static const char *doubt_length(const struct proxy_header *header)
{
    if (whole_len(header) > PROXY_HEADER_MAX)
        return "the PROXY header is longer than 536 bytes";
    if (header->bytes[COMMAND_AT] == PROXY && number_at(header, LENGTH_AT) < addresses_len(header))
        return "the PROXY header is too short for its addresses";
    return NULL;
}

static const char *doubt_part(const struct proxy_header *header)
{
    if (header->len <= PROXY_SIGNATURE_LEN)
        return doubt_signature(header);
    switch (header->len - 1) {
    case COMMAND_AT:
        return doubt_command(header);
    case FAMILY_AT:
        return doubt_family(header);
    case FIXED_LEN - 1:
        return doubt_length(header);
    default:
        return NULL;
    }
}

/* ---- A whole one ----------------------------------------------------------------------------- */

static struct peer_name source_of(const struct proxy_header *header)
{
    struct sockaddr_storage storage = { 0 };
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    const uint8_t *addresses = header->bytes + FIXED_LEN; /* source, destination, and their ports */

    if (header->bytes[FAMILY_AT] == TCP4) {
        memcpy(&four.sin_addr, addresses, 4);
        memcpy(&four.sin_port, addresses + 8, 2);
        memcpy(&storage, &four, sizeof four);
    } else {
        memcpy(&six.sin6_addr, addresses, 16);
        memcpy(&six.sin6_port, addresses + 32, 2);
        memcpy(&storage, &six, sizeof six);
    }
    return peer_name_of(&storage);
}

static enum proxy_header_state refuse(struct proxy_header *header, size_t byte, const char *why)
{
    header->byte = byte;
    header->why = why;
    return PROXY_HEADER_REFUSED;
}

/* TLVs fill what the addresses leave. */
static enum proxy_header_state skip_tlvs(struct proxy_header *header)
{
    size_t at = FIXED_LEN + addresses_len(header);

    while (at < header->len) {
        size_t left = header->len - at;
        if (left < TLV_HEAD_LEN || number_at(header, at + 1) > left - TLV_HEAD_LEN)
            return refuse(header, at, "a TLV of the PROXY header does not end where the header does");
        at += TLV_HEAD_LEN + number_at(header, at + 1);
    }
    return PROXY_HEADER_DONE;
}

/* Of what does not name a TCP connection all else is ignored, as the specification demands. */
static enum proxy_header_state finish(struct proxy_header *header)
{
    uint8_t family = header->bytes[FAMILY_AT];

    header->names_peer = header->bytes[COMMAND_AT] == PROXY && (family == TCP4 || family == TCP6);
    if (!header->names_peer)
        return PROXY_HEADER_DONE;
    header->peer = source_of(header);
    return skip_tlvs(header);
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

size_t proxy_header_wants(const struct proxy_header *header)
{
    if (header->why != NULL)
        return 0;
    return (header->len < FIXED_LEN ? FIXED_LEN : whole_len(header)) - header->len;
}

static enum proxy_header_state take(struct proxy_header *header, uint8_t byte)
{
    header->bytes[header->len++] = byte;
    const char *why = doubt_part(header);
    if (why != NULL)
        return refuse(header, header->len - 1, why);
    return header->len >= FIXED_LEN && header->len == whole_len(header) ? finish(header) : PROXY_HEADER_MORE;
}

enum proxy_header_state proxy_header_feed(struct proxy_header *header, const uint8_t *bytes, size_t len)
{
    enum proxy_header_state state = PROXY_HEADER_MORE;

    assert(len <= proxy_header_wants(header));
    for (size_t i = 0; i < len && state == PROXY_HEADER_MORE; i++)
        state = take(header, bytes[i]);
    return state;
}

bool proxy_header_begins(const uint8_t *bytes, size_t len)
{
    return len >= PROXY_SIGNATURE_LEN && memcmp(bytes, PROXY_SIGNATURE, PROXY_SIGNATURE_LEN) == 0;
}
