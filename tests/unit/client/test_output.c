/*
 * The client's output: the file of winners, the report on rows, the progress bar.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "client/messages.h"
#include "client/progress.h"
#include "client/winners_file.h"
#include "unit/capture.h"
#include "unit/scratch.h"

static struct scratch scratch;
static struct capture capture;

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    return 0;
}

static int end(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

static unsigned files_in_scratch(void)
{
    unsigned count = 0;
    DIR *folder = opendir(scratch.folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* ---- Winners --------------------------------------------------------------------------------- */

static void winners_file_appears_whole(void **state)
{
    (void)state;
    struct winners_file file;
    char error[WINNERS_FILE_ERROR_MAX];
    char path[SCRATCH_PATH_MAX];
    size_t len;
    static const uint32_t documents[] = { 30904465, 0, 4294967295u };
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "winners.txt"));
    assert_true(winners_file_open(&file, path, error));
    assert_int_equal(access(path, F_OK), -1); /* not before it is complete */
    assert_true(winners_file_write(&file, documents, 3, error));
    winners_file_discard(&file);
    char *text = scratch_read(path, &len);
    assert_string_equal(text, "30904465\n0\n4294967295\n");
    free(text);
    assert_int_equal(files_in_scratch(), 1);
}

static void winners_file_holds_as_many_as_there_can_be(void **state)
{
    (void)state;
    struct winners_file file;
    char error[WINNERS_FILE_ERROR_MAX];
    char path[SCRATCH_PATH_MAX];
    size_t len, lines = 0;
    static uint32_t documents[65535];
    memset(documents, 0xff, sizeof documents);
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "winners.txt"));
    assert_true(winners_file_open(&file, path, error));
    assert_true(winners_file_write(&file, documents, 65535, error));
    winners_file_discard(&file);
    char *text = scratch_read(path, &len);
    for (char *line = text; *line != '\0'; line = strchr(line, '\n') + 1, lines++)
        assert_memory_equal(line, "4294967295\n", 11);
    assert_int_equal(lines, 65535);
    free(text);
}

static void winners_file_discarded_leaves_the_old_one(void **state)
{
    (void)state;
    struct winners_file file;
    char error[WINNERS_FILE_ERROR_MAX];
    char path[SCRATCH_PATH_MAX];
    size_t len;
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "winners.txt"));
    scratch_write(path, "old\n", 4);
    assert_true(winners_file_open(&file, path, error));
    winners_file_discard(&file);
    char *text = scratch_read(path, &len);
    assert_string_equal(text, "old\n");
    free(text);
    assert_int_equal(files_in_scratch(), 1);
}

static void winners_file_that_cannot_be_is_refused_at_once(void **state)
{
    (void)state;
    struct winners_file file;
    char error[WINNERS_FILE_ERROR_MAX];
    char path[SCRATCH_PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/x", scratch_path(&scratch, "no-such-folder"));
    assert_false(winners_file_open(&file, path, error));
    assert_non_null(strstr(error, "no-such-folder/x: No such file or directory"));
    assert_false(winners_file_open(&file, scratch.folder, error)); /* a folder */
    winners_file_discard(&file);
}

static void winners_file_fails_on_a_full_disk(void **state)
{
    (void)state;
    struct winners_file file;
    char error[WINNERS_FILE_ERROR_MAX];
    static const uint32_t documents[] = { 1 };
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_true(winners_file_open(&file, "/dev/full", error));
    assert_false(winners_file_write(&file, documents, 1, error));
    assert_non_null(strstr(error, "/dev/full: No space left on device"));
    winners_file_discard(&file);
    assert_int_equal(access("/dev/full", W_OK), 0); /* a device is written in place, never replaced */
}

/* ---- Words ----------------------------------------------------------------------------------- */

static void message_names_every_range_of_rows(void **state)
{
    (void)state;
    struct row_outcomes outcomes = { .count = 4,
                                     .ranges = { { ROW_STORED, 1, 300, 300 },
                                                 { ROW_REFUSED, 301, 450, 150 },
                                                 { ROW_IN_DOUBT, 451, 451, 1 },
                                                 { ROW_UNSENT, 452, 600, 149 } } };
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    log_open(null, LOG_INFO);
    capture_begin(&capture, STDERR_FILENO);
    message_row_outcomes("a.csv", &outcomes, 1000, false);
    assert_string_equal(capture_end(&capture),
                        "sorteo-client: a.csv: lines 1 to 300 (300 bets): stored\n"
                        "sorteo-client: a.csv: lines 301 to 450 (150 bets): refused by the server, not stored\n"
                        "sorteo-client: a.csv: line 451 (1 bet): IN DOUBT: sent, but not answered; "
                        "it may or may not be stored\n"
                        "sorteo-client: a.csv: lines 452 to 600 (149 bets): not sent\n"
                        "sorteo-client: a.csv: what follows line 600 (400 bets): not sent\n");
    capture_begin(&capture, STDERR_FILENO);
    message_row_outcomes("standard input", &outcomes, 0, false);
    assert_non_null(strstr(capture_end(&capture), "standard input: what follows line 600: not sent\n"));
    log_open(STDOUT_FILENO, LOG_INFO);
    close(null);
}

static void message_logs_every_range_that_is_not_stored(void **state)
{
    (void)state;
    struct row_outcomes outcomes = { .count = 2,
                                     .ranges = { { ROW_STORED, 1, 10, 10 }, { ROW_IN_DOUBT, 11, 20, 10 } } };
    static struct capture logged;
    capture_begin(&capture, STDERR_FILENO);
    capture_begin(&logged, STDOUT_FILENO);
    log_open(STDOUT_FILENO, LOG_INFO);
    message_row_outcomes("a.csv", &outcomes, 20, true);
    capture_end(&logged);
    assert_null(strstr(capture_end(&capture), "not sent"));
    assert_non_null(strstr(logged.text, "action: apuesta_enviada | result: fail | lines: 11-20 | cantidad: 10 | "
                                        "state: in_doubt\n"));
    assert_null(strstr(logged.text, "state: stored"));
}

/* ---- Progress -------------------------------------------------------------------------------- */

static void progress_shows_bets_rate_and_time_left(void **state)
{
    (void)state;
    char text[PROGRESS_LINE_MAX];
    struct progress progress = { .total = 26936, .done = 13468 };
    assert_string_equal(progress_text(&progress, 2000, text),
                        "[##########----------]  50 %  13468/26936 bets  6734/s  0:02 left");
    progress.done = 26936;
    assert_string_equal(progress_text(&progress, 4000, text),
                        "[####################] 100 %  26936/26936 bets  6734/s  0:00 left");
    progress.done = 0;
    assert_string_equal(progress_text(&progress, 0, text),
                        "[--------------------]   0 %  0/26936 bets  0/s  0:00 left");
    progress = (struct progress){ .done = 5 };
    assert_string_equal(progress_text(&progress, 1000, text), "5 bets  5/s");
}

static void progress_is_silent_where_there_is_no_terminal(void **state)
{
    (void)state;
    struct progress progress;
    capture_begin(&capture, STDERR_FILENO);
    progress_init(&progress, 10);
    progress_add(&progress, 5);
    progress_hide(&progress);
    assert_string_equal(capture_end(&capture), "");
    assert_int_equal(progress.done, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(winners_file_appears_whole),
        TEST(winners_file_holds_as_many_as_there_can_be),
        TEST(winners_file_discarded_leaves_the_old_one),
        TEST(winners_file_that_cannot_be_is_refused_at_once),
        TEST(winners_file_fails_on_a_full_disk),
        TEST(message_names_every_range_of_rows),
        TEST(message_logs_every_range_that_is_not_stored),
        TEST(progress_shows_bets_rate_and_time_left),
        TEST(progress_is_silent_where_there_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
