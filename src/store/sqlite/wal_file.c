/* Looking through a write-ahead log: see wal_file.h. The format: sqlite.org/fileformat2.html, 4. */
#include "store/sqlite/wal_file.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_LEN 32
#define FRAME_HEADER_LEN 24
#define MAGIC 0x377f0682u /* its last bit says in which order of bytes the checksums are */
#define PAGE_LEN_LEAST 512u
#define PAGE_LEN_MOST 65536u
#define LATER_MOST 100000u /* a salt that is more than so many ahead is no later one, but chance */

struct scan {
    sqlite3_file *file;
    uint8_t *frame; /* FRAME_HEADER_LEN + page_len bytes */
    uint32_t page_len;
    uint32_t salts[2];
    uint32_t sums[2];
    bool big_endian;
    bool broken; /* a frame did not fit: what follows is passed over */
};

static uint32_t read_integer(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t read_word(const uint8_t *bytes, bool big_endian)
{
    return big_endian ? read_integer(bytes) : __builtin_bswap32(read_integer(bytes));
}

static void add_up(struct scan *scan, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i + 8 <= len; i += 8) {
        scan->sums[0] += read_word(bytes + i, scan->big_endian) + scan->sums[1];
        scan->sums[1] += read_word(bytes + i + 4, scan->big_endian) + scan->sums[0];
    }
}

static bool sums_are(const struct scan *scan, const uint8_t *bytes)
{
    return scan->sums[0] == read_integer(bytes) && scan->sums[1] == read_integer(bytes + 4);
}

static bool read_header(struct scan *scan, uint8_t header[static HEADER_LEN])
{
    uint32_t magic;

    if (scan->file->pMethods->xRead(scan->file, header, HEADER_LEN, 0) != SQLITE_OK)
        return false;
    magic = read_integer(header);
    scan->big_endian = (magic & 1) != 0;
    scan->page_len = read_integer(header + 8);
    scan->salts[0] = read_integer(header + 16);
    scan->salts[1] = read_integer(header + 20);
    if ((magic & ~1u) != MAGIC || scan->page_len < PAGE_LEN_LEAST || scan->page_len > PAGE_LEN_MOST)
        return false;
    add_up(scan, header, 24);
    return sums_are(scan, header + 24);
}

static bool is_of(const struct scan *scan, const uint8_t *frame)
{
    return read_integer(frame + 8) == scan->salts[0] && read_integer(frame + 12) == scan->salts[1];
}

/* Does the next frame continue the log? */
static bool fits(struct scan *scan, const uint8_t *frame)
{
    if (scan->broken || !is_of(scan, frame) || read_integer(frame) == 0)
        return false;
    add_up(scan, frame, 8);
    add_up(scan, frame + FRAME_HEADER_LEN, scan->page_len);
    return sums_are(scan, frame + 16);
}

static void look_at_frame(struct scan *scan, uint32_t page, bool *has_page, struct wal_summary *summary)
{
    const uint8_t *frame = scan->frame;
    const bool ends_commit = read_integer(frame + 4) != 0;
    const uint32_t older = scan->salts[0] - read_integer(frame + 8);

    summary->has_frames |= older <= 1;

    if (fits(scan, frame)) {
        *has_page |= read_integer(frame) == page;
        summary->committed |= ends_commit;
        if (ends_commit)
            summary->has_page = *has_page;
        return;
    }
    scan->broken = true;
    if (is_of(scan, frame))
        summary->passed_over += ends_commit;
    else
        summary->goes_on |= read_integer(frame) != 0 && read_integer(frame + 8) - scan->salts[0] - 1 < LATER_MOST;
}

static bool look_at_frames(struct scan *scan, uint32_t page, struct wal_summary *summary)
{
    const int len = (int)(FRAME_HEADER_LEN + scan->page_len);
    bool has_page = false;

    for (int64_t at = HEADER_LEN; at + len <= summary->len; at += len) {
        if (scan->file->pMethods->xRead(scan->file, scan->frame, len, at) != SQLITE_OK)
            return false;
        look_at_frame(scan, page, &has_page, summary);
    }
    return true;
}

/* NULL where the database has none open. */
static sqlite3_file *log_of(sqlite3 *db)
{
    sqlite3_file *file = NULL;

    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK || file == NULL ||
        file->pMethods == NULL)
        return NULL;
    return file;
}

bool wal_look(sqlite3 *db, uint32_t page, struct wal_summary *summary)
{
    struct scan scan = { .file = log_of(db) };
    uint8_t header[HEADER_LEN];
    sqlite3_int64 len = 0;
    bool read;

    *summary = (struct wal_summary){ .len = 0 };
    if (scan.file == NULL)
        return true;
    if (scan.file->pMethods->xFileSize(scan.file, &len) != SQLITE_OK)
        return false;
    summary->len = len;
    summary->is_log = len >= HEADER_LEN && read_header(&scan, header);
    summary->salt = scan.salts[0];
    if (!summary->is_log)
        return true;
    scan.frame = malloc(FRAME_HEADER_LEN + scan.page_len);
    read = scan.frame != NULL && look_at_frames(&scan, page, summary);
    free(scan.frame);
    return read;
}

bool wal_salt(sqlite3 *db, uint32_t *salt)
{
    struct scan scan = { .file = log_of(db) };
    uint8_t header[HEADER_LEN];

    if (scan.file == NULL || !read_header(&scan, header))
        return false;
    *salt = scan.salts[0];
    return true;
}

bool wal_is_empty(sqlite3 *db)
{
    sqlite3_file *file = log_of(db);
    sqlite3_int64 len = 1;

    return file == NULL || (file->pMethods->xFileSize(file, &len) == SQLITE_OK && len == 0);
}

bool wal_sync(sqlite3 *db)
{
    sqlite3_file *file = log_of(db);

    return file == NULL || file->pMethods->xSync(file, SQLITE_SYNC_FULL) == SQLITE_OK;
}
