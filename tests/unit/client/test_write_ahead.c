/*
 * What the client writes into its resume file is on stable storage before what it is about leaves:
 * a frame or FINISH before its first byte, the winners before their RECEIPT. The system calls that
 * matter are this file's own, and look.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/syscall.h>

#include "client/finish_round.h"
#include "client/sender.h"
#include "unit/client/scripted_server.h"
#include "unit/scratch.h"

#define RECORD JOURNAL_RECORD_LEN

static struct scratch scratch;
static struct scripted_server server;
static struct resume resume;
static char path[SCRATCH_PATH_MAX];

static struct {
    pthread_t client; /* the thread that is watched: the server sends, too */
    bool on;
    off_t synced; /* bytes of the resume file that the last sync covered */
    unsigned syncs;
    unsigned fail_from; /* the first sync that fails; 0: none */
    unsigned sends;
    unsigned too_early; /* sends before what they depend on was synced */
} watch;

static off_t size_of_file(void)
{
    char *bytes;
    size_t len;
    bytes = scratch_read(path, &len);
    free(bytes);
    return (off_t)len;
}

/* Answers may be synced later: a record of one says only that less is in doubt. */
static bool may_wait(const char *bytes)
{
    return strncmp(bytes, "stored", 6) == 0;
}

static bool is_all_synced(void)
{
    size_t len;
    char *bytes = scratch_read(path, &len);
    bool all = true;
    for (size_t at = (size_t)watch.synced; at < len; at += RECORD)
        all &= may_wait(bytes + at);
    free(bytes);
    return all;
}

int fdatasync(int fd)
{
    if (!watch.on || !pthread_equal(pthread_self(), watch.client))
        return (int)syscall(SYS_fdatasync, fd);
    watch.syncs++;
    if (watch.fail_from != 0 && watch.syncs == watch.fail_from) {
        errno = EIO;
        return -1;
    }
    watch.synced = size_of_file();
    return 0;
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    if (watch.on && pthread_equal(pthread_self(), watch.client)) {
        watch.sends++;
        watch.too_early += !is_all_synced();
    }
    return (ssize_t)syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
}

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "place"));
    memset(&watch, 0, sizeof watch);
    return 0;
}

static int end(void **state)
{
    (void)state;
    watch.on = false;
    resume_close(&resume);
    scratch_end(&scratch);
    return 0;
}

/* ---- A client -------------------------------------------------------------------------------- */

static struct csv_reader *ten_rows(void)
{
    static char file_path[SCRATCH_PATH_MAX];
    char error[CSV_ERROR_MAX];
    snprintf(file_path, sizeof file_path, "%s", scratch_path(&scratch, "agency-1.csv"));
    FILE *file = fopen(file_path, "wb");
    assert_non_null(file);
    for (unsigned i = 1; i <= 10; i++)
        fprintf(file, "Ana,Luz,%u,1999-03-17,2201\n", i);
    assert_int_equal(fclose(file), 0);
    struct csv_reader *reader = csv_reader_open(file_path, 1, error);
    assert_non_null(reader);
    return reader;
}

static bool keep_winners(void *context, const struct winners *winners)
{
    (void)context;
    return resume_tell(&resume, winners);
}

/* Sends ten rows in frames of two, and finishes if all were stored. */
static enum sender_outcome run_client(enum sorteo_dialect dialect, size_t window)
{
    static struct upstream link;
    static struct winners winners;
    static struct row_outcomes outcomes;
    struct batcher batcher;
    struct csv_reader *reader = ten_rows();
    const struct batch_settings twos = { dialect, BATCH_EXACT, 2, 0 };
    const struct resume_input input = { .agency = 1, .dialect = dialect };
    static struct servers servers;
    char error[SERVERS_ERROR_MAX];
    servers.count = 0;
    assert_true(servers_add(&servers, server.address, error));
    const struct upstream_settings links = {
        .dialect = dialect,
        .servers = &servers,
        .retry_ms = 300,
        .pause_ms = 2,
        .stop_fd = -1,
    };
    const struct sender_settings sending = {
        .window = window,
        .repeats = dialect == SORTEO_KEYED,
        .settle_ms = 2000,
        .resume = &resume,
    };
    const struct finish_settings finishing = {
        .dialect = dialect,
        .agency = 1,
        .key = 99,
        .settle_ms = 2000,
        .told = keep_winners,
    };
    assert_true(resume_open(&resume, path, &input, 1000));
    upstream_init(&link, &links);
    row_outcomes_init(&outcomes);
    batcher_init(&batcher, &twos, reader, 1000);
    batcher.cuts = (struct cuts){ .next = resume_cut, .context = &resume };
    watch.client = pthread_self();
    watch.on = true;
    enum sender_outcome outcome = sender_run(&sending, &link, &batcher, &outcomes);
    if (outcome == SENDER_DONE && resume_finish(&resume))
        assert_int_equal(finish_round(&finishing, &link, &winners), FINISH_DONE);
    upstream_close(&link);
    csv_reader_close(reader);
    return outcome;
}

static enum sender_outcome converse(enum sorteo_dialect dialect, size_t window, const char *script)
{
    scripted_begin(&server, dialect, script);
    scripted_start(&server);
    enum sender_outcome outcome = run_client(dialect, window);
    scripted_end(&server);
    return outcome;
}

/* ---- In order -------------------------------------------------------------------------------- */

static void nothing_leaves_before_it_is_kept(void **state)
{
    static const size_t windows[] = { 1, 3, 16 };
    for (int dialect = SORTEO_WIDE; dialect <= SORTEO_KEYED; dialect++) {
        for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
            assert_int_equal(converse((enum sorteo_dialect)dialect, windows[i], "*"), SENDER_DONE);
            assert_string_equal(server.seen, "cb2b2b2b2b2FRE");
            assert_int_equal(watch.too_early, 0);
            assert_true(watch.sends >= 7); /* five frames, FINISH and RECEIPT */
            assert_true(watch.syncs >= 3);
            end(state);
            begin(state);
        }
    }
}

static void nothing_that_is_sent_again_leaves_before_it_is_kept(void **state)
{
    (void)state;
    assert_int_equal(converse(SORTEO_KEYED, 3, "bba! bbb *"), SENDER_DONE);
    assert_int_equal(watch.too_early, 0);
}

static void window_is_kept_with_one_sync(void **state)
{
    (void)state;
    assert_int_equal(converse(SORTEO_KEYED, 16, "*"), SENDER_DONE);
    assert_int_equal(watch.syncs, 3); /* five frames, FINISH, WINNERS */
}

static void frame_is_not_sent_if_the_sync_fails(void **state)
{
    for (watch.fail_from = 1; watch.fail_from <= 5;) {
        unsigned fail_from = watch.fail_from;
        char seen[32] = "c";
        assert_int_equal(converse(SORTEO_WIDE, 1, "*"), SENDER_UNKEPT);
        for (unsigned i = 1; i < fail_from; i++)
            strcat(seen, "b2");
        assert_string_equal(server.seen, fail_from == 1 ? "" : strcat(seen, "E"));
        assert_false(journal_sync(&resume.journal)); /* it is not tried again: it would succeed */
        assert_int_equal(watch.syncs, fail_from);
        assert_non_null(strstr(resume.error, "cannot be synced: Input/output error"));
        end(state);
        begin(state);
        watch.fail_from = fail_from + 1;
    }
}

static void finish_is_not_sent_if_the_sync_fails(void **state)
{
    (void)state;
    watch.fail_from = 6;
    assert_int_equal(converse(SORTEO_WIDE, 1, "*"), SENDER_DONE);
    assert_null(strchr(server.seen, 'F'));
}

static void receipt_is_not_sent_if_the_sync_fails(void **state)
{
    (void)state;
    watch.fail_from = 7;
    assert_int_equal(converse(SORTEO_WIDE, 1, "*"), SENDER_DONE);
    assert_non_null(strchr(server.seen, 'F'));
    assert_null(strchr(server.seen, 'R'));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_leaves_before_it_is_kept),     TEST(nothing_that_is_sent_again_leaves_before_it_is_kept),
        TEST(window_is_kept_with_one_sync),         TEST(frame_is_not_sent_if_the_sync_fails),
        TEST(finish_is_not_sent_if_the_sync_fails), TEST(receipt_is_not_sent_if_the_sync_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
