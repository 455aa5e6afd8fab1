/*
 * An update under way: an old store, today's server that opens it and goes on with it, and what is
 * to be found at each place of that.
 */
#ifndef CRASH_SCENE_H
#define CRASH_SCENE_H

#include "recording.h"

struct scene_kind {
    const char *name;
    int version;    /* of the old store */
    bool in_a_draw; /* of a round, which today's server ends */
    bool killed;    /* its last server was, after it had stored some more bets: its log is not empty */
};

struct scene {
    struct scene_kind kind;
    struct recording recording;
    uint64_t heritage[COMMITS_MAX]; /* after each commit, in every version's words */
    uint64_t before;                /* the heritage of the old store, before anything of today saw it */
    const char *contradiction;      /* in what there was in the end; NULL: none */
    bool has_all_old_bets;          /* in the end */
};

/* Today's server opens the old store, sends one batch again, stores some more and draws: recorded.
 * The first commit is what the old server had acknowledged. With controls as in pieces.h. */
void scene_of_update(struct scene *scene, const struct scene_kind *kind, const char *path, uint64_t seed);

/* The last run of an old server which was killed: recorded. What is to be found is what the update
 * makes of it. */
void scene_of_old_server(struct scene *scene, const struct scene_kind *kind, const char *path, uint64_t seed);

void scene_free(struct scene *scene);

/* One who only reads opens a state that holds what was promised, or one commit more: is its version
 * either the old one or today's, and has it those bets? Says why not where `loud`. */
bool scene_is_read(const struct scene *scene, const char *path, const struct disk_image *image, unsigned promised,
                   bool loud);

#endif
