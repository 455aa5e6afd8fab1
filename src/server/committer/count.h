/*
 * What the committer counts of requests, commits and draws (server/channel/numbers.h). Pure but for
 * the time of a draw.
 */
#ifndef SERVER_COMMITTER_COUNT_H
#define SERVER_COMMITTER_COUNT_H

#include "server/channel/numbers.h"
#include "server/committer/commit_group.h"

/* A request whose group has ended. One that came after what closed its connection was not looked
 * at, and does not count. */
void count_request(struct committer_numbers *numbers, const struct rounds *rounds, const struct commit_entry *entry);

/* A group that is not empty has ended, committed or not, and its results are about to be sent. */
void count_group(struct committer_numbers *numbers, const struct commit_group *group, bool is_committed,
                 uint64_t commit_ns, uint64_t now_ns);

/* A round was drawn, now. */
void count_draw(struct committer_numbers *numbers, const struct draw *draw);

/* Where the agencies stand. */
void count_agencies(struct committer_numbers *numbers, const struct rounds *rounds);

#endif
