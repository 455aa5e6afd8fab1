/*
 * `sorteo decode` on files, pipes and live streams: what is printed when, and what fails.
 */
#include "unit/tool/decode_fixture.h"

/* ---- Input and output ------------------------------------------------------------------------ */

/* Decodes "frames" and returns all that was printed, however much; to be freed. */
static char *decode_at_length(const char *stream)
{
    char frames[SCRATCH_PATH_MAX], *text;
    int lines, saved = dup(STDOUT_FILENO);
    size_t len;

    (void)snprintf(frames, sizeof frames, "%s", scratch_path(&scratch, "frames"));
    lines = open(scratch_path(&scratch, "lines"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)fflush(stdout);
    assert_int_equal(dup2(lines, STDOUT_FILENO), STDOUT_FILENO);
    assert_int_equal(decode_main(4, (char *[]){ (char[]){ "decode" }, (char[]){ "--stream" }, (char *)stream, frames,
                                                NULL }),
                     0);
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    (void)close(saved);
    (void)close(lines);
    text = scratch_read(scratch_path(&scratch, "lines"), &len);
    return text;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;

    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

static void long_stream_passes_through_a_small_window(void **state)
{
    static const char batch[] = "\x00\x01" BET;
    enum { BATCHES = 60000 }; /* 1.7 MB */
    size_t len = sizeof batch - 1;
    char *bytes = malloc(BATCHES * len), *text;

    (void)state;
    for (size_t i = 0; i < BATCHES; i++)
        memcpy(bytes + i * len, batch, len);
    scratch_write(scratch_path(&scratch, "frames"), bytes, BATCHES * len);
    free(bytes);
    text = decode_at_length("agency");
    assert_int_equal(count_lines(text), 3 * BATCHES);
    assert_non_null(strstr(text, "\nBATCH_END bets=1 [1679972,1680000)\n"));
    free(text);
}

static void longest_names_pass(void **state)
{
    enum { LONG = 65535, BET_LEN = 21 + 2 * LONG, BETS = 20 }; /* more than one window holds */
    char *bytes = malloc(BETS * BET_LEN), *text;

    (void)state;
    for (unsigned i = 0; i < BETS; i++) {
        char *bet = bytes + i * BET_LEN;

        memcpy(bet, "\x01\xff\xff", 3);
        memset(bet + 3, 'a', LONG);
        memcpy(bet + 3 + LONG, "\xff\xff", 2);
        memset(bet + 5 + LONG, 'b', LONG);
        memcpy(bet + 5 + 2 * LONG,
               "\x00\x00\x00\x07"
               "1999-03-17"
               "\x08\x99",
               16);
    }
    scratch_write(scratch_path(&scratch, "frames"), bytes, BETS * BET_LEN);
    free(bytes);
    text = decode_at_length("bet");
    assert_int_equal(count_lines(text), BETS);
    assert_int_equal(strspn(strstr(text, "name=\"") + 6, "a"), LONG);
    assert_int_equal(strspn(strstr(text, "surname=\"") + 9, "b"), LONG);
    assert_non_null(strstr(text, " document=7 birthdate=1999-03-17 number=2201 [2490729,2621820)\n"));
    free(text);
}

/* Reads a line from fd within five seconds. */
static void assert_reads_line(int fd, const char *expected)
{
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    char text[128];
    ssize_t len;

    assert_int_equal(poll(&readable, 1, 5000), 1);
    len = read(fd, text, sizeof text - 1);
    assert_true(len > 0);
    text[len] = '\0';
    assert_string_equal(text, expected);
}

static void live_stream_is_printed_as_it_comes(void **state)
{
    int in[2], out[2], status;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    (void)fflush(NULL);
    child = fork();
    if (child == 0) {
        (void)dup2(in[0], STDIN_FILENO);
        (void)dup2(out[1], STDOUT_FILENO);
        (void)close(in[1]);
        _exit(decode_main(1, (char *[]){ (char[]){ "decode" }, NULL }));
    }
    assert_true(child > 0);
    assert_int_equal(write(in[1], "\x00\x00\x01", 3), 3);
    assert_reads_line(out[0], "FINISH agency=1 [0,3)\n");
    assert_int_equal(write(in[1], "\x01", 1), 1);
    assert_reads_line(out[0], "RECEIPT [3,4)\n");
    (void)close(in[1]);
    (void)close(in[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)close(out[0]);
    (void)close(out[1]);
}

static void output_that_cannot_be_written_is_a_failure(void **state)
{
    int full = open("/dev/full", O_WRONLY), saved = dup(STDOUT_FILENO), status;
    char path[SCRATCH_PATH_MAX];

    (void)state;
    if (full < 0)
        skip();
    scratch_write(scratch_path(&scratch, "frames"), "\x00\x00\x01", 3);
    (void)snprintf(path, sizeof path, "%s", scratch_path(&scratch, "frames"));
    (void)fflush(stdout);
    assert_int_equal(dup2(full, STDOUT_FILENO), STDOUT_FILENO);
    capture_begin(&errors, STDERR_FILENO);
    status = decode_main(2, (char *[]){ (char[]){ "decode" }, path, NULL });
    (void)dup2(saved, STDOUT_FILENO);
    (void)capture_end(&errors);
    clearerr(stdout);
    (void)close(full);
    (void)close(saved);
    assert_int_equal(status, 1);
    assert_string_equal(errors.text, "sorteo decode: standard output: No space left on device\n");
}

static void input_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    assert_int_equal(run((const char *const[]){ scratch_path(&scratch, "nowhere"), NULL }), 2);
    assert_non_null(strstr(errors.text, "nowhere: No such file or directory\n"));
    assert_int_equal(run((const char *const[]){ scratch.folder, NULL }), 2);
    assert_non_null(strstr(errors.text, ": is a directory; expected a file of frames\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(long_stream_passes_through_a_small_window, begin, end),
        cmocka_unit_test_setup_teardown(longest_names_pass, begin, end),
        cmocka_unit_test(live_stream_is_printed_as_it_comes),
        cmocka_unit_test_setup_teardown(output_that_cannot_be_written_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown(input_that_cannot_be_read_is_refused, begin, end),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
