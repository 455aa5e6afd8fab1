/* The files that TLS is set up from: see material.h. */
#include "tls/material.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory_file.h"
#include "base/system.h"

#define FILE_BYTES_MAX (16u * 1024u * 1024u) /* room for a CRL of hundreds of thousands of certificates */
#define KEY_RIGHTS 0640u

static const char *const names[TLS_PARTS] = {
    [TLS_CERTIFICATE] = "certificate", [TLS_KEY] = "key", [TLS_CA] = "CA file", [TLS_CRL] = "CRL file"
};

void tls_material_fini(struct tls_material *material)
{
    for (unsigned part = 0; part < TLS_PARTS; part++) {
        if (material->bytes[part] != NULL)
            OPENSSL_cleanse(material->bytes[part], material->len[part]);
        free(material->bytes[part]);
    }
    *material = (struct tls_material){ .len = { 0 } };
}

/* Reads the first len bytes of the file. False with errno set; ERANGE if it has fewer. */
static bool read_whole(int fd, uint8_t *bytes, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t count = pread(fd, bytes + done, len - done, (off_t)done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            errno = count == 0 ? ERANGE : errno;
            return false;
        }
        done += (size_t)count;
    }
    return true;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static bool is_wrong(enum tls_part part, const char *path, const char *reason, char error[static TLS_ERROR_MAX])
{
    snprintf(error, TLS_ERROR_MAX, "%s %.300s: %s", names[part], path, reason);
    return false;
}

static const char *wrong_file(enum tls_part part, const struct stat *about)
{
    if (S_ISDIR(about->st_mode))
        return "it is a folder";
    if (!S_ISREG(about->st_mode))
        return "it is not a regular file";
    if (about->st_size == 0)
        return "it is empty";
    if (about->st_size > FILE_BYTES_MAX)
        return "it is larger than 16 MiB";
    if (part == TLS_KEY && (about->st_mode & 07777 & ~(KEY_RIGHTS | S_IXUSR)) != 0)
        return "others have rights on it: run chmod 600 on it";
    return NULL;
}

/* Opening a pipe without a writer must not block. */
int tls_material_open(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static int open_directly(void *context, enum tls_part part, const char *path)
{
    (void)context;
    (void)part;
    return tls_material_open(path);
}

const struct tls_opener tls_open_directly = { .open = open_directly };

static bool read_file(enum tls_part part, const char *path, const struct tls_opener *opener,
                      struct tls_material *material, char error[static TLS_ERROR_MAX])
{
    struct stat about;
    int fd = opener->open(opener->context, part, path);

    if (fd == -1)
        return is_wrong(part, path, errno == ETIMEDOUT ? "its disk does not answer" : strerror(errno), error);
    const char *reason = fstat(fd, &about) != 0 ? strerror(errno) : wrong_file(part, &about);
    if (reason == NULL) {
        material->len[part] = (size_t)about.st_size;
        material->bytes[part] = malloc(material->len[part]);
        if (material->bytes[part] == NULL)
            reason = "out of memory";
        else if (!read_whole(fd, material->bytes[part], material->len[part]))
            reason = errno == ERANGE ? "it became shorter while it was read" : strerror(errno);
    }
    if (reason != NULL)
        (void)is_wrong(part, path, reason, error);
    close(fd);
    return reason == NULL;
}

bool tls_material_read(const struct tls_paths *paths, const struct tls_opener *opener, struct tls_material *material,
                       char error[static TLS_ERROR_MAX])
{
    struct tls_material read = { .len = { 0 } };

    for (unsigned part = 0; part < TLS_PARTS; part++) {
        if (paths->path[part] == NULL || read_file((enum tls_part)part, paths->path[part], opener, &read, error))
            continue;
        tls_material_fini(&read);
        return false;
    }
    *material = read;
    return true;
}

/* ---- From process to process ----------------------------------------------------------------- */

struct head {
    uint64_t len[TLS_PARTS];
};

bool tls_material_share(const struct tls_material *material, int fd)
{
    struct head head;

    for (unsigned part = 0; part < TLS_PARTS; part++)
        head.len[part] = material->len[part];
    if (!write_all(fd, &head, sizeof head))
        return false;
    for (unsigned part = 0; part < TLS_PARTS; part++)
        if (!write_all(fd, material->bytes[part], material->len[part]))
            return false;
    return memory_file_seal(fd);
}

/* Copies bytes out of the file, by mapping it: a process that is confined cannot read files. */
static bool copy_mapped(const uint8_t *map, size_t size, struct tls_material *material)
{
    struct head head;
    size_t at = sizeof head;

    memcpy(&head, map, sizeof head);
    for (unsigned part = 0; part < TLS_PARTS; part++) {
        errno = EINVAL;
        if (head.len[part] > FILE_BYTES_MAX || head.len[part] > size - at)
            return false;
        if (head.len[part] == 0)
            continue;
        material->len[part] = (size_t)head.len[part];
        material->bytes[part] = malloc(material->len[part]);
        if (material->bytes[part] == NULL)
            return false;
        memcpy(material->bytes[part], map + at, material->len[part]);
        at += material->len[part];
    }
    return true;
}

bool tls_material_receive(int fd, size_t size, struct tls_material *material)
{
    struct tls_material received = { .len = { 0 } };

    errno = EINVAL;
    if (size < sizeof(struct head))
        return false;
    uint8_t *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return false;
    bool whole = copy_mapped(map, size, &received);
    int code = errno;
    munmap(map, size);
    if (whole)
        *material = received;
    else
        tls_material_fini(&received);
    errno = code;
    return whole;
}

size_t tls_material_size(const struct tls_material *material)
{
    size_t size = sizeof(struct head);

    for (unsigned part = 0; part < TLS_PARTS; part++)
        size += material->len[part];
    return size;
}
