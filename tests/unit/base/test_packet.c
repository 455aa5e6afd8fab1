/*
 * Packets over a pair: what arrives, with which descriptor, and what an end that was closed still
 * has to say.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/packet.h"

#define SIZE 16u
static const char first[SIZE] = "the first", second[SIZE] = "the second";

static void receive(int line, const char *wanted)
{
    char came[SIZE];
    int fd;
    assert_int_equal(packet_receive(line, came, SIZE, &fd), PACKET_CAME);
    assert_memory_equal(came, wanted, SIZE);
    assert_int_equal(fd, -1);
}

static void packets_keep_their_order_and_their_ends(void **state)
{
    (void)state;
    int ends[2], fd;
    char came[SIZE];

    assert_true(packet_pair(ends));
    assert_int_equal(packet_receive(ends[1], came, SIZE, &fd), PACKET_NONE);
    assert_true(packet_send(ends[0], first, SIZE, -1));
    assert_true(packet_send(ends[0], second, SIZE, -1));
    receive(ends[1], first);
    receive(ends[1], second);
    assert_int_equal(packet_receive(ends[1], came, SIZE, &fd), PACKET_NONE);
    close(ends[0]);
    assert_int_equal(packet_receive(ends[1], came, SIZE, &fd), PACKET_END);
    close(ends[1]);
}

static void packet_of_another_length_is_malformed_and_its_descriptor_closed(void **state)
{
    (void)state;
    int ends[2], inside[2], fd;
    char came[SIZE] = "untouched";

    assert_true(packet_pair(ends));
    assert_int_equal(pipe2(inside, O_NONBLOCK), 0);
    assert_true(packet_send(ends[0], first, SIZE - 1, inside[1]));
    close(inside[1]);
    assert_int_equal(packet_receive(ends[1], came, SIZE, &fd), PACKET_MALFORMED);
    assert_string_equal(came, "untouched");
    assert_int_equal(fd, -1);
    assert_int_equal(read(inside[0], came, SIZE), 0); /* no writer is left */
    close(inside[0]);
    close(ends[0]);
    close(ends[1]);
}

static void descriptor_comes_with_its_packet(void **state)
{
    (void)state;
    int ends[2], inside[2], fd;
    char came[SIZE];

    assert_true(packet_pair(ends));
    assert_int_equal(pipe(inside), 0);
    assert_true(packet_send(ends[0], first, SIZE, inside[1]));
    close(inside[1]);
    assert_int_equal(packet_receive(ends[1], came, SIZE, &fd), PACKET_CAME);
    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, second, SIZE), SIZE);
    assert_int_equal(read(inside[0], came, SIZE), SIZE);
    assert_memory_equal(came, second, SIZE);
    close(fd);
    close(inside[0]);
    close(ends[0]);
    close(ends[1]);
}

static void packet_has_a_body_or_none(void **state)
{
    (void)state;
    int ends[2], fd;
    char came[SIZE], body[SIZE];
    size_t len = 1;

    assert_true(packet_pair(ends));
    assert_true(packet_send_body(ends[0], first, SIZE, second, SIZE - 2));
    assert_true(packet_send(ends[0], second, SIZE, -1));
    assert_int_equal(packet_receive_body(ends[1], came, SIZE, body, SIZE, &len, &fd), PACKET_CAME);
    assert_memory_equal(came, first, SIZE);
    assert_memory_equal(body, second, SIZE - 2);
    assert_int_equal(len, SIZE - 2);
    assert_int_equal(packet_receive_body(ends[1], came, SIZE, body, SIZE, &len, &fd), PACKET_CAME);
    assert_memory_equal(came, second, SIZE);
    assert_int_equal(len, 0);
    assert_int_equal(fd, -1);
    close(ends[0]);
    close(ends[1]);
}

static void packet_of_another_length_has_no_body(void **state)
{
    (void)state;
    int ends[2], fd;
    char came[SIZE], body[SIZE];
    size_t len = 0;

    assert_true(packet_pair(ends));
    assert_true(packet_send(ends[0], first, SIZE - 1, -1));
    assert_true(packet_send_body(ends[0], first, SIZE, second, SIZE));
    assert_int_equal(packet_receive_body(ends[1], came, SIZE, body, SIZE - 1, &len, &fd), PACKET_MALFORMED);
    assert_int_equal(packet_receive_body(ends[1], came, SIZE, body, SIZE - 1, &len, &fd), PACKET_MALFORMED);
    close(ends[0]);
    close(ends[1]);
}

/* The kernel says ECONNRESET first, and then what the other end had sent. */
static void last_word_of_an_end_that_closed_with_packets_unread_is_heard(void **state)
{
    (void)state;
    int ends[2], fd;
    char came[SIZE];
    enum packet_outcome outcome;

    assert_true(packet_pair(ends));
    assert_true(packet_send(ends[0], first, SIZE, -1));
    assert_true(packet_send(ends[1], second, SIZE, -1));
    close(ends[1]);
    while ((outcome = packet_receive(ends[0], came, SIZE, &fd)) == PACKET_NONE)
        ;
    assert_int_equal(outcome, PACKET_CAME);
    assert_memory_equal(came, second, SIZE);
    assert_int_equal(packet_receive(ends[0], came, SIZE, &fd), PACKET_END);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_keep_their_order_and_their_ends),
        cmocka_unit_test(packet_of_another_length_is_malformed_and_its_descriptor_closed),
        cmocka_unit_test(descriptor_comes_with_its_packet),
        cmocka_unit_test(packet_has_a_body_or_none),
        cmocka_unit_test(packet_of_another_length_has_no_body),
        cmocka_unit_test(last_word_of_an_end_that_closed_with_packets_unread_is_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
