/*
 * The journal: what was appended is there again, however the writer ended; what is not whole is cut
 * off; what is damaged is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "client/journal.h"
#include "unit/scratch.h"

#define FIRST "first"
#define LEN JOURNAL_RECORD_LEN

static struct scratch scratch;
static struct journal journal;
static char path[SCRATCH_PATH_MAX];

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "place"));
    return 0;
}

static int end(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

static void open_it(void)
{
    if (!journal_open(&journal, path, FIRST))
        fail_msg("%s", journal.error);
}

/* It cannot be opened, and is as it was. */
static void expect_refused(const char *reason)
{
    size_t len, len_after;
    char *before = scratch_read(path, &len);
    assert_false(journal_open(&journal, path, FIRST));
    assert_non_null(strstr(journal.error, path));
    if (strstr(journal.error, reason) == NULL)
        fail_msg("%s, wanted %s", journal.error, reason);
    journal_close(&journal);
    char *after = scratch_read(path, &len_after);
    assert_int_equal(len_after, len);
    assert_memory_equal(after, before, len);
    free(before);
    free(after);
}

/* The index-th record's body is full of this number. */
static void append(uint8_t number, bool synced)
{
    uint8_t body[JOURNAL_BODY_LEN];
    memset(body, number, sizeof body);
    assert_true(journal_append(&journal, number == 0 ? FIRST : "next", body));
    assert_true(!synced || journal_sync(&journal));
}

static void expect_records(uint64_t count)
{
    struct journal_record record;
    assert_int_equal(journal.count, count);
    for (uint64_t i = 0; i < count; i++) {
        assert_true(journal_read(&journal, i, &record));
        if (strncmp(record.kind, JOURNAL_CLOSED, strlen(JOURNAL_CLOSED)) == 0)
            continue;
        assert_string_equal(record.kind, i == 0 ? "first   " : "next    ");
        assert_int_equal(record.body[0], i);
        assert_int_equal(record.body[JOURNAL_BODY_LEN - 1], i);
    }
}

/* As a kill leaves it: descriptor and lock are gone, and nothing else happens. */
static void die(void)
{
    close(journal.fd);
    journal.fd = -1;
}

static void write_file(const char *bytes, size_t len)
{
    scratch_write(path, bytes, len);
}

/* ---- Records --------------------------------------------------------------------------------- */

static void journal_has_its_records_when_opened_again(void **state)
{
    (void)state;
    open_it();
    expect_records(0);
    for (uint8_t i = 0; i < 200; i++)
        append(i, i % 3 == 0);
    expect_records(200);
    die();
    open_it();
    expect_records(200);
    journal_close(&journal);
    open_it(); /* nothing was appended, so nothing is said about it */
    expect_records(200);
    journal_close(&journal);
}

static void journal_goes_on_where_it_stopped(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < 70; i++) {
        open_it();
        append(i, false);
        die();
    }
    open_it();
    expect_records(70);
    journal_close(&journal);
}

static void journal_that_was_opened_knows_all_as_synced(void **state)
{
    (void)state;
    open_it();
    append(0, false);
    append(1, false);
    assert_int_equal(journal.synced, 0);
    die();
    open_it();
    assert_int_equal(journal.synced, 2);
    journal_close(&journal);
}

static void journal_that_is_closed_says_so(void **state)
{
    (void)state;
    struct journal_record record;
    open_it();
    append(0, false);
    journal_close(&journal);
    open_it();
    assert_int_equal(journal.count, 2);
    assert_true(journal_read(&journal, 1, &record));
    assert_string_equal(record.kind, "closed  ");
    journal_close(&journal);
}

/* ---- Ends that are none ---------------------------------------------------------------------- */

static void journal_cut_at_any_byte_keeps_the_records_before(void **state)
{
    (void)state;
    size_t len;
    open_it();
    for (uint8_t i = 0; i < 6; i++)
        append(i, true);
    die();
    char *bytes = scratch_read(path, &len);
    for (size_t cut = 0; cut <= len; cut++) {
        write_file(bytes, cut);
        open_it();
        expect_records(cut / LEN);
        append((uint8_t)(cut / LEN), true);
        expect_records(cut / LEN + 1);
        die();
    }
    free(bytes);
}

static void unsynced_tail_with_any_wrong_byte_is_cut_off(void **state)
{
    (void)state;
    size_t len;
    open_it();
    for (uint8_t i = 0; i < 3; i++)
        append(i, true);
    for (uint8_t i = 3; i < 6; i++)
        append(i, false);
    die();
    char *bytes = scratch_read(path, &len);
    for (size_t place = 3 * LEN; place < len; place++) { /* a power cut writes pages in any order */
        bytes[place] ^= 0x10;
        write_file(bytes, len);
        open_it();
        expect_records(place / LEN);
        die();
        bytes[place] ^= 0x10;
    }
    free(bytes);
}

static void synced_record_with_any_wrong_byte_is_damage(void **state)
{
    (void)state;
    size_t len;
    open_it();
    for (uint8_t i = 0; i < 5; i++)
        append(i, true);
    die();
    char *bytes = scratch_read(path, &len);
    for (size_t place = strlen(FIRST); place < len - LEN;
         place++) { /* that the last one is synced is recorded nowhere */
        bytes[place] ^= 1;
        write_file(bytes, len);
        expect_refused("is damaged at its ");
        bytes[place] ^= 1;
    }
    free(bytes);
}

static void closed_journal_with_any_wrong_byte_is_damaged_or_loses_nothing(void **state)
{
    (void)state;
    size_t len;
    open_it();
    for (uint8_t i = 0; i < 5; i++)
        append(i, false);
    journal_close(&journal);
    char *bytes = scratch_read(path, &len);
    assert_int_equal(len, 6 * LEN);
    for (size_t place = strlen(FIRST); place < len; place++) {
        bytes[place] ^= 1;
        write_file(bytes, len);
        if (place < 5 * LEN) {
            expect_refused("is damaged at its ");
        } else {
            open_it();
            expect_records(5);
            die();
        }
        bytes[place] ^= 1;
    }
    free(bytes);
}

static void record_that_moved_is_damage(void **state)
{
    (void)state;
    size_t len;
    char kept[LEN];
    open_it();
    for (uint8_t i = 0; i < 5; i++)
        append(i, true);
    die();
    char *bytes = scratch_read(path, &len);
    memcpy(kept, bytes + LEN, LEN);
    memcpy(bytes + LEN, bytes + 2 * LEN, LEN);
    memcpy(bytes + 2 * LEN, kept, LEN);
    write_file(bytes, len);
    expect_refused("is damaged at its record 2");
    free(bytes);
}

/* ---- Files that are none --------------------------------------------------------------------- */

static void file_of_something_else_is_refused_and_stays(void **state)
{
    (void)state;
    write_file("Ana,Luz,30904465,1999-03-17,2201\nAna,Luz,30904465,1999-03-17,2201\n", 66);
    expect_refused("begins with something else");
    write_file("x", 1);
    expect_refused("begins with something else");
}

static void file_in_use_is_refused(void **state)
{
    (void)state;
    struct journal second;
    open_it();
    append(0, true);
    assert_false(journal_open(&second, path, FIRST));
    assert_non_null(strstr(second.error, "is in use by another running client"));
    journal_close(&second);
    append(1, true); /* the first one is not disturbed */
    journal_close(&journal);
    assert_true(journal_open(&second, path, FIRST));
    journal_close(&second);
}

static void what_is_no_regular_file_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(journal_open(&journal, path, FIRST));
    assert_non_null(strstr(journal.error, "is not a regular file"));
    journal_close(&journal);
    assert_false(journal_open(&journal, scratch.folder, FIRST));
    assert_non_null(strstr(journal.error, "Is a directory"));
    journal_close(&journal);
    assert_false(journal_open(&journal, "/nowhere/place", FIRST));
    assert_non_null(strstr(journal.error, "No such file or directory"));
    journal_close(&journal);
}

static void journal_that_failed_once_takes_nothing_more(void **state)
{
    (void)state;
    static const uint8_t body[JOURNAL_BODY_LEN];
    struct rlimit limit, before;
    open_it();
    append(0, true);
    append(1, true);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){ .rlim_cur = 2 * LEN + 10, .rlim_max = before.rlim_max }; /* room for a part of one */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_false(journal_append(&journal, "next", body));
    assert_non_null(strstr(journal.error, "cannot be written: File too large"));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(journal_append(&journal, "next", body));
    assert_false(journal_sync(&journal));
    journal_close(&journal);
    open_it();
    expect_records(2);
    append(2, true);
    journal_close(&journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(journal_has_its_records_when_opened_again, begin, end),
        cmocka_unit_test_setup_teardown(journal_goes_on_where_it_stopped, begin, end),
        cmocka_unit_test_setup_teardown(journal_that_was_opened_knows_all_as_synced, begin, end),
        cmocka_unit_test_setup_teardown(journal_that_is_closed_says_so, begin, end),
        cmocka_unit_test_setup_teardown(journal_cut_at_any_byte_keeps_the_records_before, begin, end),
        cmocka_unit_test_setup_teardown(unsynced_tail_with_any_wrong_byte_is_cut_off, begin, end),
        cmocka_unit_test_setup_teardown(synced_record_with_any_wrong_byte_is_damage, begin, end),
        cmocka_unit_test_setup_teardown(closed_journal_with_any_wrong_byte_is_damaged_or_loses_nothing, begin, end),
        cmocka_unit_test_setup_teardown(record_that_moved_is_damage, begin, end),
        cmocka_unit_test_setup_teardown(file_of_something_else_is_refused_and_stays, begin, end),
        cmocka_unit_test_setup_teardown(file_in_use_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_regular_file_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(journal_that_failed_once_takes_nothing_more, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
