/*
 * When and where the client tries again to connect: at each of its servers, and then after pauses
 * that double up to a bound, each cut by chance, so that agencies that lost the same server do not
 * come back as one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/upstream.h"

#define PAUSES_MAX 64

struct pauses {
    size_t count;
    uint64_t ms[PAUSES_MAX];
};

static void note_pause(void *context, const char *server, const char *why, uint64_t pause_ms)
{
    struct pauses *pauses = context;
    assert_non_null(strstr(server, "127.0.0.1:"));
    assert_non_null(strstr(why, "refused"));
    assert_true(pauses->count < PAUSES_MAX);
    pauses->ms[pauses->count++] = pause_ms;
}

/* A port without a listener: its number is kept by a socket that is only bound. */
static int closed_port(char address[static 32])
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof name;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&name, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &len), 0);
    snprintf(address, 32, "127.0.0.1:%u", (unsigned)ntohs(name.sin_port));
    return fd;
}

/* The pauses of a client that gives up after retry_ms. */
static struct pauses try_in_vain(uint64_t first_ms, uint64_t retry_ms)
{
    static struct upstream link;
    struct pauses pauses = { 0 };
    static struct servers servers;
    char address[32], error[SERVERS_ERROR_MAX];
    int fd = closed_port(address);
    servers.count = 0;
    assert_true(servers_add(&servers, address, error));
    const struct upstream_settings settings = {
        .dialect = SORTEO_WIDE,
        .servers = &servers,
        .retry_ms = retry_ms,
        .pause_ms = first_ms,
        .stop_fd = -1,
        .retrying = note_pause,
        .context = &pauses,
    };
    upstream_init(&link, &settings);
    assert_int_equal(upstream_up(&link), UPSTREAM_FAILED);
    assert_non_null(strstr(link.why, "gave up after"));
    close(fd);
    return pauses;
}

/* All but the last one, for which there may have been less time left. */
static void expect_doubling(const struct pauses *pauses, uint64_t first_ms)
{
    uint64_t whole_ms = first_ms;
    for (size_t i = 0; i + 1 < pauses->count; i++) {
        assert_in_range(pauses->ms[i], whole_ms / 2, whole_ms);
        whole_ms = 2 * whole_ms < 50 * first_ms ? 2 * whole_ms : 50 * first_ms;
    }
}

static void pauses_double(void **state)
{
    (void)state;
    const struct pauses pauses = try_in_vain(20, 600);
    assert_in_range(pauses.count, 5, 7); /* 20, 40, 80, 160, 320: halves of them at the least */
    expect_doubling(&pauses, 20);
}

static void pauses_grow_to_fifty_times_the_first(void **state)
{
    (void)state;
    const struct pauses pauses = try_in_vain(2, 700);
    assert_in_range(pauses.count, 11, 20); /* 7 to come to 100, and some of 50 to 100 */
    expect_doubling(&pauses, 2);
}

/* That two clients pick the same four pauses by chance happens once in some 10^6 times. */
static void pauses_of_two_clients_differ(void **state)
{
    (void)state;
    const struct pauses one = try_in_vain(20, 600), other = try_in_vain(20, 600);
    assert_true(one.count > 4 && other.count > 4); /* what follows is cut to the time that is left */
    assert_memory_not_equal(one.ms, other.ms, 4 * sizeof one.ms[0]);
}

static void client_without_patience_tries_once(void **state)
{
    (void)state;
    assert_int_equal(try_in_vain(20, 0).count, 0);
}

/* ---- Several servers ------------------------------------------------------------------------- */

/* Three of them; who listens is the test's matter. */
static struct {
    struct servers servers;
    int fd[3];
    char tried[512]; /* "1:0 2:0 3:p " for the three in turn, with a pause after the last; "=2 " connected */
    int stop[2];     /* a pipe: the client is stopped … */
    size_t enough;   /* … when `tried` is so long */
} three;

/* More than any test takes, so that none needs a quick machine. */
#define PATIENT_MS 600000u

/* The place of a server among the three, from 1. */
static unsigned place_of(const char *server)
{
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(three.servers.list[i].text, server) == 0)
            return i + 1;
    return 0;
}

static void note(const char *text)
{
    size_t used = strlen(three.tried);
    (void)snprintf(three.tried + used, sizeof three.tried - used, "%s ", text);
}

static void note_retry(void *context, const char *server, const char *why, uint64_t pause_ms)
{
    assert_null(context);
    assert_non_null(strstr(why, "refused"));
    char text[16];
    snprintf(text, sizeof text, "%u:%c", place_of(server), pause_ms > 0 ? 'p' : '0');
    note(text);
    if (strlen(three.tried) == three.enough)
        assert_int_equal(write(three.stop[1], "", 1), 1);
}

static void note_connected(void *context, const char *server)
{
    assert_null(context);
    char text[16];
    snprintf(text, sizeof text, "=%u", place_of(server));
    note(text);
}

static void begin_three(struct upstream *link, uint64_t retry_ms)
{
    char address[32], error[SERVERS_ERROR_MAX];
    memset(&three, 0, sizeof three);
    assert_int_equal(pipe(three.stop), 0);
    for (unsigned i = 0; i < 3; i++) {
        three.fd[i] = closed_port(address);
        assert_true(servers_add(&three.servers, address, error));
    }
    const struct upstream_settings settings = {
        .dialect = SORTEO_WIDE,
        .servers = &three.servers,
        .retry_ms = retry_ms,
        .pause_ms = 1,
        .stop_fd = three.stop[0],
        .retrying = note_retry,
        .connected = note_connected,
    };
    upstream_init(link, &settings);
}

static void end_three(struct upstream *link)
{
    upstream_close(link);
    for (unsigned i = 0; i < 3; i++)
        close(three.fd[i]);
    close(three.stop[0]);
    close(three.stop[1]);
}

static void each_server_is_tried_once_and_then_there_is_a_pause(void **state)
{
    static struct upstream link;
    (void)state;
    const char two_turns[] = "1:0 2:0 3:p 1:0 2:0 3:p ";
    begin_three(&link, PATIENT_MS);
    three.enough = strlen(two_turns);
    assert_int_equal(upstream_up(&link), UPSTREAM_STOPPED);
    assert_string_equal(three.tried, two_turns);
    end_three(&link);
    begin_three(&link, 20);
    assert_int_equal(upstream_up(&link), UPSTREAM_FAILED);
    assert_non_null(strstr(link.why, "gave up after 0.0 s without progress at any of 3 servers; the last was 127"));
    end_three(&link);
    begin_three(&link, 0); /* one turn, and no more */
    assert_int_equal(upstream_up(&link), UPSTREAM_FAILED);
    assert_string_equal(three.tried, "1:0 2:0 ");
    end_three(&link);
}

static void server_that_can_be_reached_is_kept(void **state)
{
    static struct upstream link;
    (void)state;
    begin_three(&link, 20);
    assert_int_equal(listen(three.fd[1], 4), 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(upstream_up(&link), UPSTREAM_OK);
        upstream_close(&link); /* by the caller: no failure */
    }
    assert_string_equal(three.tried, "1:0 =2 ");
    end_three(&link);
}

/* A peer that closes every connection at once: it can be reached, and is of no use. */
static void close_next(int listener)
{
    int fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    close(fd);
}

/* The next reply, or what else comes. */
static enum upstream_outcome await_reply(struct upstream *link)
{
    struct sorteo_event event;
    enum upstream_outcome outcome;
    upstream_expect(link, SORTEO_REPLY_ANSWER);
    while ((outcome = upstream_next(link, &event)) == UPSTREAM_AGAIN)
        assert_int_equal(upstream_wait(link, false, UINT64_MAX), UPSTREAM_OK);
    return outcome;
}

static void server_that_closes_without_an_answer_is_one_that_fails(void **state)
{
    static struct upstream link;
    (void)state;
    begin_three(&link, 20);
    link.settings.retrying = NULL; /* the reasons differ */
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(listen(three.fd[i], 4), 0);
    for (unsigned i = 0; i < 7; i++) {
        assert_int_equal(upstream_up(&link), UPSTREAM_OK);
        assert_string_equal(link.server, three.servers.list[i % 3].text); /* or close_next() waits for ever */
        close_next(three.fd[i % 3]);
        assert_int_equal(await_reply(&link), UPSTREAM_LOST);
        assert_string_equal(link.server, three.servers.list[i % 3].text);
        assert_int_equal(link.backoff.wait_ms, i < 2 ? 0 : i < 5 ? 1 : 2); /* after 3 and 6 */
    }
    assert_string_equal(three.tried, "=1 =2 =3 =1 =2 =3 =1 ");
    end_three(&link);
}

static void answer_begins_a_new_turn_at_its_server(void **state)
{
    static struct upstream link;
    (void)state;
    begin_three(&link, 20);
    assert_int_equal(listen(three.fd[1], 4), 0);
    assert_int_equal(upstream_up(&link), UPSTREAM_OK);
    int fd = accept(three.fd[1], NULL, NULL);
    assert_int_equal(send(fd, "\0", 1, MSG_NOSIGNAL), 1);
    assert_int_equal(await_reply(&link), UPSTREAM_OK);
    close(fd);
    assert_int_equal(shutdown(three.fd[1], SHUT_RDWR), 0);
    assert_int_equal(await_reply(&link), UPSTREAM_LOST);
    assert_int_equal(upstream_up(&link), UPSTREAM_FAILED);
    assert_int_equal(strncmp(three.tried, "1:0 =2 2:0 3:0 1:p 2:0 ", 23), 0);
    end_three(&link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double),
        cmocka_unit_test(pauses_grow_to_fifty_times_the_first),
        cmocka_unit_test(pauses_of_two_clients_differ),
        cmocka_unit_test(client_without_patience_tries_once),
        cmocka_unit_test(each_server_is_tried_once_and_then_there_is_a_pause),
        cmocka_unit_test(server_that_can_be_reached_is_kept),
        cmocka_unit_test(server_that_closes_without_an_answer_is_one_that_fails),
        cmocka_unit_test(answer_begins_a_new_turn_at_its_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
