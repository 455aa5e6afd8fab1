/*
 * The table sorteo_bets: every bet of a store, with the columns of its view `bets`, at the speed of
 * the decoder.
 */
#ifndef SQLITE_EXTENSION_BETS_TABLE_H
#define SQLITE_EXTENSION_BETS_TABLE_H

#include "sqlite_extension/api.h"

/* Makes it known to a connection, without a CREATE and without a change of any file. A code of
 * SQLite. */
int bets_table_register(sqlite3 *db);

#endif
