/* A row as it stands in the database file: see file_row.h. The format: sqlite.org/fileformat2.html,
 * 1.6 and 2.1. */
#include "store/sqlite/file_row.h"

#include <stdlib.h>

#define TABLE_LEAF 0x0d
#define PAGE_HEADER_LEN 8
#define VARINT_LEN_MOST 9

/* What is left of a page, from the left. */
struct rest {
    const uint8_t *bytes;
    size_t len;
};

/* 7 bits a byte, the highest first, for as long as the top bit is set; 8 bits in the ninth. */
static bool take_varint(struct rest *rest, uint64_t *value)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < VARINT_LEN_MOST && i < rest->len; i++) {
        const uint8_t byte = rest->bytes[i];
        const bool is_last = i == VARINT_LEN_MOST - 1;

        sum = is_last ? sum << 8 | byte : sum << 7 | (byte & 0x7fu);
        if (is_last || byte < 0x80) {
            *value = sum;
            rest->bytes += i + 1;
            rest->len -= i + 1;
            return true;
        }
    }
    return false;
}

/* Bytes of an integer of each serial type; 0 and 8, 9 (the integers 0 and 1) have none. */
static const size_t integer_len[] = { 0, 1, 2, 3, 4, 6, 8, SIZE_MAX, 0, 0 };

static bool take_integer(struct rest *rest, uint64_t type, int64_t *value)
{
    uint64_t sum = 0;
    size_t len = type < sizeof integer_len / sizeof integer_len[0] ? integer_len[type] : SIZE_MAX;

    if (len > rest->len)
        return false;
    if (len > 0 && rest->bytes[0] >= 0x80)
        sum = UINT64_MAX; /* negative */
    for (size_t i = 0; i < len; i++)
        sum = sum << 8 | rest->bytes[i];
    rest->bytes += len;
    rest->len -= len;
    *value = type == 9 ? 1 : (int64_t)sum;
    return true;
}

/* A record: its header's length, a type for each column; then the columns. */
static bool read_record(struct rest record, int64_t *values, size_t count)
{
    const struct rest whole = record;
    struct rest types, columns;
    uint64_t header_len, type;

    if (!take_varint(&record, &header_len) || header_len > whole.len || header_len < whole.len - record.len)
        return false;
    types = (struct rest){ .bytes = record.bytes, .len = header_len - (whole.len - record.len) };
    columns = (struct rest){ .bytes = whole.bytes + header_len, .len = whole.len - header_len };
    for (size_t i = 0; i < count; i++)
        if (!take_varint(&types, &type) || !take_integer(&columns, type, &values[i]))
            return false;
    return true;
}

bool file_row_parse(const uint8_t *page, size_t page_len, int64_t *values, size_t count)
{
    struct rest cell;
    uint64_t payload, rowid;
    size_t at;

    if (page_len < PAGE_HEADER_LEN + 2 || page[0] != TABLE_LEAF || page[3] != 0 || page[4] != 1)
        return false; /* cells: 1 */
    at = (size_t)page[PAGE_HEADER_LEN] << 8 | page[PAGE_HEADER_LEN + 1];
    if (at >= page_len)
        return false;
    cell = (struct rest){ .bytes = page + at, .len = page_len - at };
    if (!take_varint(&cell, &payload) || !take_varint(&cell, &rowid) || payload > cell.len)
        return false;
    cell.len = payload;
    return read_record(cell, values, count);
}

enum file_row file_row_read(sqlite3 *db, uint32_t page, uint32_t page_len, int64_t *values, size_t count)
{
    const sqlite3_int64 at = ((sqlite3_int64)page - 1) * page_len;
    sqlite3_file *file = NULL;
    enum file_row found = FILE_ROW_ABSENT;
    uint8_t *bytes = malloc(page_len);

    if (bytes != NULL && page > 0 && sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
        file != NULL && file->pMethods != NULL && file->pMethods->xRead(file, bytes, (int)page_len, at) == SQLITE_OK)
        found = file_row_parse(bytes, page_len, values, count) ? FILE_ROW_THERE : FILE_ROW_TORN;
    free(bytes);
    return found;
}
