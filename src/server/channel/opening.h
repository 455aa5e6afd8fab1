/*
 * The line between the supervisor and the opener: the supervisor asks for a file of TLS, the opener
 * answers with its descriptor. One packet each, over a control line (control.h).
 */
#ifndef SERVER_CHANNEL_OPENING_H
#define SERVER_CHANNEL_OPENING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/packet.h"

struct opening {
    uint32_t number; /* of the request; the answer to it has the same */
    uint32_t part;   /* enum tls_part */
    int32_t error;   /* of an answer: errno where the file cannot be opened, else 0 */
    uint32_t reserved;
};

/* With a descriptor (an answer), or -1; fd stays the caller's. False with errno set. */
static inline bool opening_send(int line, const struct opening *opening, int fd)
{
    return packet_send(line, opening, sizeof *opening, fd);
}

/* *fd is then the caller's, or -1. */
static inline enum packet_outcome opening_receive(int line, struct opening *opening, int *fd)
{
    return packet_receive(line, opening, sizeof *opening, fd);
}

#endif
