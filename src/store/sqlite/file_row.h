/*
 * One row as it stands in the database file itself, without what its log would change.
 *
 * SQL sees the file and the log as one. To compare them, the row is read from its page: a table's
 * only row, all of integers, whose page never has another kind of content. Reads through the
 * database's own handle on the file; changes nothing. The file may hold anything at all.
 */
#ifndef STORE_SQLITE_FILE_ROW_H
#define STORE_SQLITE_FILE_ROW_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum file_row {
    FILE_ROW_ABSENT, /* the file ends before the page does, or cannot be read */
    FILE_ROW_TORN,   /* the page holds something else */
    FILE_ROW_THERE
};

/* Reads the first `count` columns of the one row on a page (1 and up) of the file; NULL reads as 0.
 * *values is of use if it is THERE. */
enum file_row file_row_read(sqlite3 *db, uint32_t page, uint32_t page_len, int64_t *values, size_t count);

/* The same of a page's bytes. False if it holds no such row. */
bool file_row_parse(const uint8_t *page, size_t page_len, int64_t *values, size_t count);

#endif
