/*
 * When the client tries again to connect: after pauses that double up to a bound, each cut by
 * chance, so that agencies that lost the same server do not come back as one.
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

static void note_pause(void *context, const char *why, uint64_t pause_ms)
{
    struct pauses *pauses = context;
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
    char address[32];
    int fd = closed_port(address);
    const struct upstream_settings settings = {
        .dialect = SORTEO_WIDE,
        .server = address,
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double),
        cmocka_unit_test(pauses_grow_to_fifty_times_the_first),
        cmocka_unit_test(pauses_of_two_clients_differ),
        cmocka_unit_test(client_without_patience_tries_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
