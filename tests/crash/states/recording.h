/* What was done to a store's files, and what the store held after each commit. */
#ifndef CRASH_RECORDING_H
#define CRASH_RECORDING_H

#include "explore.h"

struct recording {
    struct history history;
    struct truth truth;
};

void recording_init(struct recording *recording);
void recording_free(struct recording *recording);

/* For work: a commit has returned. */
void recording_commit(void *recording, struct store *store);

#endif
