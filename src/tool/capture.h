/*
 * TCP connections in a capture file (pcap or pcapng): the bytes of each direction in order, and
 * when they came.
 *
 * Knows nothing of the protocol but that the agency opens the connection and sends first.
 */
#ifndef TOOL_CAPTURE_H
#define TOOL_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/capture_file.h"
#include "tool/capture_index.h"
#include "tool/capture_lane.h"

struct capture_connection {
    char name[128]; /* "10.1.0.0 port 50000 to 10.0.0.2 port 12345" */
    struct capture_lane agency, server;

    /* private */
    uint8_t ends[2][CAPTURE_END_SIZE]; /* of the agency, of the server */
    bool is_closed;                    /* the next SYN begins a new connection */
};

struct capture {
    struct capture_connection *connections; /* in the order in which they begin; none without bytes */
    size_t count;
    char cut[CAPTURE_ERROR_MAX]; /* why the file cannot be read to its end; empty: it was */

    /* private */
    size_t cap, held; /* connections that there is room for; bytes of payload */
    struct capture_index index;
    int64_t first_us;
    bool has_first;
};

/* Reads the file; "-" is standard input. Takes only connections to `port`; 0: all. False, with a
 * text in `error`, if it cannot be read, is not a capture, or has more than `bytes_max` bytes of
 * such connections. A file that ends inside a packet, as while it is being written, is read up to
 * there. Freed with capture_free. */
bool capture_read(struct capture *capture, const char *path, uint16_t port, size_t bytes_max,
                  char error[CAPTURE_ERROR_MAX]);

void capture_free(struct capture *capture);

#endif
