/* What no process of the server says while it works, field by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/channel/doubt.h"

#define NOW_NS 1000u
#define SLOTS 8u
#define BEGAN_NS 500u
#define WORKERS 3u

/* ---- From a worker to the committer ---------------------------------------------------------- */

static struct message good_frame(void)
{
    return (struct message){
        .type = MESSAGE_FRAME, .kind = FRAME_BATCH, .len = 30, .connection = SLOTS - 1, .number = NOW_NS
    };
}

static struct message good_agencies(void)
{
    return (struct message){ .type = MESSAGE_AGENCIES, .port = 1, .len = 32, .connection = 1, .number = NOW_NS };
}

static const char *doubt_of(const struct message *message)
{
    return doubt_message(message, SLOTS, NOW_NS);
}

static void message_of_a_worker_is_believed(void **state)
{
    const uint64_t name = UINT64_C(7) << 32 | 1;
    const struct message winners = { .type = MESSAGE_WINNERS, .connection = name, .round = 1, .from = 2048 };
    const struct message closed = { .type = MESSAGE_CLOSED, .connection = name };
    const struct message refused = { .type = MESSAGE_REFUSED, .kind = 1, .connection = name };
    const struct message single = { .type = MESSAGE_FRAME, .kind = FRAME_SINGLE, .port = 1, .len = 30, .number = 1 };
    const struct message frame = good_frame();
    const struct message agencies = good_agencies();

    (void)state;
    assert_null(doubt_of(&agencies));
    assert_null(doubt_of(&frame));
    assert_null(doubt_of(&single));
    assert_null(doubt_of(&winners));
    assert_null(doubt_of(&closed));
    assert_null(doubt_of(&refused));
}

static void connection_from_the_future_is_doubted(void **state)
{
    struct message frame = good_frame();
    struct message agencies = good_agencies();

    (void)state;
    agencies.number = 0;
    assert_non_null(doubt_of(&agencies));
    frame.number = NOW_NS + 1;
    assert_non_null(doubt_of(&frame));
    frame.number = UINT64_MAX;
    assert_non_null(doubt_of(&frame));
    frame.number = 0;
    assert_non_null(doubt_of(&frame));
}

static void slot_beyond_the_last_is_doubted(void **state)
{
    struct message frame = good_frame();
    struct message closed = { .type = MESSAGE_CLOSED, .connection = SLOTS };

    (void)state;
    frame.connection = SLOTS;
    assert_non_null(doubt_of(&frame));
    assert_non_null(doubt_of(&closed));
}

static void frame_of_the_other_port_is_doubted(void **state)
{
    struct message frame = good_frame();

    (void)state;
    frame.port = 1;
    assert_non_null(doubt_of(&frame));
    frame.kind = FRAME_SINGLE;
    frame.port = 0;
    assert_non_null(doubt_of(&frame));
    frame.port = SPEAKERS_PORTS;
    assert_non_null(doubt_of(&frame));
    struct message agencies = good_agencies();
    agencies.port = SPEAKERS_PORTS;
    assert_non_null(doubt_of(&agencies));
}

static void frame_of_no_kind_is_doubted(void **state)
{
    struct message frame = good_frame();

    (void)state;
    frame.kind = FRAME_RECEIPT + 1;
    assert_non_null(doubt_of(&frame));
}

static void body_that_is_missing_or_too_much_is_doubted(void **state)
{
    struct message frame = good_frame();
    struct message closed = { .type = MESSAGE_CLOSED, .len = 1 };
    struct message winners = { .type = MESSAGE_WINNERS, .len = 1 };
    struct message refused = { .type = MESSAGE_REFUSED, .len = 1 };
    struct message agencies = good_agencies();

    (void)state;
    agencies.len--;
    assert_non_null(doubt_of(&agencies));
    frame.len = 0;
    assert_non_null(doubt_of(&frame));
    assert_non_null(doubt_of(&closed));
    assert_non_null(doubt_of(&winners));
    assert_non_null(doubt_of(&refused));
}

static void message_of_the_committers_own_is_doubted(void **state)
{
    (void)state;
    for (unsigned type = MESSAGE_RESULT; type <= UINT8_MAX; type++) {
        struct message message = { .type = (uint8_t)type };
        assert_non_null(doubt_of(&message));
    }
}

/* ---- From a worker to the acceptor ----------------------------------------------------------- */

static const char *doubt_of_note(enum handoff_type type, uint64_t number, int fd)
{
    const struct handoff_note note = { .type = (uint8_t)type, .number = number };
    return doubt_handoff(&note, fd, BEGAN_NS, NOW_NS);
}

static void note_of_a_worker_is_believed(void **state)
{
    (void)state;
    for (unsigned type = HANDOFF_TAKEN; type <= HANDOFF_CLOSED; type++)
        assert_null(doubt_of_note(type, NOW_NS, -1));
    assert_null(doubt_of_note(HANDOFF_HAVE, BEGAN_NS - 1, -1));
    assert_null(doubt_of_note(HANDOFF_ADDRESS, NOW_NS, -1));
    assert_null(doubt_of_note(HANDOFF_HAVE_ALL, 0, -1));
}

static void note_that_no_worker_sends_is_doubted(void **state)
{
    (void)state;
    assert_non_null(doubt_of_note(HANDOFF_PASS, 1, -1));
    assert_non_null(doubt_of_note(HANDOFF_EVICT, 1, -1));
    assert_non_null(doubt_of_note(HANDOFF_ADMIT, 1, -1));
    assert_non_null(doubt_of_note(HANDOFF_REFUSE, 1, -1));
    assert_non_null(doubt_of_note(HANDOFF_HAVE_ALL, 1, -1));
    assert_non_null(doubt_of_note(HANDOFF_ANNOUNCE, 1, -1));
    assert_non_null(doubt_of_note(HANDOFF_GONE, 1, -1));
    assert_non_null(doubt_of_note(HANDOFF_TAKEN, 1, 0));
    assert_non_null(doubt_of_note(HANDOFF_TAKEN, 0, -1));
    assert_non_null(doubt_of_note(HANDOFF_TAKEN, NOW_NS + 1, -1));
}

static void address_of_no_origin_and_unknown_port_are_doubted(void **state)
{
    struct handoff_note note = { .type = HANDOFF_HAVE, .number = 1, .origin = ADDRESS_REPORTED };

    (void)state;
    assert_null(doubt_handoff(&note, -1, BEGAN_NS, NOW_NS));
    note.origin++;
    assert_non_null(doubt_handoff(&note, -1, BEGAN_NS, NOW_NS));
    note.origin = 0;
    note.port = PORTS;
    assert_non_null(doubt_handoff(&note, -1, BEGAN_NS, NOW_NS));
}

static void connection_from_before_that_is_of_today_is_doubted(void **state)
{
    (void)state;
    assert_non_null(doubt_of_note(HANDOFF_HAVE, BEGAN_NS, -1));
}

/* ---- From a child to the supervisor ---------------------------------------------------------- */

static const char *doubt_of_control(enum child_role role, enum control_type type, uint32_t value)
{
    const struct control_note note = { .type = (uint32_t)type, .value = value };
    return doubt_control(role, &note, -1, WORKERS);
}

static void each_child_may_say_what_is_its_own(void **state)
{
    (void)state;
    for (enum child_role role = ROLE_COMMITTER; role <= ROLE_WORKER; role++)
        assert_null(doubt_of_control(role, CONTROL_BEAT, 0));
    assert_null(doubt_of_control(ROLE_COMMITTER, CONTROL_READY, 7));
    assert_null(doubt_of_control(ROLE_COMMITTER, CONTROL_COLLECTED, 7));
    assert_null(doubt_of_control(ROLE_COMMITTER, CONTROL_EXPEL, WORKERS - 1));
    assert_null(doubt_of_control(ROLE_ACCEPTOR, CONTROL_EXPEL, 0));
}

static void child_that_speaks_for_another_is_doubted(void **state)
{
    (void)state;
    assert_non_null(doubt_of_control(ROLE_WORKER, CONTROL_READY, 1));
    assert_non_null(doubt_of_control(ROLE_ACCEPTOR, CONTROL_COLLECTED, 1));
    assert_non_null(doubt_of_control(ROLE_WORKER, CONTROL_EXPEL, 0));
    assert_non_null(doubt_of_control(ROLE_COMMITTER, CONTROL_CHANNEL, 0));
    assert_non_null(doubt_of_control(ROLE_WORKER, CONTROL_HANDOFF, 0));
    assert_non_null(doubt_of_control(ROLE_COMMITTER, (enum control_type)99, 0));
}

static void worker_that_there_is_not_is_not_expelled(void **state)
{
    (void)state;
    assert_non_null(doubt_of_control(ROLE_COMMITTER, CONTROL_EXPEL, WORKERS));
}

static void descriptor_from_a_child_is_doubted(void **state)
{
    const struct control_note note = { .type = CONTROL_BEAT };

    (void)state;
    assert_non_null(doubt_control(ROLE_WORKER, &note, 0, WORKERS));
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(message_of_a_worker_is_believed),
        TEST(connection_from_the_future_is_doubted),
        TEST(slot_beyond_the_last_is_doubted),
        TEST(frame_of_the_other_port_is_doubted),
        TEST(frame_of_no_kind_is_doubted),
        TEST(body_that_is_missing_or_too_much_is_doubted),
        TEST(message_of_the_committers_own_is_doubted),
        TEST(note_of_a_worker_is_believed),
        TEST(note_that_no_worker_sends_is_doubted),
        TEST(address_of_no_origin_and_unknown_port_are_doubted),
        TEST(connection_from_before_that_is_of_today_is_doubted),
        TEST(each_child_may_say_what_is_its_own),
        TEST(child_that_speaks_for_another_is_doubted),
        TEST(worker_that_there_is_not_is_not_expelled),
        TEST(descriptor_from_a_child_is_doubted),
    };
    return cmocka_run_group_tests_name("server_doubt", tests, NULL, NULL);
}
