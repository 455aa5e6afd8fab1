/*
 * A copy of a store that is in use: complete, of one file, at one point between two transactions,
 * whatever happens to the store meanwhile.
 */
#include "unit/store/store_files.h"

#include <fcntl.h>

#define MANY 1000u /* long bets, which take more than one step */

static char copy_path[160];

static int new_copy_file(const struct fixture *fixture, int flags)
{
    snprintf(copy_path, sizeof copy_path, "%s/copy.db", fixture->folder);
    int fd = open(copy_path, flags | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    return fd;
}

static struct store_copy *begin_copy(struct fixture *fixture, int fd)
{
    struct store_copy *copy = NULL;
    struct store_error error = { "" };

    if (store_copy_begin(fixture->store, fd, &copy, &error) != STORE_OK)
        fail_msg("%s", error.text);
    return copy;
}

static bool step(struct store_copy *copy)
{
    struct store_copied copied = { .done = true };
    struct store_error error = { "" };

    if (store_copy_step(copy, &copied, &error) != STORE_OK)
        fail_msg("%s", error.text);
    assert_true(copied.left <= copied.pages);
    assert_true(!copied.done || copied.left == 0);
    return copied.done;
}

/* Returns how many steps it took. */
static unsigned complete(struct store_copy *copy, int fd)
{
    unsigned steps = 1;

    while (!step(copy))
        steps++;
    store_copy_end(copy);
    close(fd);
    return steps;
}

static unsigned copy_whole(struct fixture *fixture)
{
    int fd = new_copy_file(fixture, O_RDWR | O_EXCL);
    return complete(begin_copy(fixture, fd), fd);
}

/* As a reader and as a server see it. */
static void assert_copy_has(unsigned bets)
{
    struct store_error error = { "" };
    struct store *store = NULL;

    for (int reader = 1; reader >= 0; reader--) {
        if (try_open(copy_path, reader ? 0 : AGENCIES, reader, 0, &store, &error) != STORE_OK)
            fail_msg("%s", error.text);
        assert_int_equal(count_bets(store), bets);
        store_close(store);
    }
}

static void copy_is_a_store_of_one_file(void **state)
{
    struct fixture *fixture = *state;
    char log[200];

    store_some(open_store(fixture), 1, 1, 1, 1000);
    copy_whole(fixture);
    snprintf(log, sizeof log, "%s-wal", copy_path);
    assert_int_not_equal(access(log, F_OK), 0);
    assert_int_equal(ask(copy_path, "SELECT needed FROM log"), 0);
    assert_copy_has(1000);
    store_some(fixture->store, 1, 1, 5000, 1); /* the store goes on */
    reopen_store(fixture);
    assert_int_equal(count_bets(fixture->store), 1001);
}

static void copy_has_what_is_committed_between_its_steps(void **state)
{
    struct fixture *fixture = *state;

    store_long(open_store(fixture), 1, 1, 1, MANY);
    int fd = new_copy_file(fixture, O_RDWR);
    struct store_copy *copy = begin_copy(fixture, fd);
    assert_false(step(copy));
    store_some(fixture->store, 1, 2, 1, 500);
    OK(fixture->store, store_checkpoint(fixture->store));
    assert_false(step(copy));
    store_some(fixture->store, 1, 1, 90000, 500);
    complete(copy, fd);
    assert_copy_has(MANY + 1000);
}

static void copy_has_nothing_of_what_is_rolled_back(void **state)
{
    struct fixture *fixture = *state;

    store_long(open_store(fixture), 1, 1, 1, MANY);
    int fd = new_copy_file(fixture, O_RDWR);
    struct store_copy *copy = begin_copy(fixture, fd);
    assert_false(step(copy));
    OK(fixture->store, store_begin(fixture->store));
    for (unsigned i = 0; i < MANY * 10; i++) { /* more than the cache holds: some is in the log already */
        struct sorteo_bet bet = long_bet_of(2, i, 3);
        OK(fixture->store, append_bets(fixture->store, 1, &bet, 1));
    }
    OK(fixture->store, store_rollback(fixture->store));
    complete(copy, fd);
    assert_copy_has(MANY);
}

static void copy_takes_steps_of_a_limited_size(void **state)
{
    struct fixture *fixture = *state;

    store_long(open_store(fixture), 1, 1, 1, MANY);
    unsigned steps = copy_whole(fixture);
    int64_t pages = ask(copy_path, "PRAGMA page_count");
    if (steps < pages / 200)
        fail_msg("%d pages in %u steps", (int)pages, steps);
}

static void store_that_lost_its_name_can_be_copied(void **state)
{
    struct fixture *fixture = *state;
    char log[200];

    store_some(open_store(fixture), 1, 1, 1, 700);
    snprintf(log, sizeof log, "%s-wal", fixture->path);
    assert_int_equal(unlink(fixture->path), 0);
    assert_int_equal(unlink(log), 0);
    OK(fixture->store, store_begin(fixture->store));
    const struct sorteo_bet bet = bet_of(1, 9000, 1);
    OK(fixture->store, append_bets(fixture->store, 1, &bet, 1));
    assert_int_equal(store_commit(fixture->store), STORE_MOVED);
    copy_whole(fixture);
    assert_copy_has(701);
}

static void body_that_leaves_a_copy_and_a_log(struct fixture *fixture)
{
    store_some(open_store(fixture), 1, 1, 1, 100);
    copy_whole(fixture);
    store_some(fixture->store, 1, 1, 1000, 100);
}

static void copy_beside_the_log_of_its_store_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(body_that_leaves_a_copy_and_a_log, fixture));
    snprintf(copy_path, sizeof copy_path, "%s/copy.db", fixture->folder);
    assert_int_equal(rename(copy_path, fixture->path), 0);
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "does not go with its log");
}

static void assert_no_copy_into(struct fixture *fixture, int fd)
{
    struct store_copy *copy = (struct store_copy *)&copy;
    struct store_error error = { "" };

    assert_int_equal(store_copy_begin(fixture->store, fd, &copy, &error), STORE_FAILED);
    assert_ptr_equal(copy, &copy);
    if (strstr(error.text, "is not an empty file, open for reading and writing") == NULL)
        fail_msg("%s", error.text);
    close(fd);
}

static void copy_is_refused_where_it_cannot_be_written(void **state)
{
    struct fixture *fixture = *state;
    int ends[2];

    open_store(fixture);
    assert_no_copy_into(fixture, -1);
    assert_no_copy_into(fixture, new_copy_file(fixture, O_RDONLY));
    assert_no_copy_into(fixture, new_copy_file(fixture, O_WRONLY));
    assert_no_copy_into(fixture, new_copy_file(fixture, O_RDWR | O_APPEND));
    assert_int_equal(pipe(ends), 0);
    assert_no_copy_into(fixture, ends[0]);
    assert_no_copy_into(fixture, ends[1]);
    assert_no_copy_into(fixture, open("/dev/null", O_RDWR));
    write_file(copy_path, "bytes", 5);
    assert_no_copy_into(fixture, open(copy_path, O_RDWR));
}

static void copy_onto_a_full_disk_fails_and_the_store_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct store_copied copied;
    struct store_error error = { "" };
    enum store_code code;

    store_long(open_store(fixture), 1, 1, 1, MANY);
    int fd = new_copy_file(fixture, O_RDWR);
    struct store_copy *copy = begin_copy(fixture, fd);
    disk.full = true;
    do {
        code = store_copy_step(copy, &copied, &error);
    } while (code == STORE_OK && !copied.done);
    disk.full = false;
    assert_int_equal(code, STORE_FAILED);
    if (strstr(error.text, "writing the copy: No space left on device") == NULL)
        fail_msg("%s", error.text);
    assert_int_equal(store_copy_step(copy, &copied, &error), STORE_FAILED); /* it stays so */
    store_some(fixture->store, 1, 2, 1, 10);
    store_copy_end(copy);
    close(fd);
    reopen_store(fixture);
    assert_int_equal(count_bets(fixture->store), MANY + 10);
}

static void copy_that_is_given_up_leaves_the_store_as_it_is(void **state)
{
    struct fixture *fixture = *state;

    store_long(open_store(fixture), 1, 1, 1, MANY);
    int fd = new_copy_file(fixture, O_RDWR);
    struct store_copy *copy = begin_copy(fixture, fd);
    assert_false(step(copy));
    store_copy_end(copy);
    close(fd);
    store_copy_end(NULL);
    reopen_store(fixture);
    assert_int_equal(count_bets(fixture->store), MANY);
}

static void copy_in_the_middle_of_a_draw_is_drawn_on(void **state)
{
    struct fixture *fixture = *state;
    struct store_draw draw;
    struct store_error error = { "" };
    struct store *store = NULL;

    fixture->draw_piece = 100;
    store_some(open_store(fixture), 1, 1, 1, 1000);
    OK(fixture->store, store_begin(fixture->store));
    OK(fixture->store, store_draw(fixture->store, 1, 7, &draw));
    OK(fixture->store, store_commit(fixture->store));
    assert_false(draw.done);
    copy_whole(fixture);
    if (try_open(copy_path, AGENCIES, false, 0, &store, &error) != STORE_OK)
        fail_msg("%s", error.text);
    OK(store, store_begin(store));
    assert_int_equal(draw_whole(store, 1, 7), 1);
    OK(store, store_commit(store));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(copy_is_a_store_of_one_file),
                                        STORE_TEST(copy_has_what_is_committed_between_its_steps),
                                        STORE_TEST(copy_has_nothing_of_what_is_rolled_back),
                                        STORE_TEST(copy_takes_steps_of_a_limited_size),
                                        STORE_TEST(store_that_lost_its_name_can_be_copied),
                                        STORE_TEST(copy_beside_the_log_of_its_store_is_refused),
                                        STORE_TEST(copy_is_refused_where_it_cannot_be_written),
                                        STORE_TEST(copy_onto_a_full_disk_fails_and_the_store_goes_on),
                                        STORE_TEST(copy_that_is_given_up_leaves_the_store_as_it_is),
                                        STORE_TEST(copy_in_the_middle_of_a_draw_is_drawn_on) };
    return cmocka_run_group_tests_name("store_copy", tests, NULL, NULL);
}
