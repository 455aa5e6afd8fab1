/*
 * How many pages a checkpoint moves: near the others' answers where it can be, seldom where its
 * syncs cost most. No clock: times are given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/sqlite/checkpoint_pace.h"

/* A disk, and a server that commits without a pause. */
struct disk {
    uint64_t commit_ns;
    uint64_t page_ns; /* what it takes to move a page */
    uint64_t sync_ns; /* what a checkpoint takes besides */
    int pages_each;   /* that a commit adds to the log */
};

static const struct disk fast = { .commit_ns = 500000, .page_ns = 5000, .sync_ns = 200000, .pages_each = 14 };

/* Commits until a checkpoint is due, and does it. Returns what it took. */
static uint64_t go_on(struct checkpoint_pace *pace, const struct disk *disk)
{
    int pages = 0;
    uint64_t took_ns;

    while (pages < pace->pages) {
        pace_committed(pace, disk->commit_ns);
        pages += disk->pages_each;
    }
    took_ns = disk->sync_ns + (uint64_t)pages * disk->page_ns;
    pace_checkpointed(pace, pages, took_ns);
    return took_ns;
}

/* The same until it has learnt what there is to learn. */
static uint64_t settle(struct checkpoint_pace *pace, const struct disk *disk)
{
    uint64_t took_ns = 0;

    for (int i = 0; i < 20; i++)
        took_ns = go_on(pace, disk);
    return took_ns;
}

static struct checkpoint_pace settled(const struct disk *disk)
{
    struct checkpoint_pace pace;

    pace_init(&pace);
    (void)settle(&pace, disk);
    return pace;
}

static void checkpoint_takes_as_long_as_a_few_commits(void **state)
{
    struct checkpoint_pace pace;
    uint64_t took_ns;

    (void)state;
    pace_init(&pace);
    took_ns = settle(&pace, &fast);
    assert_in_range(took_ns, 2 * fast.commit_ns, 4 * fast.commit_ns);
}

static void checkpoint_never_takes_long_on_the_way_there(void **state)
{
    struct checkpoint_pace pace;

    (void)state;
    pace_init(&pace);
    for (int i = 0; i < 20; i++)
        assert_true(go_on(&pace, &fast) < 5 * fast.commit_ns);
}

static void commits_that_take_longer_let_it_move_more(void **state)
{
    struct disk slow = fast;
    struct checkpoint_pace pace = settled(&fast);
    int before = pace.pages;

    (void)state;
    slow.commit_ns *= 4;
    settle(&pace, &slow);
    assert_true(pace.pages >= 3 * before);
}

static void syncs_that_take_longest_are_paid_seldom(void **state)
{
    const struct disk disk = { .commit_ns = 500000, .page_ns = 1000, .sync_ns = 5000000, .pages_each = 14 };
    struct checkpoint_pace pace;
    uint64_t commits_ns = 0, took_ns = 0;

    (void)state;
    pace_init(&pace);
    settle(&pace, &disk);
    for (int i = 0; i < 20; i++) {
        commits_ns += (uint64_t)(pace.pages / disk.pages_each) * disk.commit_ns;
        took_ns += go_on(&pace, &disk);
    }
    assert_in_range(commits_ns, took_ns * 7 / 2, took_ns * 9 / 2);
}

static void one_odd_checkpoint_does_little(void **state)
{
    struct checkpoint_pace pace = settled(&fast);
    int before = pace.pages;

    (void)state;
    for (int i = 0; i < 1000; i++)
        pace_committed(&pace, fast.commit_ns);
    pace_checkpointed(&pace, before, 100 * fast.commit_ns);
    assert_int_equal(pace.pages, before / 2);
    before = pace.pages;
    pace_committed(&pace, 1000 * fast.commit_ns);
    pace_checkpointed(&pace, before, fast.commit_ns);
    assert_int_equal(pace.pages, before * 2);
}

static void log_is_bounded_whatever_is_measured(void **state)
{
    struct checkpoint_pace pace;

    (void)state;
    pace_init(&pace);
    for (int i = 0; i < 20; i++) {
        pace_committed(&pace, UINT64_MAX / 8);
        pace_checkpointed(&pace, pace.pages, 0);
        assert_true(pace.pages <= PACE_PAGES_MOST);
    }
    assert_int_equal(pace.pages, PACE_PAGES_MOST);
    for (int i = 0; i < 20; i++) {
        pace_committed(&pace, UINT64_MAX / 8);
        pace_checkpointed(&pace, 1 << 30, UINT64_MAX / 64);
        assert_true(pace.pages >= PACE_PAGES_LEAST);
    }
}

static void checkpoint_without_commits_teaches_nothing(void **state)
{
    struct checkpoint_pace pace;

    (void)state;
    pace_init(&pace);
    settle(&pace, &fast);
    const int before = pace.pages;
    pace_checkpointed(&pace, 0, 0);
    assert_int_equal(pace.pages, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checkpoint_takes_as_long_as_a_few_commits),
        cmocka_unit_test(checkpoint_never_takes_long_on_the_way_there),
        cmocka_unit_test(commits_that_take_longer_let_it_move_more),
        cmocka_unit_test(syncs_that_take_longest_are_paid_seldom),
        cmocka_unit_test(one_odd_checkpoint_does_little),
        cmocka_unit_test(log_is_bounded_whatever_is_measured),
        cmocka_unit_test(checkpoint_without_commits_teaches_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
