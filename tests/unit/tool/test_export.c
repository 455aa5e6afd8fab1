/*
 * sorteo export: the rows as they were stored, as CSV to the byte, and an exit status that tells
 * when they are not all there.
 */
#include "unit/store/store_fixture.h"

#include <fcntl.h>
#include <pty.h>

#include "tool/export.h"
#include "tool/output.h"

#define OUTPUT_MAX 65536
#define COMMAND "export"

struct outcome {
    int status;
    size_t out_len;
    char out[OUTPUT_MAX];
    char err[OUTPUT_MAX];
};

static size_t read_file(const char *path, char text[static OUTPUT_MAX])
{
    FILE *file = fopen(path, "rb");
    size_t len;

    assert_non_null(file);
    len = fread(text, 1, OUTPUT_MAX - 1, file);
    text[len] = '\0';
    assert_int_equal(fclose(file), 0);
    return len;
}

static int exported_to = -1; /* descriptor that is standard output of the next export; -1: a file */

/* This program under another name is the command: see main. A new program has unused
 * streams. */
static void become_export(const char *out, const char *err, char *const argv[])
{
    char program[4096] = "";
    int out_fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int err_fd = open(err, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        _exit(96);
    if (dup2(exported_to >= 0 ? exported_to : out_fd, 1) != 1 || dup2(err_fd, 2) != 2)
        _exit(97);
    alarm(100);
    execv(program, argv);
    _exit(98);
}

/* Runs the command and returns what it wrote. */
static struct outcome *run_export(struct fixture *fixture, char *const arguments[])
{
    static struct outcome outcome;
    char out[128], err[128], *argv[16] = { COMMAND };
    int argc = 1, status = 0;
    pid_t pid;

    snprintf(out, sizeof out, "%s/out", fixture->folder);
    snprintf(err, sizeof err, "%s/err", fixture->folder);
    while (arguments[argc - 1] != NULL) {
        argv[argc] = arguments[argc - 1];
        argc++;
    }
    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become_export(out, err, argv);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    outcome.status = WEXITSTATUS(status);
    outcome.out_len = read_file(out, outcome.out);
    read_file(err, outcome.err);
    exported_to = -1;
    return &outcome;
}

#define EXPORT(fixture, ...) run_export(fixture, (char *const[]){ "--store", (fixture)->path, __VA_ARGS__ })

static void assert_exported(const struct outcome *outcome, const char *wanted)
{
    assert_string_equal(outcome->err, "");
    assert_string_equal(outcome->out, wanted);
    assert_int_equal(outcome->out_len, strlen(wanted));
    assert_int_equal(outcome->status, 0);
}

static void assert_failed(const struct outcome *outcome, int status, const char *reason)
{
    if (strncmp(outcome->err, "sorteo export: ", 15) != 0 || strstr(outcome->err, reason) == NULL)
        fail_msg("not \"%s\": %s", reason, outcome->err);
    assert_int_equal(outcome->status, status);
}

static void close_store(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

/* Two agencies, two rounds, the first of them drawn with number 7. */
static void make_store(struct fixture *fixture)
{
    struct store *store = open_store(fixture);
    const struct sorteo_bet bets[] = { bet_of(2, 20, 7), bet_of(1, 10, 8), bet_of(1, 11, 7) };
    const struct sorteo_bet next = bet_of(1, 12, 7);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, bets, 3));
    draw_whole(store, 1, 7);
    OK(store, append_bets(store, 2, &next, 1));
    OK(store, store_commit(store));
    close_store(fixture);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void export_writes_every_row_in_the_order_stored(void **state)
{
    struct fixture *fixture = *state;

    make_store(fixture);
    assert_exported(EXPORT(fixture, NULL), "2,Santiago Lionel,Lorca,20,1999-03-17,7\r\n"
                                           "1,Santiago Lionel,Lorca,10,1999-03-17,8\r\n"
                                           "1,Santiago Lionel,Lorca,11,1999-03-17,7\r\n"
                                           "1,Santiago Lionel,Lorca,12,1999-03-17,7\r\n");
}

static void export_filters_rows(void **state)
{
    struct fixture *fixture = *state;

    make_store(fixture);
    assert_exported(EXPORT(fixture, "--round", "2", NULL), "1,Santiago Lionel,Lorca,12,1999-03-17,7\r\n");
    assert_exported(EXPORT(fixture, "--agency", "2", NULL), "2,Santiago Lionel,Lorca,20,1999-03-17,7\r\n");
    assert_exported(EXPORT(fixture, "--winners", NULL), "2,Santiago Lionel,Lorca,20,1999-03-17,7\r\n"
                                                        "1,Santiago Lionel,Lorca,11,1999-03-17,7\r\n");
    assert_exported(EXPORT(fixture, "--winners", "--agency=1", NULL), "1,Santiago Lionel,Lorca,11,1999-03-17,7\r\n");
    assert_exported(EXPORT(fixture, "--winners", "--round=2", NULL), "");
    assert_exported(EXPORT(fixture, "--round=3", NULL), "");
}

static void export_quotes_only_what_needs_it(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    struct sorteo_bet bets[5] = { { .agency = 0 } };
    const char *const names[5][2] = {
        { "María, la \"Negra\"", "O'Higgins" }, { "\"", "" }, { "", "," }, { " Ñandú ", "a;b" }, { "山田", "Ωμέγα 🎲" }
    };

    for (unsigned i = 0; i < 5; i++) {
        bets[i] = bet_of(1, i, 65535);
        bets[i].name = text_of(names[i][0]);
        bets[i].surname = text_of(names[i][1]);
    }
    bets[4].document = UINT32_MAX;
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, bets, 5));
    OK(store, store_commit(store));
    close_store(fixture);
    assert_exported(EXPORT(fixture, NULL), "1,\"María, la \"\"Negra\"\"\",O'Higgins,0,1999-03-17,65535\r\n"
                                           "1,\"\"\"\",,1,1999-03-17,65535\r\n"
                                           "1,,\",\",2,1999-03-17,65535\r\n"
                                           "1, Ñandú ,a;b,3,1999-03-17,65535\r\n"
                                           "1,山田,Ωμέγα 🎲,4294967295,1999-03-17,65535\r\n");
}

static void export_of_a_store_without_bets_is_empty(void **state)
{
    struct fixture *fixture = *state;

    open_store(fixture);
    close_store(fixture);
    assert_exported(EXPORT(fixture, NULL), "");
}

static void store_and_die(struct fixture *fixture)
{
    store_some(open_store(fixture), 1, 1, 1, 1);
}

static void export_has_what_a_killed_server_left(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(store_and_die, fixture));
    assert_exported(EXPORT(fixture, NULL), "1,Santiago Lionel,Lorca,1,1999-03-17,0\r\n");
}

/* ---- Failures -------------------------------------------------------------------------------- */

static void export_fails_where_no_store_is(void **state)
{
    struct fixture *fixture = *state;

    assert_failed(EXPORT(fixture, NULL), 1, "there is no store");
}

static void export_fails_while_a_server_has_the_store(void **state)
{
    struct fixture *fixture = *state;

    pid_t server = hold_store(fixture, 10000);

    assert_failed(EXPORT(fixture, NULL), 1, "in use by another process");
    release_store(server);
}

static void export_fails_for_an_agency_that_the_store_has_not(void **state)
{
    struct fixture *fixture = *state;

    make_store(fixture);
    assert_failed(EXPORT(fixture, "--agency", "6", NULL), 1, "the store is for the agencies 1 to 5");
}

static void export_fails_on_a_full_disk(void **state)
{
    struct fixture *fixture = *state;

    make_store(fixture);
    exported_to = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(exported_to >= 0);
    assert_failed(EXPORT(fixture, NULL), 1, "standard output: No space left on device");
}

static void export_fails_early_on_a_full_disk(void **state)
{
    struct fixture *fixture = *state;

    store_some(open_store(fixture), 1, 1, 1, 50000); /* more than the output's buffer */
    close_store(fixture);
    exported_to = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_failed(EXPORT(fixture, NULL), 1, "standard output: No space left on device");
}

static void export_ends_quietly_on_a_closed_pipe(void **state)
{
    struct fixture *fixture = *state;
    int ends[2];

    make_store(fixture);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    exported_to = ends[1];
    const struct outcome *outcome = EXPORT(fixture, NULL);
    assert_string_equal(outcome->err, "");
    assert_int_equal(outcome->status, 0);
    close(ends[1]);
}

static void export_counts_bets(void **state)
{
    struct fixture *fixture = *state;

    make_store(fixture);
    assert_exported(EXPORT(fixture, "--count", NULL), "1,1,2\r\n1,2,1\r\n2,1,1\r\n");
    assert_exported(EXPORT(fixture, "--count", "--agency", "1", NULL), "1,1,2\r\n2,1,1\r\n");
    assert_exported(EXPORT(fixture, "--count", "--round", "3", NULL), "");
}

static void export_makes_formulas_harmless(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    struct sorteo_bet bet = bet_of(1, 10, 8);

    bet.name = (struct sorteo_text){ "=1+1", 4 };
    bet.surname = (struct sorteo_text){ "A-B", 3 };
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    OK(store, store_commit(store));
    close_store(fixture);
    assert_exported(EXPORT(fixture, NULL), "1,=1+1,A-B,10,1999-03-17,8\r\n");
    assert_exported(EXPORT(fixture, "--escape-formulas", NULL), "1,'=1+1,A-B,10,1999-03-17,8\r\n");
}

/* Somebody has written into the store by hand: a file gets what is there. */
static void export_moves_no_cursor_of_a_terminal(void **state)
{
    struct fixture *fixture = *state;
    char shown[256] = "";
    int master, terminal;

    if (openpty(&master, &terminal, NULL, NULL, NULL) != 0)
        skip(); /* there are none here */
    open_store(fixture);
    close_store(fixture);
    tell(fixture->path, "INSERT INTO bet_rows VALUES (1, 1, 1, 'a\x1b[31m', 'Mejía\n\xc2\x9b', 10, '1999-03-17', 8)");
    assert_exported(EXPORT(fixture, NULL), "1,a\x1b[31m,\"Mejía\n\xc2\x9b\",10,1999-03-17,8\r\n");
    exported_to = terminal;
    assert_int_equal(EXPORT(fixture, NULL)->status, 0);
    assert_true(read(master, shown, sizeof shown - 1) > 0);
    assert_string_equal(shown, "1,a?[31m,Mejía??,10,1999-03-17,8\r\r\n");
    close(terminal);
    close(master);
}

static void export_refuses_bad_options(void **state)
{
    struct fixture *fixture = *state;
    char *const cases[][2] = { { "--round", "0" },       { "--round", "4294967296" }, { "--agency", "0" },
                               { "--agency", "256" },    { "--agency", "x" },         { "--store", "" },
                               { "--nothing", NULL },    { "--round", NULL },         { "bets.db", NULL },
                               { "--winners=yes", NULL } };

    make_store(fixture);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct outcome *outcome = run_export(fixture, (char *const[]){ cases[i][0], cases[i][1], NULL });
        assert_failed(outcome, 2, "Try 'sorteo export --help'");
        assert_string_equal(outcome->out, "");
    }
}

static void export_tells_its_use(void **state)
{
    struct fixture *fixture = *state;
    const struct outcome *outcome = EXPORT(fixture, "--help", NULL);

    assert_int_equal(outcome->status, 0);
    assert_non_null(strstr(outcome->out, "--winners"));
    assert_string_equal(outcome->err, "");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { STORE_TEST(export_writes_every_row_in_the_order_stored),
                                        STORE_TEST(export_filters_rows),
                                        STORE_TEST(export_quotes_only_what_needs_it),
                                        STORE_TEST(export_of_a_store_without_bets_is_empty),
                                        STORE_TEST(export_has_what_a_killed_server_left),
                                        STORE_TEST(export_fails_where_no_store_is),
                                        STORE_TEST(export_fails_while_a_server_has_the_store),
                                        STORE_TEST(export_fails_for_an_agency_that_the_store_has_not),
                                        STORE_TEST(export_fails_on_a_full_disk),
                                        STORE_TEST(export_fails_early_on_a_full_disk),
                                        STORE_TEST(export_ends_quietly_on_a_closed_pipe),
                                        STORE_TEST(export_counts_bets),
                                        STORE_TEST(export_makes_formulas_harmless),
                                        STORE_TEST(export_moves_no_cursor_of_a_terminal),
                                        STORE_TEST(export_refuses_bad_options),
                                        STORE_TEST(export_tells_its_use) };

    if (argc > 0 && strcmp(argv[0], COMMAND) == 0) {
        int status = export_main(argc, argv);
        return status == 1 && output_is_closed() ? 0 : status; /* as main.c does */
    }
    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
