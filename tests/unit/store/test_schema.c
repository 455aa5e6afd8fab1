/*
 * What a store's tables are: those of earlier versions, those that are not ours, the dialect that a
 * store remembers, and the rights of its files.
 */
#include "unit/store/old_stores.h"
#include "unit/store/store_files.h"

#include <linux/magic.h>
#include <sys/vfs.h>

/* ---- Versions -------------------------------------------------------------------------------- */

static void open_refuses_an_unknown_schema_version(void **state)
{
    struct fixture *fixture = *state;
    struct content *before;

    open_store(fixture);
    close_store(fixture);
    tell(fixture->path, "PRAGMA user_version = 6");
    before = read_content(fixture->path, "");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "schema version 6");
    assert_not_opened(fixture->path, AGENCIES, true, STORE_REFUSED, "schema version 6");
    assert_content_unchanged(fixture->path, "", before);
    tell(fixture->path, "PRAGMA user_version = 0");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "schema version 0");
}

/* As a program makes it whose grammar has another field, or lacks one. */
static void open_names_the_fields_that_a_store_has_and_this_program_has_not(void **state)
{
    struct fixture *fixture = *state;
    struct content *before;

    open_store(fixture);
    close_store(fixture);
    tell(fixture->path, "DROP VIEW winning_bets; DROP VIEW bets; ALTER TABLE bet_rows ADD COLUMN phone TEXT; "
                        "CREATE VIEW bets AS SELECT *, 0 AS stake FROM bet_rows; PRAGMA user_version = 1285");
    before = read_content(fixture->path, "");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "(more: phone, stake; fewer: none)");
    assert_not_opened(fixture->path, AGENCIES, true, STORE_REFUSED, "(more: phone, stake; fewer: none)");
    assert_content_unchanged(fixture->path, "", before);
    tell(fixture->path, "DROP VIEW bets; ALTER TABLE bet_rows DROP COLUMN birthdate; "
                        "CREATE VIEW bets AS SELECT *, 0 AS stake FROM bet_rows");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "(more: phone, stake; fewer: birthdate)");
}

static void open_refuses_the_same_fields_in_another_order(void **state)
{
    struct fixture *fixture = *state;

    open_store(fixture);
    close_store(fixture);
    tell(fixture->path, "PRAGMA user_version = 1285");
    assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "in another order or of other sizes");
}

/* As that version made it: the same without what later ones added. */
static void make_old_store(struct fixture *fixture, int version)
{
    store_some(open_store(fixture), 1, 1, 1, 3);
    close_store(fixture);
    make_older(fixture->path, version);
}

static bool never(void *context, const struct finish_record *record)
{
    (void)context;
    fail_msg("agency %u was finished by hand", record->agency);
    return false;
}

static void open_brings_stores_of_earlier_versions_up_to_date(void **state)
{
    struct fixture *fixture = *state;

    for (int version = 1; version <= 4; version++) {
        make_old_store(fixture, version);
        assert_int_equal(count_bets(open_store(fixture)), 3);
        assert_int_equal(store_each_finish(fixture->store, never, NULL), STORE_OK);
        store_some(fixture->store, 1, 1, 1, 2);
        close_store(fixture);
        assert_int_equal(ask(fixture->path, "PRAGMA user_version"), 5);
        assert_int_equal(ask(fixture->path, "SELECT count(*) FROM bet_rows"), 3);
        assert_int_equal(ask(fixture->path, "SELECT sum(id * document) FROM bets"), 1 + 4 + 9 + 4 * 1 + 5 * 2);
        assert_int_equal(ask(fixture->path, "SELECT count(*) FROM finishes"), 0);
        assert_int_equal(count_bets(open_store(fixture)), 5);
        close_store(fixture);
        assert_int_equal(remove(fixture->path), 0);
    }
}

/* True if it came to the end of opening in a process that is killed in front of a write. */
static bool open_with_death_at_write(struct fixture *fixture, unsigned write)
{
    int status = 0;
    pid_t pid = fork_for_test();

    if (pid == 0) {
        disk.die_at_write = write;
        open_store(fixture);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status))
        assert_int_equal(WEXITSTATUS(status), 0);
    return WIFEXITED(status);
}

/* In front of one write after the other, until there are no more: what is there is opened again, by
 * a server and by a reader. */
static void update_that_is_killed_anywhere_loses_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };

    for (int version = 1; version <= 3; version++) {
        unsigned write = 1;
        bool whole = false;

        make_old_store(fixture, version);
        copy_file(fixture, "", "-old");
        while (!whole) {
            copy_file(fixture, "-old", "");
            whole = open_with_death_at_write(fixture, write);
            write += writes_to_next_kill();
            if (try_open(fixture->path, 0, true, 0, &fixture->store, &error) != STORE_OK)
                fail_msg("%s", error.text);
            assert_int_equal(count_bets(fixture->store), 3);
            close_store(fixture);
            store_some(open_store(fixture), 1, 1, 1, 2);
            assert_int_equal(count_bets(reopen_store(fixture)), 5);
            close_store(fixture);
            assert_false(exists(fixture, "-wal"));
        }
        assert_true(write > 10);
        assert_int_equal(remove(fixture->path), 0);
    }
}

/* An update that was killed leaves a log without a commit. The next one, killed in front of one
 * write after the other, begins it again, and its log goes with the file, too. */
static void update_that_is_killed_twice_leaves_a_log_that_goes_with_its_file(void **state)
{
    struct fixture *fixture = *state;

    for (int version = 3; version <= 4; version++) {
        unsigned write = 1;
        bool whole = false;

        make_old_store(fixture, version);
        assert_false(open_with_death_at_write(fixture, 3)); /* its header is there, and part of the first frame */
        copy_file(fixture, "", "-old");
        copy_file(fixture, "-wal", "-old-wal");
        while (!whole) {
            copy_file(fixture, "-old", "");
            copy_file(fixture, "-old-wal", "-wal");
            whole = open_with_death_at_write(fixture, write);
            write += writes_to_next_kill();
            assert_int_equal(count_bets(open_store(fixture)), 3);
            close_store(fixture);
        }
        assert_true(write > 10);
        assert_int_equal(remove(fixture->path), 0);
    }
}

/* A server of the second version that was killed: its log is not tied to anything. */
static void open_takes_the_log_of_an_earlier_version(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db = NULL;

    make_old_store(fixture, 2);
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    assert_int_equal(sqlite3_exec(db,
                                  "INSERT INTO bets SELECT 4, round, agency, name, surname, 7, birthdate, number "
                                  "FROM bets WHERE id = 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_true(exists(fixture, "-wal"));
    assert_int_equal(count_bets(open_store(fixture)), 4);
    assert_int_equal(count_bets(reopen_store(fixture)), 4);
}

static void store_of_an_earlier_version_that_is_only_read_or_refused_stays(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };
    struct content *before;

    for (int version = 1; version <= 4; version++) {
        make_old_store(fixture, version);
        before = read_content(fixture->path, "");
        assert_not_opened(fixture->path, 6, false, STORE_REFUSED, "was made for 5 agencies");
        if (try_open(fixture->path, 0, true, 0, &fixture->store, &error) != STORE_OK)
            fail_msg("%s", error.text);
        assert_int_equal(count_bets(fixture->store), 3);
        assert_int_equal(store_each_finish(fixture->store, never, NULL), STORE_OK);
        close_store(fixture);
        assert_content_unchanged(fixture->path, "", before);
        assert_int_equal(remove(fixture->path), 0);
    }
}

/* ---- Tables that are not ours ---------------------------------------------------------------- */

static void open_refuses_tables_that_differ(void **state)
{
    struct fixture *fixture = *state;
    const char *const changes[] = {
        "DROP TABLE keys",
        "ALTER TABLE frames DROP COLUMN dialect",
        "ALTER TABLE winners ADD COLUMN note TEXT",
        "DROP TABLE keys; CREATE TABLE keys (agency, key, frame, digest, round)",
        ("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'bytes        BLOB NOT NULL', "
         "'bytes        BLOB') WHERE name = 'frames'"),
        "DROP VIEW winning_bets",
        "CREATE TRIGGER no_bets BEFORE INSERT ON frames BEGIN SELECT RAISE(IGNORE); END; DROP TABLE log",
    };

    store_some(open_store(fixture), 1, 1, 1, 3);
    close_store(fixture);
    copy_file(fixture, "", "-whole");
    for (unsigned i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        tell(fixture->path, changes[i]);
        assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "than this program's version 5");
        assert_not_opened(fixture->path, 0, true, STORE_REFUSED, "than this program's version 5");
        copy_file(fixture, "-whole", "");
    }
    tell(fixture->path, "CREATE INDEX by_agency ON frames (agency); CREATE VIEW mine AS SELECT 1");
    assert_int_equal(count_bets(open_store(fixture)), 3);
}

/* NULL, and a text where a number belongs, written with the schema's checks turned off. */
static void open_refuses_values_that_the_schema_forbids(void **state)
{
    struct fixture *fixture = *state;
    const char *const changes[] = { "UPDATE frames SET bytes = NULL",
                                    "PRAGMA ignore_check_constraints = ON; UPDATE frames SET agency = -1",
                                    "INSERT INTO agencies VALUES (3, 1, 'gone', 0, 0, 0)" };
    char sql[512];

    store_some(open_store(fixture), 1, 1, 1, 3);
    close_store(fixture);
    copy_file(fixture, "", "-whole");
    for (unsigned i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        tell(fixture->path, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
                            "replace(replace(sql, 'NOT NULL', ''), 'CHECK (phase', 'CHECK (1 OR phase') "
                            "WHERE name IN ('frames', 'agencies')");
        tell(fixture->path, changes[i]);
        snprintf(sql, sizeof sql,
                 "ATTACH '%s-whole' AS whole; PRAGMA writable_schema = ON; UPDATE sqlite_schema AS ours SET sql = "
                 "(SELECT sql FROM whole.sqlite_schema AS other WHERE other.name = ours.name)",
                 fixture->path);
        tell(fixture->path, sql);
        assert_not_opened(fixture->path, AGENCIES, false, STORE_REFUSED, "is damaged");
        assert_not_opened(fixture->path, 0, true, STORE_REFUSED, "is damaged");
        copy_file(fixture, "-whole", "");
    }
}

/* A trigger that takes bets away without a word: what is not stored is not called stored. */
static void bets_that_a_trigger_takes_away_are_missed(void **state)
{
    struct fixture *fixture = *state;
    const struct sorteo_bet bets[] = { bet_of(1, 1, 1), bet_of(2, 2, 1), bet_of(1, 3, 1) };

    open_store(fixture);
    close_store(fixture);
    tell(fixture->path, "CREATE TRIGGER thief BEFORE INSERT ON frames WHEN new.id = 2 "
                        "BEGIN SELECT RAISE(IGNORE); END");
    open_store(fixture);
    OK(fixture->store, store_begin(fixture->store));
    OK(fixture->store, append_bets(fixture->store, 1, bets, 3));
    assert_int_equal(store_commit(fixture->store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(fixture->store), "2 of 3"));
    OK(fixture->store, store_rollback(fixture->store));
    assert_int_equal(count_bets(fixture->store), 0);
}

/* ---- The dialect ----------------------------------------------------------------------------- */

static enum store_code open_in(struct fixture *fixture, const char *dialect, bool change, struct store_error *error)
{
    const struct store_options options = {
        .path = fixture->path, .agencies = AGENCIES, .dialect = dialect, .change_dialect = change
    };

    close_store(fixture);
    return store_open(&options, &fixture->store, error);
}

static void store_remembers_its_dialect(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };

    assert_int_equal(open_in(fixture, "keyed", false, &error), STORE_OK);
    store_some(fixture->store, 1, 1, 1, 3);
    assert_int_equal(open_in(fixture, "keyed", false, &error), STORE_OK);
    assert_int_equal(open_in(fixture, "wide", false, &error), STORE_REFUSED);
    assert_non_null(strstr(error.text, "was made for the dialect keyed, not for wide"));
    assert_int_equal(open_in(fixture, "wide", true, &error), STORE_OK);
    assert_int_equal(open_in(fixture, "keyed", false, &error), STORE_REFUSED);
    assert_int_equal(open_in(fixture, NULL, false, &error), STORE_OK); /* sorteo finish: no matter */
    assert_int_equal(count_bets(fixture->store), 3);
}

static void store_without_a_dialect_takes_the_first_that_is_spoken(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };

    make_old_store(fixture, 2);
    assert_int_equal(open_in(fixture, "compact", false, &error), STORE_OK);
    assert_int_equal(open_in(fixture, "wide", false, &error), STORE_REFUSED);
    assert_non_null(strstr(error.text, "was made for the dialect compact"));
    assert_int_equal(open_in(fixture, "compact", false, &error), STORE_OK);
}

/* ---- Rights ---------------------------------------------------------------------------------- */

static unsigned rights(const struct fixture *fixture, const char *suffix)
{
    char path[160];
    struct stat status;

    snprintf(path, sizeof path, "%s%s", fixture->path, suffix);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void files_that_are_made_are_their_owners_alone(void **state)
{
    struct fixture *fixture = *state;
    mode_t mask = umask(0);

    store_some(open_store(fixture), 1, 1, 1, 3);
    assert_int_equal(rights(fixture, ""), 0600);
    assert_int_equal(rights(fixture, "-wal"), 0600);
    assert_int_equal(umask(mask), 0); /* ours is as it was */
    close_store(fixture);
    assert_int_equal(chmod(fixture->path, 0640), 0); /* what somebody decided stays */
    store_some(open_store(fixture), 1, 1, 1, 3);
    assert_int_equal(rights(fixture, ""), 0640);
    assert_int_equal(rights(fixture, "-wal"), 0640);
}

/* ---- Where it is ----------------------------------------------------------------------------- */

static bool is_in_memory;

/* The store's call comes here. */
int statfs(const char *path, struct statfs *out)
{
    (void)path;
    *out = (struct statfs){ .f_type = is_in_memory ? TMPFS_MAGIC : EXT4_SUPER_MAGIC };
    return 0;
}

static void store_on_a_file_system_that_forgets_has_a_warning(void **state)
{
    struct store *store = open_store(*state);

    is_in_memory = false;
    assert_null(store_warning(store));
    is_in_memory = true;
    assert_non_null(store_warning(store));
    assert_non_null(strstr(store_warning(store), "will be lost when the machine stops"));
}

static void store_that_others_may_read_has_a_warning(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    char log[128];
    const char *const names[] = { fixture->path, log };

    (void)snprintf(log, sizeof log, "%s-wal", fixture->path);
    assert_int_equal(chmod(fixture->folder, 0755), 0);
    is_in_memory = false;
    for (size_t i = 0; i < 2; i++) {
        assert_null(store_warning(store));
        assert_int_equal(chmod(names[i], 0644), 0);
        assert_non_null(store_warning(store));
        assert_non_null(strstr(store_warning(store), "other users of this machine"));
        assert_int_equal(chmod(names[i], 0600), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(open_refuses_an_unknown_schema_version),
                                        STORE_TEST(open_names_the_fields_that_a_store_has_and_this_program_has_not),
                                        STORE_TEST(open_refuses_the_same_fields_in_another_order),
                                        STORE_TEST(open_brings_stores_of_earlier_versions_up_to_date),
                                        STORE_TEST(update_that_is_killed_anywhere_loses_nothing),
                                        STORE_TEST(update_that_is_killed_twice_leaves_a_log_that_goes_with_its_file),
                                        STORE_TEST(open_takes_the_log_of_an_earlier_version),
                                        STORE_TEST(store_of_an_earlier_version_that_is_only_read_or_refused_stays),
                                        STORE_TEST(open_refuses_tables_that_differ),
                                        STORE_TEST(open_refuses_values_that_the_schema_forbids),
                                        STORE_TEST(bets_that_a_trigger_takes_away_are_missed),
                                        STORE_TEST(store_remembers_its_dialect),
                                        STORE_TEST(store_without_a_dialect_takes_the_first_that_is_spoken),
                                        STORE_TEST(files_that_are_made_are_their_owners_alone),
                                        STORE_TEST(store_on_a_file_system_that_forgets_has_a_warning),
                                        STORE_TEST(store_that_others_may_read_has_a_warning) };
    return cmocka_run_group_tests_name("store_schema", tests, NULL, NULL);
}
