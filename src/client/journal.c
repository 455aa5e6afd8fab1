/* See journal.h. */
#include "client/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/system.h"

#define SYNCED_AT JOURNAL_KIND_LEN
#define BODY_AT (SYNCED_AT + 8u)
#define CHECK_AT (BODY_AT + JOURNAL_BODY_LEN)
_Static_assert(CHECK_AT + 8 == JOURNAL_RECORD_LEN, "a record is its fields");

__attribute__((format(printf, 2, 3))) static bool fail(struct journal *journal, const char *format, ...)
{
    va_list arguments;
    int len = snprintf(journal->error, sizeof journal->error, "%.300s ", journal->path);
    va_start(arguments, format);
    vsnprintf(journal->error + len, sizeof journal->error - (size_t)len, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- Records --------------------------------------------------------------------------------- */

static uint64_t check_of(const uint8_t *bytes, uint64_t index)
{
    return digest_64(bytes, CHECK_AT, index);
}

static bool is_good(const uint8_t *bytes, uint64_t index)
{
    return bytes_read(bytes + CHECK_AT, 8) == check_of(bytes, index);
}

/* The bytes of the index-th place of the file; NULL with errno (0: the file ends before) if they
 * are not there. */
static const uint8_t *bytes_at(struct journal *journal, uint64_t index)
{
    const uint64_t records = sizeof journal->bytes / JOURNAL_RECORD_LEN;
    size_t place = (size_t)(index % records) * JOURNAL_RECORD_LEN;
    if (journal->page != index / records || journal->page_len < place + JOURNAL_RECORD_LEN) {
        ssize_t len =
            pread(journal->fd, journal->bytes, sizeof journal->bytes, (off_t)(index / records * sizeof journal->bytes));
        journal->page = index / records;
        journal->page_len = len > 0 ? (size_t)len : 0;
        if (len >= 0)
            errno = 0;
    }
    return journal->page_len < place + JOURNAL_RECORD_LEN ? NULL : journal->bytes + place;
}

bool journal_read(struct journal *journal, uint64_t index, struct journal_record *record)
{
    const uint8_t *bytes = bytes_at(journal, index);
    if (bytes == NULL)
        return fail(journal, "cannot be read: %s", errno == 0 ? "it has become shorter" : strerror(errno));
    if (!is_good(bytes, index))
        return fail(journal, "changed while it was in use");
    memcpy(record->kind, bytes, JOURNAL_KIND_LEN);
    record->kind[JOURNAL_KIND_LEN] = '\0';
    memcpy(record->body, bytes + BODY_AT, JOURNAL_BODY_LEN);
    return true;
}

/* ---- Appending ------------------------------------------------------------------------------- */

bool journal_append(struct journal *journal, const char *kind, const uint8_t body[static JOURNAL_BODY_LEN])
{
    uint8_t bytes[JOURNAL_RECORD_LEN];
    if (journal->broken)
        return false;
    memset(bytes, ' ', JOURNAL_KIND_LEN);
    memcpy(bytes, kind, strnlen(kind, JOURNAL_KIND_LEN));
    bytes_write(bytes + SYNCED_AT, 8, journal->synced);
    memcpy(bytes + BODY_AT, body, JOURNAL_BODY_LEN);
    bytes_write(bytes + CHECK_AT, 8, check_of(bytes, journal->count));
    journal->page_len = 0;
    if (!write_all(journal->fd, bytes, sizeof bytes)) {
        journal->broken = true;
        return fail(journal, "cannot be written: %s", strerror(errno));
    }
    FAULT_POINT("record-appended");
    journal->count++;
    journal->appended = true;
    return true;
}

/* A sync that failed may have dropped what it could not write, and would succeed the next time. */
bool journal_sync(struct journal *journal)
{
    if (journal->broken)
        return false;
    if (journal->synced == journal->count)
        return true;
    if (fdatasync(journal->fd) != 0) {
        journal->broken = true;
        return fail(journal, "cannot be synced: %s", strerror(errno));
    }
    FAULT_POINT("record-synced");
    journal->synced = journal->count;
    return true;
}

/* ---- Opening --------------------------------------------------------------------------------- */

/* Not waiting for a writer if it is a pipe, which is refused afterwards. */
static bool open_file(struct journal *journal)
{
    struct stat status;
    journal->fd = open(journal->path, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (journal->fd < 0)
        return fail(journal, "cannot be opened: %s", strerror(errno));
    if (fstat(journal->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return fail(journal, "is not a regular file");
    if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return fail(journal, "is in use by another running client");
    return fail(journal, "cannot be locked: %s", strerror(errno));
}

static bool begins_with(const uint8_t *bytes, size_t len, const char *first)
{
    size_t first_len = strlen(first);
    return memcmp(bytes, first, len < first_len ? len : first_len) == 0;
}

/* Counts the records up to the first bad one, and checks that no later one contradicts that. */
static bool check_all(struct journal *journal)
{
    uint64_t good = 0, index = 0;
    const uint8_t *bytes;
    bool all_good = true;
    for (; (bytes = bytes_at(journal, index)) != NULL; index++) {
        bool is = is_good(bytes, index);
        if (all_good && is)
            good++;
        all_good &= is;
        if (is && bytes_read(bytes + SYNCED_AT, 8) > good)
            return fail(journal, "is damaged at its record %" PRIu64, good + 1);
    }
    if (errno != 0)
        return fail(journal, "cannot be read: %s", strerror(errno));
    journal->count = good;
    return true;
}

/* What is not whole was never acted upon. */
static bool cut_tail(struct journal *journal)
{
    struct stat status;
    off_t len = (off_t)(journal->count * JOURNAL_RECORD_LEN);
    if (fstat(journal->fd, &status) != 0)
        return fail(journal, "cannot be examined: %s", strerror(errno));
    if (status.st_size != len && ftruncate(journal->fd, len) != 0)
        return fail(journal, "cannot be truncated after its last whole record: %s", strerror(errno));
    journal->page_len = 0;
    return true;
}

/* Also what a client that was killed had written but not synced, for it is believed from now on. */
static bool sync_all(struct journal *journal)
{
    char *path = realpath(journal->path, NULL);
    bool synced = path != NULL && fsync(journal->fd) == 0 && folder_sync(path);
    free(path);
    journal->synced = journal->count;
    return synced || fail(journal, "cannot be synced: %s", strerror(errno));
}

static bool check_first(struct journal *journal, const char *first)
{
    const uint8_t *bytes = bytes_at(journal, 0);
    if (bytes == NULL && errno != 0)
        return fail(journal, "cannot be read: %s", strerror(errno));
    if (!begins_with(journal->bytes, journal->page_len, first))
        return fail(journal, "is not a resume file: it begins with something else");
    if (bytes != NULL && !is_good(bytes, 0))
        return fail(journal, "is damaged at its first record");
    return true;
}

bool journal_open(struct journal *journal, const char *path, const char *first)
{
    *journal = (struct journal){ .path = path, .fd = -1 };
    if (open_file(journal) && check_first(journal, first) && check_all(journal) && cut_tail(journal) &&
        sync_all(journal))
        return true;
    journal->broken = true;
    return false;
}

void journal_close(struct journal *journal)
{
    static const uint8_t nothing[JOURNAL_BODY_LEN];
    if (journal->fd < 0)
        return;
    if (journal->appended && journal_sync(journal))
        (void)journal_append(journal, JOURNAL_CLOSED, nothing);
    close(journal->fd);
    journal->fd = -1;
}
