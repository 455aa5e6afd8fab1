/*
 * Channels: messages over a socketpair, cut anywhere, until the end of the stream or of sense. The
 * other end is written to and read as bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/channel/channel.h"

#define BODY_MAX 5000u
#define CAME_MAX 64u

struct came {
    struct message message;
    uint8_t body[BODY_MAX];
};

static uv_loop_t loop;
static struct channel channel;
static int far_end;       /* of the socketpair; -1 once closed */
static struct came *came; /* what was delivered */
static size_t came_count;
static unsigned ends;
static size_t pause_after; /* messages after which the receiver pauses; 0: never */
static bool is_open;

static int send_error; /* errno that the next send fails with; 0: it works */

/* In place of the C library's. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    int error = send_error;

    send_error = 0;
    if (error == 0)
        return syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
    errno = error;
    return -1;
}

static void on_message(struct channel *from, const struct message *message, const uint8_t *body)
{
    assert_ptr_equal(from, &channel);
    assert_ptr_equal(from->owner, &loop);
    assert_int_equal(ends, 0);
    assert_true(came_count < CAME_MAX);
    came[came_count].message = *message;
    memcpy(came[came_count].body, body, message->len);
    came_count++;
    if (came_count == pause_after)
        channel_pause(from, true);
}

static void on_end(struct channel *from)
{
    assert_ptr_equal(from, &channel);
    ends++;
}

static const struct channel_events events = { .on_message = on_message, .on_end = on_end };

static int begin(void **state)
{
    int pair[2];

    (void)state;
    came = calloc(CAME_MAX, sizeof *came);
    came_count = pause_after = ends = 0;
    if (came == NULL || uv_loop_init(&loop) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    far_end = pair[1];
    is_open = channel_open(&channel, &loop, pair[0], BODY_MAX, &events, &loop);
    return is_open ? 0 : -1;
}

static void on_closed(uv_handle_t *handle)
{
    (void)handle;
    is_open = false;
}

static int end(void **state)
{
    (void)state;
    channel_close(&channel, on_closed);
    uv_run(&loop, UV_RUN_DEFAULT);
    free(came);
    if (far_end != -1)
        close(far_end);
    return !is_open && uv_loop_close(&loop) == 0 ? 0 : -1;
}

/* As many turns of the loop as may find something to do. */
static void turn(void)
{
    for (unsigned i = 0; i < 20; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
}

static struct message message_of(uint64_t connection, uint32_t len)
{
    return (struct message){ .len = len,
                             .type = MESSAGE_FRAME,
                             .kind = FRAME_BATCH,
                             .port = 1,
                             .verdict = 2,
                             .connection = connection,
                             .number = 3,
                             .round = 4,
                             .from = 5,
                             .total = 6 };
}

static void fill(uint8_t *body, uint32_t len, uint64_t seed)
{
    for (uint32_t i = 0; i < len; i++)
        body[i] = (uint8_t)(seed * 31 + i * 7);
}

/* The bytes of a message on the wire; to be freed. */
static uint8_t *bytes_of(uint64_t connection, uint32_t len, size_t *total)
{
    const struct message message = message_of(connection, len);
    uint8_t *bytes = malloc(sizeof message + len);

    assert_non_null(bytes);
    memcpy(bytes, &message, sizeof message);
    fill(bytes + sizeof message, len, connection);
    *total = sizeof message + len;
    return bytes;
}

static void put(const uint8_t *bytes, size_t len)
{
    assert_int_equal(send(far_end, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

static void put_message(uint64_t connection, uint32_t len)
{
    size_t total;
    uint8_t *bytes = bytes_of(connection, len, &total);

    put(bytes, total);
    free(bytes);
}

static void assert_came(size_t place, uint64_t connection, uint32_t len)
{
    const struct message expected = message_of(connection, len);
    uint8_t body[BODY_MAX];

    assert_true(place < came_count);
    assert_memory_equal(&came[place].message, &expected, sizeof expected);
    fill(body, len, connection);
    assert_memory_equal(came[place].body, body, len);
}

static void close_far_end(void)
{
    close(far_end);
    far_end = -1;
}

/* ---- Receiving ------------------------------------------------------------------------------- */

static void messages_arrive_with_and_without_a_body(void **state)
{
    (void)state;
    put_message(11, 0);
    put_message(12, 1);
    put_message(13, BODY_MAX);
    turn();
    assert_int_equal(came_count, 3);
    assert_came(0, 11, 0);
    assert_came(1, 12, 1);
    assert_came(2, 13, BODY_MAX);
    assert_int_equal(ends, 0);
}

static void message_cut_at_every_place_arrives_once_and_whole(void **state)
{
    size_t total;
    uint8_t *bytes = bytes_of(9, 20, &total);

    (void)state;
    for (size_t cut = 1; cut < total; cut++) {
        came_count = 0;
        put(bytes, cut);
        turn();
        assert_int_equal(came_count, 0);
        put(bytes + cut, total - cut);
        turn();
        assert_int_equal(came_count, 1);
        assert_came(0, 9, 20);
    }
    free(bytes);
}

static void messages_come_byte_by_byte(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 3; i++) {
        size_t total;
        uint8_t *bytes = bytes_of(i, (uint32_t)i * 5, &total);

        for (size_t place = 0; place < total; place++) {
            put(bytes + place, 1);
            uv_run(&loop, UV_RUN_NOWAIT);
        }
        free(bytes);
    }
    turn();
    assert_int_equal(came_count, 3);
    for (uint64_t i = 0; i < 3; i++)
        assert_came(i, i, (uint32_t)i * 5);
}

static void many_messages_in_one_piece_arrive_in_order(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < CAME_MAX; i++)
        put_message(i, (uint32_t)i);
    turn();
    assert_int_equal(came_count, CAME_MAX);
    for (uint64_t i = 0; i < CAME_MAX; i++)
        assert_came(i, i, (uint32_t)i);
}

/* ---- The end --------------------------------------------------------------------------------- */

static void too_long_a_body_ends_it_behind_what_came_before(void **state)
{
    const struct message bad = message_of(2, BODY_MAX + 1);

    (void)state;
    put_message(1, 4);
    put((const uint8_t *)&bad, sizeof bad);
    put_message(3, 4);
    turn();
    assert_int_equal(came_count, 1);
    assert_came(0, 1, 4);
    assert_int_equal(ends, 1);
}

static void longest_length_that_a_head_can_say_ends_it(void **state)
{
    const struct message bad = message_of(2, UINT32_MAX);

    (void)state;
    put((const uint8_t *)&bad, sizeof bad);
    turn();
    assert_int_equal(came_count, 0);
    assert_int_equal(ends, 1);
}

static void end_of_stream_is_told_once_behind_the_messages(void **state)
{
    (void)state;
    put_message(1, 100);
    close_far_end();
    turn();
    assert_int_equal(came_count, 1);
    assert_int_equal(ends, 1);
    turn();
    assert_int_equal(ends, 1);
}

static void end_of_stream_inside_a_message_delivers_nothing_of_it(void **state)
{
    size_t total;
    uint8_t *bytes = bytes_of(1, 100, &total);

    (void)state;
    put(bytes, total - 1);
    close_far_end();
    turn();
    assert_int_equal(came_count, 0);
    assert_int_equal(ends, 1);
    free(bytes);
}

/* ---- A pause --------------------------------------------------------------------------------- */

static void paused_channel_delivers_when_the_pause_ends(void **state)
{
    (void)state;
    channel_pause(&channel, true);
    put_message(1, 10);
    put_message(2, 10);
    turn();
    assert_int_equal(came_count, 0);
    channel_pause(&channel, false);
    turn();
    assert_int_equal(came_count, 2);
    assert_came(1, 2, 10);
}

static void pause_within_a_message_keeps_those_behind_it(void **state)
{
    (void)state;
    pause_after = 1;
    put_message(1, 10);
    put_message(2, 10);
    put_message(3, 10);
    turn();
    assert_int_equal(came_count, 1);
    channel_pause(&channel, false);
    turn();
    assert_int_equal(came_count, 3);
    assert_came(1, 2, 10);
    assert_came(2, 3, 10);
    assert_int_equal(ends, 0);
}

static void nonsense_behind_a_pause_ends_it_when_the_pause_does(void **state)
{
    const struct message bad = message_of(2, BODY_MAX + 1);

    (void)state;
    pause_after = 1;
    put_message(1, 10);
    put((const uint8_t *)&bad, sizeof bad);
    turn();
    assert_int_equal(ends, 0);
    channel_pause(&channel, false);
    assert_int_equal(ends, 1);
    assert_int_equal(came_count, 1);
}

static void end_of_stream_in_a_pause_is_told_behind_it(void **state)
{
    (void)state;
    channel_pause(&channel, true);
    put_message(1, 10);
    close_far_end();
    turn();
    assert_int_equal(came_count, 0);
    channel_pause(&channel, false);
    turn();
    assert_int_equal(came_count, 1);
    assert_int_equal(ends, 1);
}

/* ---- Sending --------------------------------------------------------------------------------- */

/* Reads what has come at the far end, at most cap bytes. */
static size_t take(uint8_t *bytes, size_t cap)
{
    size_t len = 0;
    ssize_t got;

    while (len < cap && (got = recv(far_end, bytes + len, cap - len, MSG_DONTWAIT)) > 0)
        len += (size_t)got;
    return len;
}

static void sent_messages_wait_for_the_flush_and_leave_in_order(void **state)
{
    uint8_t bytes[4096];
    size_t len = 0, total;

    (void)state;
    for (uint64_t i = 0; i < 3; i++) {
        const struct message message = message_of(i, 30);
        uint8_t body[30];

        fill(body, sizeof body, i);
        assert_true(channel_send(&channel, &message, body));
    }
    assert_int_equal(channel_queued(&channel), 3 * (sizeof(struct message) + 30));
    assert_int_equal(take(bytes, sizeof bytes), 0);
    channel_flush(&channel);
    assert_int_equal(channel_queued(&channel), 0);
    assert_int_equal(take(bytes, sizeof bytes), 3 * (sizeof(struct message) + 30));
    for (uint64_t i = 0; i < 3; i++) {
        uint8_t *expected = bytes_of(i, 30, &total);

        assert_memory_equal(bytes + len, expected, total);
        len += total;
        free(expected);
    }
}

static void full_socket_gets_the_rest_when_it_has_room(void **state)
{
    enum { SENT = 200, LEN = 5000 };
    uint8_t body[LEN] = { 0 };
    size_t total = 0;

    (void)state;
    for (uint64_t i = 0; i < SENT; i++) {
        const struct message message = message_of(i, LEN);
        assert_true(channel_send(&channel, &message, body));
    }
    channel_flush(&channel);
    assert_true(channel_queued(&channel) > 0);
    for (unsigned i = 0; i < 10000 && total < SENT * (sizeof(struct message) + LEN); i++) {
        static uint8_t bytes[1 << 16];

        total += take(bytes, sizeof bytes);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(total, SENT * (sizeof(struct message) + LEN));
    assert_int_equal(channel_queued(&channel), 0);
}

static void sending_to_an_end_that_is_gone_ends_it_without_a_signal(void **state)
{
    const struct message message = message_of(1, 0);

    (void)state;
    close_far_end();
    assert_true(channel_send(&channel, &message, NULL));
    channel_flush(&channel);
    assert_int_equal(channel_queued(&channel), 0);
    assert_int_equal(ends, 0); /* told by the loop, never from within a call */
    turn();
    assert_int_equal(ends, 1);
    assert_true(channel_send(&channel, &message, NULL));
    channel_flush(&channel);
    assert_int_equal(ends, 1);
}

/* What follows a lost message would be taken for it. */
static void send_that_fails_ends_both_directions_behind_what_had_come(void **state)
{
    const struct message lost = message_of(1, 0), behind = message_of(2, 0);
    size_t total;
    uint8_t *earlier = bytes_of(3, 30, &total), byte;

    (void)state;
    assert_int_equal(write(far_end, earlier, total), total);
    assert_true(channel_send(&channel, &lost, NULL));
    send_error = ENOMEM;
    channel_flush(&channel);
    assert_true(channel_send(&channel, &behind, NULL));
    channel_flush(&channel);
    assert_int_equal(recv(far_end, &byte, 1, 0), 0);
    turn();
    assert_int_equal(came_count, 1);
    assert_int_equal(came[0].message.connection, 3);
    assert_int_equal(ends, 1);
    free(earlier);
}

static void open_makes_its_descriptor_not_block(void **state)
{
    (void)state;
    assert_true(fcntl(channel.fd, F_GETFL) & O_NONBLOCK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_arrive_with_and_without_a_body),
        TEST(message_cut_at_every_place_arrives_once_and_whole),
        TEST(messages_come_byte_by_byte),
        TEST(many_messages_in_one_piece_arrive_in_order),
        TEST(too_long_a_body_ends_it_behind_what_came_before),
        TEST(longest_length_that_a_head_can_say_ends_it),
        TEST(end_of_stream_is_told_once_behind_the_messages),
        TEST(end_of_stream_inside_a_message_delivers_nothing_of_it),
        TEST(paused_channel_delivers_when_the_pause_ends),
        TEST(pause_within_a_message_keeps_those_behind_it),
        TEST(nonsense_behind_a_pause_ends_it_when_the_pause_does),
        TEST(end_of_stream_in_a_pause_is_told_behind_it),
        TEST(sent_messages_wait_for_the_flush_and_leave_in_order),
        TEST(full_socket_gets_the_rest_when_it_has_room),
        TEST(send_that_fails_ends_both_directions_behind_what_had_come),
        TEST(sending_to_an_end_that_is_gone_ends_it_without_a_signal),
        TEST(open_makes_its_descriptor_not_block),
    };
    return cmocka_run_group_tests_name("server_channel", tests, NULL, NULL);
}
