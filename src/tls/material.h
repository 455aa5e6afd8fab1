/*
 * What TLS is set up from: certificate, key, CAs and CRLs, as the bytes of their files (PEM).
 *
 * One process with rights reads the files, and hands all of them to others as one descriptor that
 * nobody can change any more: so nobody else opens a file, and all have the same ones.
 */
#ifndef TLS_MATERIAL_H
#define TLS_MATERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_ERROR_MAX 512 /* bytes of a reason, its end counted */

enum tls_part {
    TLS_CERTIFICATE, /* ours, then those between it and the CA */
    TLS_KEY,
    TLS_CA,  /* that the peer's certificate comes from, one or more */
    TLS_CRL, /* of these CAs; may be missing */
    TLS_PARTS
};

/* NULL: not given. */
struct tls_paths {
    const char *path[TLS_PARTS];
};

struct tls_material {
    uint8_t *bytes[TLS_PARTS]; /* NULL: not given */
    size_t len[TLS_PARTS];
};

/* Reads the files. False with a reason that names the file, and nothing in *material: it cannot be
 * opened, is no regular file, is empty or too large, or is a key that others than its owner and
 * group may read, or others than its owner may write. Never blocks. */
bool tls_material_read(const struct tls_paths *paths, struct tls_material *material, char error[static TLS_ERROR_MAX]);

/* The key is overwritten first. */
void tls_material_fini(struct tls_material *material);

/* Writes all of it into an empty file in memory that can be sealed, and seals it. False with errno
 * set; fd stays the caller's. */
bool tls_material_share(const struct tls_material *material, int fd);

/* Bytes that the file has then. */
size_t tls_material_size(const struct tls_material *material);

/* What such a file of `size` bytes has, which is mapped and not read, as a confined process can; fd
 * stays the caller's. False with errno set. */
bool tls_material_receive(int fd, size_t size, struct tls_material *material);

#endif
