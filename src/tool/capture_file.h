/*
 * The packets of a capture file (pcap or pcapng), by libpcap. A static program is built without it:
 * its archive needs others that Debian does not have.
 */
#ifndef TOOL_CAPTURE_FILE_H
#define TOOL_CAPTURE_FILE_H

#include <stddef.h>
#include <stdint.h>

#define CAPTURE_ERROR_MAX 300u /* bytes of a reason, its end counted */

struct capture_file;

struct capture_packet {
    const uint8_t *bytes; /* what was captured of it; borrowed until the next one is read */
    size_t len;
    int64_t when_us; /* since 1970 */
};

enum capture_next {
    CAPTURE_PACKET,
    CAPTURE_END,
    CAPTURE_FAILED /* capture_file_error says why */
};

/* Opens the file, "-" for standard input. NULL with a reason: it cannot be read, or is no
 * capture. */
struct capture_file *capture_file_open(const char *path, char reason[static CAPTURE_ERROR_MAX]);

/* What its packets begin with: one of libpcap's DLT_ numbers. */
int capture_file_link(struct capture_file *file);

enum capture_next capture_file_next(struct capture_file *file, struct capture_packet *packet);

/* After CAPTURE_FAILED. Borrowed. */
const char *capture_file_error(struct capture_file *file);

void capture_file_close(struct capture_file *file);

#endif
