/*
 * The grammar's calendar against one in plain C: every year 0000 to 9999 with every month 00 to 19
 * and every day 00 to 39, and every byte at each place of a date, in every dialect.
 *
 * TEST_ROUNDS below 1,000,000 takes only a part of the years, for slow instruments.
 */
#include "unit/codec/codec_random.h"
#include "unit/codec/each_dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* ---- The calendar in plain C ----------------------------------------------------------------- */

static bool is_leap(unsigned year)
{
    return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

static unsigned last_day(unsigned year, unsigned month)
{
    switch (month) {
    case 2:
        return is_leap(year) ? 29 : 28;
    case 4:
    case 6:
    case 9:
    case 11:
        return 30;
    default:
        return 31;
    }
}

static bool is_day(unsigned year, unsigned month, unsigned day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= last_day(year, month);
}

/* The first byte at which no day begins so: tries all the days that there are. */
static size_t first_impossible(unsigned year, unsigned month, unsigned day)
{
    if (year == 0)
        return 3;
    if (month > 12 && month >= 20)
        return 5;
    if (month == 0 || month > 12)
        return 6;
    /* By its first digit, if no day of the month has that. */
    for (unsigned other = day / 10 * 10; other < day / 10 * 10 + 10; other++) {
        if (is_day(year, month, other))
            return 9;
    }
    return 8;
}

/* ---- Asking the grammar ---------------------------------------------------------------------- */

static enum sorteo_code ask_with(struct sorteo_text name, enum sorteo_dialect dialect, const char *date,
                                 struct sorteo_error *error)
{
    const struct sorteo_bet bet = { .name = name,
                                    .surname = name,
                                    .birthdate = { .bytes = date, .len = SORTEO_DATE_LEN } };
    uint8_t out[64];
    size_t len;

    *error = (struct sorteo_error){ .code = SORTEO_E_OK };
    return sorteo_encode_single(dialect, 0, &bet, out, sizeof(out), &len, error);
}

/* Beside names that leave the date to the grammar, and beside such that do not. */
static enum sorteo_code ask(enum sorteo_dialect dialect, const char *date, struct sorteo_error *error)
{
    const enum sorteo_code code = ask_with((struct sorteo_text){ 0 }, dialect, date, error);
    struct sorteo_error again;

    assert_int_equal(ask_with((struct sorteo_text){ .bytes = "Anna", .len = 4 }, dialect, date, &again), code);
    assert_int_equal(again.offset, error->offset);
    return code;
}

static void put_digits(char *out, unsigned value, unsigned count)
{
    for (unsigned left = count; left > 0; left--) {
        out[left - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

static void check_date(enum sorteo_dialect dialect, unsigned year, unsigned month, unsigned day)
{
    char date[SORTEO_DATE_LEN + 1] = "yyyy-mm-dd";
    struct sorteo_error error;
    enum sorteo_code code;

    put_digits(date, year, 4);
    put_digits(date + 5, month, 2);
    put_digits(date + 8, day, 2);
    code = ask(dialect, date, &error);
    if (is_day(year, month, day)) {
        if (code != SORTEO_E_OK)
            fail_msg("%s is a day, and was refused at byte %d", date, (int)error.offset);
    } else if (code != SORTEO_E_DATE || error.offset != first_impossible(year, month, day)) {
        fail_msg("%s: code %s at byte %d, expected date at %zu", date, sorteo_code_name(code), (int)error.offset,
                 first_impossible(year, month, day));
    }
}

static unsigned year_stride(void)
{
    const uint64_t rounds = number_from_environment("TEST_ROUNDS", 1000000);

    return rounds >= 1000000 ? 1 : rounds >= 100000 ? 7 : 97;
}

static void calendar_takes_the_days_that_exist(void **state)
{
    const enum sorteo_dialect dialect = dialect_of_state(state);

    for (unsigned year = 0; year <= 9999; year += year % 100 == 0 || year_stride() == 1 ? 1 : year_stride()) {
        for (unsigned month = 0; month < 20; month++) {
            for (unsigned day = 0; day < 40; day++)
                check_date(dialect, year, month, day);
        }
    }
}

static void calendar_takes_no_other_byte_at_any_place(void **state)
{
    const enum sorteo_dialect dialect = dialect_of_state(state);
    const char good[] = "2224-02-22";
    const char *const may_stand[] = { "0123456789", "0123456789", "0123456789", "0123456789", "-",
                                      "01",         "123456789",  "-",          "012",        "0123456789" };

    for (size_t place = 0; place < SORTEO_DATE_LEN; place++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            const bool is_good = byte != 0 && strchr(may_stand[place], (int)byte) != NULL;
            char date[sizeof(good)];
            struct sorteo_error error;
            enum sorteo_code code;

            memcpy(date, good, sizeof(good));
            date[place] = (char)byte;
            code = ask(dialect, date, &error);
            assert_int_equal(code, is_good ? SORTEO_E_OK : SORTEO_E_DATE);
            if (!is_good)
                assert_int_equal(error.offset, place);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_takes_the_days_that_exist),
        cmocka_unit_test(calendar_takes_no_other_byte_at_any_place),
    };

    return run_in_each_dialect("calendar", tests, sizeof tests / sizeof tests[0]);
}
