/*
 * The store's checkpoints: they bound the log, and are put off where there is no room.
 */
#include "unit/store/store_fixture.h"

#include "store/sqlite/sqlite_store.h"

static off_t wal_size(const struct fixture *fixture)
{
    char path[128];
    struct stat status;

    snprintf(path, sizeof path, "%s-wal", fixture->path);
    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

static void checkpoint_bounds_the_log(void **state)
{
    struct store *store = open_store(*state);
    const off_t bound = 20 * 1024 * 1024;

    for (uint32_t i = 0; i < 36; i++) {
        store_long(store, 1, 1, i * 500, 500);
        OK(store, store_checkpoint(store));
        assert_true(wal_size(*state) < bound);
    }
    assert_int_equal(count_bets(store), 36 * 500);
    assert_int_equal(count_bets(reopen_store(*state)), 36 * 500);
}

/* A disk on which commits take long makes the next checkpoint larger. */
static void checkpoint_learns_from_what_commits_take(void **state)
{
    struct store *store = open_store(*state);

    store_some(store, 1, 1, 1, 1000);
    store_some(store, 1, 1, 1001, 1); /* the first one of a log is never moved before there is another */
    assert_int_equal(sqlite_store_of(store)->pace.commits, 2);
    assert_true(sqlite_store_of(store)->pace.commits_ns > 0);
    sqlite_store_of(store)->pace.commits_ns = (uint64_t)1 << 50;
    sqlite_store_of(store)->wal_pages += PACE_PAGES_MOST;
    OK(store, store_checkpoint(store));
    assert_int_equal(sqlite_store_of(store)->pace.pages, 2 * PACE_PAGES_LEAST);
    assert_int_equal(sqlite_store_of(store)->pace.commits, 0);
}

static void checkpoint_that_fails_ends_the_handle(void **state)
{
    struct store *store = open_store(*state);

    store_long(store, 1, 1, 1, 5000);
    store_long(store, 1, 1, 5001, 5000);
    disk.sync_error = EIO;
    assert_int_equal(store_checkpoint(store), STORE_FAILED);
    disk.sync_error = 0;
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_int_equal(count_bets(reopen_store(*state)), 10000);
}

static void assert_checkpoint_is_put_off(struct fixture *fixture, int error, const char *reason)
{
    struct store *store = open_store(fixture);

    store_long(store, 1, 1, 1, 5000);
    store_long(store, 1, 1, 5001, 5000);
    disk.full = true;
    disk.full_error = error;
    assert_int_equal(store_checkpoint(store), STORE_FULL);
    assert_non_null(strstr(store_error_text(store), reason));
    OK(store, store_checkpoint(store)); /* not tried again at once */
    disk.full = false;
    store_long(store, 1, 1, 10001, 2000);
    OK(store, store_checkpoint(store));
    assert_int_equal(sqlite_store_of(store)->wal_pages, 0); /* all of it was moved */
    assert_int_equal(count_bets(reopen_store(fixture)), 12000);
}

static void checkpoint_without_room_is_put_off(void **state)
{
    assert_checkpoint_is_put_off(*state, ENOSPC, "full");
}

static void checkpoint_into_a_file_that_may_not_grow_is_put_off(void **state)
{
    assert_checkpoint_is_put_off(*state, EFBIG, "File too large");
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(checkpoint_bounds_the_log),
                                        STORE_TEST(checkpoint_learns_from_what_commits_take),
                                        STORE_TEST(checkpoint_that_fails_ends_the_handle),
                                        STORE_TEST(checkpoint_without_room_is_put_off),
                                        STORE_TEST(checkpoint_into_a_file_that_may_not_grow_is_put_off) };
    return cmocka_run_group_tests_name("store_checkpoints", tests, NULL, NULL);
}
