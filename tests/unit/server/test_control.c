/*
 * The control line: notes one by one, a descriptor that comes along, and an end that is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string.h>

#include "server/channel/control.h"

static int line[2];
static int receive_error; /* errno that the next recvmsg fails with; 0: it works */

/* In place of the C library's. */
ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
    int error = receive_error;

    receive_error = 0;
    if (error == 0)
        return syscall(SYS_recvmsg, fd, header, flags);
    errno = error;
    return -1;
}

static int begin(void **state)
{
    (void)state;
    return control_pair(line) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    if (line[0] != -1)
        close(line[0]);
    if (line[1] != -1)
        close(line[1]);
    return 0;
}

static void close_end(int *fd)
{
    close(*fd);
    *fd = -1;
}

/* The next note, with which no descriptor comes. */
static void assert_note(int fd_of_line, enum control_type type, uint32_t value)
{
    struct control_note note;
    int fd = -2;

    assert_int_equal(control_receive(fd_of_line, &note, &fd), CONTROL_NOTE);
    assert_int_equal(note.type, type);
    assert_int_equal(note.value, value);
    assert_int_equal(fd, -1);
}

static void assert_nothing(int fd_of_line, enum control_outcome expected)
{
    struct control_note note = { .type = 77, .value = 88 };
    int fd = -2;

    assert_int_equal(control_receive(fd_of_line, &note, &fd), expected);
    assert_int_equal(fd, -1);
    assert_int_equal(note.type, 77);
    assert_int_equal(note.value, 88);
}

static void pair_never_blocks_and_is_closed_by_exec(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        assert_true(fcntl(line[i], F_GETFL) & O_NONBLOCK);
        assert_true(fcntl(line[i], F_GETFD) & FD_CLOEXEC);
    }
}

static void notes_come_one_by_one_in_order(void **state)
{
    (void)state;
    assert_true(control_send(line[1], CONTROL_READY, 3, -1));
    assert_true(control_send(line[1], CONTROL_BEAT, 0, -1));
    assert_true(control_send(line[1], CONTROL_COLLECTED, UINT32_MAX, -1));
    assert_note(line[0], CONTROL_READY, 3);
    assert_note(line[0], CONTROL_BEAT, 0);
    assert_note(line[0], CONTROL_COLLECTED, UINT32_MAX);
    assert_nothing(line[0], CONTROL_EMPTY);
}

static void notes_go_both_ways(void **state)
{
    (void)state;
    assert_true(control_send(line[0], CONTROL_CHANNEL, 1, -1));
    assert_true(control_send(line[1], CONTROL_BEAT, 2, -1));
    assert_note(line[1], CONTROL_CHANNEL, 1);
    assert_note(line[0], CONTROL_BEAT, 2);
}

static void empty_line_is_no_end(void **state)
{
    (void)state;
    assert_nothing(line[0], CONTROL_EMPTY);
    assert_nothing(line[1], CONTROL_EMPTY);
}

static void end_is_seen_behind_the_last_note(void **state)
{
    (void)state;
    assert_true(control_send(line[1], CONTROL_BEAT, 9, -1));
    close_end(&line[1]);
    assert_note(line[0], CONTROL_BEAT, 9);
    assert_nothing(line[0], CONTROL_END);
    assert_nothing(line[0], CONTROL_END);
}

static void sending_into_an_ended_line_fails_without_a_signal(void **state)
{
    (void)state;
    close_end(&line[1]);
    errno = 0;
    assert_false(control_send(line[0], CONTROL_BEAT, 0, -1));
    assert_true(errno == EPIPE || errno == ECONNRESET);
}

static void full_line_refuses_a_note_and_keeps_those_before(void **state)
{
    uint32_t sent = 0;

    (void)state;
    while (sent < 1000000 && control_send(line[1], CONTROL_COLLECTED, sent, -1))
        sent++;
    assert_true(errno == EAGAIN);
    assert_true(sent > 0);
    for (uint32_t i = 0; i < sent; i++)
        assert_note(line[0], CONTROL_COLLECTED, i);
    assert_nothing(line[0], CONTROL_EMPTY);
}

/* A committer that took that for the end would never hear of another worker. */
static void system_without_memory_is_no_end(void **state)
{
    static const int passing[] = { ENOMEM, ENOBUFS, EINTR };

    (void)state;
    for (unsigned i = 0; i < sizeof passing / sizeof *passing; i++) {
        assert_true(control_send(line[1], CONTROL_BEAT, i, -1));
        receive_error = passing[i];
        assert_nothing(line[0], CONTROL_EMPTY);
        assert_note(line[0], CONTROL_BEAT, i);
    }
}

static void note_of_another_size_is_no_note_and_no_end(void **state)
{
    (void)state;
    assert_int_equal(send(line[1], "short", 5, 0), 5);
    assert_true(control_send(line[1], CONTROL_BEAT, 3, -1));
    assert_nothing(line[0], CONTROL_MALFORMED);
    assert_note(line[0], CONTROL_BEAT, 3);
}

/* The lowest number that is free tells whether the descriptors that came were kept. */
static int lowest_free(void)
{
    int fd = dup(line[0]);
    close(fd);
    return fd;
}

static void send_descriptors(const void *bytes, size_t len, size_t count)
{
    struct iovec piece = { .iov_base = (void *)(size_t)bytes, .iov_len = len };
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } space = { 0 };
    struct msghdr header = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = space.bytes };
    const int fds[2] = { line[0], line[1] };

    header.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *head = CMSG_FIRSTHDR(&header);
    *head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
    head->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(head), fds, count * sizeof(int));
    assert_int_equal(sendmsg(line[1], &header, 0), len);
}

static void descriptor_with_what_is_no_note_is_closed(void **state)
{
    const int free_fd = lowest_free();

    (void)state;
    send_descriptors("short", 5, 1);
    assert_nothing(line[0], CONTROL_MALFORMED);
    assert_int_equal(lowest_free(), free_fd);
}

static void second_descriptor_is_not_kept(void **state)
{
    const struct control_note note = { .type = CONTROL_BEAT };
    const int free_fd = lowest_free();
    struct control_note came;
    int fd;

    (void)state;
    send_descriptors(&note, sizeof note, 2);
    assert_int_equal(control_receive(line[0], &came, &fd), CONTROL_NOTE);
    assert_int_equal(fd, free_fd);
    assert_int_equal(lowest_free(), free_fd + 1);
    close(fd);
}

static void descriptor_comes_along_and_is_the_receivers(void **state)
{
    struct control_note note;
    int channel[2], came = -1;
    char byte = 0;

    (void)state;
    assert_int_equal(pipe(channel), 0);
    assert_true(control_send(line[0], CONTROL_CHANNEL, 5, channel[1]));
    close(channel[1]);
    assert_int_equal(control_receive(line[1], &note, &came), CONTROL_NOTE);
    assert_int_equal(note.type, CONTROL_CHANNEL);
    assert_int_equal(note.value, 5);
    assert_true(came >= 0);
    assert_true(fcntl(came, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(write(came, "k", 1), 1);
    assert_int_equal(read(channel[0], &byte, 1), 1);
    assert_int_equal(byte, 'k');
    close(came);
    assert_int_equal(read(channel[0], &byte, 1), 0); /* no other process has it */
    close(channel[0]);
}

static void senders_descriptor_stays_the_senders(void **state)
{
    struct control_note note;
    int came = -1;

    (void)state;
    assert_true(control_send(line[0], CONTROL_CHANNEL, 0, STDERR_FILENO));
    assert_int_equal(control_receive(line[1], &note, &came), CONTROL_NOTE);
    assert_true(came >= 0 && came != STDERR_FILENO);
    close(came);
    assert_true(fcntl(STDERR_FILENO, F_GETFD) >= 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pair_never_blocks_and_is_closed_by_exec),
        TEST(notes_come_one_by_one_in_order),
        TEST(notes_go_both_ways),
        TEST(empty_line_is_no_end),
        TEST(end_is_seen_behind_the_last_note),
        TEST(sending_into_an_ended_line_fails_without_a_signal),
        TEST(full_line_refuses_a_note_and_keeps_those_before),
        TEST(system_without_memory_is_no_end),
        TEST(note_of_another_size_is_no_note_and_no_end),
        TEST(descriptor_with_what_is_no_note_is_closed),
        TEST(second_descriptor_is_not_kept),
        TEST(descriptor_comes_along_and_is_the_receivers),
        TEST(senders_descriptor_stays_the_senders),
    };
    return cmocka_run_group_tests_name("server_control", tests, NULL, NULL);
}
