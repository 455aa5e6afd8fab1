/*
 * The audit: what must hold of a schedule, from what agencies were told and what the database has.
 */
#ifndef SIMULATION_AUDIT_H
#define SIMULATION_AUDIT_H

#include "agencies.h"
#include "database.h"

struct draw;
struct commit_entry;

void audit_init(void);

/* What is wrong, in one line; NULL if nothing was found so far. The first thing found is kept. */
const char *audit_finding(void);
void audit_find(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A server's log has a line about a draw, or about a request, as it happens. */
void audit_draw(const struct draw *draw);
void audit_request(const struct commit_entry *entry);

/* A committer would go on with a draw in a store that it has closed. */
void audit_draw_without_a_store(void);

/* When all is quiet, and every agency has completed the rounds before this one. */
void audit_database(const struct database *db, unsigned agencies, uint32_t completed);

#endif
