/*
 * Where the draw stands, for the page, as JSON. Numbers alone: no name, no document.
 *
 *     {"ready":true,"drawing":false,"drawn":{"round":1,"winners":10,"at":1796053941},
 *      "agencies":[{"agency":1,"phase":"open","round":2,"bets":120,"winners":null},...]}
 *
 * drawn: the round that was drawn last, or null; at: seconds of the epoch, 0 if this server did not
 * draw it. winners of an agency: in that round, null until it was told.
 */
#ifndef SERVER_OBSERVE_DRAW_JSON_H
#define SERVER_OBSERVE_DRAW_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "server/observe/view.h"

/* All of it, *len bytes, freed by the caller; NULL if there is no memory. `is_alive`: the numbers
 * are of now. */
char *draw_json(const struct view *view, bool is_alive, size_t *len);

#endif
