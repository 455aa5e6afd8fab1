/*
 * The decoder that `make bench` measures ours against, written by hand, beside the oracle: is it
 * right, so that it is worth being compared with? It reads BATCH frames of the dialect wide (and so
 * SINGLEs), and knows no FINISH, no limit, and no byte of an error.
 *
 * TEST_ROUNDS is how many random streams are compared; below 50,000 the other sets are taken in
 * part, for slow instruments.
 */
#include "bench/codec/handwritten.h"
#include "conformance/oracle/inputs.h"
#include "unit/codec/codec_random.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROUNDS 60000u
#define BRIEF_BELOW 50000u

static uint64_t rounds;
static uint64_t compared;

/* ---- Both, side by side ---------------------------------------------------------------------- */

struct run {
    struct handwritten reader;
    const uint8_t *at, *end;
    bool is_over; /* the stream went on with what it does not read */
};

static bool is_same_text(struct sorteo_text a, struct sorteo_text b)
{
    return a.bytes == b.bytes && a.len == b.len;
}

static bool is_same_bet(const struct sorteo_bet *a, const struct sorteo_bet *b)
{
    return a->agency == b->agency && a->document == b->document && a->number == b->number &&
           is_same_text(a->name, b->name) && is_same_text(a->surname, b->surname) &&
           is_same_text(a->birthdate, b->birthdate);
}

/* What the oracle has read, the other one reads next. */
static void expect(void *context, const struct sorteo_event *event)
{
    struct run *run = context;
    struct sorteo_bet bet;

    if (event->kind == SORTEO_FINISH)
        run->is_over = true;
    if (event->kind != SORTEO_BET || run->is_over)
        return;
    assert_int_equal(handwritten_checked(&run->reader, &run->at, run->end, &bet), HANDWRITTEN_BET);
    assert_true(is_same_bet(&bet, &event->bet));
}

static void compare(void *context, const struct oracle_input *input)
{
    struct oracle_input unlimited = *input;
    struct run run = { .at = input->bytes, .end = input->bytes + input->len };
    struct oracle_outcome outcome;
    struct sorteo_bet bet;

    (void)context;
    if (input->stream == SORTEO_REPLY_STREAM)
        return;
    if (input->stream == SORTEO_BET_STREAM)
        run.reader.bets_left = UINT_MAX; /* in wide, SINGLEs are the bets of a batch without an end */
    unlimited.frame_limit = 0;
    outcome = oracle_decode(&unlimited, expect, &run);
    compared++;
    if (run.is_over)
        return;
    switch (handwritten_checked(&run.reader, &run.at, run.end, &bet)) {
    case HANDWRITTEN_BET:
        fail_msg("a bet that the oracle refuses");
        break;
    case HANDWRITTEN_WRONG:
        assert_true(outcome.error.code != SORTEO_E_OK || input->bytes[input->len - 1] == 0);
        break;
    case HANDWRITTEN_MORE:
        break; /* an error may be in what is not all there */
    }
}

static void agrees_on(void (*set)(const struct inputs *))
{
    compared = 0;
    set(&(struct inputs){ SORTEO_WIDE, rounds < BRIEF_BELOW, compare, NULL });
    assert_true(compared > 0);
}

static void random_streams(const struct inputs *inputs)
{
    inputs_random(inputs, random_state, rounds);
}

static void handwritten_agrees_where_any_byte_is_wrong(void **state)
{
    (void)state;
    agrees_on(inputs_prefixes);
    agrees_on(inputs_bytes);
    agrees_on(inputs_shifts);
}

static void handwritten_agrees_on_every_day_and_character(void **state)
{
    (void)state;
    agrees_on(inputs_birthdates);
    agrees_on(inputs_characters);
}

static void handwritten_agrees_on_random_streams(void **state)
{
    (void)state;
    agrees_on(random_streams);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handwritten_agrees_where_any_byte_is_wrong),
        cmocka_unit_test(handwritten_agrees_on_every_day_and_character),
        cmocka_unit_test(handwritten_agrees_on_random_streams),
    };

    random_begin();
    rounds = number_from_environment("TEST_ROUNDS", ROUNDS);
    return cmocka_run_group_tests_name("handwritten", tests, NULL, NULL);
}
