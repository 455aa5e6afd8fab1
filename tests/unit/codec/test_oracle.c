/*
 * The decoder against an independent one (tests/conformance/oracle/oracle.c): the same events, the
 * same error in the same field at the same byte, on every vector, on whole streams with everything
 * that can go wrong in one place, and on random ones.
 *
 * TEST_ROUNDS is how many random streams are compared; below 50,000 the other sets are taken in
 * part, for slow instruments. TEST_SEED gives the same random ones again. SORTEO_DIALECT takes
 * one dialect alone.
 */
#include "conformance/oracle/agreement.h"
#include "conformance/oracle/inputs.h"
#include "unit/codec/codec_random.h"
#include "unit/codec/vector_input.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROUNDS 300000u
#define BRIEF_BELOW 50000u

static uint64_t rounds;
static uint64_t compared;

static bool is_wanted(enum sorteo_dialect dialect)
{
    const char *wanted = getenv("SORTEO_DIALECT");

    return wanted == NULL || strcmp(wanted, sorteo_dialect_name(dialect)) == 0;
}

/* Whole, and in pieces of 1 to 16 bytes, of a length that the input itself draws. */
static void compare(void *context, const struct oracle_input *input)
{
    uint32_t hash = UINT32_C(2166136261);

    (void)context;
    for (size_t i = 0; i < input->len; i++)
        hash = (hash ^ input->bytes[i]) * UINT32_C(16777619);
    if (!agreement_holds(input, 0, stdout) || !agreement_holds(input, 1 + (hash >> 16) % 16, stdout))
        fail_msg("the decoder and the oracle differ, as told above");
    compared++;
}

static void agrees_on(void (*set)(const struct inputs *))
{
    compared = 0;
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        if (is_wanted((enum sorteo_dialect)dialect))
            set(&(struct inputs){ (enum sorteo_dialect)dialect, rounds < BRIEF_BELOW, compare, NULL });
    }
    assert_true(compared > 0);
    (void)printf("# %llu inputs\n", (unsigned long long)compared);
}

static void compare_vector(const struct vector *vector)
{
    enum sorteo_reply replies[VECTOR_REPLIES_MAX];
    const struct oracle_input input = vector_input(vector, replies);

    compare(NULL, &input);
}

static void oracle_agrees_on_vectors(void **state)
{
    struct vector *vectors = NULL;
    size_t count = 0;
    glob_t files;

    (void)state;
    compared = 0;
    assert_int_equal(glob("tests/conformance/vectors/*.txt", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        vectors_read(files.gl_pathv[i], &vectors, &count);
    for (size_t i = 0; i < count; i++)
        if (is_wanted(vectors[i].dialect))
            compare_vector(&vectors[i]);
    assert_true(compared > 0);
    (void)printf("# %llu inputs\n", (unsigned long long)compared);
    vectors_free(vectors, count);
    globfree(&files);
}

static void oracle_agrees_on_every_prefix(void **state)
{
    (void)state;
    agrees_on(inputs_prefixes);
}

static void oracle_agrees_on_every_wrong_byte(void **state)
{
    (void)state;
    agrees_on(inputs_bytes);
}

static void oracle_agrees_on_bytes_lost_and_doubled(void **state)
{
    (void)state;
    agrees_on(inputs_shifts);
}

static void oracle_agrees_on_every_limit(void **state)
{
    (void)state;
    agrees_on(inputs_limits);
}

static void oracle_agrees_on_every_birthdate(void **state)
{
    (void)state;
    agrees_on(inputs_birthdates);
}

static void oracle_agrees_on_every_character(void **state)
{
    (void)state;
    agrees_on(inputs_characters);
}

static void oracle_agrees_on_extreme_counts(void **state)
{
    (void)state;
    agrees_on(inputs_counts);
}

static void oracle_agrees_on_replies_that_are_not_due(void **state)
{
    (void)state;
    agrees_on(inputs_replies);
}

static void random_streams(const struct inputs *inputs)
{
    inputs_random(inputs, random_state + inputs->dialect, rounds / 3);
}

static void oracle_agrees_on_random_streams(void **state)
{
    (void)state;
    agrees_on(random_streams);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_agrees_on_every_prefix),
        cmocka_unit_test(oracle_agrees_on_every_wrong_byte),
        cmocka_unit_test(oracle_agrees_on_bytes_lost_and_doubled),
        cmocka_unit_test(oracle_agrees_on_every_limit),
        cmocka_unit_test(oracle_agrees_on_every_birthdate),
        cmocka_unit_test(oracle_agrees_on_every_character),
        cmocka_unit_test(oracle_agrees_on_extreme_counts),
        cmocka_unit_test(oracle_agrees_on_replies_that_are_not_due),
        cmocka_unit_test(oracle_agrees_on_random_streams),
        cmocka_unit_test(oracle_agrees_on_vectors),
    };

    random_begin();
    rounds = number_from_environment("TEST_ROUNDS", ROUNDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
