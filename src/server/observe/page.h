/*
 * The page that shows the draw: page.html, whose bytes the build puts into the program
 * (embed.sh).
 */
#ifndef SERVER_OBSERVE_PAGE_H
#define SERVER_OBSERVE_PAGE_H

#include <stddef.h>

extern const char page_html[];
extern const size_t page_html_len; /* bytes; no NUL after them */

/* What a browser may do for it: the value of Content-Security-Policy. */
extern const char page_policy[];

#endif
