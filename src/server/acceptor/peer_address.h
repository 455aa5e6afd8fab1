/*
 * Who counts as one peer: an IPv4 address, or an IPv6 network of 64 bits (protocol, section 6), in
 * one number. Pure.
 */
#ifndef SERVER_ACCEPTOR_PEER_ADDRESS_H
#define SERVER_ACCEPTOR_PEER_ADDRESS_H

#include <stdint.h>
#include <sys/socket.h>

/* An IPv4 address inside IPv6 (::ffff:a.b.c.d) is the IPv4 address. 0 for other families. */
uint64_t peer_address_of(const struct sockaddr_storage *address);

#endif
