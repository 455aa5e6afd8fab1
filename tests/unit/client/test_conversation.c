/*
 * The client's side of the protocol against servers of every kind: those that keep connections,
 * those that end them, those that refuse, break off at any byte, or talk nonsense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>

#include "client/finish_round.h"
#include "client/sender.h"
#include "unit/client/scripted_server.h"
#include "unit/scratch.h"

static struct scratch scratch;
static struct scripted_server server, other; /* of one lottery; most clients know the first one only */

/* ---- A client -------------------------------------------------------------------------------- */

static struct {
    enum sorteo_dialect dialect;
    unsigned rows, batch; /* documents 1 to rows, on the lines of that number */
    size_t window;
    bool per_frame, repeats, single, empty_round;
    bool knows_other; /* and comes to it after the first one */
    uint64_t retry_ms, pause_ms;
    int stop_fd;
    uint64_t settle_stopped_ms;

    enum sender_outcome sent;
    enum finish_outcome finished; /* if all was sent */
    struct row_outcomes outcomes;
    struct winners winners;
    unsigned retries;
    char why[UPSTREAM_WHY_MAX];
    char last[ROUTE_TEXT_MAX]; /* server that was connected to, or tried */
    char fates[256];           /* "stored 1-2, doubt 3-4 " */
} client;

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    memset(&client, 0, sizeof client);
    client.dialect = SORTEO_WIDE;
    client.rows = 4;
    client.batch = 2;
    client.window = 1;
    client.retry_ms = 300;
    client.pause_ms = 2;
    client.stop_fd = -1;
    client.settle_stopped_ms = 200;
    return 0;
}

static int end(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

static void count_retry(void *context, const char *at, const char *why, uint64_t pause_ms)
{
    (void)context;
    assert_true(strcmp(at, server.address) == 0 || strcmp(at, other.address) == 0);
    assert_true(why[0] != '\0');
    assert_true(pause_ms <= 5000);
    client.retries++;
}

static struct csv_reader *make_rows(void)
{
    char error[CSV_ERROR_MAX];
    const char *path = scratch_path(&scratch, "agency-1.csv");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (unsigned i = 1; i <= client.rows; i++)
        fprintf(file, "Ana,Luz,%u,1999-03-17,2201\n", i);
    assert_int_equal(fclose(file), 0);
    struct csv_reader *reader = csv_reader_open(path, 1, error);
    assert_non_null(reader);
    return reader;
}

static void write_fates(void)
{
    static const char *const names[] = { "stored", "refused", "doubt", "unsent" };
    size_t used = 0;
    for (size_t i = 0; i < client.outcomes.count; i++) {
        const struct row_range *run = &client.outcomes.ranges[i];
        used += (size_t)snprintf(client.fates + used, sizeof client.fates - used, "%s %" PRIu64 "-%" PRIu64 " ",
                                 names[run->fate], run->first_line, run->last_line);
    }
}

static void finish(struct upstream *link)
{
    struct finish_settings settings = {
        .dialect = client.dialect,
        .agency = 1,
        .key = 99,
        .empty_round = client.empty_round,
        .settle_ms = 2000,
    };
    if (client.per_frame)
        upstream_close(link);
    client.finished = finish_round(&settings, link, &client.winners);
}

static const struct servers *known_servers(void)
{
    static struct servers servers;
    char error[SERVERS_ERROR_MAX];
    servers.count = 0;
    assert_true(servers_add(&servers, server.address, error));
    if (client.knows_other)
        assert_true(servers_add(&servers, other.address, error));
    return &servers;
}

/* Sends the rows and finishes if that is due. */
static void run_client(void)
{
    static struct upstream link;
    struct batcher batcher;
    struct batch_settings batches = { client.dialect, client.single ? BATCH_SINGLE : BATCH_EXACT, client.batch, 0 };
    struct upstream_settings links = {
        .dialect = client.dialect,
        .servers = known_servers(),
        .retry_ms = client.retry_ms,
        .pause_ms = client.pause_ms,
        .stop_fd = client.stop_fd,
        .retrying = count_retry,
    };
    struct sender_settings sending = {
        .window = client.window,
        .per_frame = client.per_frame,
        .repeats = client.repeats || client.dialect == SORTEO_KEYED,
        .settle_ms = 2000,
        .settle_stopped_ms = client.settle_stopped_ms,
    };
    struct csv_reader *reader = make_rows();
    upstream_init(&link, &links);
    row_outcomes_init(&client.outcomes);
    batcher_init(&batcher, &batches, reader, 1000);
    client.sent = sender_run(&sending, &link, &batcher, &client.outcomes);
    client.finished = FINISH_FAILED;
    if (client.sent == SENDER_DONE && !client.single)
        finish(&link);
    snprintf(client.why, sizeof client.why, "%s", link.why);
    snprintf(client.last, sizeof client.last, "%s", link.server);
    upstream_close(&link);
    csv_reader_close(reader);
    write_fates();
}

static int stop_pipe[2];

static void converse(const char *script)
{
    scripted_begin(&server, client.dialect, script);
    server.stop_fd = stop_pipe[1];
    server.stream = client.single ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM;
    scripted_start(&server);
    run_client();
    scripted_end(&server);
}

/* With two servers, of which the client tries the first one first. */
static void converse_with_two(const char *script, const char *other_script)
{
    client.knows_other = true;
    scripted_begin(&other, client.dialect, other_script);
    scripted_start(&other);
    converse(script);
    scripted_end(&other);
}

static void expect_done(const char *seen)
{
    assert_string_equal(server.seen, seen);
    assert_int_equal(client.sent, SENDER_DONE);
    if (client.single)
        return;
    assert_int_equal(client.finished, FINISH_DONE);
    assert_int_equal(client.winners.count, 2);
    assert_int_equal(client.winners.documents[0], 30904465);
    assert_int_equal(client.winners.documents[1], 7);
}

static void expect_trouble(enum sender_outcome outcome, const char *fates, const char *seen)
{
    assert_string_equal(client.fates, fates);
    assert_int_equal(client.sent, outcome);
    assert_string_equal(server.seen, seen);
}

/* ---- Servers that are good ------------------------------------------------------------------- */

static void client_keeps_one_connection(void **state)
{
    (void)state;
    converse("babaFwRE");
    expect_done("cb2b2FRE");
    assert_string_equal(client.fates, "stored 1-4 ");
    assert_int_equal(client.retries, 0);
}

static void client_speaks_every_dialect(void **state)
{
    (void)state;
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        client.dialect = (enum sorteo_dialect)dialect;
        converse("babaFwRE");
        expect_done("cb2b2FRE");
        assert_int_equal(server.finish_key, dialect == SORTEO_KEYED ? 99 : 0);
    }
}

static void client_opens_a_connection_for_each_frame(void **state)
{
    (void)state;
    client.per_frame = true;
    converse("baE baE FwRE");
    expect_done("cb2Ecb2EcFRE");
    assert_int_equal(client.retries, 0);
}

static void client_per_frame_takes_a_server_that_closes(void **state)
{
    (void)state;
    client.per_frame = true;
    converse("ba ba FwR");
    expect_done("cb2cb2cFR");
    assert_int_equal(client.retries, 0);
}

static void client_with_window_sends_ahead(void **state)
{
    (void)state;
    client.window = 8;
    converse("bbaaFwRE");
    expect_done("cb2b2FRE");
}

static void client_with_window_reads_answers_before_the_window_is_full(void **state)
{
    (void)state;
    client.window = 2;
    client.rows = 10;
    converse("bbaabbaabaFwRE");
    expect_done("cb2b2b2b2b2FRE");
}

static void client_sends_singles_and_no_finish(void **state)
{
    (void)state;
    client.single = true;
    client.rows = 2;
    converse("babaE");
    expect_done("cb1b1E");
    assert_string_equal(client.fates, "stored 1-2 ");
}

static void client_without_bets_sends_finish_alone(void **state)
{
    (void)state;
    client.rows = 0;
    converse("FwRE");
    expect_done("cFRE");
}

static void client_goes_on_at_once_when_the_server_closes_after_answers(void **state)
{
    (void)state;
    /* The pause lets the end of the stream be there before the next frame is sent. */
    client.rows = 2;
    converse("ba FwRE");
    if (client.sent == SENDER_DONE) /* the look before FINISH may still come too early; it is then sent again */
        expect_done("cb2cFRE");
    assert_int_equal(client.retries, 0);
}

/* ---- Servers that refuse --------------------------------------------------------------------- */

static void refused_batch_stops_the_client(void **state)
{
    (void)state;
    client.rows = 6;
    converse("babrE");
    expect_trouble(SENDER_REFUSED, "stored 1-2 refused 3-4 ", "cb2b2E");
}

static void refused_batch_lets_answers_to_sent_frames_come(void **state)
{
    (void)state;
    client.rows = 8;
    client.window = 3;
    converse("bbbrzaraE");
    expect_trouble(SENDER_REFUSED, "refused 1-2 stored 3-4 refused 5-6 ", "cb2b2b2E");
}

static void refused_client_ends_its_direction(void **state)
{
    (void)state;
    client.window = 2;
    converse("bbrEa"); /* a server that answers when it has seen the end */
    expect_trouble(SENDER_REFUSED, "refused 1-2 stored 3-4 ", "cb2b2E");
}

static void refused_batch_leaves_frames_in_doubt_when_the_server_closes(void **state)
{
    (void)state;
    client.rows = 6;
    client.window = 3;
    converse("bbbar");
    expect_trouble(SENDER_REFUSED, "stored 1-2 refused 3-4 doubt 5-6 ", "cb2b2b2");
}

static void answer_that_is_none_stops_the_client(void **state)
{
    (void)state;
    converse("baxbE");
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_non_null(strstr(client.why, "unexpected data from the server"));
    assert_int_equal(row_outcomes_bets(&client.outcomes, ROW_STORED), 2);
}

static void answer_before_the_frame_is_there_is_nonsense(void **state)
{
    (void)state;
    client.rows = 2;
    client.retry_ms = 0;
    converse("xE");
    assert_int_equal(client.sent, SENDER_FAILED);
}

/* ---- Servers that break off ------------------------------------------------------------------ */

static void frame_without_answer_is_in_doubt(void **state)
{
    (void)state;
    converse("bab");
    expect_trouble(SENDER_DOUBT, "stored 1-2 doubt 3-4 ", "cb2b2");
    converse("bab!");
    expect_trouble(SENDER_DOUBT, "stored 1-2 doubt 3-4 ", "cb2b2");
}

static void frames_of_a_window_without_answers_are_in_doubt(void **state)
{
    (void)state;
    client.rows = 10;
    client.window = 3;
    converse("bbb!");
    expect_trouble(SENDER_DOUBT, "doubt 1-6 ", "cb2b2b2");
}

static void answer_that_came_before_the_end_counts(void **state)
{
    (void)state;
    client.rows = 8;
    client.window = 3;
    converse("bbba");
    assert_int_equal(client.sent, SENDER_DOUBT);
    assert_int_equal(row_outcomes_bets(&client.outcomes, ROW_STORED), 2);
    assert_true(row_outcomes_bets(&client.outcomes, ROW_IN_DOUBT) >= 4);
}

static void client_told_to_resend_sends_again(void **state)
{
    (void)state;
    client.repeats = true;
    converse("b bab! *");
    assert_int_equal(client.sent, SENDER_DONE);
    assert_string_equal(server.seen, "cb2cb2b2cb2FRE");
    assert_string_equal(client.fates, "stored 1-4 ");
}

static void keyed_client_sends_the_same_frame_again(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.window = 2;
    converse("bb! ba b *");
    assert_int_equal(client.sent, SENDER_DONE);
    for (unsigned i = 1; i <= 4; i++)
        assert_int_equal(server.stored[i], 1);
    assert_true(server.key_count == 2);
}

static void client_that_gives_up_repeating_says_what_is_in_doubt(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.rows = 6;
    client.window = 2;
    converse("bb!");
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_string_equal(client.fates, "doubt 1-4 ");
    assert_true(client.retries > 0);
    assert_non_null(strstr(client.why, "gave up after 0.3 s"));
}

static void client_that_never_connects_has_nothing_in_doubt(void **state)
{
    (void)state;
    scripted_begin(&server, client.dialect, "");
    close(server.listener); /* the port is free, and nothing listens there */
    client.retry_ms = 150;
    run_client();
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_string_equal(client.fates, "unsent 1-2 ");
    client.retry_ms = 0; /* one attempt */
    client.retries = 0;
    run_client();
    assert_int_equal(client.retries, 0);
}

/* ---- Several servers ------------------------------------------------------------------------- */

static void frame_in_doubt_goes_to_the_next_server_under_the_same_key(void **state)
{
    static const char *const scripts[] = { "b", "b!", "bb", "4!" };
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.window = 2;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        client.retries = 0;
        converse_with_two(scripts[i], "*");
        assert_int_equal(client.sent, SENDER_DONE);
        assert_string_equal(client.fates, "stored 1-4 ");
        assert_string_equal(other.seen, "cb2b2FRE");
        assert_string_equal(client.last, other.address);
        assert_int_equal(other.key_count, 2);
        assert_int_equal(client.retries, 1);
    }
    client.window = 1;
    converse_with_two("ba b", "ba *");
    assert_string_equal(other.seen, "cb2cFRE");          /* the key of the frame in doubt is that of … */
    assert_int_equal(other.keys[0], server.pending_key); /* … the frame that the first server read last */
}

static void frame_in_doubt_without_a_key_goes_to_no_other_server(void **state)
{
    (void)state;
    converse_with_two("bab", "*");
    expect_trouble(SENDER_DOUBT, "stored 1-2 doubt 3-4 ", "cb2b2");
    assert_string_equal(other.seen, "");
    assert_string_equal(client.last, server.address);
}

static void server_that_answered_is_asked_again_first(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED; /* a frame may have been sent before the end of the connection was seen */
    converse_with_two("ba ba FwRE", "*");
    expect_done("cb2cb2cFRE");
    assert_string_equal(other.seen, "");
    assert_int_equal(client.retries, 0);
}

static void server_that_is_gone_is_followed_by_the_next_one(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    converse_with_two("ba", "*");
    assert_int_equal(client.sent, SENDER_DONE);
    assert_string_equal(server.seen, "cb2");
    assert_string_equal(other.seen, "cb2FRE");
    assert_string_equal(client.fates, "stored 1-4 ");
    assert_int_equal(client.finished, FINISH_DONE);
}

static void winners_are_asked_of_the_next_server(void **state)
{
    static const char *const scripts[] = { "babaF", "babaFh", "babaFh!" };
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        converse_with_two(scripts[i], "FwRE");
        assert_int_equal(client.finished, FINISH_DONE);
        assert_int_equal(client.winners.count, 2);
        assert_string_equal(other.seen, "cFRE");
    }
    client.dialect = SORTEO_KEYED;
    converse_with_two("babaF", "FwRE");
    assert_int_equal(client.finished, FINISH_DONE);
    assert_int_equal(other.finish_key, 99);
}

static void servers_that_are_all_gone_are_given_up_with_the_last_ones_name(void **state)
{
    char wanted[ROUTE_TEXT_MAX + 64];
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.retry_ms = 50;
    converse_with_two("ba", "ba");
    assert_int_equal(client.sent, SENDER_DONE);
    assert_int_equal(client.finished, FINISH_FAILED);
    snprintf(wanted, sizeof wanted, "at any of 2 servers; the last was %s: Connection refused", client.last);
    assert_non_null(strstr(client.why, wanted));
}

/* ---- The end of the round -------------------------------------------------------------------- */

static void finish_is_repeated_until_all_winners_came(void **state)
{
    (void)state;
    converse("babaF Fh! FwRE");
    expect_done("cb2b2FcFcFRE");
    client.dialect = SORTEO_KEYED;
    client.retry_ms = 2000;
    converse("babaF F Fh FwRE");
    expect_done("cb2b2FcFcFcFRE");
    assert_int_equal(server.finish_key, 99);
    assert_false(server.finish_keys_differ);
}

static void receipt_that_is_lost_is_no_failure(void **state)
{
    (void)state;
    converse("babaFw");
    assert_int_equal(client.finished, FINISH_DONE);
    converse("babaFw!");
    assert_int_equal(client.sent, SENDER_DONE);
}

static void finish_that_is_never_answered_fails_in_time(void **state)
{
    (void)state;
    client.rows = 0;
    converse("F F F F F F F F");
    assert_int_equal(client.finished, FINISH_FAILED);
    assert_non_null(strstr(client.why, "gave up"));
}

static void byte_behind_an_answer_stops_the_client(void **state)
{
    (void)state;
    client.rows = 2;
    converse("bX");
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_non_null(strstr(client.why, "unexpected data from the server"));
}

static void empty_round_repeats_finish_on_one_connection(void **state)
{
    (void)state;
    client.rows = 0;
    client.empty_round = true;
    converse("FwRFwRE");
    expect_done("cFRFRE");
}

static void empty_round_begins_anew_while_that_is_harmless(void **state)
{
    (void)state;
    client.rows = 0;
    client.empty_round = true;
    converse("F Fh FwRFwRE");
    expect_done("cFcFcFRFRE");
}

static void empty_round_is_in_doubt_when_its_finish_is_lost(void **state)
{
    (void)state;
    client.rows = 0;
    client.empty_round = true;
    converse("FwRF");
    assert_int_equal(client.finished, FINISH_DOUBT);
}

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

/* ---- Cut at every byte ----------------------------------------------------------------------- */

/* What the ledger says must agree with what the server has. */
static void expect_ledger_is_true(void)
{
    for (size_t i = 0; i < client.outcomes.count; i++) {
        const struct row_range *run = &client.outcomes.ranges[i];
        for (uint64_t line = run->first_line; line <= run->last_line; line++) {
            if (run->fate == ROW_STORED)
                assert_int_equal(server.stored[line], 1);
            if (run->fate == ROW_UNSENT || run->fate == ROW_REFUSED)
                assert_int_equal(server.stored[line], 0);
        }
    }
}

static void cut(size_t cut_in, size_t cut_out)
{
    scripted_begin(&server, client.dialect, "*");
    server.cut_in = cut_in;
    server.cut_out = cut_out;
    scripted_start(&server);
    run_client();
    scripted_end(&server);
}

/* Two batches of 2 × 27 bytes and their headers, FINISH, RECEIPT: less than 140 bytes in each
 * dialect. */
#define EXCHANGE_IN 140u
#define EXCHANGE_OUT 13u

static void keyed_exchange_cut_anywhere_is_completed(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.retry_ms = 5000;
    for (size_t window = 1; window <= 2; window++) {
        client.window = window;
        for (size_t i = 0; i < EXCHANGE_IN + EXCHANGE_OUT; i++) {
            cut(i < EXCHANGE_IN ? i : SCRIPTED_NO_CUT, i < EXCHANGE_IN ? SCRIPTED_NO_CUT : i - EXCHANGE_IN);
            assert_int_equal(client.sent, SENDER_DONE);
            assert_int_equal(client.finished, FINISH_DONE);
            assert_int_equal(client.winners.count, 2);
            assert_string_equal(client.fates, "stored 1-4 ");
            expect_ledger_is_true();
            for (unsigned row = 1; row <= 4; row++)
                assert_int_equal(server.stored[row], 1);
        }
    }
}

static void wide_exchange_cut_anywhere_is_told_truly(void **state)
{
    (void)state;
    unsigned doubts = 0;
    client.retry_ms = 5000;
    for (size_t window = 1; window <= 2; window++) {
        client.window = window;
        for (size_t i = 0; i < EXCHANGE_IN + EXCHANGE_OUT; i++) {
            cut(i < EXCHANGE_IN ? i : SCRIPTED_NO_CUT, i < EXCHANGE_IN ? SCRIPTED_NO_CUT : i - EXCHANGE_IN);
            expect_ledger_is_true();
            assert_true(client.sent == SENDER_DONE || client.sent == SENDER_DOUBT);
            if (client.sent == SENDER_DONE)
                assert_int_equal(client.finished, FINISH_DONE);
            else
                assert_true(row_outcomes_bets(&client.outcomes, ROW_IN_DOUBT) > 0);
            doubts += client.sent == SENDER_DOUBT;
        }
    }
    assert_true(doubts >= 100); /* nearly every cut before FINISH is one */
}

static void resent_exchange_cut_anywhere_loses_nothing(void **state)
{
    (void)state;
    client.dialect = SORTEO_COMPACT;
    client.repeats = true;
    client.retry_ms = 5000;
    for (size_t i = 0; i < EXCHANGE_IN + EXCHANGE_OUT; i++) {
        cut(i < EXCHANGE_IN ? i : SCRIPTED_NO_CUT, i < EXCHANGE_IN ? SCRIPTED_NO_CUT : i - EXCHANGE_IN);
        assert_int_equal(client.sent, SENDER_DONE);
        assert_int_equal(client.finished, FINISH_DONE);
        for (unsigned row = 1; row <= 4; row++)
            assert_true(server.stored[row] == 1 || server.stored[row] == 2);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(client_keeps_one_connection),
        TEST(client_speaks_every_dialect),
        TEST(client_opens_a_connection_for_each_frame),
        TEST(client_per_frame_takes_a_server_that_closes),
        TEST(client_with_window_sends_ahead),
        TEST(client_with_window_reads_answers_before_the_window_is_full),
        TEST(client_sends_singles_and_no_finish),
        TEST(client_without_bets_sends_finish_alone),
        TEST(client_goes_on_at_once_when_the_server_closes_after_answers),
        TEST(refused_batch_stops_the_client),
        TEST(refused_batch_lets_answers_to_sent_frames_come),
        TEST(refused_client_ends_its_direction),
        TEST(refused_batch_leaves_frames_in_doubt_when_the_server_closes),
        TEST(answer_that_is_none_stops_the_client),
        TEST(answer_before_the_frame_is_there_is_nonsense),
        TEST(frame_without_answer_is_in_doubt),
        TEST(frames_of_a_window_without_answers_are_in_doubt),
        TEST(answer_that_came_before_the_end_counts),
        TEST(client_told_to_resend_sends_again),
        TEST(keyed_client_sends_the_same_frame_again),
        TEST(client_that_gives_up_repeating_says_what_is_in_doubt),
        TEST(client_that_never_connects_has_nothing_in_doubt),
        TEST(frame_in_doubt_goes_to_the_next_server_under_the_same_key),
        TEST(frame_in_doubt_without_a_key_goes_to_no_other_server),
        TEST(server_that_answered_is_asked_again_first),
        TEST(server_that_is_gone_is_followed_by_the_next_one),
        TEST(winners_are_asked_of_the_next_server),
        TEST(servers_that_are_all_gone_are_given_up_with_the_last_ones_name),
        TEST(finish_is_repeated_until_all_winners_came),
        TEST(receipt_that_is_lost_is_no_failure),
        TEST(finish_that_is_never_answered_fails_in_time),
        TEST(byte_behind_an_answer_stops_the_client),
        TEST(empty_round_repeats_finish_on_one_connection),
        TEST(empty_round_begins_anew_while_that_is_harmless),
        TEST(empty_round_is_in_doubt_when_its_finish_is_lost),
        TEST(frame_can_be_refused_before_it_is_sent_whole),
        TEST(frame_cannot_be_stored_before_it_is_sent_whole),
        TEST(stopped_client_completes_a_frame_that_is_sent_in_part),
        TEST(stopped_client_says_what_is_in_doubt),
        TEST(stopped_client_reads_the_answer_that_still_comes),
        TEST(stopped_client_leaves_the_barrier),
        TEST(stopped_client_leaves_a_pause),
        TEST(keyed_exchange_cut_anywhere_is_completed),
        TEST(wide_exchange_cut_anywhere_is_told_truly),
        TEST(resent_exchange_cut_anywhere_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
