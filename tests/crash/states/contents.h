/*
 * What a store holds, in one number; and whether the database is sound. Reads the tables without
 * store.h, so that a fault there cannot hide one.
 */
#ifndef CRASH_CONTENTS_H
#define CRASH_CONTENTS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* Takes the rows of a query into a digest. A parameter that it may have is given. False if they
 * cannot be read. */
bool contents_add(sqlite3 *db, const char *query, int64_t parameter, uint64_t *digest);

/* A digest of every row of every table, but for the time at which the store was made. False if they
 * cannot be read. */
bool contents_digest(struct store *store, uint64_t *digest);

/* Does SQLite find the database sound (integrity_check)? */
bool contents_are_sound(struct store *store);

#endif
