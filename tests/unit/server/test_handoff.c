/*
 * The line between acceptor and worker: notes in order, a descriptor that comes along, a queue
 * where the other side is slow, and an end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/packet.h"
#include "server/channel/handoff.h"

static uv_loop_t loop;
static struct handoff left, right;
static unsigned notes; /* that came to the right */
static uint64_t last_number;
static int last_fd;
static unsigned ends;
static bool closes; /* the callee closes its line at the first note */

static void note_came(struct handoff *handoff, const struct handoff_note *note, int fd)
{
    assert_ptr_equal(handoff, &right);
    assert_int_equal(note->number, last_number + 1); /* in order, none lost */
    last_number = note->number;
    last_fd = fd;
    notes++;
    if (closes)
        handoff_close(handoff);
}

static void note_end(struct handoff *handoff, bool malformed)
{
    (void)malformed;
    ends++;
    handoff_close(handoff);
}

static void turn(void)
{
    for (unsigned i = 0; i < 4; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
}

static int begin(void **state)
{
    int line[2];

    (void)state;
    notes = ends = 0;
    last_number = 0;
    last_fd = -1;
    closes = false;
    return uv_loop_init(&loop) == 0 && packet_pair(line) &&
                   handoff_open(&left, &loop, line[0], note_came, note_end, NULL) &&
                   handoff_open(&right, &loop, line[1], note_came, note_end, NULL)
               ? 0
               : -1;
}

static int end(void **state)
{
    (void)state;
    handoff_close(&left);
    handoff_close(&right);
    turn();
    return uv_loop_close(&loop);
}

static bool send_note(uint64_t number, int fd)
{
    const struct handoff_note note = { .type = HANDOFF_PASS, .number = number };
    return handoff_send(&left, &note, fd);
}

static void notes_and_a_descriptor_arrive(void **state)
{
    int pipes[2];
    char byte = 0;

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    assert_true(send_note(1, -1));
    assert_true(send_note(2, pipes[0]));
    turn();
    assert_int_equal(notes, 2);
    assert_int_not_equal(last_fd, -1);
    assert_int_equal(write(pipes[1], "x", 1), 1);
    assert_int_equal(read(last_fd, &byte, 1), 1);
    assert_int_equal(byte, 'x');
    close(last_fd);
    close(pipes[0]);
    close(pipes[1]);
}

/* More than the system keeps: the rest is queued, and a descriptor is not sent past it. */
static void notes_wait_for_a_slow_reader(void **state)
{
    const unsigned count = 5000;

    (void)state;
    for (uint64_t number = 1; number <= count; number++)
        assert_true(send_note(number, -1));
    assert_false(send_note(count + 1, STDERR_FILENO));
    for (unsigned i = 0; i < 2000 && notes < count; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(notes, count);
    assert_true(send_note(count + 1, STDERR_FILENO));
    turn();
    assert_int_equal(notes, count + 1);
    close(last_fd);
}

static void end_comes_after_what_was_sent_before(void **state)
{
    (void)state;
    assert_true(send_note(1, -1));
    assert_true(send_note(2, -1));
    handoff_close(&left);
    turn();
    assert_int_equal(notes, 2);
    assert_int_equal(ends, 1);
    assert_false(handoff_is_open(&right));
    assert_false(send_note(3, -1));
}

static void drained_line_delivers_all_at_once(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= 100; number++)
        assert_true(send_note(number, -1));
    handoff_close(&left);
    handoff_drain(&right);
    assert_int_equal(notes, 100);
    assert_int_equal(ends, 1);
}

static void line_may_be_closed_from_within(void **state)
{
    (void)state;
    closes = true;
    assert_true(send_note(1, -1));
    assert_true(send_note(2, -1));
    turn();
    assert_int_equal(notes, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(notes_and_a_descriptor_arrive),        TEST(notes_wait_for_a_slow_reader),
        TEST(end_comes_after_what_was_sent_before), TEST(drained_line_delivers_all_at_once),
        TEST(line_may_be_closed_from_within),
    };
    return cmocka_run_group_tests_name("server_handoff", tests, NULL, NULL);
}
