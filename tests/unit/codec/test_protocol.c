/*
 * The description of the protocol: fields and frames are found by their names, and say of each
 * dialect what its parameters say.
 */
#include "codec/machine.h"
#include "codec/protocol.h"

#include "unit/codec/each_dialect.h"

static const struct protocol *protocol_of_state(void **state)
{
    return &protocols[dialect_of_state(state)];
}

/* Each is the first of its name. */
static void fields_are_found_by_their_names(void **state)
{
    const struct protocol *protocol = protocol_of_state(state);

    assert_true(protocol->field_count > 0);
    for (unsigned i = 0; i < protocol->field_count; i++)
        assert_ptr_equal(protocol_field(protocol, protocol->fields[i].name), &protocol->fields[i]);
    for (unsigned i = 0; i < protocol->frame_count; i++)
        assert_ptr_equal(protocol_frame(protocol, protocol->frames[i].name), &protocol->frames[i]);
}

static void names_that_are_none_are_not_found(void **state)
{
    static const char *const names[] = { "", "N", "NAME_", "NAME_NN", "name", "BATC", "BATCHES" };
    const struct protocol *protocol = protocol_of_state(state);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_null(protocol_field(protocol, names[i]));
        assert_null(protocol_frame(protocol, names[i]));
    }
    assert_null(protocol_field(protocol, "BATCH"));
    assert_null(protocol_frame(protocol, "NAME"));
}

static void sizes_are_those_of_the_dialect(void **state)
{
    const struct protocol *protocol = protocol_of_state(state);
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect_of_state(state));
    const struct dialect_sizes *sizes = &dialect_of(dialect_of_state(state))->sizes;

    assert_string_equal(protocol->dialect, sorteo_dialect_name(dialect_of_state(state)));
    assert_int_equal(protocol_field(protocol, "NAME_N")->size, parameters->length_size);
    assert_int_equal(protocol_field(protocol, "SURNAME_N")->size, parameters->length_size);
    assert_int_equal(protocol_field(protocol, "KEY")->size, parameters->key_size);
    assert_int_equal(protocol_field(protocol, "N_WINNERS")->size, parameters->winners_size);
    assert_int_equal(protocol_field(protocol, "BATCH_AGENCY")->size, parameters->batch_agency_size);
    assert_int_equal(protocol_frame(protocol, "BATCH")->head.fixed, sizes->batch_head);
    assert_int_equal(protocol_frame(protocol, "BATCH")->items.fixed, sizes->bet_fixed);
    assert_int_equal(protocol_frame(protocol, "SINGLE")->head.fixed, sizes->single_fixed);
}

static void integers_may_be_what_their_rules_say(void **state)
{
    const struct protocol *protocol = protocol_of_state(state);
    const struct protocol_field *count = protocol_field(protocol, "N_BETS");
    const struct protocol_field *refused = protocol_field(protocol, "REFUSED");

    assert_false(protocol_may_be(count, 0));
    assert_true(protocol_may_be(count, 1));
    assert_true(protocol_may_be(count, SORTEO_BATCH_MAX));
    assert_false(protocol_may_be(count, SORTEO_BATCH_MAX + UINT64_C(1)));
    assert_int_equal(protocol_most(count), SORTEO_BATCH_MAX);
    assert_int_equal(protocol_batch_most(dialect_of_state(state)), SORTEO_BATCH_MAX);
    assert_false(protocol_may_be(refused, 0));
    assert_true(protocol_may_be(refused, 1));
    assert_false(protocol_may_be(refused, 2));
    assert_false(protocol_may_be(protocol_field(protocol, "NAME"), 0)); /* no integer */
    assert_int_equal(protocol_most(protocol_field(protocol, "NAME")), 0);
}

/* What no dialect has: an integer of two intervals, a table without a row, a name of no byte. */
static void tables_may_have_no_row_or_several(void **state)
{
    static const struct protocol_interval intervals[] = { { 1, 2 }, { 5, 6 } };
    static const struct protocol_field fields[] = { { .name = "\0a", .intervals = intervals, .interval_count = 2 } };
    static const struct protocol one = { .fields = fields, .field_count = 1 }, none = { .dialect = "none" };

    (void)state;
    assert_null(protocol_field(&none, "NAME"));
    assert_null(protocol_frame(&none, "BATCH"));
    assert_ptr_equal(protocol_field(&one, "\0b"), &fields[0]); /* what follows its end is no part of a name */
    assert_int_equal(protocol_most(&fields[0]), 6);
    for (uint64_t value = 0; value < 8; value++)
        assert_int_equal(protocol_may_be(&fields[0], value), value == 1 || value == 2 || value == 5 || value == 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found_by_their_names),   cmocka_unit_test(names_that_are_none_are_not_found),
        cmocka_unit_test(sizes_are_those_of_the_dialect),    cmocka_unit_test(integers_may_be_what_their_rules_say),
        cmocka_unit_test(tables_may_have_no_row_or_several),
    };

    return run_in_each_dialect("protocol", tests, sizeof tests / sizeof tests[0]);
}
