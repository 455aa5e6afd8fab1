/*
 * See capture.h. Every length in a packet comes from outside: it is compared with what is left
 * before it is used. What is not TCP over IP is skipped.
 */
#include "tool/capture.h"

#include <arpa/inet.h>
#include <pcap/dlt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/capture_file.h"
#include "tool/capture_lane.h"

/* Bytes that are left of a packet. */
struct rest {
    const uint8_t *bytes;
    size_t len;
};

struct segment {
    uint8_t source[CAPTURE_END_SIZE], target[CAPTURE_END_SIZE];
    int family;
    uint32_t sequence;
    uint8_t flags;
    struct rest payload;
    int64_t when_us;
};

enum { FLAG_FIN = 0x01, FLAG_SYN = 0x02, FLAG_RST = 0x04, FLAG_ACK = 0x10 };

static unsigned two(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static bool skip(struct rest *rest, size_t len)
{
    if (len > rest->len)
        return false;
    rest->bytes += len;
    rest->len -= len;
    return true;
}

/* ---- Headers --------------------------------------------------------------------------------- */

/* Ethernet's, with tags of VLANs: leaves what is in it. */
static bool skip_ethernet(struct rest *rest)
{
    if (!skip(rest, 12))
        return false;
    while (rest->len >= 4 && (two(rest->bytes) == 0x8100 || two(rest->bytes) == 0x88a8))
        (void)skip(rest, 4);
    return skip(rest, 2);
}

static bool skip_link(int link, struct rest *rest)
{
    switch (link) {
    case DLT_EN10MB:
        return skip_ethernet(rest);
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
        return true;
    case DLT_NULL:
    case DLT_LOOP:
        return skip(rest, 4);
    case DLT_LINUX_SLL:
        return skip(rest, 16);
    case DLT_LINUX_SLL2:
        return skip(rest, 20);
    default:
        return false;
    }
}

static void cut(struct rest *rest, size_t len)
{
    if (rest->len > len)
        rest->len = len; /* what follows pads the frame */
}

static bool skip_ipv4(struct rest *rest, struct segment *segment)
{
    const uint8_t *header = rest->bytes;
    size_t len = (header[0] & 0xfu) * 4u;

    if (rest->len < 20 || len < 20 || header[9] != IPPROTO_TCP || (two(header + 6) & 0x1fff) != 0)
        return false;
    if (two(header + 2) > 0) /* 0: the network card was to cut it into packets */
        cut(rest, two(header + 2));
    segment->family = AF_INET;
    memcpy(segment->source, header + 12, 4);
    memcpy(segment->target, header + 16, 4);
    return skip(rest, len);
}

static bool skip_ipv6(struct rest *rest, struct segment *segment)
{
    const uint8_t *header = rest->bytes;

    if (rest->len < 40 || header[6] != IPPROTO_TCP)
        return false;
    cut(rest, 40 + (size_t)two(header + 4));
    segment->family = AF_INET6;
    memcpy(segment->source, header + 8, 16);
    memcpy(segment->target, header + 24, 16);
    return skip(rest, 40);
}

static bool skip_ip(struct rest *rest, struct segment *segment)
{
    if (rest->len == 0)
        return false;
    if (rest->bytes[0] >> 4 == 4)
        return skip_ipv4(rest, segment);
    return rest->bytes[0] >> 4 == 6 && skip_ipv6(rest, segment);
}

static bool skip_tcp(struct rest *rest, struct segment *segment)
{
    const uint8_t *header = rest->bytes;
    size_t len;

    if (rest->len < 20)
        return false;
    len = (size_t)(header[12] >> 4) * 4;
    memcpy(segment->source + 16, header, 2);
    memcpy(segment->target + 16, header + 2, 2);
    segment->sequence = (uint32_t)two(header + 4) << 16 | two(header + 6);
    segment->flags = header[13];
    return len >= 20 && skip(rest, len);
}

/* ---- Connections ----------------------------------------------------------------------------- */

static void name_connection(struct capture_connection *connection, int family)
{
    char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];

    if (inet_ntop(family, connection->ends[0], from, sizeof from) == NULL ||
        inet_ntop(family, connection->ends[1], to, sizeof to) == NULL)
        return;
    (void)snprintf(connection->name, sizeof connection->name, "%s port %u to %s port %u", from,
                   two(connection->ends[0] + 16), to, two(connection->ends[1] + 16));
}

static bool is_from(const struct segment *segment, const uint8_t *end)
{
    return memcmp(segment->source, end, CAPTURE_END_SIZE) == 0;
}

/* The newest one of these ends, in either direction. */
static struct capture_connection *find(const struct capture *capture, const struct segment *segment)
{
    size_t number;

    return capture_index_find(&capture->index, segment->source, segment->target, &number)
               ? &capture->connections[number]
               : NULL;
}

/* The sender of this segment opened the connection, unless its flags say that it accepted it. */
static struct capture_connection *add(struct capture *capture, const struct segment *segment)
{
    bool is_server = (segment->flags & (FLAG_SYN | FLAG_ACK)) == (FLAG_SYN | FLAG_ACK);
    struct capture_connection *connection;

    if (capture->count == capture->cap) {
        size_t more = capture->cap == 0 ? 16 : 2 * capture->cap;
        struct capture_connection *grown = reallocarray(capture->connections, more, sizeof(*grown));

        if (grown == NULL)
            return NULL;
        capture->connections = grown;
        capture->cap = more;
    }
    if (!capture_index_set(&capture->index, segment->source, segment->target, capture->count))
        return NULL;
    connection = &capture->connections[capture->count++];
    *connection = (struct capture_connection){ 0 };
    memcpy(connection->ends[0], is_server ? segment->target : segment->source, CAPTURE_END_SIZE);
    memcpy(connection->ends[1], is_server ? segment->source : segment->target, CAPTURE_END_SIZE);
    name_connection(connection, segment->family);
    return connection;
}

static bool is_wanted(const struct segment *segment, unsigned port)
{
    return port == 0 || two(segment->source + 16) == port || two(segment->target + 16) == port;
}

/* False if there is no memory. */
static bool take(struct capture *capture, const struct segment *segment)
{
    struct capture_connection *connection = find(capture, segment);
    bool is_first = (segment->flags & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN;
    struct capture_lane *lane;

    if (connection != NULL && is_first && connection->is_closed)
        connection = NULL; /* the same ports once more */
    if (connection == NULL && (segment->payload.len > 0 || (segment->flags & FLAG_SYN) != 0))
        connection = add(capture, segment);
    else if (connection == NULL)
        return true;
    if (connection == NULL)
        return false;
    if ((segment->flags & (FLAG_FIN | FLAG_RST)) != 0)
        connection->is_closed = true;
    lane = is_from(segment, connection->ends[0]) ? &connection->agency : &connection->server;
    if ((segment->flags & FLAG_SYN) != 0)
        capture_lane_syn(lane, segment->sequence);
    capture->held += segment->payload.len;
    return capture_lane_take(lane, segment->sequence + ((segment->flags & FLAG_SYN) != 0), segment->payload.bytes,
                             segment->payload.len, segment->when_us);
}

/* Connections without a byte are not listed. */
static void drop_empty(struct capture *capture)
{
    size_t kept = 0;

    for (size_t i = 0; i < capture->count; i++) {
        struct capture_connection *connection = &capture->connections[i];

        capture_lane_end(&connection->agency);
        capture_lane_end(&connection->server);
        if (connection->agency.len + connection->server.len > 0) {
            capture->connections[kept++] = *connection;
        } else {
            capture_lane_fini(&connection->agency);
            capture_lane_fini(&connection->server);
        }
    }
    capture->count = kept;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* What a packet is of, if it is a segment of TCP. */
static bool understand(struct capture *capture, int link, const struct capture_packet *packet, struct segment *segment)
{
    struct rest rest = { packet->bytes, packet->len };

    *segment = (struct segment){ 0 };
    if (!capture->has_first) {
        capture->has_first = true;
        capture->first_us = packet->when_us;
    }
    segment->when_us = packet->when_us - capture->first_us;
    if (!skip_link(link, &rest) || !skip_ip(&rest, segment) || !skip_tcp(&rest, segment))
        return false;
    segment->payload = rest;
    return true;
}

/* NULL, or what is wrong. */
static const char *read_packets(struct capture *capture, struct capture_file *file, unsigned port, size_t bytes_max)
{
    int link = capture_file_link(file);
    struct capture_packet packet;
    enum capture_next next;

    while ((next = capture_file_next(file, &packet)) == CAPTURE_PACKET) {
        struct segment segment;

        if (!understand(capture, link, &packet, &segment) || !is_wanted(&segment, port))
            continue;
        if (segment.payload.len > bytes_max - capture->held)
            return "more than 1 MiB of TCP is too much for a page: take a part of it (editcap), or one port (--port)";
        if (!take(capture, &segment))
            return "out of memory";
    }
    if (next == CAPTURE_FAILED)
        (void)snprintf(capture->cut, sizeof capture->cut, "%s", capture_file_error(file));
    return next == CAPTURE_FAILED && !capture->has_first ? capture->cut : NULL;
}

bool capture_read(struct capture *capture, const char *path, uint16_t port, size_t bytes_max,
                  char error[CAPTURE_ERROR_MAX])
{
    struct capture_file *file = capture_file_open(path, error);
    const char *why;

    *capture = (struct capture){ 0 };
    if (file == NULL)
        return false;
    why = read_packets(capture, file, port, bytes_max);
    if (why != NULL)
        (void)snprintf(error, CAPTURE_ERROR_MAX, "%s", why);
    capture_file_close(file);
    capture_index_clear(&capture->index);
    drop_empty(capture);
    if (why != NULL)
        capture_free(capture);
    return why == NULL;
}

void capture_free(struct capture *capture)
{
    for (size_t i = 0; i < capture->count; i++) {
        capture_lane_fini(&capture->connections[i].agency);
        capture_lane_fini(&capture->connections[i].server);
    }
    free(capture->connections);
    *capture = (struct capture){ 0 };
}
