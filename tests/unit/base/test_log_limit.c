/* The limit for lines about peers: what is written, what is counted, and that its memory is
 * bounded. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log_limit.h"

static struct log_limit limit;
static const struct log_kind refused = { .action = "refused", .reason = "of a reason", .level = LOG_ERROR };

static int begin(void **state)
{
    (void)state;
    memset(&limit, 0, sizeof limit);
    return 0;
}

static struct peer_name peer_of(uint32_t address, uint16_t port)
{
    struct peer_name peer = { .port = port, .version = 4 };
    uint32_t bytes = htonl(address);

    memcpy(peer.address, &bytes, sizeof bytes);
    return peer;
}

static bool allows(const struct log_kind *kind, uint32_t address, uint64_t now_ms)
{
    const struct peer_name peer = peer_of(address, (uint16_t)now_ms); /* its port makes no difference */
    return log_limit_allows(&limit, kind, &peer, now_ms);
}

static void one_line_is_allowed_and_the_others_are_counted(void **state)
{
    struct log_repeats repeats;

    (void)state;
    assert_true(allows(&refused, 7, 1000));
    for (unsigned i = 0; i < 500; i++)
        assert_false(allows(&refused, 7, 1000 + i));
    assert_false(log_limit_take(&limit, 1999, &repeats));
    assert_true(log_limit_take(&limit, 2000, &repeats));
    assert_int_equal(repeats.count, 500);
    assert_string_equal(repeats.kind.action, "refused");
    assert_int_equal(peer_name_group(&repeats.peer), 7);
    assert_false(log_limit_take(&limit, 9000, &repeats));
    assert_true(allows(&refused, 7, 2001));
}

static void line_that_was_not_repeated_leaves_nothing_to_say(void **state)
{
    struct log_repeats repeats;

    (void)state;
    assert_true(allows(&refused, 7, 1000));
    assert_true(log_limit_take(&limit, UINT64_MAX, &repeats));
    assert_int_equal(repeats.count, 0);
}

static void other_kinds_and_other_peers_have_lines_of_their_own(void **state)
{
    struct log_kind kinds[] = { refused, refused, refused, refused };

    (void)state;
    kinds[0].action = "closed";
    kinds[1].reason = "of another";
    kinds[2].detail = 1;
    kinds[3].level = LOG_INFO;
    assert_true(allows(&refused, 7, 1000));
    assert_true(allows(&refused, 8, 1000));
    for (unsigned i = 0; i < 4; i++) {
        assert_true(allows(&kinds[i], 7, 1000));
        assert_false(allows(&kinds[i], 7, 1000));
    }
}

static void peers_beyond_its_memory_are_counted_together(void **state)
{
    struct log_repeats repeats;
    unsigned taken = 0, others = 0;

    (void)state;
    for (uint32_t address = 0; address < LOG_LIMIT_KINDS; address++)
        assert_true(allows(&refused, address, 1000));
    for (uint32_t address = LOG_LIMIT_KINDS; address < 100000; address++)
        assert_false(allows(&refused, address, 1000));
    while (log_limit_take(&limit, 2000, &repeats)) {
        taken++;
        if (repeats.kind.action == NULL)
            others = repeats.count;
    }
    assert_int_equal(taken, LOG_LIMIT_KINDS + 1);
    assert_int_equal(others, 100000 - LOG_LIMIT_KINDS);
    assert_int_equal(limit.used, 0);
    assert_true(allows(&refused, 99999, 2000));
}

/* A failure that found no place is not less than one. */
static void lines_beyond_its_memory_have_the_highest_of_their_levels(void **state)
{
    struct log_kind failed = refused, minor = refused;
    struct log_repeats repeats = { 0 };

    (void)state;
    failed.level = LOG_ERROR;
    minor.level = LOG_DEBUG;
    for (uint32_t address = 0; address < LOG_LIMIT_KINDS; address++)
        assert_true(allows(&minor, address, 1000));
    assert_false(allows(&minor, 1000, 1000));
    assert_false(allows(&failed, 1001, 1000));
    assert_false(allows(&minor, 1002, 1000));
    while (log_limit_take(&limit, 2000, &repeats) && repeats.kind.action != NULL)
        continue;
    assert_int_equal(repeats.count, 3);
    assert_int_equal(repeats.kind.level, LOG_ERROR);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_line_is_allowed_and_the_others_are_counted),
        TEST(line_that_was_not_repeated_leaves_nothing_to_say),
        TEST(other_kinds_and_other_peers_have_lines_of_their_own),
        TEST(peers_beyond_its_memory_are_counted_together),
        TEST(lines_beyond_its_memory_have_the_highest_of_their_levels),
    };
    return cmocka_run_group_tests_name("log_limit", tests, NULL, NULL);
}
