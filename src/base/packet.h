/*
 * Packets: small fixed records over a SOCK_SEQPACKET socket, each with a descriptor or without, or
 * with a body. Never blocks. Knows nothing of what they mean.
 */
#ifndef BASE_PACKET_H
#define BASE_PACKET_H

#include <stdbool.h>
#include <stddef.h>

/* Makes a pair, both ends close-on-exec and non-blocking. False with errno set. */
bool packet_pair(int ends[2]);

/* Sends len bytes as one packet, with a descriptor if fd is not -1; fd stays the caller's. False
 * with errno set. */
bool packet_send(int line, const void *bytes, size_t len, int fd);

enum packet_outcome { PACKET_CAME, PACKET_NONE, PACKET_MALFORMED, PACKET_END };

/* Takes the next packet, which must have len bytes: MALFORMED, and dropped, if it has not. *fd is
 * the descriptor that came along, now the caller's, or -1: where the process has no descriptor
 * left, too. Without a packet the bytes are unchanged. */
enum packet_outcome packet_receive(int line, void *bytes, size_t len, int *fd);

/* Sends one packet of a record and a body of body_len bytes, without a descriptor. False with errno
 * set. */
bool packet_send_body(int line, const void *bytes, size_t len, const void *body, size_t body_len);

/* Takes the next packet, a record of len bytes with a body of at most body_cap bytes or without:
 * MALFORMED, and dropped, if it is anything else. *body_len is the body's, 0 for none. */
enum packet_outcome packet_receive_body(int line, void *bytes, size_t len, void *body, size_t body_cap,
                                        size_t *body_len, int *fd);

#endif
