/*
 * What the committer logs about frames: the lines that users of this protocol grep for.
 */
#ifndef SERVER_COMMITTER_REPORT_H
#define SERVER_COMMITTER_REPORT_H

#include "server/committer/group.h"

/* The line of one frame, whose verdict is final. Before its answer is sent. */
void report_entry(const struct group_entry *entry);

/* The one line of a draw. Before the first byte of its winners is sent. */
void report_draw(uint32_t round, uint16_t winning_number, uint64_t winners);

/* Which agencies a round still waits for, if any agency waits at all. */
void report_barrier(const struct rounds *rounds);

#endif
