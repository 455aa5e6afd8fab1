/*
 * For tests of the store: a folder of its own for each test, short forms of the calls that must
 * work, and a disk that can fail. Knows SQLite only to look at what a store left behind.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"

#define AGENCIES 5

/* ---- A disk that can fail -------------------------------------------------------------------- */

/* SQLite's calls go here, since a program's own functions come before those of the C library. */
static struct {
    int syncs;               /* fdatasync calls, of files */
    int folder_syncs;        /* fsync calls, of folders */
    int syncs_before_folder; /* fdatasync calls before the first of those */
    int sync_error;          /* errno that fdatasync fails with; 0: it works */
    unsigned fail_at_sync;   /* this fdatasync fails, 1 the next one, and those after it work; 0: none */
    int folder_error;        /* errno that fsync fails with */
    bool full;               /* nothing can be written … */
    int full_error;          /* … and this is the errno; 0: ENOSPC */
    uint32_t calls;          /* what counts calls on the store, where it is told to … */
    uint32_t calls_at_sync;  /* … and what it was at the latest sync */
    unsigned die_at_write;   /* the process ends in front of this write, 1 the next one; 0: it goes on */
} disk;

int fdatasync(int fd)
{
    disk.syncs++;
    disk.calls_at_sync = disk.calls;
    if (disk.fail_at_sync > 0 && --disk.fail_at_sync == 0) {
        errno = ENOSPC;
        return -1;
    }
    errno = disk.sync_error;
    return disk.sync_error != 0 ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    if (disk.folder_syncs++ == 0)
        disk.syncs_before_folder = disk.syncs;
    errno = disk.folder_error;
    return disk.folder_error != 0 ? -1 : (int)syscall(SYS_fsync, fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    if (disk.die_at_write > 0 && --disk.die_at_write == 0)
        (void)kill(getpid(), SIGKILL);
    errno = disk.full_error != 0 ? disk.full_error : ENOSPC;
    return disk.full ? -1 : (ssize_t)syscall(SYS_pwrite64, fd, bytes, len, offset);
}

/* ---- A folder for each test ------------------------------------------------------------------ */

struct fixture {
    struct store *store;
    char folder[64];
    char path[96];          /* of the store in it */
    uint16_t likely_number; /* that it is opened with */
    uint32_t draw_piece;
};

static inline void remove_folder(const char *folder)
{
    char path[PATH_MAX];
    DIR *dir = opendir(folder);
    struct dirent *entry;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            assert_int_equal(remove(path), 0);
    }
    closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}

static inline int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    memset(&disk, 0, sizeof disk);
    snprintf(fixture->folder, sizeof fixture->folder, "%s/sorteo-store-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof fixture->path, "%s/bets.db", fixture->folder);
    *state = fixture;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;

    memset(&disk, 0, sizeof disk);
    store_close(fixture->store);
    chmod(fixture->folder, 0700);
    remove_folder(fixture->folder);
    free(fixture);
    return 0;
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- Opening --------------------------------------------------------------------------------- */

static inline enum store_code try_open(const char *path, uint8_t agencies, bool read_only, uint64_t lock_wait_ms,
                                       struct store **out, struct store_error *error)
{
    const struct store_options options = {
        .path = path, .agencies = agencies, .read_only = read_only, .lock_wait_ms = lock_wait_ms
    };
    return store_open(&options, out, error);
}

static inline struct store *open_store(struct fixture *fixture)
{
    const struct store_options options = { .path = fixture->path,
                                           .agencies = AGENCIES,
                                           .lock_wait_ms = 2000,
                                           .likely_number = fixture->likely_number,
                                           .draw_piece = fixture->draw_piece };
    struct store_error error = { "" };

    if (store_open(&options, &fixture->store, &error) != STORE_OK)
        fail_msg("%s", error.text);
    return fixture->store;
}

static inline struct store *reopen_store(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
    return open_store(fixture);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static inline struct sorteo_text text_of(const char *string)
{
    return (struct sorteo_text){ .bytes = string, .len = strlen(string) };
}

static inline struct sorteo_bet bet_of(uint8_t agency, uint32_t document, uint16_t number)
{
    return (struct sorteo_bet){ .agency = agency,
                                .name = text_of("Santiago Lionel"),
                                .surname = text_of("Lorca"),
                                .document = document,
                                .birthdate = text_of("1999-03-17"),
                                .number = number };
}

/* As large as fifty of the others: to fill pages with few rows. */
static inline struct sorteo_bet long_bet_of(uint8_t agency, uint32_t document, uint16_t number)
{
    static char text[1000];
    struct sorteo_bet bet = bet_of(agency, document, number);

    memset(text, 'n', sizeof text);
    bet.name = bet.surname = (struct sorteo_text){ .bytes = text, .len = sizeof text };
    return bet;
}

/* Asserts OK, and says what the store says if it is not. */
#define OK(store, call)                                                                                                \
    do {                                                                                                               \
        enum store_code code_ = (call);                                                                                \
        if (code_ != STORE_OK)                                                                                         \
            fail_msg("%s: code %d: %s", #call, (int)code_, store_error_text(store));                                   \
    } while (0)

/* The bets of a frame as its reader has them: their texts point into it. */
static inline void read_frame(const struct store_frame *frame, struct sorteo_bet *bets)
{
    const struct sorteo_window window = { .bytes = frame->bytes, .len = frame->len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;

    sorteo_decoder_init(&decoder, frame->dialect, frame->is_single ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM, 0);
    for (size_t i = 0; i < frame->count;) {
        enum sorteo_event_kind kind = sorteo_decoder_next(&decoder, &window, &event);
        assert_true(kind == SORTEO_BATCH_BEGIN || kind == SORTEO_BET);
        if (kind == SORTEO_BET)
            bets[i++] = event.bet;
    }
}

/* A frame as an agency sends it: one bet as a SINGLE, more as a BATCH, all of one agency. Its bytes
 * are gone when this returns. */
static inline enum store_code append_frame(struct store *store, uint32_t round, enum sorteo_dialect dialect,
                                           const struct sorteo_bet *bets, size_t count)
{
    struct sorteo_bet *read = malloc(count * sizeof *read);
    struct store_frame frame = { .dialect = dialect, .is_single = count == 1, .bets = read, .count = count };
    size_t cap = 16;

    for (size_t i = 0; i < count; i++)
        cap += sorteo_single_size(dialect, &bets[i]);
    uint8_t *bytes = malloc(cap);
    assert_true(bytes != NULL && read != NULL);
    enum sorteo_code encoded = count == 1 ? sorteo_encode_single(dialect, 7, bets, bytes, cap, &frame.len, NULL)
                                          : sorteo_encode_batch(dialect, 7, bets, count, bytes, cap, &frame.len, NULL);
    assert_int_equal(encoded, SORTEO_E_OK);
    frame.bytes = bytes;
    read_frame(&frame, read);
    enum store_code code = store_append(store, round, &frame);
    memset(bytes, 0xee, cap);
    free(bytes);
    free(read);
    return code;
}

/* Appends bets of any agencies, in as few frames of `wide` as they need. */
static inline enum store_code append_bets(struct store *store, uint32_t round, const struct sorteo_bet *bets,
                                          size_t count)
{
    enum store_code code = STORE_OK;

    for (size_t i = 0, n; i < count && code == STORE_OK; i += n) {
        for (n = 1; i + n < count && n < SORTEO_BATCH_MAX && bets[i + n].agency == bets[i].agency;)
            n++;
        code = append_frame(store, round, SORTEO_WIDE, bets + i, n);
    }
    return code;
}

typedef struct sorteo_bet make_bet(uint8_t agency, uint32_t document, uint16_t number);

/* Appends `count` bets of an agency with documents from `document` up, in a transaction of their
 * own. */
static inline void store_made(struct store *store, uint32_t round, uint8_t agency, uint32_t document, unsigned count,
                              make_bet *make)
{
    OK(store, store_begin(store));
    for (unsigned i = 0; i < count; i++) {
        struct sorteo_bet bet = make(agency, document + i, (uint16_t)(i % 65536));
        OK(store, append_bets(store, round, &bet, 1));
    }
    OK(store, store_commit(store));
}

static inline void store_some(struct store *store, uint32_t round, uint8_t agency, uint32_t document, unsigned count)
{
    store_made(store, round, agency, document, count, bet_of);
}

static inline void store_long(struct store *store, uint32_t round, uint8_t agency, uint32_t document, unsigned count)
{
    store_made(store, round, agency, document, count, long_bet_of);
}

/* Draws a round whole, in the transaction under way, and returns how many winners it has. */
static inline uint64_t draw_whole(struct store *store, uint32_t round, uint16_t number)
{
    struct store_draw draw = { .done = false };

    while (!draw.done)
        OK(store, store_draw(store, round, number, &draw));
    return draw.winners;
}

/* ---- Looking --------------------------------------------------------------------------------- */

static inline bool count_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    (void)round;
    (void)bet;
    ++*(unsigned *)context;
    return true;
}

static inline unsigned count_bets(struct store *store)
{
    const struct store_filter all = { .round = 0 };
    unsigned count = 0;

    OK(store, store_each(store, &all, count_row, &count));
    return count;
}

/* The integer that sql yields, asked as a person would, while no store is open. */
static inline int64_t ask(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t value;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

/* Changes the file as a person would, while no store is open. */
static inline void tell(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* ---- Processes ------------------------------------------------------------------------------- */

static inline void die(void)
{
    kill(getpid(), SIGKILL);
}

/* For how long what must happen is waited for: far longer than it takes, however busy the machine
 * is. */
static inline uint64_t patience_ms(void)
{
    const char *given = getenv("TEST_PATIENCE");

    return 1000 * (given != NULL ? strtoull(given, NULL, 10) : 60);
}

/* From one write to the next in front of which a process is killed: 1, so that there is no other
 * place; where TEST_ROUNDS is below 50,000, for instruments that make a fork dear, 12. */
static inline unsigned writes_to_next_kill(void)
{
    const char *rounds = getenv("TEST_ROUNDS");

    return rounds != NULL && strtoul(rounds, NULL, 10) < 50000 ? 12 : 1;
}

/* In a new process a failed assertion must end it, and not only the test that it is in. */
static inline pid_t fork_for_test(void)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        alarm(100);
        signal(SIGABRT, SIG_DFL);
        setenv("CMOCKA_TEST_ABORT", "1", 1);
    }
    return pid;
}

/* Runs body in a process that is then killed, with nothing closed. False if an assertion failed in
 * it. */
static inline bool run_and_die(void (*body)(struct fixture *fixture), struct fixture *fixture)
{
    int status = 0;
    pid_t pid = fork_for_test();

    if (pid == 0) {
        body(fixture);
        die();
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* Starts a process that stores three bets and holds the store until it is killed, after hold_ms at
 * the latest. Returns when it holds it. */
static inline pid_t hold_store(struct fixture *fixture, long hold_ms)
{
    const struct timespec hold = { .tv_sec = hold_ms / 1000, .tv_nsec = hold_ms % 1000 * 1000000 };
    int ready[2];
    char byte = 'r';
    pid_t pid;

    assert_int_equal(pipe(ready), 0);
    pid = fork_for_test();
    if (pid == 0) {
        store_some(open_store(fixture), 1, 1, 1, 3);
        assert_int_equal(write(ready[1], &byte, 1), 1);
        nanosleep(&hold, NULL);
        die();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

static inline void release_store(pid_t holder)
{
    kill(holder, SIGKILL);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
}

#endif
