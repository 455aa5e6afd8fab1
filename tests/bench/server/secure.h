/*
 * TLS over a peer's socket, which blocks. Files come from the environment: SORTEO_TLS_CA,
 * SORTEO_TLS_CERT, SORTEO_TLS_KEY.
 */
#ifndef BENCH_SECURE_H
#define BENCH_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssl_st; /* OpenSSL's SSL */

/* The handshake, over a socket that stays the caller's. NULL, and the reason on standard error, if
 * that fails. To be closed by secure_close. */
struct ssl_st *secure_open(int fd);

bool secure_write(struct ssl_st *ssl, const uint8_t *bytes, size_t len);

/* Waits for one byte. False if the connection has ended. */
bool secure_read(struct ssl_st *ssl, uint8_t *byte);

/* Says the end, and waits for nothing. */
void secure_close(struct ssl_st *ssl);

#endif
