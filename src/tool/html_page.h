/*
 * An HTML page that shows each byte of a stream in the box of its field, with the field's name and
 * value. It can be read without colours, has no script, and loads nothing from elsewhere.
 *
 * Decodes nothing. Write errors stay in the file (ferror).
 */
#ifndef TOOL_HTML_PAGE_H
#define TOOL_HTML_PAGE_H

#include <stdint.h>
#include <stdio.h>

#include "tool/transcript.h"

/* Head and foot of the page. `title` is untrusted and gets escaped. */
void html_page_begin(FILE *file, const char *title);
void html_page_end(FILE *file);

/* The heading of a connection, or of the only stream. */
void html_page_heading(FILE *file, const char *text);

/* A remark. The text gets escaped. */
void html_page_note(FILE *file, const char *text);

/* A frame to be shown. `id` makes its anchor unique on the page, such as "c1-request"; `partner_id`
 * is the one of the other direction, or NULL; `when_us` is when its last byte came, in microseconds
 * after the capture's first packet, or negative. */
struct html_frame {
    const struct transcript *transcript;
    size_t index;
    const char *id;
    const char *partner_id;
    int64_t when_us;
};

void html_page_frame(FILE *file, const struct html_frame *frame);

#endif
