/* The file of --csv: see csv_file.h. */
#include "server/committer/csv_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "store/bet_row.h"

#define OPEN_SAFELY (O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define OWNER_ALONE (S_IRUSR | S_IWUSR) /* as the store */
#define RENAME_IT "rename it, and it is written anew, or use another name"

void csv_file_init(struct csv_file *file, const char *path)
{
    *file = (struct csv_file){ .path = path };
}

/* Returns false. */
__attribute__((format(printf, 2, 3))) static bool refuse(struct csv_file *file, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    (void)vsnprintf(file->reason, sizeof file->reason, format, values);
    va_end(values);
    return false;
}

static bool refuse_call(struct csv_file *file)
{
    return refuse(file, "%s", strerror(errno));
}

/* ---- What is there --------------------------------------------------------------------------- */

/* One that somebody has replaced or shortened is compared from its beginning. */
static void begin_anew_if_changed(struct csv_file *file, const struct stat *about)
{
    if (file->device == about->st_dev && file->inode == about->st_ino && file->len <= (uint64_t)about->st_size)
        return;
    file->device = about->st_dev;
    file->inode = about->st_ino;
    file->bets = file->len = 0;
}

/* Its size beyond what was compared, or -1. */
static int64_t look(struct csv_file *file, int fd)
{
    struct stat about;

    if (fstat(fd, &about) != 0)
        (void)refuse_call(file);
    else if (!S_ISREG(about.st_mode))
        (void)refuse(file, "it is no file that could hold rows: use another name");
    else {
        begin_anew_if_changed(file, &about);
        return about.st_size - (int64_t)file->len;
    }
    return -1;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

struct rows {
    FILE *out; /* writes into text */
    char *text;
    size_t len;
    unsigned bets;
};

static bool add_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct rows *rows = context;

    (void)round;
    bet_row_write(rows->out, bet, NULL, NULL);
    return ++rows->bets < CSV_STEP_BETS && ftello(rows->out) < (off_t)CSV_STEP_BYTES;
}

/* The rows that come next. rows->text is to be freed, whatever is returned. */
static bool read_rows(struct csv_file *file, struct store *store, struct rows *rows)
{
    const struct store_filter next = { .after = file->bets };
    char text[STORE_ERROR_MAX];

    rows->out = open_memstream(&rows->text, &rows->len);
    if (rows->out == NULL)
        return refuse_call(file);
    enum store_code code = store_each(store, &next, add_row, rows);
    bool written = ferror(rows->out) == 0;
    if (fclose(rows->out) != 0 || !written)
        return refuse(file, "out of memory");
    return code == STORE_OK || refuse(file, "%s", log_clean(text, sizeof text, store_error_text(store)));
}

/* Which of them begins at or before that byte, as the file counts them: 1 and up. */
static uint64_t row_at(const struct csv_file *file, const struct rows *rows, size_t at)
{
    uint64_t row = file->bets + 1;

    for (size_t i = 1; i < at; i++)
        row += rows->text[i - 1] == '\r' && rows->text[i] == '\n';
    return row;
}

/* ---- Comparing and writing ------------------------------------------------------------------- */

/* Are the `count` bytes that the file has there the first ones of the rows? */
static bool compare(struct csv_file *file, int fd, const struct rows *rows, size_t count)
{
    static char found[2 * CSV_STEP_BYTES];
    size_t at = 0;

    for (size_t done = 0; done < count; done += at) {
        size_t part = count - done < sizeof found ? count - done : sizeof found;
        ssize_t len = pread(fd, found, part, (off_t)(file->len + done));
        if (len < 0)
            return refuse_call(file);
        for (at = 0; at < (size_t)len && found[at] == rows->text[done + at];)
            at++;
        if (at < part)
            return refuse(file, "row %" PRIu64 " is not the store's: " RENAME_IT, row_at(file, rows, done + at));
    }
    return true;
}

static bool append(struct csv_file *file, int fd, const struct rows *rows, size_t done)
{
    while (done < rows->len) {
        ssize_t len = pwrite(fd, rows->text + done, rows->len - done, (off_t)(file->len + done));
        if (len < 0)
            return refuse_call(file);
        done += (size_t)len;
        FAULT_POINT("csv-written");
    }
    return true;
}

/* `beyond`: so many bytes of the file have not been compared yet. */
static enum csv_step take_rows(struct csv_file *file, int fd, const struct rows *rows, uint64_t beyond)
{
    size_t there = beyond < rows->len ? (size_t)beyond : rows->len;

    if (rows->bets == 0 && beyond == 0)
        return CSV_CURRENT;
    if (rows->bets == 0) {
        (void)refuse(file, "it has more than the store's %" PRIu64 " rows: " RENAME_IT, file->bets);
        return CSV_FAILED;
    }
    if (!compare(file, fd, rows, there) || !append(file, fd, rows, there))
        return CSV_FAILED;
    file->bets += rows->bets;
    file->len += rows->len;
    return CSV_BEHIND;
}

enum csv_step csv_file_step(struct csv_file *file, struct store *store)
{
    enum csv_step step = CSV_FAILED;
    struct rows rows = { .text = NULL };
    int fd = open(file->path, O_RDWR | O_CREAT | OPEN_SAFELY, OWNER_ALONE);

    if (fd == -1) {
        (void)refuse_call(file);
        return CSV_FAILED;
    }
    int64_t beyond = look(file, fd);
    if (beyond >= 0 && read_rows(file, store, &rows))
        step = take_rows(file, fd, &rows, (uint64_t)beyond);
    free(rows.text);
    close(fd);
    if (step != CSV_FAILED)
        file->reason[0] = '\0';
    return step;
}
