/*
 * `sorteo decode --html`: prints a stream, or the connections of a capture, as an HTML page.
 */
#ifndef TOOL_DECODE_HTML_H
#define TOOL_DECODE_HTML_H

#include <stdbool.h>
#include <stdint.h>

#include "codec/sorteo.h"

struct decode_html {
    enum sorteo_dialect dialect;
    enum sorteo_stream stream;
    uint32_t max_frame;  /* as sorteo_decoder_init has it */
    const char *replies; /* of a reply stream: what it holds (tool/replies.h) */
    uint64_t port;       /* of a capture: only connections to this port; 0: all */
};

/* Each reads `path`, "-" for standard input, and writes a page to standard output. Returns the exit
 * status: 0; 1 if a stream is malformed (the page marks where), or something could not be read or
 * written; 2 if the input is not of that kind or too large. Standard error says why. */
int decode_html_stream(const struct decode_html *settings, const char *path);
int decode_html_capture(const struct decode_html *settings, const char *path);

#endif
