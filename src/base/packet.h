/*
 * Packets: small fixed records over a SOCK_SEQPACKET socket, each with a descriptor or without.
 * Never blocks. Knows nothing of what they mean.
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

#endif
