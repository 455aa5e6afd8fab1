/*
 * Opening a store: who may, what is refused and why, and that what it holds is on stable storage
 * before it is open.
 */
#include "unit/store/store_files.h"

#include <fcntl.h>

#include "base/system.h"

/* ---- New stores ------------------------------------------------------------------------------ */

static void open_makes_a_store_where_nothing_is(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(store_agencies(open_store(fixture)), AGENCIES);
    assert_int_equal(count_bets(fixture->store), 0);
    assert_false(exists(fixture, "-shm"));
    close_store(fixture);
    assert_false(exists(fixture, "-wal"));
    assert_int_equal(ask(fixture->path, "SELECT agencies FROM lottery"), AGENCIES);
    assert_int_equal(ask(fixture->path, "PRAGMA user_version"), 5);
}

static void open_makes_a_store_of_an_empty_file(void **state)
{
    struct fixture *fixture = *state;

    write_file(fixture->path, "", 0);
    store_some(open_store(fixture), 1, 1, 1, 3);
    assert_int_equal(count_bets(reopen_store(fixture)), 3);
}

/* A process that dies while it makes a store leaves an empty database, to be made a store by the
 * next. */
static void open_makes_a_store_of_an_empty_database(void **state)
{
    struct fixture *fixture = *state;

    tell(fixture->path, "PRAGMA journal_mode = WAL");
    store_some(open_store(fixture), 1, 1, 1, 3);
    assert_int_equal(count_bets(reopen_store(fixture)), 3);
}

static void open_takes_names_that_sqlite_has_other_uses_for(void **state)
{
    struct fixture *fixture = *state;
    const char *const names[] = { ":memory:", "file:bets.db?mode=memory", "bets.db" };
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct store_error error = { "" };

    assert_int_equal(chdir(fixture->folder), 0);
    for (unsigned i = 0; i < 3; i++) {
        if (try_open(names[i], AGENCIES, false, 0, &fixture->store, &error) != STORE_OK)
            fail_msg("%s", error.text);
        store_some(fixture->store, 1, 1, 1, 2);
        close_store(fixture);
        assert_int_equal(access(names[i], F_OK), 0);
    }
    assert_int_equal(fchdir(here), 0);
    close(here);
}

static void open_takes_every_number_of_agencies(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };

    assert_int_equal(try_open(fixture->path, 255, false, 0, &fixture->store, &error), STORE_OK);
    assert_int_equal(store_agencies(fixture->store), 255);
    close_store(fixture);
    assert_not_opened(fixture->path, 1, false, STORE_REFUSED, "was made for 255 agencies, not for 1");
}

/* ---- What is not a store --------------------------------------------------------------------- */

static void open_refuses_another_number_of_agencies(void **state)
{
    struct fixture *fixture = *state;

    store_some(open_store(fixture), 1, 1, 1, 3);
    close_store(fixture);
    assert_not_opened(fixture->path, 3, false, STORE_REFUSED, "was made for 5 agencies, not for 3: start with 5");
    assert_not_opened(fixture->path, 6, true, STORE_REFUSED, "was made for 5 agencies");
    assert_not_opened(fixture->path, 0, false, STORE_REFUSED, "0 agencies");
    assert_int_equal(count_bets(open_store(fixture)), 3);
}

static void open_refuses_a_database_of_another_program(void **state)
{
    struct fixture *fixture = *state;
    struct content *before;

    tell(fixture->path, "CREATE TABLE bets (apuesta TEXT); INSERT INTO bets VALUES ('mine')");
    before = read_content(fixture->path, "");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "of another program");
    assert_not_opened(fixture->path, AGENCIES, true, STORE_REFUSED, "of another program");
    assert_content_unchanged(fixture->path, "", before);
    assert_false(exists(fixture, "-wal") || exists(fixture, "-shm") || exists(fixture, "-journal"));
}

static void open_refuses_a_file_that_is_no_database(void **state)
{
    struct fixture *fixture = *state;
    char text[5000];

    memset(text, 'x', sizeof text);
    write_file(fixture->path, text, sizeof text);
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is not a store");
    write_file(fixture->path, "1,Santiago Lionel,Lorca,30904465,1999-03-17,2201\r\n", 50);
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is not a store");
    assert_not_opened(fixture->path, 0, true, STORE_REFUSED, "is not a store");
}

static void open_refuses_what_is_no_regular_file(void **state)
{
    struct fixture *fixture = *state;

    assert_not_opened(fixture->folder, AGENCIES, false, STORE_REFUSED, "is a folder");
    assert_not_opened("", AGENCIES, false, STORE_REFUSED, "is empty");
    assert_int_equal(mkfifo(fixture->path, 0600), 0);
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is not a regular file");
}

static void open_fails_where_there_is_no_folder(void **state)
{
    struct fixture *fixture = *state;
    char path[160];

    snprintf(path, sizeof path, "%s/none/bets.db", fixture->folder);
    assert_not_opened(path, AGENCIES, false, STORE_FAILED, "No such file or directory");
    assert_not_opened(path, 0, true, STORE_FAILED, "there is no store");
    write_file(fixture->path, "", 0);
    snprintf(path, sizeof path, "%s/bets.db", fixture->path);
    assert_not_opened(path, AGENCIES, false, STORE_FAILED, "Not a directory");
}

static void open_tells_a_reason_whatever_the_length_of_the_path(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = NULL;
    struct store_error error = { "" };
    char path[3000];
    size_t len = (size_t)snprintf(path, sizeof path, "%s", fixture->folder);

    memset(path + len, '/', sizeof path - len - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(try_open(path, AGENCIES, false, 0, &store, &error), STORE_REFUSED);
    assert_non_null(strstr(error.text, "is a folder: name a file in it"));
}

/* ---- Permissions: the superuser has them all, so this runs as somebody else ------------------ */

static void become_nobody(void)
{
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        _exit(98);
}

static void open_in_folder_without_permission(struct fixture *fixture)
{
    become_nobody();
    assert_not_opened(fixture->path, AGENCIES, false, STORE_FAILED, "Permission denied");
}

static void open_fails_in_a_folder_that_may_not_be_written(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(chmod(fixture->folder, 0555), 0);
    assert_true(run_and_die(open_in_folder_without_permission, fixture));
    assert_false(exists(fixture, ""));
}

static void open_store_without_folder_permission(struct fixture *fixture)
{
    become_nobody();
    assert_not_opened(fixture->path, AGENCIES, false, STORE_FAILED, "its folder may be written");
}

static void open_fails_for_a_store_whose_folder_may_not_be_written(void **state)
{
    struct fixture *fixture = *state;

    open_store(fixture);
    close_store(fixture);
    assert_int_equal(chmod(fixture->path, 0666), 0);
    assert_int_equal(chmod(fixture->folder, 0555), 0);
    assert_true(run_and_die(open_store_without_folder_permission, fixture));
}

static void open_store_without_permission(struct fixture *fixture)
{
    become_nobody();
    assert_not_opened(fixture->path, AGENCIES, false, STORE_FAILED, "may not be written");
    assert_not_opened(fixture->path, 0, true, STORE_FAILED, "may not be written");
}

static void open_fails_for_a_store_that_may_not_be_written(void **state)
{
    struct fixture *fixture = *state;

    open_store(fixture);
    close_store(fixture);
    assert_int_equal(chmod(fixture->path, 0444), 0);
    assert_int_equal(chmod(fixture->folder, 0777), 0);
    assert_true(run_and_die(open_store_without_permission, fixture));
}

/* ---- One process at a time ------------------------------------------------------------------- */

static void open_second(struct fixture *fixture)
{
    assert_not_opened(fixture->path, AGENCIES, false, STORE_FAILED, "in use by another process");
    assert_not_opened(fixture->path, 0, true, STORE_FAILED, "in use by another process");
}

static void second_open_is_refused(void **state)
{
    struct fixture *fixture = *state;

    store_some(open_store(fixture), 1, 1, 1, 3);
    open_second(fixture);
    assert_true(run_and_die(open_second, fixture));
    store_some(fixture->store, 1, 1, 1, 3);
    assert_int_equal(count_bets(fixture->store), 6);
}

static void second_open_waits_as_long_as_told(void **state)
{
    struct fixture *fixture = *state;
    struct store *second = NULL;
    struct store_error error;
    uint64_t begin_ms;

    open_store(fixture);
    begin_ms = clock_ms();
    assert_int_equal(try_open(fixture->path, AGENCIES, false, 300, &second, &error), STORE_FAILED);
    assert_null(second);
    assert_true(clock_ms() - begin_ms >= 300);
}

/* It may wait for an hour, and has the store as soon as it is free, however busy the machine is:
 * the alarm is for one that looks only when its time is over. */
static void second_open_gets_the_store_when_the_first_dies(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };
    uint64_t begin_ms = clock_ms();
    pid_t pid = hold_store(fixture, 200);

    (void)alarm((unsigned)(patience_ms() / 1000));
    if (try_open(fixture->path, AGENCIES, false, 3600000, &fixture->store, &error) != STORE_OK)
        fail_msg("%s", error.text);
    (void)alarm(0);
    assert_int_equal(count_bets(fixture->store), 3);
    assert_true(clock_ms() - begin_ms >= 200);
    release_store(pid);
}

static void shell_is_refused_while_a_store_is_open(void **state)
{
    struct fixture *fixture = *state;
    pid_t pid = hold_store(fixture, 10000);
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "SELECT count(*) FROM bets", NULL, NULL, NULL), SQLITE_BUSY);
    assert_false(exists(fixture, "-shm"));
    sqlite3_close(db);
    release_store(pid);
}

/* ---- Stable storage before it is open -------------------------------------------------------- */

/* Puts '#' over what stands at a place of the file. */
static void damage(const char *path, long at, size_t len)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(fputc('#', file), '#');
    assert_int_equal(fclose(file), 0);
}

static void open_refuses_a_store_that_is_damaged(void **state)
{
    struct fixture *fixture = *state;
    struct content *before;
    int64_t root;

    store_some(open_store(fixture), 1, 1, 1, 1000);
    store_close(fixture->store);
    fixture->store = NULL;
    root = ask(fixture->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'frames'");
    damage(fixture->path, (long)(root - 1) * 4096, 4096);
    before = read_content(fixture->path, "");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is damaged");
    assert_not_opened(fixture->path, 0, true, STORE_REFUSED, "is damaged");
    assert_content_unchanged(fixture->path, "", before);
}

/* What SQLite reads without a word: the rows on the part of the page that is gone are zeros. */
static void open_refuses_a_store_that_was_cut_short(void **state)
{
    struct fixture *fixture = *state;
    struct content *before;

    store_some(open_store(fixture), 1, 1, 1, 1000);
    store_close(fixture->store);
    fixture->store = NULL;
    before = read_content(fixture->path, "");
    assert_int_equal(truncate(fixture->path, (off_t)before->len - 1000), 0);
    free(before);
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is damaged");
    assert_not_opened(fixture->path, 0, true, STORE_REFUSED, "is damaged");
}

static void open_says_whether_it_made_the_store(void **state)
{
    struct fixture *fixture = *state;

    assert_true(store_was_made(open_store(fixture)));
    assert_false(store_was_made(reopen_store(fixture)));
}

static void store_and_die(struct fixture *fixture)
{
    store_some(open_store(fixture), 1, 1, 1, 100);
}

static void open_moves_what_a_killed_process_left_to_stable_storage(void **state)
{
    struct fixture *fixture = *state;
    char alone[160];

    assert_true(run_and_die(store_and_die, fixture));
    disk.syncs = disk.folder_syncs = 0;
    open_store(fixture);
    assert_true(disk.syncs >= 2); /* the log, then the database */
    assert_int_equal(disk.folder_syncs, 1);
    assert_int_equal(disk.syncs_before_folder, 0); /* the name of the log comes before what it is needed for */
    copy_file(fixture, "", "-alone");              /* the file without its log */
    snprintf(alone, sizeof alone, "%s-alone", fixture->path);
    assert_int_equal(ask(alone, "SELECT count(*) FROM bets"), 100);
}

static void open_syncs_the_folder_of_a_new_store(void **state)
{
    open_store(*state);
    assert_true(disk.folder_syncs >= 1);
}

static void open_fails_when_a_sync_does(void **state)
{
    struct fixture *fixture = *state;
    struct content *wal;

    assert_true(run_and_die(store_and_die, fixture));
    wal = read_content(fixture->path, "-wal");
    disk.sync_error = EIO;
    assert_not_opened(fixture->path, AGENCIES, false, STORE_FAILED, "stable storage");
    disk.sync_error = 0;
    assert_content_unchanged(fixture->path, "-wal", wal);
    disk.folder_error = EIO;
    assert_not_opened(fixture->path, AGENCIES, false, STORE_FAILED, "folder that cannot be synced");
    disk.folder_error = 0;
    assert_int_equal(count_bets(open_store(fixture)), 100);
}

/* Opens it with a sync that fails, and opens it again. False once there were fewer syncs than
 * that. */
static bool opening_fails_at_sync_and_is_repeated(struct fixture *fixture, unsigned sync, int64_t bets)
{
    struct store_error error = { "" };
    enum store_code code;

    disk.fail_at_sync = sync;
    code = try_open(fixture->path, AGENCIES, false, 0, &fixture->store, &error);
    const bool came = disk.fail_at_sync == 0;
    disk.fail_at_sync = 0;
    if (code == STORE_OK)
        close_store(fixture);
    assert_true(came || code == STORE_OK);
    assert_int_equal(count_bets(open_store(fixture)), bets);
    close_store(fixture);
    return came;
}

/* The file may say already that it needs its log, which closing must not take away then. */
static void opening_of_a_new_store_that_fails_at_a_sync_can_be_repeated(void **state)
{
    struct fixture *fixture = *state;
    unsigned sync = 1;

    while (opening_fails_at_sync_and_is_repeated(fixture, sync, 0)) {
        assert_true(++sync < 100);
        assert_int_equal(unlink(fixture->path), 0);
    }
    assert_true(sync > 5);
}

static void opening_of_a_closed_store_that_fails_at_a_sync_can_be_repeated(void **state)
{
    struct fixture *fixture = *state;
    unsigned sync = 1;

    store_some(open_store(fixture), 1, 1, 1, 3);
    close_store(fixture);
    while (opening_fails_at_sync_and_is_repeated(fixture, sync, 3))
        assert_true(++sync < 100);
    assert_true(sync > 3);
}

/* ---- Reading only ---------------------------------------------------------------------------- */

static void read_only_changes_nothing_and_sees_what_a_killed_process_left(void **state)
{
    struct fixture *fixture = *state;
    struct content *database, *wal;
    struct store_error error = { "" };
    struct agency_state agency = { .round = 1 };

    assert_true(run_and_die(store_and_die, fixture));
    database = read_content(fixture->path, "");
    wal = read_content(fixture->path, "-wal");
    assert_true(wal->len > 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(try_open(fixture->path, 0, true, 0, &fixture->store, &error), STORE_OK);
        assert_int_equal(store_agencies(fixture->store), AGENCIES);
        assert_int_equal(count_bets(fixture->store), 100);
        if (store_begin(fixture->store) == STORE_OK)
            assert_int_equal(store_agency_put(fixture->store, 1, &agency), STORE_FAILED);
        assert_false(exists(fixture, "-shm"));
        close_store(fixture);
    }
    assert_content_unchanged(fixture->path, "", database);
    assert_content_unchanged(fixture->path, "-wal", wal);
    assert_int_equal(count_bets(open_store(fixture)), 100);
}

static void read_only_leaves_a_closed_store_as_it_was(void **state)
{
    struct fixture *fixture = *state;
    struct content *database;
    struct store_error error;

    store_some(open_store(fixture), 1, 1, 1, 3);
    close_store(fixture);
    for (int i = 0; i < 2; i++) {
        database = read_content(fixture->path, "");
        assert_int_equal(try_open(fixture->path, 0, true, 0, &fixture->store, &error), STORE_OK);
        assert_int_equal(count_bets(fixture->store), 3);
        close_store(fixture);
        assert_content_unchanged(fixture->path, "", database);
        assert_false(exists(fixture, "-wal") || exists(fixture, "-shm"));
        tell(fixture->path, "PRAGMA journal_mode = DELETE"); /* people may; a server puts it right */
    }
    assert_int_equal(count_bets(open_store(fixture)), 3);
}

/* Offset 28 of SQLite's header: how many pages there are. Old versions of SQLite left it alone. */
static void forget_the_number_of_pages(const char *path)
{
    struct content *content = read_content(path, "");

    memset(content->bytes + 28, 0, 4);
    write_file(path, (const char *)content->bytes, content->len);
    free(content);
}

/* SQLite puts this field right as soon as a transaction may write. */
static void read_only_leaves_a_wrong_number_of_pages_alone(void **state)
{
    struct fixture *fixture = *state;
    struct content *database;
    struct store_error error;

    store_some(open_store(fixture), 1, 1, 1, 3);
    close_store(fixture);
    forget_the_number_of_pages(fixture->path);
    database = read_content(fixture->path, "");
    assert_int_equal(try_open(fixture->path, 0, true, 0, &fixture->store, &error), STORE_OK);
    assert_int_equal(count_bets(fixture->store), 3);
    close_store(fixture);
    assert_content_unchanged(fixture->path, "", database);
    assert_int_equal(count_bets(open_store(fixture)), 3);
}

static void read_only_makes_nothing(void **state)
{
    struct fixture *fixture = *state;

    assert_not_opened(fixture->path, 0, true, STORE_FAILED, "there is no store");
    assert_false(exists(fixture, ""));
    write_file(fixture->path, "", 0);
    assert_not_opened(fixture->path, 0, true, STORE_FAILED, "no server has made a store of it");
    assert_false(exists(fixture, "-wal") || exists(fixture, "-journal"));
}

static void close_takes_null(void **state)
{
    (void)state;
    store_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(open_makes_a_store_where_nothing_is),
                                        STORE_TEST(open_makes_a_store_of_an_empty_file),
                                        STORE_TEST(open_makes_a_store_of_an_empty_database),
                                        STORE_TEST(open_takes_names_that_sqlite_has_other_uses_for),
                                        STORE_TEST(open_takes_every_number_of_agencies),
                                        STORE_TEST(open_refuses_another_number_of_agencies),
                                        STORE_TEST(open_refuses_a_database_of_another_program),
                                        STORE_TEST(open_refuses_a_file_that_is_no_database),
                                        STORE_TEST(open_refuses_what_is_no_regular_file),
                                        STORE_TEST(open_fails_where_there_is_no_folder),
                                        STORE_TEST(open_tells_a_reason_whatever_the_length_of_the_path),
                                        STORE_TEST(open_fails_in_a_folder_that_may_not_be_written),
                                        STORE_TEST(open_fails_for_a_store_whose_folder_may_not_be_written),
                                        STORE_TEST(open_fails_for_a_store_that_may_not_be_written),
                                        STORE_TEST(second_open_is_refused),
                                        STORE_TEST(second_open_waits_as_long_as_told),
                                        STORE_TEST(second_open_gets_the_store_when_the_first_dies),
                                        STORE_TEST(shell_is_refused_while_a_store_is_open),
                                        STORE_TEST(open_refuses_a_store_that_is_damaged),
                                        STORE_TEST(open_refuses_a_store_that_was_cut_short),
                                        STORE_TEST(open_says_whether_it_made_the_store),
                                        STORE_TEST(open_moves_what_a_killed_process_left_to_stable_storage),
                                        STORE_TEST(open_syncs_the_folder_of_a_new_store),
                                        STORE_TEST(open_fails_when_a_sync_does),
                                        STORE_TEST(read_only_changes_nothing_and_sees_what_a_killed_process_left),
                                        STORE_TEST(read_only_leaves_a_closed_store_as_it_was),
                                        STORE_TEST(opening_of_a_new_store_that_fails_at_a_sync_can_be_repeated),
                                        STORE_TEST(opening_of_a_closed_store_that_fails_at_a_sync_can_be_repeated),
                                        STORE_TEST(read_only_leaves_a_wrong_number_of_pages_alone),
                                        STORE_TEST(read_only_makes_nothing),
                                        cmocka_unit_test(close_takes_null) };
    return cmocka_run_group_tests_name("store_open", tests, NULL, NULL);
}
