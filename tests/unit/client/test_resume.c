/*
 * The resume file: what a client that died at any point knew is known again, frames are made again
 * as they were, and a file that belongs to something else is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "client/finish_round.h"
#include "client/resume.h"
#include "unit/scratch.h"

#define KEY UINT64_C(1000)

static struct scratch scratch;
static char path[SCRATCH_PATH_MAX];
static struct resume resume;
static struct batcher batcher;
static struct csv_reader *reader;
static struct winners winners;
static struct resume_input input;

static const struct batch_settings twos = { SORTEO_KEYED, BATCH_EXACT, 2, 0 };
static const struct batch_settings threes = { SORTEO_KEYED, BATCH_EXACT, 3, 0 };

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "place"));
    input = (struct resume_input){ .agency = 1, .dialect = SORTEO_KEYED, .size = 999 };
    return 0;
}

static int end(void **state)
{
    (void)state;
    csv_reader_close(reader);
    reader = NULL;
    resume_close(&resume);
    scratch_end(&scratch);
    return 0;
}

static void open_it(void)
{
    if (!resume_open(&resume, path, &input, KEY))
        fail_msg("%s", resume.error);
}

/* As a kill does. */
static void die(void)
{
    close(resume.journal.fd);
    resume.journal.fd = -1;
}

/* An agency file of documents `from` and up, and a batcher over it. */
static void start(const struct batch_settings *settings, unsigned from, unsigned rows)
{
    static char file_path[SCRATCH_PATH_MAX]; /* the reader borrows it */
    char error[CSV_ERROR_MAX];
    snprintf(file_path, sizeof file_path, "%s", scratch_path(&scratch, "agency-1.csv"));
    FILE *file = fopen(file_path, "wb");
    assert_non_null(file);
    for (unsigned i = 0; i < rows; i++)
        fprintf(file, "Ana,Luz,%u,1999-03-17,2201\n", from + i);
    assert_int_equal(fclose(file), 0);
    csv_reader_close(reader);
    reader = csv_reader_open(file_path, 1, error);
    assert_non_null(reader);
    batcher_init(&batcher, settings, reader, resume.first_key);
    batcher.cuts = (struct cuts){ .next = resume_cut, .context = &resume };
}

static struct bets_frame make(enum frame_past past, uint32_t bets)
{
    struct bets_frame frame;
    enum batch_outcome outcome = batcher_next(&batcher, &frame);
    if (outcome != BATCH_FRAME)
        fail_msg("%d: %s", (int)outcome, batcher.error);
    assert_int_equal(frame.past, past);
    assert_int_equal(frame.bets, bets);
    return frame;
}

static void send_frame(enum frame_past past, uint32_t bets)
{
    struct bets_frame frame = make(past, bets);
    assert_true(resume_sending(&resume, &frame));
    assert_true(resume_sync(&resume));
}

static void expect_end(void)
{
    struct bets_frame frame;
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_END);
}

static void expect_bad(const char *reason)
{
    struct bets_frame frame;
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_BAD);
    if (strstr(batcher.error, reason) == NULL)
        fail_msg("%s, wanted %s", batcher.error, reason);
}

static void expect_place(uint64_t frames, uint64_t stored, uint64_t doubtful)
{
    assert_int_equal(resume.frames, frames);
    assert_int_equal(resume.stored, stored);
    assert_int_equal(resume_doubtful(&resume), doubtful);
}

static void expect_refused(const char *reason)
{
    assert_false(resume_open(&resume, path, &input, KEY));
    if (strstr(resume.error, reason) == NULL)
        fail_msg("%s, wanted %s", resume.error, reason);
    resume_close(&resume);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static void nothing_is_remembered_before_a_frame_is_sent(void **state)
{
    (void)state;
    open_it();
    expect_place(0, 0, 0);
    start(&twos, 1, 4);
    make(PAST_NEW, 2);
    resume_close(&resume);
    input.agency = 9; /* the file names no agency yet */
    open_it();
    assert_int_equal(resume.first_key, KEY);
}

static void keys_are_those_of_the_first_run(void **state)
{
    (void)state;
    open_it();
    start(&twos, 1, 4);
    send_frame(PAST_NEW, 2);
    die();
    assert_true(resume_open(&resume, path, &input, 77));
    assert_int_equal(resume.first_key, KEY);
    assert_int_equal(resume.finish_key, KEY - 1);
}

static void frame_without_an_answer_is_in_doubt_after_a_kill(void **state)
{
    (void)state;
    open_it();
    start(&twos, 1, 6);
    send_frame(PAST_NEW, 2);
    assert_true(resume_book(&resume, 0, PAST_STORED));
    send_frame(PAST_NEW, 2);
    die();
    open_it();
    expect_place(2, 1, 1);
    start(&twos, 1, 6);
    make(PAST_STORED, 2);
    make(PAST_DOUBT, 2);
    make(PAST_NEW, 2);
    expect_end();
}

static void frames_are_made_again_as_they_were_whatever_is_told_now(void **state)
{
    (void)state;
    struct bets_frame before[3], after[3];
    open_it();
    start(&twos, 1, 9);
    for (int i = 0; i < 3; i++) {
        before[i] = make(PAST_NEW, 2);
        assert_true(resume_sending(&resume, &before[i]));
    }
    die();
    open_it();
    start(&threes, 1, 9);
    for (int i = 0; i < 3; i++) {
        after[i] = make(PAST_DOUBT, 2);
        assert_int_equal(after[i].len, before[i].len);
        assert_memory_equal(after[i].bytes, before[i].bytes, before[i].len);
    }
    make(PAST_NEW, 3);
    expect_end();
}

static void frames_answered_out_of_order_are_each_known(void **state)
{
    (void)state;
    open_it();
    start(&twos, 1, 10);
    for (int i = 0; i < 5; i++)
        send_frame(PAST_NEW, 2);
    assert_true(resume_book(&resume, 1, PAST_UNSTORED));
    assert_true(resume_book(&resume, 2, PAST_STORED));
    assert_true(resume_book(&resume, 3, PAST_STORED));
    expect_place(5, 0, 2);
    die();
    open_it();
    expect_place(5, 0, 2);
    start(&twos, 1, 10);
    make(PAST_DOUBT, 2);
    send_frame(PAST_UNSTORED, 2); /* and is in doubt from now on */
    expect_place(5, 0, 3);
    assert_true(resume_book(&resume, 0, PAST_STORED));
    assert_true(resume_book(&resume, 1, PAST_STORED));
    expect_place(5, 4, 1);
    die();
    open_it();
    expect_place(5, 4, 1);
}

static void place_is_right_after_a_kill_at_every_record(void **state)
{
    (void)state;
    size_t len;
    open_it();
    start(&twos, 1, 8);
    winners = (struct winners){ .count = 1, .documents = { 3 } };
    for (uint64_t i = 0; i < 4; i++) {
        send_frame(PAST_NEW, 2);
        assert_true(resume_book(&resume, i, PAST_STORED));
    }
    assert_true(resume_finish(&resume) && resume_tell(&resume, &winners) && resume_end(&resume));
    die();
    char *bytes = scratch_read(path, &len);
    assert_int_equal(len / JOURNAL_RECORD_LEN, 1 + 8 + 1 + 2 + 1);
    for (size_t records = 1; records <= 13; records++) {
        scratch_write(path, bytes, records * JOURNAL_RECORD_LEN);
        open_it();
        size_t events = records - 1 < 8 ? records - 1 : 8;
        expect_place((events + 1) / 2, events / 2, events % 2);
        assert_int_equal(resume.finishing, records >= 10);
        assert_int_equal(resume.told, records >= 12);
        assert_int_equal(resume.over, records >= 13);
        die();
    }
    free(bytes);
}

static void window_of_the_largest_size_is_remembered(void **state)
{
    (void)state;
    const struct batch_settings single = { SORTEO_KEYED, BATCH_SINGLE, 0, 0 };
    input.single = true;
    open_it();
    start(&single, 1, RESUME_FRAMES_MAX + 10);
    for (unsigned i = 0; i < 10; i++) {
        send_frame(PAST_NEW, 1);
        assert_true(resume_book(&resume, i, PAST_STORED));
    }
    for (unsigned i = 0; i < RESUME_FRAMES_MAX; i++) {
        struct bets_frame frame = make(PAST_NEW, 1);
        assert_true(resume_sending(&resume, &frame));
    }
    die();
    open_it();
    expect_place(RESUME_FRAMES_MAX + 10, 10, RESUME_FRAMES_MAX);
}

/* ---- The end of the round -------------------------------------------------------------------- */

static void winners_of_any_count_are_told_again(void **state)
{
    (void)state;
    static const size_t counts[] = { 0, 1, 9, 10, 18, 65535 };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        open_it();
        for (size_t k = 0; k < counts[i]; k++)
            winners.documents[k] = (uint32_t)(k * 65537);
        winners.count = counts[i];
        assert_true(resume_finish(&resume) && resume_tell(&resume, &winners));
        resume_close(&resume);
        memset(&winners, 0xff, sizeof winners);
        open_it();
        assert_true(resume.told && !resume.over);
        assert_true(resume_winners(&resume, &winners));
        assert_int_equal(winners.count, counts[i]);
        for (size_t k = 0; k < counts[i]; k++)
            assert_int_equal(winners.documents[k], (uint32_t)(k * 65537));
        resume_close(&resume);
        assert_int_equal(unlink(path), 0);
    }
}

static void winners_that_broke_off_are_read_anew(void **state)
{
    (void)state;
    open_it();
    winners = (struct winners){ .count = 30 };
    assert_true(resume_finish(&resume) && resume_tell(&resume, &winners));
    die();
    assert_int_equal(truncate(path, 4 * (off_t)JOURNAL_RECORD_LEN), 0); /* the first, finish, and two of four */
    open_it();
    assert_true(resume.finishing && !resume.told);
    winners = (struct winners){ .count = 2, .documents = { 7, 9 } };
    assert_true(resume_finish(&resume) && resume_tell(&resume, &winners));
    die();
    open_it();
    winners.count = 0;
    assert_true(resume_winners(&resume, &winners));
    assert_int_equal(winners.count, 2);
    assert_int_equal(winners.documents[1], 9);
}

static void row_behind_the_last_is_refused_once_the_round_is_finished(void **state)
{
    (void)state;
    open_it();
    start(&twos, 1, 2);
    send_frame(PAST_NEW, 2);
    assert_true(resume_book(&resume, 0, PAST_STORED) && resume_finish(&resume));
    start(&twos, 1, 2);
    make(PAST_STORED, 2);
    expect_end();
    start(&twos, 1, 3);
    make(PAST_STORED, 2);
    expect_bad("agency-1.csv:3: was added after the round was finished");
}

/* ---- What it does not belong to -------------------------------------------------------------- */

static void input_that_differs_in_a_row_that_was_sent_is_refused(void **state)
{
    (void)state;
    open_it();
    start(&twos, 1, 6);
    send_frame(PAST_NEW, 2);
    send_frame(PAST_NEW, 2);
    start(&twos, 2, 6);
    expect_bad("lines 1 to 2 are not what was sent: the resume file belongs to other input");
    start(&twos, 1, 3);
    make(PAST_DOUBT, 2);
    expect_bad("lines 3 to 3 are not what was sent");
    start(&twos, 1, 2);
    make(PAST_DOUBT, 2);
    expect_bad("ends before the last row that was sent");
}

static void file_of_another_run_is_refused(void **state)
{
    (void)state;
    open_it();
    start(&twos, 1, 2);
    send_frame(PAST_NEW, 2);
    assert_true(resume_book(&resume, 0, PAST_STORED));
    resume_close(&resume);
    input.agency = 2;
    expect_refused("belongs to agency 1, not to agency 2");
    input.agency = 1;
    input.dialect = SORTEO_WIDE;
    expect_refused("belongs to a run in dialect keyed, not wide");
    input.dialect = SORTEO_KEYED;
    input.single = true;
    expect_refused("belongs to a run over the agency stream");
    input.single = false;
    input.size = 1000;
    expect_refused("belongs to other input: of 999 bytes, not 1000");
    input.size = 0; /* a pipe: its rows will show it */
    open_it();
    assert_true(resume_finish(&resume) && resume_tell(&resume, &winners));
    resume_close(&resume);
    input.size = 1000;
    expect_refused("its round is over; use another --resume file for this one");
}

static void records_that_cannot_follow_are_damage(void **state)
{
    (void)state;
    static const char *const kinds[] = { "cut", "stored", "again", "winners", "receipt", "nonsense" };
    uint8_t body[JOURNAL_BODY_LEN] = { [7] = 5 }; /* an index that none has, or a count of 0 */
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        open_it();
        start(&twos, 1, 2);
        send_frame(PAST_NEW, 2);
        assert_true(journal_append(&resume.journal, kinds[i], body));
        die();
        expect_refused("is damaged: its record 3 cannot follow those before it");
        assert_int_equal(unlink(path), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* ---- Files that mean harm -------------------------------------------------------------------- */

struct crafted {
    const char *kind;
    uint64_t count; /* the first four bytes of the body */
};

/* A file of these records, each with a check that is right. */
static void craft(const struct crafted *records, size_t count)
{
    struct journal journal;
    uint8_t body[JOURNAL_BODY_LEN] = { 1, (uint8_t)SORTEO_KEYED };
    bytes_write(body + 24, 8, input.size);
    (void)unlink(path);
    assert_true(journal_open(&journal, path, "sorteo 1"));
    assert_true(journal_append(&journal, "sorteo 1", body));
    for (size_t i = 0; i < count; i++) {
        memset(body, 0x41, sizeof body);
        bytes_write(body, 4, records[i].count);
        assert_true(journal_append(&journal, records[i].kind, body));
    }
    journal_close(&journal);
}

static void expect_crafted_is_refused(const struct crafted *records, size_t count)
{
    craft(records, count);
    expect_refused("is damaged");
}

/* Winners were read from records that were none, and more of them than a record holds. */
static void winners_that_no_run_writes_are_refused(void **state)
{
    (void)state;
    static const struct crafted too_many[] = { { "finish", 0 }, { "winner", 10 }, { "winners", 10 } };
    static const struct crafted far_too_many[] = { { "finish", 0 }, { "winner", UINT32_MAX } };
    static const struct crafted apart[] = { { "finish", 0 }, { "closed", 60000 }, { "winner", 9 }, { "winners", 9 } };
    static const struct crafted after_all[] = { { "finish", 0 }, { "winners", 0 }, { "winner", 9 } };
    static const struct crafted before[] = { { "winner", 1 } };
    static const struct crafted none[] = { { "finish", 0 }, { "winner", 0 } };
    static const struct crafted twice[] = { { "finish", 0 }, { "winners", 0 }, { "finish", 0 } };
    static const struct crafted others[] = { { "finish", 0 }, { "winner", 9 }, { "winners", 8 } };
    expect_crafted_is_refused(too_many, 3);
    expect_crafted_is_refused(far_too_many, 2);
    expect_crafted_is_refused(apart, 4);
    expect_crafted_is_refused(after_all, 3);
    expect_crafted_is_refused(before, 1);
    expect_crafted_is_refused(none, 2);
    expect_crafted_is_refused(twice, 3);
    expect_crafted_is_refused(others, 3);
}

static void resume_file_is_its_owners_alone(void **state)
{
    (void)state;
    struct stat status;
    mode_t mask = umask(0);
    (void)unlink(path);
    open_it();
    resume_close(&resume);
    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_remembered_before_a_frame_is_sent),
        TEST(keys_are_those_of_the_first_run),
        TEST(frame_without_an_answer_is_in_doubt_after_a_kill),
        TEST(frames_are_made_again_as_they_were_whatever_is_told_now),
        TEST(frames_answered_out_of_order_are_each_known),
        TEST(place_is_right_after_a_kill_at_every_record),
        TEST(window_of_the_largest_size_is_remembered),
        TEST(winners_of_any_count_are_told_again),
        TEST(winners_that_broke_off_are_read_anew),
        TEST(row_behind_the_last_is_refused_once_the_round_is_finished),
        TEST(input_that_differs_in_a_row_that_was_sent_is_refused),
        TEST(file_of_another_run_is_refused),
        TEST(winners_that_no_run_writes_are_refused),
        TEST(resume_file_is_its_owners_alone),
        TEST(records_that_cannot_follow_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
