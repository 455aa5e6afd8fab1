/*
 * A client that is stopped, and one whose frames the kernel has in part.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>

#include "unit/client/client_fixture.h"

/* ---- Frames that the kernel has in part ------------------------------------------------------ */

/* The other end of a connection whose buffer is smaller than a frame. */
struct narrow_peer {
    int fd;
    int stop_fd; /* written to once a part of the frame is there, or -1 */
    char answer;
    bool answers_early; /* before it reads the frame */
};

static void *serve_narrowly(void *context)
{
    struct narrow_peer *peer = context;
    struct pollfd fd = { .fd = peer->fd, .events = POLLIN };
    char bytes[512];
    if (poll(&fd, 1, 5000) != 1)
        return NULL;
    if (peer->answers_early)
        (void)!write(peer->fd, &peer->answer, 1);
    if (peer->stop_fd >= 0)
        (void)!write(peer->stop_fd, "x", 1);
    (void)usleep(20000);
    while (!peer->answers_early && read(peer->fd, bytes, sizeof bytes) > 0)
        continue; /* up to the client's end */
    if (!peer->answers_early)
        (void)!write(peer->fd, &peer->answer, 1);
    return NULL;
}

/* One frame of nearly 8,000 bytes through a pair of sockets that hold less. */
static void send_narrowly(struct narrow_peer *peer)
{
    static struct upstream link;
    int pair[2], small = 1;
    pthread_t thread;
    struct batcher batcher;
    struct batch_settings batches = { SORTEO_WIDE, BATCH_AUTO, 0, 0 };
    static const struct servers nowhere = { .list = { { .text = "narrow" } }, .count = 1 };
    struct upstream_settings links = { .dialect = SORTEO_WIDE, .servers = &nowhere, .stop_fd = client.stop_fd };
    struct sender_settings sending = { .window = 1, .settle_ms = 2000, .settle_stopped_ms = 2000 };
    client.rows = 290;
    struct csv_reader *reader = make_rows();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    assert_int_equal(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    assert_int_equal(fcntl(pair[1], F_SETFL, 0), 0);
    upstream_init(&link, &links);
    link.transport.fd = pair[0];
    sorteo_decoder_init(&link.decoder, SORTEO_WIDE, SORTEO_REPLY_STREAM, 0);
    row_outcomes_init(&client.outcomes);
    batcher_init(&batcher, &batches, reader, 0);
    peer->fd = pair[1];
    assert_int_equal(pthread_create(&thread, NULL, serve_narrowly, peer), 0);
    client.sent = sender_run(&sending, &link, &batcher, &client.outcomes);
    upstream_close(&link);
    pthread_join(thread, NULL);
    close(pair[1]);
    csv_reader_close(reader);
    write_fates();
}

static void frame_can_be_refused_before_it_is_sent_whole(void **state)
{
    (void)state;
    send_narrowly(&(struct narrow_peer){ .stop_fd = -1, .answer = 1, .answers_early = true });
    assert_int_equal(client.sent, SENDER_REFUSED);
    assert_string_equal(client.fates, "refused 1-290 ");
}

static void frame_cannot_be_stored_before_it_is_sent_whole(void **state)
{
    (void)state;
    send_narrowly(&(struct narrow_peer){ .stop_fd = -1, .answer = 0, .answers_early = true });
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_string_equal(client.fates, "doubt 1-290 ");
}

static void stopped_client_completes_a_frame_that_is_sent_in_part(void **state)
{
    (void)state;
    int stop[2];
    assert_int_equal(pipe(stop), 0);
    client.stop_fd = stop[0];
    send_narrowly(&(struct narrow_peer){ .stop_fd = stop[1], .answer = 0 });
    assert_int_equal(client.sent, SENDER_STOPPED);
    assert_string_equal(client.fates, "stored 1-290 ");
    close(stop[0]);
    close(stop[1]);
}

/* ---- Stop ------------------------------------------------------------------------------------ */

static void *stop_soon(void *context)
{
    (void)context;
    (void)usleep(100000);
    (void)!write(stop_pipe[1], "x", 1);
    return NULL;
}

/* Its server stops it, so that it has got as far as the script says, however slow the machine
 * is. */
static void converse_and_stop(const char *script)
{
    assert_int_equal(pipe(stop_pipe), 0);
    client.stop_fd = stop_pipe[0];
    converse(script);
    close(stop_pipe[0]);
    close(stop_pipe[1]);
}

static void stopped_client_says_what_is_in_doubt(void **state)
{
    (void)state;
    client.rows = 6;
    converse_and_stop("babsE");
    expect_trouble(SENDER_STOPPED, "stored 1-2 doubt 3-4 ", "cb2b2E");
}

static void stopped_client_reads_the_answer_that_still_comes(void **state)
{
    (void)state;
    client.rows = 6;
    client.settle_stopped_ms = 5000;
    converse_and_stop("babszaE");
    expect_trouble(SENDER_STOPPED, "stored 1-4 ", "cb2b2E");
}

static void stopped_client_leaves_the_barrier(void **state)
{
    (void)state;
    converse_and_stop("babaFsE");
    assert_int_equal(client.sent, SENDER_DONE);
    assert_int_equal(client.finished, FINISH_STOPPED);
}

static void stopped_client_leaves_a_pause(void **state)
{
    (void)state;
    scripted_begin(&server, client.dialect, "");
    close(server.listener);
    pthread_t thread;
    assert_int_equal(pipe(stop_pipe), 0);
    client.stop_fd = stop_pipe[0];
    client.retry_ms = 60000;
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, NULL), 0);
    run_client();
    pthread_join(thread, NULL);
    assert_int_equal(client.sent, SENDER_STOPPED);
    assert_string_equal(client.fates, "unsent 1-2 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frame_can_be_refused_before_it_is_sent_whole),
        TEST(frame_cannot_be_stored_before_it_is_sent_whole),
        TEST(stopped_client_completes_a_frame_that_is_sent_in_part),
        TEST(stopped_client_says_what_is_in_doubt),
        TEST(stopped_client_reads_the_answer_that_still_comes),
        TEST(stopped_client_leaves_the_barrier),
        TEST(stopped_client_leaves_a_pause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
