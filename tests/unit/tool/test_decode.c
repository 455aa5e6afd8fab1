/*
 * `sorteo decode`: what it prints, of events and of errors, and what it exits with.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tool/decode.h"
#include "tool/replies.h"
#include "unit/capture.h"
#include "unit/scratch.h"

static struct scratch scratch;
static struct capture output, errors;

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

static int run(const char *const *words)
{
    char *argv[24] = { (char[]){ "decode" } };
    int argc = 1, status;

    for (; *words != NULL; words++)
        argv[argc++] = (char *)*words;
    capture_begin(&output, STDOUT_FILENO);
    capture_begin(&errors, STDERR_FILENO);
    status = decode_main(argc, argv);
    (void)capture_end(&errors);
    (void)capture_end(&output);
    return status;
}

/* Decodes the bytes of a string, without its end, from a file "frames". */
#define DECODE(bytes, ...)                                                                                             \
    (scratch_write(scratch_path(&scratch, "frames"), bytes, sizeof(bytes) - 1),                                        \
     run((const char *const[]){ __VA_ARGS__, scratch_path(&scratch, "frames"), NULL }))

/* Its surname ends inside a character: the byte that begins it has no valid continuation. */
#define CUT_BET                                                                                                        \
    "\x01"                                                                                                             \
    "\x00\x01"                                                                                                         \
    "A"                                                                                                                \
    "\x00\x04"                                                                                                         \
    "B\"\\\xc3"                                                                                                        \
    "\x00\x00\x00\x07"                                                                                                 \
    "1999-03-17"                                                                                                       \
    "\x08\x99"
#define BET                                                                                                            \
    "\x01"                                                                                                             \
    "\x00\x01"                                                                                                         \
    "A"                                                                                                                \
    "\x00\x04"                                                                                                         \
    "\"\\\xc3\xb1"                                                                                                     \
    "\x00\x00\x00\x07"                                                                                                 \
    "1999-03-17"                                                                                                       \
    "\x08\x99"
#define COMPACT_BET                                                                                                    \
    "\x02"                                                                                                             \
    "\x01"                                                                                                             \
    "A"                                                                                                                \
    "\x00"                                                                                                             \
    "\xff\xff\xff\xff"                                                                                                 \
    "2000-02-29"                                                                                                       \
    "\xff\xff"
#define KEY "\x01\x02\x03\x04\x05\x06\x07\x08"

/* ---- Events ---------------------------------------------------------------------------------- */

static void agency_stream_is_printed_event_by_event(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" BET "\x00\x00\x01"
                            "\x01"
                            "\x00\x00\x01",
                            "--dialect", "wide"),
                     0);
    assert_string_equal(
        output.text,
        "BATCH_BEGIN bets=1 [0,2)\n"
        "BET agency=1 name=\"A\" surname=\"\\\"\\\\ñ\" document=7 birthdate=1999-03-17 number=2201 [2,28)\n"
        "BATCH_END bets=1 [0,28)\n"
        "FINISH agency=1 [28,31)\n"
        "RECEIPT [31,32)\n"
        "FINISH agency=1 [32,35)\n");
    assert_string_equal(errors.text, "");
}

static void agency_stream_is_printed_as_json(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" BET "\x00\x00\x01"
                            "\x01",
                            "--json"),
                     0);
    assert_string_equal(
        output.text, "{\"event\":\"BATCH_BEGIN\",\"begin\":0,\"end\":2,\"bets\":1}\n"
                     "{\"event\":\"BET\",\"begin\":2,\"end\":28,\"agency\":1,\"name\":\"A\",\"surname\":\"\\\"\\\\ñ\","
                     "\"document\":7,\"birthdate\":\"1999-03-17\",\"number\":2201}\n"
                     "{\"event\":\"BATCH_END\",\"begin\":0,\"end\":28,\"bets\":1}\n"
                     "{\"event\":\"FINISH\",\"begin\":28,\"end\":31,\"agency\":1}\n"
                     "{\"event\":\"RECEIPT\",\"begin\":31,\"end\":32}\n");
}

static void bet_stream_is_printed_with_keys_where_the_dialect_has_them(void **state)
{
    (void)state;
    assert_int_equal(DECODE(KEY BET KEY BET, "--dialect", "keyed", "--stream", "bet"), 0);
    assert_string_equal(output.text, "BET key=72623859790382856 agency=1 name=\"A\" surname=\"\\\"\\\\ñ\" document=7 "
                                     "birthdate=1999-03-17 number=2201 [0,34)\n"
                                     "BET key=72623859790382856 agency=1 name=\"A\" surname=\"\\\"\\\\ñ\" document=7 "
                                     "birthdate=1999-03-17 number=2201 [34,68)\n");
    assert_int_equal(DECODE("\x00\x00" KEY "\x05", "--dialect", "keyed", "--json"), 0);
    assert_string_equal(output.text, "{\"event\":\"FINISH\",\"begin\":0,\"end\":11,\"key\":\"72623859790382856\","
                                     "\"agency\":5}\n");
}

static void compact_is_printed_with_its_largest_values(void **state)
{
    (void)state;
    assert_int_equal(DECODE(COMPACT_BET, "--dialect", "compact", "--stream", "bet"), 0);
    assert_string_equal(output.text, "BET agency=2 name=\"A\" surname=\"\" document=4294967295 birthdate=2000-02-29 "
                                     "number=65535 [0,20)\n");
}

static void replies_are_printed_in_the_order_that_was_asked_for(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01\x00"
                            "\x00\x02"
                            "\x01\xd7\x90\x91"
                            "\x02\x10\x00\x10"
                            "\x00\x00"
                            "\x00",
                            "--stream", "reply", "--replies", "3,winners,winners,answers"),
                     0);
    assert_string_equal(output.text, "ANSWER stored=true [0,1)\n"
                                     "ANSWER stored=false [1,2)\n"
                                     "ANSWER stored=true [2,3)\n"
                                     "WINNERS_BEGIN winners=2 [3,5)\n"
                                     "WINNER document=30904465 [5,9)\n"
                                     "WINNER document=34603024 [9,13)\n"
                                     "WINNERS_END winners=2 [3,13)\n"
                                     "WINNERS_BEGIN winners=0 [13,15)\n"
                                     "WINNERS_END winners=0 [13,15)\n"
                                     "ANSWER stored=true [15,16)\n");
    /* The bytes of winners are those of answers, so somebody must say which they are. */
    assert_int_equal(DECODE("\x00\x00", "--stream", "reply"), 2);
    assert_string_equal(output.text, "");
    assert_non_null(strstr(errors.text, "--stream reply needs --replies"));
    assert_int_equal(DECODE("\x00", "--stream", "reply", "--replies", "answers", "--json"), 0);
    assert_string_equal(output.text, "{\"event\":\"ANSWER\",\"begin\":0,\"end\":1,\"stored\":true}\n");
}

static void stream_without_a_byte_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(DECODE("", "--stream", "agency"), 0);
    assert_string_equal(output.text, "");
    assert_string_equal(errors.text, "");
}

/* ---- Errors ---------------------------------------------------------------------------------- */

/* Standard error without the path in front of ": byte". */
static const char *complaint(void)
{
    const char *place = strstr(errors.text, "frames: ");

    assert_non_null(place);
    return place + strlen("frames: ");
}

static void error_is_marked_under_its_byte(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" CUT_BET, "--dialect", "wide"), 1);
    assert_string_equal(output.text, "BATCH_BEGIN bets=1 [0,2)\n");
    assert_string_equal(
        complaint(),
        "byte 11, SURNAME: utf8: not well-formed UTF-8, or a character that does not fit its name's length\n"
        "In the frame that began at byte 0:\n"
        "  0000000000000000  00 01 01 00 01 41 00 04  42 22 5c c3 00 00 00 07  |.....A..B\"\\.....|\n"
        "                                                      ^^\n"
        "  0000000000000010  31 39 39 39 2d 30 33 2d  31 37 08                 |1999-03-17.     |\n");
}

static void error_deep_in_a_stream_is_shown_with_what_is_around_it(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x00\x01\x01"
                            "\x00\x01" BET "\x00\x01" BET "\x00\x00\x01"
                            "\x07"
                            "0123456789",
                            "--json"),
                     1);
    assert_string_equal(complaint(),
                        "byte 63, RECEIPT: receipt: not the receipt of this dialect\n"
                        "In the frame that began at byte 63:\n"
                        "  0000000000000010                                                99  |               .|\n"
                        "  0000000000000020  00 01 01 00 01 41 00 04  22 5c c3 b1 00 00 00 07  |.....A..\"\\......|\n"
                        "  0000000000000030  31 39 39 39 2d 30 33 2d  31 37 08 99 00 00 01 07  |1999-03-17......|\n"
                        "                                                                  ^^\n"
                        "  0000000000000040  30 31 32 33 34 35 36 37  38 39                    |0123456789      |\n");
}

static void error_names_where_its_single_bet_began(void **state)
{
    (void)state;
    assert_int_equal(DECODE(COMPACT_BET "\x02"
                                        "\x01"
                                        "\x07",
                            "--dialect", "compact", "--stream", "bet"),
                     1);
    assert_non_null(strstr(complaint(), "byte 22, NAME: control: "));
    assert_non_null(strstr(complaint(), "In the frame that began at byte 20:\n"));
}

static void error_is_a_line_of_json_too(void **state)
{
    const char *last;

    (void)state;
    assert_int_equal(DECODE("\x00\x00\x01"
                            "\x07",
                            "--json"),
                     1);
    last = strchr(output.text, '\n') + 1;
    assert_string_equal(
        last, "{\"event\":\"ERROR\",\"offset\":3,\"frame_begin\":3,\"code\":\"receipt\",\"field\":\"RECEIPT\","
              "\"text\":\"not the receipt of this dialect\",\"bytes_begin\":0,\"bytes\":\"00000107\"}\n");
}

static void stream_that_ends_inside_a_frame_is_marked_behind_its_last_byte(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x00\x01"
                            "\x01"
                            "\x00",
                            "--dialect", "wide"),
                     1);
    assert_string_equal(output.text, "FINISH agency=1 [0,3)\nRECEIPT [3,4)\n");
    assert_non_null(strstr(complaint(), "byte 5"));
    assert_non_null(strstr(complaint(),
                           ": truncated: the stream ended inside a frame\n"
                           "In the frame that began at byte 4:\n"
                           "  0000000000000000  00 00 01 01 00                                    |.....           |\n"
                           "                                   ^^\n"));
    assert_int_equal(DECODE("\x00\x10"
                            "\x01"
                            "\x00\x09"
                            "abcdefghi"
                            "\x00\x05",
                            "--dialect", "wide"),
                     1);
    assert_non_null(strstr(complaint(),
                           "  0000000000000010                                                    |                |\n"
                           "                    ^^\n"));
}

static void reply_that_nobody_asked_for_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x00", "--stream", "reply", "--replies", "1"), 1);
    assert_string_equal(output.text, "ANSWER stored=true [0,1)\n");
    assert_memory_equal(complaint(), "byte 1: unexpected: a byte where no frame is due\n", 49);
}

static void frame_beyond_the_limit_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" BET, "--max-frame", "28"), 0);
    assert_int_equal(DECODE("\x00\x01" BET, "--max-frame", "27"), 1);
    assert_non_null(strstr(complaint(), ": limit: "));
}

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

/* ---- Lists of replies ------------------------------------------------------------------------ */

static void replies_follow_their_list(void **state)
{
    struct replies replies;

    (void)state;
    assert_true(replies_init(&replies, "2,winners,0,1"));
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_WINNERS);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_NONE);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_NONE);
    assert_true(replies_init(&replies, "winners,answers"));
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_WINNERS);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
}

static void lists_of_replies_are_refused_when_wrong(void **state)
{
    static const char *const wrong[] = { "",       ",",         "1,", ",1",   "-1",
                                         "winner", "answers,1", "1 ", "1,,2", "99999999999999999999999999999" };
    struct replies replies;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(replies_init(&replies, wrong[i]));
    assert_int_equal(DECODE("", "--replies", "soon"), 2);
    assert_string_equal(errors.text,
                        "sorteo decode: --replies: expected a list such as 5,winners or winners,3 or answers\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(agency_stream_is_printed_event_by_event, begin, end),
        cmocka_unit_test_setup_teardown(agency_stream_is_printed_as_json, begin, end),
        cmocka_unit_test_setup_teardown(bet_stream_is_printed_with_keys_where_the_dialect_has_them, begin, end),
        cmocka_unit_test_setup_teardown(compact_is_printed_with_its_largest_values, begin, end),
        cmocka_unit_test_setup_teardown(replies_are_printed_in_the_order_that_was_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(stream_without_a_byte_is_no_error, begin, end),
        cmocka_unit_test_setup_teardown(error_is_marked_under_its_byte, begin, end),
        cmocka_unit_test_setup_teardown(error_deep_in_a_stream_is_shown_with_what_is_around_it, begin, end),
        cmocka_unit_test_setup_teardown(error_names_where_its_single_bet_began, begin, end),
        cmocka_unit_test_setup_teardown(error_is_a_line_of_json_too, begin, end),
        cmocka_unit_test_setup_teardown(stream_that_ends_inside_a_frame_is_marked_behind_its_last_byte, begin, end),
        cmocka_unit_test_setup_teardown(reply_that_nobody_asked_for_is_an_error, begin, end),
        cmocka_unit_test_setup_teardown(frame_beyond_the_limit_is_an_error, begin, end),
        cmocka_unit_test_setup_teardown(long_stream_passes_through_a_small_window, begin, end),
        cmocka_unit_test_setup_teardown(longest_names_pass, begin, end),
        cmocka_unit_test(live_stream_is_printed_as_it_comes),
        cmocka_unit_test_setup_teardown(output_that_cannot_be_written_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown(input_that_cannot_be_read_is_refused, begin, end),
        cmocka_unit_test(replies_follow_their_list),
        cmocka_unit_test_setup_teardown(lists_of_replies_are_refused_when_wrong, begin, end),
    };

    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
