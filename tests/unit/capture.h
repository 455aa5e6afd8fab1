/*
 * For tests: what a piece of code writes to a descriptor, as text. Knows nothing of what is tested.
 *
 *     struct capture capture;
 *     capture_begin(&capture, STDERR_FILENO);
 *     ...
 *     assert_string_equal(capture_end(&capture), "...\n");
 */
#ifndef TESTS_CAPTURE_H
#define TESTS_CAPTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct capture {
    int fd;           /* that is captured */
    int saved;        /* where it led before */
    int memory;       /* where it leads now */
    size_t len;       /* of text, once ended */
    char text[65536]; /* NUL-terminated, once ended */
};

static inline void capture_begin(struct capture *capture, int fd)
{
    (void)fflush(NULL);
    capture->fd = fd;
    capture->saved = dup(fd);
    capture->memory = memfd_create("capture", MFD_CLOEXEC);
    if (capture->saved < 0 || capture->memory < 0 || dup2(capture->memory, fd) != fd)
        abort();
}

/* Returns the text, which is good until the capture begins again. */
static inline const char *capture_end(struct capture *capture)
{
    ssize_t len;

    (void)fflush(NULL);
    len = pread(capture->memory, capture->text, sizeof capture->text - 1, 0);
    if (len < 0 || dup2(capture->saved, capture->fd) != capture->fd)
        abort();
    (void)close(capture->saved);
    (void)close(capture->memory);
    capture->len = (size_t)len;
    capture->text[len] = '\0';
    return capture->text;
}

#endif
