/*
 * A page of HTML on which each byte of a stream is in the box of its field, with the field's name
 * and value. It says all without its colours, has no script, and asks for nothing from elsewhere.
 *
 * Decodes nothing. Write errors stay in the file (ferror).
 */
#ifndef TOOL_HTML_PAGE_H
#define TOOL_HTML_PAGE_H

#include <stdint.h>
#include <stdio.h>

#include "tool/transcript.h"

/* Head and foot of the page. `title` comes from outside and is escaped. */
void html_page_begin(FILE *file, const char *title);
void html_page_end(FILE *file);

/* The heading of a connection, or of the only stream. */
void html_page_heading(FILE *file, const char *text);

/* A remark, in words that come from outside or from here. */
void html_page_note(FILE *file, const char *text);

/* How a frame is told: `id` makes its anchor unique on the page, such as "c1-request"; `partner_id`
 * is that of the other direction, or NULL; `when_ms` is when its last byte came, or negative. */
struct html_frame {
    const struct transcript *transcript;
    size_t index;
    const char *id;
    const char *partner_id;
    int64_t when_us;
};

void html_page_frame(FILE *file, const struct html_frame *frame);

/* The bytes after an error, which nobody has looked at. */
void html_page_rest(FILE *file, const struct transcript *transcript);

#endif
