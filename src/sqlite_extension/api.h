/*
 * SQLite as an extension calls it: through a table of functions that SQLite hands over when it
 * loads the extension (extension.c). To be included before any header that includes sqlite3.h.
 */
#ifndef SQLITE_EXTENSION_API_H
#define SQLITE_EXTENSION_API_H

#include <sqlite3ext.h>

SQLITE_EXTENSION_INIT3

#endif
