/*
 * KEYs: from the field's range, each once, and none that is left over when they are used up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bets_file/batcher.h"
#include "unit/scratch.h"

static const struct key_range four = { .low = 3, .high = 6 };

static void keys_of_a_dialect_are_those_of_its_field(void **state)
{
    const struct key_range keyed = keys_of(SORTEO_KEYED), wide = keys_of(SORTEO_WIDE);

    (void)state;
    assert_true(keyed.low == 0 && keyed.high == UINT64_MAX);
    assert_true(wide.low == 0 && wide.high == UINT64_MAX);
}

static void keys_are_picked_from_their_range(void **state)
{
    (void)state;
    for (uint64_t random = 0; random < 4; random++)
        assert_int_equal(keys_pick(&four, random), 3 + random);
    assert_int_equal(keys_pick(&four, 4), 3);
    assert_int_equal(keys_pick(&four, UINT64_MAX), 6);
    assert_true(keys_pick(&(struct key_range){ 0, UINT64_MAX }, UINT64_MAX) == UINT64_MAX);
}

static void keys_follow_one_another_in_a_circle(void **state)
{
    (void)state;
    for (uint64_t key = 3; key <= 6; key++) {
        assert_int_equal(keys_after(&four, key), key == 6 ? 3 : key + 1);
        assert_int_equal(keys_before(&four, keys_after(&four, key)), key);
    }
    assert_true(keys_after(&(struct key_range){ 0, UINT64_MAX }, UINT64_MAX) == 0);
}

/* A batcher of `rows` rows, one in a BATCH, whose dialect has the keys 3 to 6. */
static struct csv_reader *begin(struct batcher *batcher, const char *path, unsigned rows, uint64_t first_key)
{
    const struct batch_settings settings = { .dialect = SORTEO_KEYED, .form = BATCH_EXACT, .bets = 1 };
    char error[CSV_ERROR_MAX];
    struct csv_reader *reader;
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    for (unsigned i = 0; i < rows; i++)
        (void)fputs("Ana,Luz,30904465,1999-03-17,2201\n", file);
    assert_int_equal(fclose(file), 0);
    reader = csv_reader_open(path, 1, error);
    assert_non_null(reader);
    batcher_init(batcher, &settings, reader, first_key);
    batcher->keys = four;
    batcher->reserved_key = keys_before(&four, first_key);
    return reader;
}

static void expect_frames(struct batcher *batcher, const uint8_t *keys, size_t count)
{
    static struct bets_frame frame;

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(batcher_next(batcher, &frame), BATCH_FRAME);
        assert_int_equal(frame.bytes[2 + 7], keys[i]); /* the last byte of KEY, after N_BETS */
    }
}

static void batcher_stops_before_a_key_would_come_again(void **state)
{
    static struct bets_frame frame;
    struct scratch scratch;
    struct batcher batcher;
    struct csv_reader *reader;

    (void)state;
    scratch_begin(&scratch);
    reader = begin(&batcher, scratch_path(&scratch, "a.csv"), 4, 5);
    expect_frames(&batcher, (const uint8_t[]){ 5, 6, 3 }, 3);
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_BAD);
    assert_non_null(strstr(batcher.error, ":4: no KEY is left for this row"));
    csv_reader_close(reader);
    scratch_end(&scratch);
}

/* All keys but the one of FINISH are used, and there is no further row. */
static void batcher_may_use_every_key_but_the_reserved_one(void **state)
{
    static struct bets_frame frame;
    struct scratch scratch;
    struct batcher batcher;
    struct csv_reader *reader;

    (void)state;
    scratch_begin(&scratch);
    reader = begin(&batcher, scratch_path(&scratch, "a.csv"), 3, 3);
    expect_frames(&batcher, (const uint8_t[]){ 3, 4, 5 }, 3);
    assert_int_equal(batcher_next_key(&batcher), 6);
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_END);
    csv_reader_close(reader);
    scratch_end(&scratch);
}

/* The FINISH may have any: the frames stop before it. */
static void batcher_leaves_out_the_key_of_finish(void **state)
{
    static struct bets_frame frame;
    struct scratch scratch;
    struct batcher batcher;
    struct csv_reader *reader;

    (void)state;
    scratch_begin(&scratch);
    reader = begin(&batcher, scratch_path(&scratch, "a.csv"), 4, 3);
    batcher.reserved_key = 4;
    expect_frames(&batcher, (const uint8_t[]){ 3 }, 1);
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_BAD);
    csv_reader_close(reader);
    scratch_end(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_a_dialect_are_those_of_its_field),
        cmocka_unit_test(keys_are_picked_from_their_range),
        cmocka_unit_test(keys_follow_one_another_in_a_circle),
        cmocka_unit_test(batcher_stops_before_a_key_would_come_again),
        cmocka_unit_test(batcher_may_use_every_key_but_the_reserved_one),
        cmocka_unit_test(batcher_leaves_out_the_key_of_finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
