/*
 * What a store holds, asked in words that every version of the schema understands: so an old store
 * can be compared with what an update made of it.
 */
#ifndef CRASH_HERITAGE_H
#define CRASH_HERITAGE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* Of bets, agencies, rounds, winners and keys. False if they cannot be read. */
bool heritage_digest(sqlite3 *db, uint64_t *digest);

/* Of the bets up to that one. */
bool heritage_bets(sqlite3 *db, int64_t last, uint64_t *digest);

/* The integer that the SQL yields. Ends the program if there is none. */
int64_t heritage_ask(sqlite3 *db, const char *sql);

/* Why the bets and draws of an open store contradict each other; NULL if they do not: no bet twice,
 * and of each drawn round as winners all bets with its number, each once. */
const char *heritage_contradiction(sqlite3 *db, int64_t drawn_rounds);

#endif
