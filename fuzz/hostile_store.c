/* Stores whose bytes were changed: see hostile_store.h. */
#include "hostile_store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#define PAGE 4096u
#define LOG_HEAD 32u
#define FRAME_HEAD 24u
#define CHANGE_LEN 4u
#define CHANGES_BY_HASH 16u
#define USED_FIRST 512u
#define USED_LAST 1024u

static char path[64], log_path[80], copy_path[80];

/* ---- Files ----------------------------------------------------------------------------------- */

static void remove_files(void)
{
    (void)unlink(path);
    (void)unlink(log_path);
    (void)unlink(copy_path);
}

const char *hostile_path(void)
{
    int fd;

    if (path[0] != '\0')
        return path;
    (void)snprintf(path, sizeof path, "%s/sorteo-fuzz-store-XXXXXX",
                   access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp");
    fd = mkstemp(path);
    FUZZ_MUST(fd >= 0, "there is a file for the fuzzer");
    (void)close(fd);
    (void)snprintf(log_path, sizeof log_path, "%s-wal", path);
    (void)snprintf(copy_path, sizeof copy_path, "%s.copy", path);
    (void)atexit(remove_files);
    return path;
}

static uint8_t *read_file(const char *name, size_t *len)
{
    FILE *file = fopen(name, "rb");
    uint8_t *bytes;

    *len = 0;
    if (file == NULL)
        return NULL;
    FUZZ_MUST(fseek(file, 0, SEEK_END) == 0, "a file has a length");
    *len = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*len + 1);
    FUZZ_MUST(bytes != NULL && fread(bytes, 1, *len, file) == *len, "a file can be read");
    (void)fclose(file);
    return bytes;
}

static void write_file(const char *name, const uint8_t *bytes, size_t len)
{
    FILE *file = fopen(name, "wb");

    FUZZ_MUST(file != NULL && fwrite(bytes, 1, len, file) == len && fclose(file) == 0, "a file can be written");
}

static bool is_file(const char *name, const uint8_t *bytes, size_t len)
{
    size_t now_len;
    uint8_t *now = read_file(name, &now_len);
    const bool same = now_len == len && (len == 0 || memcmp(now, bytes, len) == 0);

    free(now);
    return same;
}

/* ---- Stores as a server leaves them ---------------------------------------------------------- */

static void must(enum store_code code)
{
    FUZZ_MUST(code == STORE_OK, "a store of our own works");
}

static struct store *open_new(void)
{
    const struct store_options options = { .path = hostile_path(),
                                           .agencies = HOSTILE_AGENCIES,
                                           .dialect = HOSTILE_DIALECT,
                                           .likely_number = HOSTILE_NUMBER,
                                           .draw_piece = 8 };
    struct store_error error;
    struct store *store = NULL;

    (void)unlink(path);
    (void)unlink(log_path);
    must(store_open(&options, &store, &error));
    return store;
}

enum store_code hostile_append(struct store *store, uint32_t round, const struct sorteo_bet *bet)
{
    uint8_t bytes[256];
    struct store_frame frame = { .is_single = true, .bytes = bytes, .bets = bet, .count = 1 };

    FUZZ_MUST(sorteo_dialect_find(HOSTILE_DIALECT, &frame.dialect) &&
                  sorteo_encode_single(frame.dialect, 0, bet, bytes, sizeof bytes, &frame.len, NULL) == SORTEO_E_OK,
              "a bet of our own can be sent");
    return store_append(store, round, &frame);
}

static void add_bets(struct store *store, uint32_t round, uint8_t agency, unsigned count)
{
    struct agency_state state;

    must(store_begin(store));
    must(store_agency_get(store, agency, &state));
    state.bets = round == state.round ? state.bets + count : count;
    state.round = round;
    state.phase = AGENCY_OPEN;
    for (unsigned i = 0; i < count; i++) {
        const struct sorteo_bet bet = { .agency = agency,
                                        .name = { .bytes = "Santiago", .len = 8 },
                                        .surname = { .bytes = "Lorca", .len = 5 },
                                        .document = 30904465 + i,
                                        .birthdate = { .bytes = "1999-03-17", .len = 10 },
                                        .number = (uint16_t)(HOSTILE_NUMBER + i % 3) };
        must(hostile_append(store, round, &bet));
    }
    must(store_agency_put(store, agency, &state));
    must(store_commit(store));
}

static void set_phase(struct store *store, enum agency_phase phase)
{
    struct agency_state state;

    must(store_begin(store));
    for (uint8_t agency = 1; agency <= HOSTILE_AGENCIES; agency++) {
        must(store_agency_get(store, agency, &state));
        state.phase = phase;
        must(store_agency_put(store, agency, &state));
    }
    must(store_commit(store));
}

static void draw(struct store *store, bool whole)
{
    struct store_draw piece = { .done = false };

    must(store_begin(store));
    do
        must(store_draw(store, 1, HOSTILE_NUMBER, &piece));
    while (whole && !piece.done);
    must(store_commit(store));
    if (whole)
        set_phase(store, AGENCY_DRAWN);
}

static void an_open_round(struct store *store)
{
    add_bets(store, 1, 1, 12);
    add_bets(store, 1, 2, 9);
}

static void a_begun_draw(struct store *store)
{
    an_open_round(store);
    set_phase(store, AGENCY_WAITING);
    draw(store, false);
}

static void a_drawn_round(struct store *store)
{
    const struct finish_record record = { .round = 1, .agency = 2, .bets = 9, .uid = 0, .user = "ana", .host = "here" };

    an_open_round(store);
    must(store_begin(store));
    must(store_finish_put(store, &record));
    must(store_commit(store));
    set_phase(store, AGENCY_WAITING);
    draw(store, true);
}

static void a_round_with_keys(struct store *store)
{
    const struct key_record record = { .use = KEY_BATCH, .digest = { 1, 2 }, .round = 1 };

    an_open_round(store);
    must(store_begin(store));
    must(store_key_put(store, 1, 77, &record));
    must(store_commit(store));
}

static void (*const makers[])(struct store *store) = { an_open_round, a_begun_draw, a_drawn_round, a_round_with_keys };

#define MAKERS (sizeof makers / sizeof *makers)
#define STORES (2 * MAKERS) /* each of them closed, and killed with its log */

/* The same bytes in each run, but for the times in them. */
static const struct hostile_files *stores(void)
{
    static struct hostile_files made[STORES];

    if (made[0].database != NULL)
        return made;
    (void)sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 1, NULL);
    sqlite3_randomness(0, NULL);
    (void)sqlite3_hard_heap_limit64((sqlite3_int64)256 * 1024 * 1024);
    for (size_t i = 0; i < STORES; i++) {
        struct store *store = open_new();

        makers[i % MAKERS](store);
        if (i < MAKERS)
            store_close(store);
        made[i].database = read_file(path, &made[i].database_len);
        made[i].log = read_file(log_path, &made[i].log_len);
        if (i >= MAKERS)
            store_close(store);
        FUZZ_MUST(made[i].database != NULL && (made[i].log_len > 0) == (i >= MAKERS), "a store has its files");
    }
    return made;
}

/* ---- The changed store ----------------------------------------------------------------------- */

/* A page of a small store is empty in the middle: what is used are its beginning and its end. */
static size_t place_in(size_t unit, size_t where)
{
    const size_t used = where % (USED_FIRST + USED_LAST);

    return used < USED_FIRST ? used : unit - (USED_FIRST + USED_LAST) + used;
}

static void change(struct hostile_files *files, const uint8_t *bytes)
{
    const bool of_log = (bytes[0] & 0x80u) != 0 && files->log_len > 0;
    uint8_t *file = of_log ? files->log : files->database;
    const size_t len = of_log ? files->log_len : files->database_len;
    const size_t unit = of_log ? FRAME_HEAD + PAGE : PAGE;
    const size_t at = (bytes[0] & 0x7fu) * unit + place_in(unit, (size_t)bytes[1] << 8 | bytes[2]);

    file[at % len] = bytes[3];
}

/* Many at once, which a short input would not hold. */
static void change_by_hash(struct hostile_files *files, uint64_t hash)
{
    for (unsigned i = 0; i < CHANGES_BY_HASH; i++) {
        const uint64_t choice = fuzz_random(&hash);
        const uint8_t bytes[CHANGE_LEN] = { (uint8_t)choice, (uint8_t)(choice >> 8), (uint8_t)(choice >> 16),
                                            (choice >> 63) != 0 ? (uint8_t)(choice >> 24) : 0 };

        change(files, bytes);
    }
}

static uint32_t word(const uint8_t *bytes, bool big)
{
    return big ? (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3]
               : (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

struct sums {
    uint64_t first, second; /* of 32 bits each */
    bool big;
};

static void sum(struct sums *sums, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i + 8 <= len; i += 8) {
        sums->first = (sums->first + word(bytes + i, sums->big) + sums->second) & UINT32_MAX;
        sums->second = (sums->second + word(bytes + i + 4, sums->big) + sums->first) & UINT32_MAX;
    }
}

static void put_sums(const struct sums *sums, uint8_t *out)
{
    const uint64_t both = sums->first << 32 | sums->second;

    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(both >> (56 - 8 * i));
}

/* Of the header and each frame, as SQLite's documentation of the format says. */
static void put_checks_right(uint8_t *log, size_t len)
{
    struct sums sums = { .big = (log[3] & 1u) != 0 };

    if (len < LOG_HEAD)
        return;
    sum(&sums, log, 24);
    put_sums(&sums, log + 24);
    for (size_t at = LOG_HEAD; len - at >= FRAME_HEAD + PAGE; at += FRAME_HEAD + PAGE) {
        sum(&sums, log + at, 8);
        sum(&sums, log + at + FRAME_HEAD, PAGE);
        put_sums(&sums, log + at + 16);
    }
}

const struct hostile_files *hostile_write(const uint8_t *bytes, size_t len)
{
    static struct hostile_files changed;
    const struct hostile_files *from = &stores()[(bytes[0] & 0x3fu) % STORES];

    free(changed.database);
    free(changed.log);
    changed = (struct hostile_files){ .database = malloc(from->database_len),
                                      .log = malloc(from->log_len + 1),
                                      .database_len = from->database_len,
                                      .log_len = from->log_len };
    FUZZ_MUST(changed.database != NULL && changed.log != NULL, "there is memory for the fuzzer");
    memcpy(changed.database, from->database, from->database_len);
    if (from->log_len > 0)
        memcpy(changed.log, from->log, from->log_len);
    for (size_t at = 1; len - at >= CHANGE_LEN; at += CHANGE_LEN)
        change(&changed, bytes + at);
    if ((bytes[0] & 0x40u) != 0)
        change_by_hash(&changed, fuzz_hash(bytes, len));
    if ((bytes[0] & 0x80u) != 0 && changed.log_len > 0)
        put_checks_right(changed.log, changed.log_len);
    (void)unlink(log_path);
    write_file(hostile_path(), changed.database, changed.database_len);
    if (changed.log_len > 0)
        write_file(log_path, changed.log, changed.log_len);
    return &changed;
}

bool hostile_is_kept(const struct hostile_files *files)
{
    size_t log_len;

    free(read_file(log_path, &log_len));
    return is_file(path, files->database, files->database_len) && log_len >= files->log_len;
}
