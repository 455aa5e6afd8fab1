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
#include "unit/scratch_each.h"

static struct capture capture;

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
    winners_file_init(&file, path, -1);
    assert_true(winners_file_open(&file, error));
    assert_int_equal(access(path, F_OK), -1); /* not before it is complete */
    assert_true(winners_file_write(&file, documents, 3, error));
    winners_file_close(&file);
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
    winners_file_init(&file, path, -1);
    assert_true(winners_file_open(&file, error));
    assert_true(winners_file_write(&file, documents, 65535, error));
    winners_file_close(&file);
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
    winners_file_init(&file, path, -1);
    assert_true(winners_file_open(&file, error));
    winners_file_close(&file);
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
    winners_file_init(&file, path, -1);
    assert_false(winners_file_open(&file, error));
    assert_non_null(strstr(error, "no-such-folder/x: No such file or directory"));
    winners_file_init(&file, scratch.folder, -1);
    assert_false(winners_file_open(&file, error)); /* a folder */
    winners_file_close(&file);
}

static void winners_file_fails_on_a_full_disk(void **state)
{
    (void)state;
    struct winners_file file;
    char error[WINNERS_FILE_ERROR_MAX];
    static const uint32_t documents[] = { 1 };
    if (access("/dev/full", W_OK) != 0)
        skip();
    winners_file_init(&file, "/dev/full", -1);
    assert_true(winners_file_open(&file, error));
    assert_false(winners_file_write(&file, documents, 1, error));
    assert_non_null(strstr(error, "/dev/full: No space left on device"));
    winners_file_close(&file);
    assert_int_equal(access("/dev/full", W_OK), 0); /* a device is written in place, never replaced */
}

static void write_winners(const char *path, char error[static WINNERS_FILE_ERROR_MAX])
{
    struct winners_file file;
    static const uint32_t documents[] = { 7, 9 };
    winners_file_init(&file, path, -1);
    assert_true(winners_file_open(&file, error));
    assert_true(winners_file_write(&file, documents, 2, error));
    winners_file_close(&file);
}

static mode_t rights_of(const char *path)
{
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status.st_mode & 07777;
}

/* Who won is private to the agency: a new file is the owner's alone, whatever the umask. */
static void winners_file_has_the_rights_of_the_old_one(void **state)
{
    (void)state;
    char error[WINNERS_FILE_ERROR_MAX], path[SCRATCH_PATH_MAX];
    mode_t mask = umask(0);
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "winners.txt"));
    write_winners(path, error);
    assert_int_equal(rights_of(path), 0600);
    assert_int_equal(chmod(path, 0640), 0);
    write_winners(path, error);
    assert_int_equal(rights_of(path), 0640);
    assert_int_equal(files_in_scratch(), 1);
    umask(mask);
}

static void winners_file_behind_a_link_leaves_the_link(void **state)
{
    (void)state;
    char error[WINNERS_FILE_ERROR_MAX], path[SCRATCH_PATH_MAX], target[SCRATCH_PATH_MAX];
    size_t len;
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "link"));
    snprintf(target, sizeof target, "%s", scratch_path(&scratch, "target"));
    assert_int_equal(symlink("target", path), 0);
    for (unsigned i = 0; i < 2; i++) { /* first to where there is no file yet */
        struct stat status;
        write_winners(path, error);
        assert_int_equal(lstat(path, &status), 0);
        assert_true(S_ISLNK(status.st_mode));
        char *text = scratch_read(target, &len);
        assert_string_equal(text, "7\n9\n");
        free(text);
    }
}

static void winners_file_by_the_name_of_standard_output_is_that(void **state)
{
    (void)state;
    char error[WINNERS_FILE_ERROR_MAX];
    assert_true(winners_file_is_stdout("-") && winners_file_is_stdout("/dev/stdout"));
    assert_false(winners_file_is_stdout(NULL) || winners_file_is_stdout("/dev/null"));
    capture_begin(&capture, STDOUT_FILENO);
    write_winners("/dev/stdout", error);
    assert_string_equal(capture_end(&capture), "7\n9\n");
}

/* Without one it ends when it is told to. */
static void winners_file_waits_for_the_reader_of_a_pipe(void **state)
{
    (void)state;
    struct winners_file file;
    char error[WINNERS_FILE_ERROR_MAX], path[SCRATCH_PATH_MAX], text[8] = "";
    int stop[2];
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "pipe"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(stop[1], "x", 1), 1);
    winners_file_init(&file, path, stop[0]);
    (void)alarm(60); /* one that did not hear of it would wait for ever */
    assert_false(winners_file_open(&file, error));
    (void)alarm(0);
    assert_true(file.stopped);
    assert_non_null(strstr(error, "stopped by a signal"));
    winners_file_close(&file);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    write_winners(path, error);
    assert_int_equal(read(reader, text, sizeof text), 4);
    assert_string_equal(text, "7\n9\n");
    close(reader);
    close(stop[0]);
    close(stop[1]);
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
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
    message_row_outcomes("a.csv", &outcomes, 1000, false, false);
    assert_string_equal(capture_end(&capture),
                        "sorteo-client: a.csv: lines 1 to 300 (300 bets): stored\n"
                        "sorteo-client: a.csv: lines 301 to 450 (150 bets): refused by the server, not stored\n"
                        "sorteo-client: a.csv: line 451 (1 bet): IN DOUBT: sent, but not answered; "
                        "it may or may not be stored\n"
                        "sorteo-client: a.csv: lines 452 to 600 (149 bets): not sent\n"
                        "sorteo-client: a.csv: what follows line 600 (400 bets): not sent\n");
    capture_begin(&capture, STDERR_FILENO);
    message_row_outcomes("standard input", &outcomes, 0, false, false);
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
    message_row_outcomes("a.csv", &outcomes, 20, true, false);
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
    assert_string_equal(progress_text(&progress, 2000, 79, text),
                        "[##########----------]  50 %  13468/26936 bets  6734/s  0:02 left");
    progress.done = 26936;
    assert_string_equal(progress_text(&progress, 4000, 79, text),
                        "[####################] 100 %  26936/26936 bets  6734/s  0:00 left");
    progress.done = 0;
    assert_string_equal(progress_text(&progress, 0, 79, text),
                        "[--------------------]   0 %  0/26936 bets  0/s  0:00 left");
    progress = (struct progress){ .done = 5 };
    assert_string_equal(progress_text(&progress, 1000, 79, text), "5 bets  5/s");
}

static void progress_fits_into_a_narrow_terminal(void **state)
{
    (void)state;
    char text[PROGRESS_LINE_MAX];
    struct progress progress = { .total = 26936, .done = 13468 };
    assert_string_equal(progress_text(&progress, 2000, 39, text), " 50 %  13468/26936 bets  0:02 left");
    assert_string_equal(progress_text(&progress, 2000, 30, text), " 50 %  13468/26936 bets");
    assert_string_equal(progress_text(&progress, 2000, 8, text), " 50 %  1");
    for (size_t columns = 0; columns < 100; columns++)
        assert_true(strlen(progress_text(&progress, 2000, columns, text)) <= columns);
}

/* What an earlier run had stored is done, but it says nothing about how fast this one is. */
static void progress_says_where_bets_go_if_there_is_room(void **state)
{
    (void)state;
    char text[PROGRESS_LINE_MAX];
    struct progress progress = { .total = 100, .done = 50 };
    progress_server(&progress, "b.example:12345");
    assert_string_equal(progress_text(&progress, 1000, 79, text),
                        "[##########----------]  50 %  50/100 bets  50/s  0:01 left  at b.example:12345");
    assert_string_equal(progress_text(&progress, 1000, 77, text),
                        "[##########----------]  50 %  50/100 bets  50/s  0:01 left");
    progress.total = 0;
    assert_string_equal(progress_text(&progress, 1000, 79, text), "50 bets  50/s  at b.example:12345");
    progress_server(&progress, "a-name-that-is-as-long-as-names-may-be.in-a-domain-with-a-long-name.example:12345");
    for (size_t columns = 1; columns < 200; columns++)
        assert_true(strlen(progress_text(&progress, 2000, columns, text)) <= columns);
}

static void progress_counts_this_run_alone(void **state)
{
    (void)state;
    char text[PROGRESS_LINE_MAX];
    struct progress progress = { .total = 2000 };
    progress_recall(&progress, 1000);
    progress_add(&progress, 500);
    assert_string_equal(progress_text(&progress, 1000, 79, text),
                        "[###############-----]  75 %  1500/2000 bets  500/s  0:01 left");
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
        TEST(progress_fits_into_a_narrow_terminal),
        TEST(progress_says_where_bets_go_if_there_is_room),
        TEST(progress_counts_this_run_alone),
        TEST(winners_file_has_the_rights_of_the_old_one),
        TEST(winners_file_behind_a_link_leaves_the_link),
        TEST(winners_file_by_the_name_of_standard_output_is_that),
        TEST(winners_file_waits_for_the_reader_of_a_pipe),
        TEST(progress_is_silent_where_there_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
