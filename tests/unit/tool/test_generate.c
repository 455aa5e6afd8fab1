/*
 * `sorteo generate`: the same files from the same seed, exactly the winners asked for, rows that
 * every dialect takes.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "tool/agency_rows.h"
#include "tool/generate.h"
#include "tool/people.h"
#include "unit/capture.h"
#include "unit/scratch_each.h"

static struct capture capture;

/* Runs the command with --output in front; its standard error is in `capture`. */
static int generate(const char *const *words)
{
    char *argv[24] = { (char[]){ "generate" }, (char[]){ "--output" }, scratch.folder };
    struct capture output;
    int argc = 3, status;

    for (; *words != NULL; words++)
        argv[argc++] = (char *)*words;
    capture_begin(&output, STDOUT_FILENO);
    capture_begin(&capture, STDERR_FILENO);
    status = generate_main(argc, argv);
    (void)capture_end(&capture);
    (void)capture_end(&output);
    return status;
}

#define GENERATE(...) generate((const char *const[]){ __VA_ARGS__, NULL })

static char *read_agency(unsigned number, size_t *len)
{
    char name[32];

    (void)snprintf(name, sizeof name, "agency-%u.csv", number);
    return scratch_read(scratch_path(&scratch, name), len);
}

static void assert_rows(unsigned agency, size_t rows, size_t winners, const char *number)
{
    size_t len, found = 0, won = 0;
    char *bytes = read_agency(agency, &len);
    char ending[32];
    int ending_len = snprintf(ending, sizeof ending, ",%s\r\n", number);

    for (char *row = bytes; *row != '\0'; found++) {
        char *next = memchr(row, '\n', (size_t)(bytes + len - row));

        assert_non_null(next);
        next++;
        won += memcmp(next - ending_len, ending, (size_t)ending_len) == 0;
        row = next;
    }
    free(bytes);
    assert_int_equal(found, rows);
    assert_int_equal(won, winners);
}

static void same_seed_makes_the_same_bytes_everywhere(void **state)
{
    /* These two rows must never change: other people's tests and numbers stand on them. */
    static const char expected[] = "Noelia Agustina,Acosta,28428139,1968-10-09,1346\r\n"
                                   "Ezequiel Tomas,Irigoyen,29835000,1967-03-13,1569\r\n";
    size_t len, again_len;
    char *bytes, *again;

    (void)state;
    assert_int_equal(GENERATE("--seed", "7", "--bets", "200", "--quoted"), 0);
    bytes = read_agency(2, &len);
    assert_int_equal(GENERATE("--seed", "7", "--bets", "200", "--quoted", "--force"), 0);
    again = read_agency(2, &again_len);
    assert_int_equal(len, again_len);
    assert_memory_equal(bytes, again, len);
    assert_memory_equal(bytes, expected, sizeof expected - 1);
    free(bytes);
    free(again);
}

static void other_seed_or_agency_makes_other_bytes(void **state)
{
    size_t len, other_len;
    char *first, *second, *other;

    (void)state;
    assert_int_equal(GENERATE("--seed", "1", "--bets", "50"), 0);
    first = read_agency(1, &len);
    second = read_agency(2, &other_len);
    assert_string_not_equal(first, second);
    assert_int_equal(GENERATE("--seed", "2", "--bets", "50", "--force"), 0);
    other = read_agency(1, &other_len);
    assert_string_not_equal(first, other);
    free(first);
    free(second);
    free(other);
}

static void agency_is_the_same_whatever_others_there_are(void **state)
{
    size_t len, alone_len;
    char *among, *alone;

    (void)state;
    assert_int_equal(GENERATE("--bets", "10,40,7"), 0);
    among = read_agency(2, &len);
    assert_int_equal(GENERATE("--bets", "40", "--agencies", "1", "--first-agency", "2", "--force"), 0);
    alone = read_agency(2, &alone_len);
    assert_string_equal(among, alone);
    free(among);
    free(alone);
}

static void winners_are_exact(void **state)
{
    (void)state;
    assert_int_equal(GENERATE("--bets", "90000,300,10,3,0", "--winners", "2,300,0,1,0", "--winning-number", "42"), 0);
    assert_rows(1, 90000, 2, "42"); /* enough that some would hit it by chance */
    ;
    assert_rows(2, 300, 300, "42");
    assert_rows(3, 10, 0, "42");
    assert_rows(4, 3, 1, "42");
    assert_rows(5, 0, 0, "42");
}

static void winning_number_may_be_one_that_nobody_bets_on(void **state)
{
    (void)state;
    assert_int_equal(GENERATE("--bets", "500", "--agencies", "1", "--winners", "3", "--winning-number", "65535"), 0);
    assert_rows(1, 500, 3, "65535");
}

/* As a grammar does whose rules are narrower. */
static bool takes_nothing(const struct sorteo_bet *bet)
{
    (void)bet;
    return false;
}

static bool takes_small_numbers_of_the_forties(const struct sorteo_bet *bet)
{
    return bet->agency == 3 && bet->number < 5000 && memcmp(bet->birthdate.bytes, "194", 3) == 0;
}

static void rows_are_such_as_are_taken(void **state)
{
    const struct agency_rows rows = { .agency = 3, .bets = 100, .winners = 5 };
    struct agency_rows_settings settings = { .seed = 1,
                                             .winning_number = 77,
                                             .takes = takes_small_numbers_of_the_forties };
    const char *path = scratch_path(&scratch, "rows.csv");
    FILE *file = fopen(path, "w");
    unsigned count = 0, won = 0, number;
    char line[300], date[11];

    (void)state;
    assert_non_null(file);
    assert_true(agency_rows_write(file, &rows, &settings));
    assert_int_equal(fclose(file), 0);
    file = fopen(path, "r");
    for (; fgets(line, sizeof line, file) != NULL; count++) {
        assert_int_equal(sscanf(line, "%*[^,],%*[^,],%*u,%10[^,],%u", date, &number), 2);
        assert_true(number < 5000 && strncmp(date, "194", 3) == 0);
        won += number == 77;
    }
    assert_int_equal(count, 100);
    assert_int_equal(won, 5);
    settings.takes = takes_nothing;
    assert_false(agency_rows_write(file, &rows, &settings));
    assert_int_equal(fclose(file), 0);
}

static void winners_are_not_all_at_one_place(void **state)
{
    size_t len, place = 0, first_half = 0;
    char *bytes;

    (void)state;
    assert_int_equal(GENERATE("--bets", "2000", "--agencies", "1", "--winners", "200"), 0);
    bytes = read_agency(1, &len);
    for (char *row = bytes; *row != '\0'; row = strstr(row, "\r\n") + 2, place++) {
        const char *row_end = strstr(row, "\r\n");

        first_half += place < 1000 && memcmp(row_end - 5, ",7574", 5) == 0;
    }
    free(bytes);
    assert_in_range(first_half, 70, 130); /* 100 on average; four standard deviations are 27 */
}

static void people_are_adults_with_printable_names_and_fitting_documents(void **state)
{
    const struct people_settings settings = { .other_scripts_percent = 50, .quoted = true };
    unsigned ascii = 0, quoted = 0;
    struct person person;
    struct prng prng;

    (void)state;
    prng_init(&prng, 1, 1);
    for (unsigned i = 0; i < 20000; i++) {
        unsigned year, month, day;
        char all[2 * PERSON_NAME_MAX];
        bool has_high = false;

        person_make(&person, &prng, &settings);
        (void)snprintf(all, sizeof all, "%s%s", person.name, person.surname);
        for (const char *byte = all; *byte != '\0'; byte++) {
            assert_true((unsigned char)*byte >= 0x20 && *byte != 0x7f);
            has_high = has_high || (unsigned char)*byte >= 0x80;
        }
        ascii += !has_high;
        quoted += strpbrk(all, ",\"") != NULL;
        assert_in_range(strlen(person.name), 1, 80);
        assert_in_range(strlen(person.surname), 1, 80);
        assert_in_range(person.document, 20000000, 39999999);
        assert_int_equal(sscanf(person.birthdate, "%4u-%2u-%2u", &year, &month, &day), 3);
        assert_in_range(year, 1945, 2004);
        assert_in_range(month, 1, 12);
        assert_in_range(day, 1,
                        month == 2                                              ? (year % 4 == 0 ? 29 : 28)
                        : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                : 31);
    }
    assert_in_range(quoted, 800, 1200);
    assert_in_range(ascii, 4000, 10000);
}

static void files_that_are_there_are_not_overwritten_unless_forced(void **state)
{
    (void)state;
    scratch_write(scratch_path(&scratch, "agency-3.csv"), "mine", 4);
    assert_int_equal(GENERATE("--bets", "5"), 2);
    assert_non_null(strstr(capture.text, "agency-3.csv: the file exists; --force overwrites it\n"));
    assert_int_equal(access(scratch_path(&scratch, "agency-1.csv"), F_OK), -1);
    assert_int_equal(GENERATE("--bets", "5", "--force"), 0);
    assert_rows(3, 5, 2, "7574");
}

static void file_that_cannot_be_written_whole_is_removed(void **state)
{
    struct rlimit before, small = { .rlim_cur = 100000 };

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(GENERATE("--bets", "100000", "--agencies", "1"), 1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(strstr(capture.text, "agency-1.csv: File too large\n"));
    assert_int_equal(access(scratch_path(&scratch, "agency-1.csv"), F_OK), -1);
}

static void options_that_do_not_fit_together_are_refused(void **state)
{
    (void)state;
    assert_int_equal(GENERATE("--bets", "3", "--winners", "4"), 2);
    assert_string_equal(capture.text, "sorteo generate: --winners: 4 of agency 1, which has 3 bets\n");
    assert_int_equal(GENERATE("--bets", "3,3", "--winners", "1,1,1"), 2);
    assert_string_equal(capture.text, "sorteo generate: --winners: lists 3 agencies, and there are 2\n");
    assert_int_equal(GENERATE("--bets", "3,3", "--agencies", "4"), 2);
    assert_string_equal(capture.text, "sorteo generate: --bets: lists 2 agencies, and there are 4\n");
    assert_int_equal(GENERATE("--agencies", "2", "--first-agency", "255"), 2);
    assert_string_equal(capture.text, "sorteo generate: --first-agency: the last agency would be beyond 255\n");
}

static void lists_that_are_none_are_refused(void **state)
{
    static const char *const wrong[] = { ",", "1,", ",1", "1,,2", "x", "-1", "1;2", " 1", "99999999999999999999" };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(GENERATE("--bets", wrong[i]), 2);
        assert_memory_equal(capture.text, "sorteo generate: --bets: not a number of bets", 45);
        assert_int_equal(GENERATE("--winners", wrong[i]), 2);
        assert_memory_equal(capture.text, "sorteo generate: --winners: not a number of winners", 51);
    }
}

static void folder_that_cannot_be_made_is_refused(void **state)
{
    (void)state;
    scratch_write(scratch_path(&scratch, "file"), "", 0);
    assert_int_equal(GENERATE("--output", scratch_path(&scratch, "file")), 1);
    assert_non_null(strstr(capture.text, "Not a directory\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_seed_makes_the_same_bytes_everywhere, begin, end),
        cmocka_unit_test_setup_teardown(other_seed_or_agency_makes_other_bytes, begin, end),
        cmocka_unit_test_setup_teardown(agency_is_the_same_whatever_others_there_are, begin, end),
        cmocka_unit_test_setup_teardown(winners_are_exact, begin, end),
        cmocka_unit_test_setup_teardown(rows_are_such_as_are_taken, begin, end),
        cmocka_unit_test_setup_teardown(winning_number_may_be_one_that_nobody_bets_on, begin, end),
        cmocka_unit_test_setup_teardown(winners_are_not_all_at_one_place, begin, end),
        cmocka_unit_test(people_are_adults_with_printable_names_and_fitting_documents),
        cmocka_unit_test_setup_teardown(files_that_are_there_are_not_overwritten_unless_forced, begin, end),
        cmocka_unit_test_setup_teardown(file_that_cannot_be_written_whole_is_removed, begin, end),
        cmocka_unit_test_setup_teardown(options_that_do_not_fit_together_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(lists_that_are_none_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(folder_that_cannot_be_made_is_refused, begin, end),
    };

    return cmocka_run_group_tests_name("generate", tests, NULL, NULL);
}
