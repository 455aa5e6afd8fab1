/*
 * For tests of a whole client: one that reads rows, sends them to scripted servers and finishes,
 * and what it must have come to.
 */
#ifndef TESTS_CLIENT_FIXTURE_H
#define TESTS_CLIENT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <unistd.h>

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

static inline int begin(void **state)
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
    (void)alarm(60); /* a client that never gives up would go on for ever */
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

static inline void count_retry(void *context, const char *at, const char *why, uint64_t pause_ms)
{
    (void)context;
    assert_true(strcmp(at, server.address) == 0 || strcmp(at, other.address) == 0);
    assert_true(why[0] != '\0');
    assert_true(pause_ms <= 5000);
    client.retries++;
}

static inline struct csv_reader *make_rows(void)
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

static inline void write_fates(void)
{
    static const char *const names[] = { "stored", "refused", "doubt", "unsent" };
    size_t used = 0;
    for (size_t i = 0; i < client.outcomes.count; i++) {
        const struct row_range *run = &client.outcomes.ranges[i];
        used += (size_t)snprintf(client.fates + used, sizeof client.fates - used, "%s %" PRIu64 "-%" PRIu64 " ",
                                 names[run->fate], run->first_line, run->last_line);
    }
}

static inline void finish(struct upstream *link)
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

static inline const struct servers *known_servers(void)
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
static inline void run_client(void)
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

static inline void converse(const char *script)
{
    scripted_begin(&server, client.dialect, script);
    server.stop_fd = stop_pipe[1];
    server.stream = client.single ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM;
    scripted_start(&server);
    run_client();
    scripted_end(&server);
}

/* With two servers, of which the client tries the first one first. */
static inline void converse_with_two(const char *script, const char *other_script)
{
    client.knows_other = true;
    scripted_begin(&other, client.dialect, other_script);
    scripted_start(&other);
    converse(script);
    scripted_end(&other);
}

static inline void expect_done(const char *seen)
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

static inline void expect_trouble(enum sender_outcome outcome, const char *fates, const char *seen)
{
    assert_string_equal(client.fates, fates);
    assert_int_equal(client.sent, outcome);
    assert_string_equal(server.seen, seen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
