/*
 * For tests of `sorteo decode`: runs it over bytes, and keeps what it prints.
 */
#ifndef TESTS_DECODE_FIXTURE_H
#define TESTS_DECODE_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tool/decode.h"
#include "tool/replies.h"
#include "unit/capture.h"
#include "unit/scratch_each.h"

static struct capture output, errors;

static inline int run(const char *const *words)
{
    char *argv[24] = { (char[]){ "decode" } };
    int argc = 1, status;

    for (; *words != NULL; words++)
        argv[argc++] = (char *)*words;
    capture_begin(&output, STDOUT_FILENO);
    capture_begin(&errors, STDERR_FILENO);
    status = decode_main(argc, argv);
    (void)capture_end(&errors);
    (void)capture_end(&output);
    return status;
}

/* Decodes the bytes of a string, without its end, from a file "frames". */
#define DECODE(bytes, ...)                                                                                             \
    (scratch_write(scratch_path(&scratch, "frames"), bytes, sizeof(bytes) - 1),                                        \
     run((const char *const[]){ __VA_ARGS__, scratch_path(&scratch, "frames"), NULL }))

/* Its surname ends inside a character: the byte that begins it has no valid continuation. */
#define CUT_BET                                                                                                        \
    "\x01"                                                                                                             \
    "\x00\x01"                                                                                                         \
    "A"                                                                                                                \
    "\x00\x04"                                                                                                         \
    "B\"\\\xc3"                                                                                                        \
    "\x00\x00\x00\x07"                                                                                                 \
    "1999-03-17"                                                                                                       \
    "\x08\x99"
#define BET                                                                                                            \
    "\x01"                                                                                                             \
    "\x00\x01"                                                                                                         \
    "A"                                                                                                                \
    "\x00\x04"                                                                                                         \
    "\"\\\xc3\xb1"                                                                                                     \
    "\x00\x00\x00\x07"                                                                                                 \
    "1999-03-17"                                                                                                       \
    "\x08\x99"
#define COMPACT_BET                                                                                                    \
    "\x02"                                                                                                             \
    "\x01"                                                                                                             \
    "A"                                                                                                                \
    "\x00"                                                                                                             \
    "\xff\xff\xff\xff"                                                                                                 \
    "2000-02-29"                                                                                                       \
    "\xff\xff"
#define KEY "\x01\x02\x03\x04\x05\x06\x07\x08"

#endif
