/*
 * The log: the form of its lines, and that no reader, however slow or gone, holds up the program
 * that logs.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/system.h"

#define STAMP_LEN 20u  /* "2026-11-23 10:00:00 " */
#define MOST_WAITS 200 /* of 5000 lines that nobody reads: a few in each second */

/* Reads what is there. A terminal hands over what it holds piece by piece, so it is given a
 * moment. */
static size_t drain(int fd, char *out, size_t cap)
{
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    size_t len = 0;

    while (len < cap - 1 && poll(&readable, 1, 20) > 0) {
        ssize_t got = read(fd, out + len, cap - 1 - len);

        if (got <= 0)
            break;
        len += (size_t)got;
    }
    out[len] = '\0';
    return len;
}

static void assert_lines_are_whole(const char *text)
{
    for (; *text != '\0'; text = strchr(text, '\n') + 1) {
        assert_non_null(strchr(text, '\n'));
        assert_memory_equal(text + STAMP_LEN + 9, "action: ", 8);
    }
}

static void line_has_the_form_that_users_grep_for(void **state)
{
    char text[LOG_LINE_MAX + 1];
    int ends[2], year, month, day, hour, minute, second;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_open(ends[1], LOG_INFO);
    log_event(LOG_INFO, "apuesta_recibida", LOG_SUCCESS, "cantidad: %d", 150);
    log_event(LOG_CRITICAL, "sorteo", LOG_IN_PROGRESS, NULL);
    (void)drain(ends[0], text, sizeof text);
    assert_int_equal(sscanf(text, "%4d-%2d-%2d %2d:%2d:%2d ", &year, &month, &day, &hour, &minute, &second), 6);
    assert_memory_equal(text + STAMP_LEN, "INFO     action: apuesta_recibida | result: success | cantidad: 150\n", 68);
    assert_string_equal(strchr(text, '\n') + 1 + STAMP_LEN, "CRITICAL action: sorteo | result: in_progress\n");
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void level_hides_what_is_below_it(void **state)
{
    char text[LOG_LINE_MAX];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_open(ends[1], LOG_WARNING);
    assert_false(log_is_enabled(LOG_INFO));
    assert_true(log_is_enabled(LOG_ERROR));
    log_event(LOG_INFO, "a", LOG_SUCCESS, NULL);
    assert_int_equal(drain(ends[0], text, sizeof text), 0);
    log_event(LOG_WARNING, "a", LOG_FAIL, NULL);
    assert_string_equal((drain(ends[0], text, sizeof text), text + STAMP_LEN), "WARNING  action: a | result: fail\n");
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void level_is_found_by_its_name_in_any_case(void **state)
{
    enum log_level level = LOG_ERROR;

    (void)state;
    assert_true(log_level_find("debug", &level) && level == LOG_DEBUG);
    assert_true(log_level_find("Warn", &level) && level == LOG_WARNING);
    assert_true(log_level_find("CRITICAL", &level) && level == LOG_CRITICAL);
    assert_false(log_level_find("LOUD", &level));
    assert_false(log_level_find("", &level));
    assert_int_equal(level, LOG_CRITICAL);
}

static void line_is_cut_at_a_character_when_too_long(void **state)
{
    char value[2 * LOG_LINE_MAX + 1], text[2 * LOG_LINE_MAX];
    int ends[2];
    size_t len;

    (void)state;
    for (size_t i = 0; i + 1 < sizeof value; i += 2)
        memcpy(value + i, "ñ", 2);
    value[sizeof value - 1] = '\0';
    for (unsigned shift = 0; shift < 2; shift++) {
        assert_int_equal(pipe(ends), 0);
        log_open(ends[1], LOG_INFO);
        log_event(LOG_INFO, "a", LOG_SUCCESS, "v: %s%s", shift ? "x" : "", value);
        len = drain(ends[0], text, sizeof text);
        assert_in_range(len, LOG_LINE_MAX - 2, LOG_LINE_MAX);
        assert_string_equal(text + len - 6, "ñ...\n");
        (void)close(ends[0]);
        (void)close(ends[1]);
    }
}

static void line_ends_in_a_value_become_spaces(void **state)
{
    char text[LOG_LINE_MAX];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_open(ends[1], LOG_INFO);
    log_event(LOG_INFO, "a", LOG_SUCCESS, "v: one\r\ntwo");
    (void)drain(ends[0], text, sizeof text);
    assert_string_equal(text + STAMP_LEN, "INFO     action: a | result: success | v: one  two\n");
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void clean_takes_out_what_would_break_a_line(void **state)
{
    char out[16];

    (void)state;
    assert_string_equal(log_clean(out, sizeof out, "a|b\nc\td\177ñ"), "a/b?c?d?ñ");
    assert_string_equal(log_clean(out, 4, "abcdef"), "abc");
    assert_string_equal(log_clean(out, 4, "abñ"), "ab");
    assert_string_equal(log_clean(out, 5, "abñ"), "abñ");
    assert_string_equal(log_clean(out, 1, "abc"), "");
}

/* How often this process has waited for something. The kernel counts it, so that a busy machine
 * changes nothing. */
static long waits(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_nvcsw;
}

/* Logs until far more was logged than anything can hold, then reads all, logs once more, and
 * expects to be told. The log may wait for its reader now and then, but not for each line. */
static void log_more_than_anyone_reads(int reader)
{
    static char text[1 << 20];
    const long waits_before = waits();
    unsigned through = 0, lost = 0, some;
    size_t len;

    for (unsigned i = 0; i < 5000; i++) {
        log_event(LOG_INFO, "apuesta_recibida", LOG_SUCCESS, "cantidad: %04u | relleno: %0100d", i, 0);
        assert_true(waits() - waits_before <= MOST_WAITS);
    }
    len = drain(reader, text, sizeof text / 2);
    log_event(LOG_INFO, "last", LOG_SUCCESS, NULL);
    (void)drain(reader, text + len, sizeof text / 2);
    for (const char *at = text; (at = strstr(at, "action: apuesta_recibida")) != NULL; at++)
        through++;
    assert_non_null(strstr(text, "WARNING  action: log | result: fail | lineas_perdidas: "));
    for (const char *at = text; (at = strstr(at, "lineas_perdidas: ")) != NULL; at++) {
        assert_int_equal(sscanf(at, "lineas_perdidas: %u", &some), 1);
        lost += some;
    }
    assert_in_range(through, 1, 4999);
    /* A terminal or socket may take a part of a line, which counts as lost, so that it may be seen
     * twice. */
    assert_in_range(through + lost, 5000, 5020);
    assert_non_null(strstr(strstr(text, "lineas_perdidas: "), "action: last"));
}

/* Before log_open, and where there is no /proc, the log has no descriptor of its own and asks
 * before it writes. */
static void full_pipe_drops_lines_and_tells_without_log_open(void **state)
{
    int ends[2], saved = dup(STDOUT_FILENO);

    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stdout);
    assert_int_equal(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    log_more_than_anyone_reads(ends[0]);
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    (void)close(saved);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void full_pipe_drops_lines_and_tells(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_open(ends[1], LOG_INFO);
    log_more_than_anyone_reads(ends[0]);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0); /* others share this description */
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void full_socket_drops_lines_and_tells(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    log_open(ends[1], LOG_INFO);
    log_more_than_anyone_reads(ends[0]);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void full_terminal_drops_lines_and_tells(void **state)
{
    int reader, terminal;

    (void)state;
    if (openpty(&reader, &terminal, NULL, NULL, NULL) != 0)
        skip();
    log_open(terminal, LOG_INFO);
    log_more_than_anyone_reads(reader);
    assert_int_equal(fcntl(terminal, F_GETFL) & O_NONBLOCK, 0);
    (void)close(reader);
    (void)close(terminal);
}

static void closed_pipe_does_not_kill(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_open(ends[1], LOG_INFO);
    (void)close(ends[0]);
    for (unsigned i = 0; i < 3; i++)
        log_event(LOG_INFO, "a", LOG_SUCCESS, NULL); /* SIGPIPE is at its default here, and would end the test */
    log_open(STDERR_FILENO, LOG_CRITICAL);
    (void)close(ends[1]);
}

static void closed_socket_does_not_kill(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    log_open(ends[1], LOG_INFO);
    (void)close(ends[0]);
    log_event(LOG_INFO, "a", LOG_SUCCESS, NULL); /* as above */
    log_open(STDERR_FILENO, LOG_CRITICAL);
    (void)close(ends[1]);
}

static void log_leaves_errno_alone(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    log_open(ends[1], LOG_INFO);
    errno = ENOENT;
    log_event(LOG_INFO, "a", LOG_SUCCESS, NULL);
    assert_int_equal(errno, ENOENT);
    log_open(STDERR_FILENO, LOG_CRITICAL);
    (void)close(ends[1]);
}

static void lines_of_several_processes_stay_whole(void **state)
{
    static char text[1 << 16];
    unsigned lines = 0;
    int ends[2], status;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_open(ends[1], LOG_INFO);
    for (unsigned child = 0; child < 4; child++) {
        if (fork() == 0) {
            for (unsigned i = 0; i < 100; i++)
                log_event(LOG_INFO, "child", LOG_SUCCESS, "n: %u", i);
            _exit(0);
        }
    }
    for (unsigned child = 0; child < 4; child++)
        assert_true(wait(&status) > 0 && status == 0);
    (void)drain(ends[0], text, sizeof text);
    assert_lines_are_whole(text);
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 400);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_pipe_drops_lines_and_tells_without_log_open), /* so it must be the first */
        cmocka_unit_test(line_has_the_form_that_users_grep_for),
        cmocka_unit_test(level_hides_what_is_below_it),
        cmocka_unit_test(level_is_found_by_its_name_in_any_case),
        cmocka_unit_test(line_is_cut_at_a_character_when_too_long),
        cmocka_unit_test(line_ends_in_a_value_become_spaces),
        cmocka_unit_test(clean_takes_out_what_would_break_a_line),
        cmocka_unit_test(full_pipe_drops_lines_and_tells),
        cmocka_unit_test(full_socket_drops_lines_and_tells),
        cmocka_unit_test(full_terminal_drops_lines_and_tells),
        cmocka_unit_test(closed_pipe_does_not_kill),
        cmocka_unit_test(closed_socket_does_not_kill),
        cmocka_unit_test(log_leaves_errno_alone),
        cmocka_unit_test(lines_of_several_processes_stay_whole),
    };

    (void)alarm(60); /* a log that waits for its reader would wait for ever */
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
