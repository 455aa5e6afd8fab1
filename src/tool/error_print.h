/*
 * What is wrong with a stream, and the bytes around the place:
 *
 *     sorteo decode: wrong.bin: byte 8, NAME: utf8: not well-formed UTF-8, or a character that ...
 *     In the frame that began at byte 0:
 *       0000000000000000  00 01 01 00 03 41 c3 ad  ff 00 01 42 00 00 00 07  |.....A......B....|
 *                                                  ^^
 *
 * Decodes nothing, and opens no file.
 */
#ifndef TOOL_ERROR_PRINT_H
#define TOOL_ERROR_PRINT_H

#include <stdio.h>

#include "codec/sorteo.h"

/* Bytes before the error that the caller should still have, so that there is something to show. */
#define ERROR_CONTEXT 32u

struct stream_error {
    struct sorteo_error error;
    uint64_t frame_begin;        /* stream offset of the frame under way */
    const char *input;           /* "frames.bin", "standard input" */
    struct sorteo_window window; /* what the caller has of the stream; it may end after the error */
};

/* "byte 8, NAME: utf8: not well-formed UTF-8, …", without an end of line. */
void error_print_words(FILE *file, const struct sorteo_error *error);

/* For people: the message, and rows of bytes with a mark under the first one that is wrong (or that
 * is missing). */
void error_print_text(FILE *file, const char *program, const struct stream_error *error);

/* For programs: one line. "bytes" are in hexadecimal, from stream offset "bytes_begin" on. */
void error_print_json(FILE *file, const struct stream_error *error);

#endif
