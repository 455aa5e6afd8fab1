/*
 * Claims: which connection may speak for an agency on a port (protocol, section 6). Knows no
 * sockets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lottery/speakers.h"

static struct speakers speakers;

static const struct speaker old = { .number = 100, .channel = 1, .connection = 7 };
static const struct speaker middle = { .number = 200, .channel = 2, .connection = 7 };
static const struct speaker young = { .number = 300, .channel = 1, .connection = 8 };
static const struct speaker untouched = { .number = 1, .channel = 2, .connection = 3 };

static int begin(void **state)
{
    (void)state;
    speakers = (struct speakers){ 0 };
    return 0;
}

static bool is_speaker(const struct speaker *one, const struct speaker *other)
{
    return one->number == other->number && one->channel == other->channel && one->connection == other->connection;
}

/* Takes a frame of agency 5 on the agency stream's port, and expects that no speaker is
 * replaced. */
static void take_first(const struct speaker *speaker)
{
    struct speaker before = untouched;

    assert_false(speakers_replace(&speakers, 0, 5, speaker, &before));
    assert_true(is_speaker(&before, &untouched));
}

static void nobody_is_older_than_nobody(void **state)
{
    (void)state;
    for (unsigned port = 0; port < SPEAKERS_PORTS; port++)
        for (unsigned agency = 0; agency < 256; agency++)
            assert_false(speakers_is_older(&speakers, port, (uint8_t)agency, &old));
}

static void older_connection_is_found_by_when_it_was_accepted(void **state)
{
    (void)state;
    take_first(&middle);
    assert_true(speakers_is_older(&speakers, 0, 5, &old));
    assert_false(speakers_is_older(&speakers, 0, 5, &young));
}

static void connection_is_not_older_than_itself(void **state)
{
    (void)state;
    take_first(&old);
    assert_false(speakers_is_older(&speakers, 0, 5, &old));
}

/* Two workers may accept in the same nanosecond: neither is older, and the one that speaks goes
 * on. */
static void connections_of_the_same_instant_replace_each_other(void **state)
{
    const struct speaker twin = { .number = old.number, .channel = 3, .connection = 9 };
    struct speaker before = untouched;

    (void)state;
    take_first(&old);
    assert_false(speakers_is_older(&speakers, 0, 5, &twin));
    assert_true(speakers_replace(&speakers, 0, 5, &twin, &before));
    assert_true(is_speaker(&before, &old));
}

static void taking_again_replaces_nobody(void **state)
{
    (void)state;
    take_first(&old);
    take_first(&old);
}

static void younger_connection_replaces_the_one_before(void **state)
{
    struct speaker before = untouched;

    (void)state;
    take_first(&old);
    assert_true(speakers_replace(&speakers, 0, 5, &young, &before));
    assert_true(is_speaker(&before, &old));
    assert_true(speakers_is_older(&speakers, 0, 5, &old));
    assert_true(speakers_is_older(&speakers, 0, 5, &middle));
}

static void connection_is_known_by_its_channel_and_its_name(void **state)
{
    const struct speaker other_channel = { .number = 50, .channel = 9, .connection = old.connection };
    const struct speaker other_name = { .number = 50, .channel = old.channel, .connection = 9 };

    (void)state;
    take_first(&old);
    assert_true(speakers_is_older(&speakers, 0, 5, &other_channel));
    assert_true(speakers_is_older(&speakers, 0, 5, &other_name));
}

static void ports_are_apart(void **state)
{
    struct speaker before = untouched;

    (void)state;
    take_first(&young);
    assert_false(speakers_is_older(&speakers, 1, 5, &old));
    assert_false(speakers_replace(&speakers, 1, 5, &old, &before));
    assert_true(speakers_is_older(&speakers, 0, 5, &middle));
    assert_false(speakers_is_older(&speakers, 1, 5, &middle));
}

static void agencies_are_apart(void **state)
{
    (void)state;
    take_first(&young);
    assert_false(speakers_is_older(&speakers, 0, 4, &old));
    assert_false(speakers_is_older(&speakers, 0, 255, &old));
    assert_true(speakers_is_older(&speakers, 0, 5, &old));
}

static void connections_of_before_are_ended_on_every_port(void **state)
{
    struct speaker before = untouched;

    (void)state;
    take_first(&old);
    speakers_end(&speakers, 5, young.number);
    for (unsigned port = 0; port < SPEAKERS_PORTS; port++) {
        assert_true(speakers_is_older(&speakers, port, 5, &old));
        assert_true(speakers_is_older(&speakers, port, 5, &middle));
        assert_false(speakers_is_older(&speakers, port, 5, &young));
        assert_false(speakers_is_older(&speakers, port, 4, &old));
    }
    speakers_end(&speakers, 5, old.number); /* takes nothing back */
    assert_true(speakers_is_older(&speakers, 0, 5, &middle));
    (void)speakers_replace(&speakers, 0, 5, &young, &before);
    assert_int_equal(before.channel, 0); /* that of no worker */
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_is_older_than_nobody),
        TEST(older_connection_is_found_by_when_it_was_accepted),
        TEST(connection_is_not_older_than_itself),
        TEST(connections_of_the_same_instant_replace_each_other),
        TEST(taking_again_replaces_nobody),
        TEST(younger_connection_replaces_the_one_before),
        TEST(connection_is_known_by_its_channel_and_its_name),
        TEST(ports_are_apart),
        TEST(agencies_are_apart),
        TEST(connections_of_before_are_ended_on_every_port),
    };
    return cmocka_run_group_tests_name("lottery_speakers", tests, NULL, NULL);
}
