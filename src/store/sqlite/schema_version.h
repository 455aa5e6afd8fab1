/*
 * What a database says of itself in its first page: that it is a store of ours, of which version,
 * and which fields its bets have.
 */
#ifndef STORE_SQLITE_SCHEMA_VERSION_H
#define STORE_SQLITE_SCHEMA_VERSION_H

#define APPLICATION_ID 0x534f5254 /* "SORT": `file` and PRAGMA application_id show it */

#define SCHEMA_VERSION 5
#define SCHEMA_VERSION_WITH_DIALECT 3
#define SCHEMA_VERSION_WITH_TIE 3
#define SCHEMA_VERSION_WITH_CANDIDATES 4
#define SCHEMA_VERSION_WITH_FRAMES 5

/* user_version is the version, and above it the shape of a bet (gen/bet.h): 0 for the fields that
 * were released, so that their stores have the plain version. */
#define SHAPE_SHIFT 8
#define SCHEMA_VERSION_MASK 0xff
_Static_assert(SCHEMA_VERSION <= SCHEMA_VERSION_MASK, "a greater version would be taken for a shape");

#endif
