/*
 * The tally: what the server's processes have counted (server/channel/numbers.h), added up by the
 * supervisor, so that totals survive the replacement of those who counted.
 *
 *     total = what those that are gone said last + what each that is there said last
 *
 * Pure: knows no line and no process. What a process counted between its last message and its
 * death is not in it.
 */
#ifndef SERVER_SUPERVISOR_TALLY_H
#define SERVER_SUPERVISOR_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/channel/numbers.h"

struct tally {
    uint32_t agencies;
    uint32_t worker_count;
    struct worker_numbers *workers; /* what each said last; all zeros: nothing yet */
    struct worker_counters workers_gone;
    struct committer_numbers committer; /* what it said last */
    struct committer_counters committers_gone;
    struct reasons refusals_gone;
    struct agency_counters agencies_gone[AGENCIES_MAX + 1];
    uint64_t ended[CHILD_ROLES]; /* processes */
};

/* NULL if there is no memory; free with tally_free. */
struct tally *tally_new(uint32_t workers, uint32_t agencies);
void tally_free(struct tally *tally);

/* A process of the role says its numbers, in `len` bytes; `slot`: which worker. What is wrong with
 * them (a static text), and they are not taken; or NULL. */
const char *tally_take(struct tally *tally, enum child_role role, unsigned slot, const void *numbers, size_t len);

/* A process of the role is gone; the next one begins to count from 0. */
void tally_retire(struct tally *tally, enum child_role role, unsigned slot);

/* Fills the parts of *numbers that are counted; the others are left. */
void tally_sum(const struct tally *tally, struct numbers *numbers);

#endif
