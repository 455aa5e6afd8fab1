/*
 * The files that TLS is set up from, as bytes (PEM): certificate, key, CAs and CRLs.
 *
 * One process, which has the rights, reads the files and passes their bytes to others in a sealed
 * memory file. So no other process opens a file, and all have the same bytes.
 */
#ifndef TLS_MATERIAL_H
#define TLS_MATERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_ERROR_MAX 512 /* bytes of a reason, with its NUL */

enum tls_part {
    TLS_CERTIFICATE, /* ours, then the intermediate ones */
    TLS_KEY,
    TLS_CA,  /* one or more, under which the peer's certificate may be issued */
    TLS_CRL, /* of these CAs; optional */
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

/* Opens a file of `path`; never blocks. -1 with errno set. */
int tls_material_open(const char *path);

/* Who opens the files: another process may have the rights. */
struct tls_opener {
    int (*open)(void *context, enum tls_part part, const char *path); /* as tls_material_open */
    void *context;
};
extern const struct tls_opener tls_open_directly;

/* Reads the files. Returns false with a reason that names the file, and leaves *material unchanged,
 * if a file cannot be opened, is not a regular file, is empty or larger than 16 MiB, or if the key
 * has more rights than 0740. Never blocks, unless the opener does. */
bool tls_material_read(const struct tls_paths *paths, const struct tls_opener *opener, struct tls_material *material,
                       char error[static TLS_ERROR_MAX]);

/* The key is overwritten first. */
void tls_material_fini(struct tls_material *material);

/* Writes all of it into fd, an empty memory file that can be sealed, and seals that. fd stays the
 * caller's. False with errno set. */
bool tls_material_share(const struct tls_material *material, int fd);

/* The size of that file, in bytes. */
size_t tls_material_size(const struct tls_material *material);

/* Copies the material out of such a file of `size` bytes. Maps the file, because a confined process
 * cannot read it. fd stays the caller's. False with errno set. */
bool tls_material_receive(int fd, size_t size, struct tls_material *material);

#endif
