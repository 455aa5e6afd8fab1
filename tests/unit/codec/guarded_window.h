/*
 * For tests: a window of a stream that ends flush against a page that may not be touched, and holds
 * nothing that it need not hold. Knows nothing of decoders.
 */
#ifndef TESTS_GUARDED_WINDOW_H
#define TESTS_GUARDED_WINDOW_H

#include "codec/sorteo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARDED_WINDOW_MAX (1u << 21) /* bytes in front of the protected page */

static uint8_t *guarded_page; /* the first byte that may not be touched */

/* A group's set-up function. */
static inline int guarded_window_set_up(void **state)
{
    uint8_t *pages = mmap(NULL, GUARDED_WINDOW_MAX + (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)state;
    if (pages == MAP_FAILED)
        return -1;
    guarded_page = pages + GUARDED_WINDOW_MAX;
    return mprotect(guarded_page, (size_t)sysconf(_SC_PAGESIZE), PROT_NONE);
}

/* The bytes [from, to) of a stream, of which bytes[0] is the first, and nothing else. *held is how
 * many bytes the window before had, 0 at first: they are overwritten. */
static inline struct sorteo_window guarded_window(const uint8_t *bytes, size_t from, size_t to, size_t *held)
{
    const size_t len = to - from;

    if (len > GUARDED_WINDOW_MAX)
        abort();
    memset(guarded_page - *held, 0xdd, *held);
    if (len > 0)
        memcpy(guarded_page - len, bytes + from, len);
    *held = len;
    return (struct sorteo_window){ .bytes = guarded_page - len, .len = len, .base = from };
}

#endif
