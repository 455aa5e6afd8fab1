/*
 * Which answer a request gets: what is at a path. Pure: no socket, and the time is passed in.
 *
 *     /           a page that shows the draw (page.html), which asks for …
 *     /draw.json  … where the agencies stand
 *     /metrics    the numbers, for Prometheus and other readers of its format
 *     /health     200 while the supervisor says numbers, else 503
 *     /ready      200 while agencies are served, else 503
 */
#ifndef SERVER_OBSERVE_ANSWERS_H
#define SERVER_OBSERVE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/observe/view.h"

struct answer {
    unsigned status;
    const char *type;   /* of its content */
    const char *policy; /* what a browser may do with it */
    const char *body;
    size_t len;
    bool is_owned; /* body is freed by who sends it */
};

/* `accept` is the request's header of that name, or NULL. Without memory the answer is 503. */
void answer_make(struct answer *answer, const struct view *view, uint64_t now_ms, const char *method, const char *path,
                 const char *accept);

/* Frees the body of one that is not sent. */
void answer_fini(struct answer *answer);

#endif
