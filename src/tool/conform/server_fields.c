/*
 * Section 1: what a field may hold, and what is refused at its first byte that no valid one has.
 * Every text of a bet is tried, and every integer.
 */
#include "codec/bet_fields.h"
#include "tool/conform/server_cases.h"

#include <string.h>

#define FIRST 1u /* the agency whose bets these are */

/* A list of texts; their lengths are counted, for one may hold a NUL. */
#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        .bytes = (literal), .len = sizeof(literal) - 1                                                                 \
    }
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void want_stored(struct probe *probe, const struct sorteo_bet *bet)
{
    probe_store(probe, probe_dial(probe), bet, 1);
}

static void want_malformed(struct probe *probe, const struct sorteo_bet *bet)
{
    struct peer *peer = probe_dial(probe);

    probe_refuse(probe, peer, bet, 1);
    probe_want_end(probe, peer);
}

/* Each text in each field that takes one, in a batch of its own. */
static void try_texts(struct probe *probe, const struct sorteo_text *texts, size_t count,
                      void (*want)(struct probe *, const struct sorteo_bet *))
{
    for (unsigned field = 0; field < BET_FIELD_COUNT; field++) {
        for (size_t i = 0; i < count && bet_fields[field].kind == PROTOCOL_TEXT; i++) {
            struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_LOSES);

            bet_set_text(&bet_fields[field], &bet, texts[i]);
            want(probe, &bet);
        }
    }
}

static void try_days(struct probe *probe, const char *const *days, size_t count,
                     void (*want)(struct probe *, const struct sorteo_bet *))
{
    for (size_t i = 0; i < count; i++) {
        struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_LOSES);

        bet.birthdate = (struct sorteo_text){ .bytes = days[i], .len = SORTEO_DATE_LEN };
        want(probe, &bet);
    }
}

/* ---- What is legal --------------------------------------------------------------------------- */

static void empty_names(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("") };

    try_texts(probe, texts, COUNT(texts), want_stored);
}

static void longest_names(struct probe *probe)
{
    static char longest[3000];
    size_t most = frames_text_max(probe->settings->dialect, "NAME");
    const struct sorteo_text text = { .bytes = longest, .len = most < sizeof longest ? most : sizeof longest };

    memset(longest, 'n', sizeof longest);
    try_texts(probe, &text, 1, want_stored);
}

static void utf8_names(struct probe *probe)
{
    static const struct sorteo_text texts[] = {
        TEXT(" ~"),
        TEXT("\xc2\xa0\xdf\xbf"),
        TEXT("\xe0\xa0\x80\xed\x9f\xbf"),
        TEXT("\xee\x80\x80"),
        TEXT("\xef\xbf\xbf"),
        TEXT("\xf0\x90\x80\x80"),
        TEXT("\xf4\x8f\xbf\xbf"),
        TEXT("Mej\xc3\xad"
             "a, \"Q\""),
    };

    try_texts(probe, texts, COUNT(texts), want_stored);
}

static void integers_at_their_ends(struct probe *probe)
{
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        const struct bet_field *field = &bet_fields[i];
        const struct protocol_field *of =
            protocol_field(&protocols[probe->settings->dialect], sorteo_field_name(field->field));

        for (unsigned k = 0; k < of->interval_count && field->kind == PROTOCOL_INTEGER; k++) {
            struct sorteo_bet low = probe_bet(probe, FIRST, PROBE_LOSES);
            struct sorteo_bet high = low;

            bet_set_integer(field, &low, of->intervals[k].low);
            bet_set_integer(field, &high, of->intervals[k].high);
            want_stored(probe, &low);
            want_stored(probe, &high);
        }
    }
}

static void days_that_exist(struct probe *probe)
{
    static const char *const days[] = { "0001-01-01", "0004-02-29", "1582-10-10", "1600-02-29", "1900-02-28",
                                        "1999-04-30", "2000-02-29", "2024-02-29", "9999-12-31" };

    try_days(probe, days, COUNT(days), want_stored);
}

/* ---- What is not ----------------------------------------------------------------------------- */

static void overlong_utf8(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("\xc0\x80"), TEXT("\xc1\xbf"), TEXT("\xe0\x9f\xbf"),
                                                TEXT("\xf0\x8f\xbf\xbf") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void surrogates(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("\xed\xa0\x80"), TEXT("\xed\xbf\xbf") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void beyond_unicode(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("\xf4\x90\x80\x80"), TEXT("\xf5\x80\x80\x80") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void stray_bytes(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("a\x80"), TEXT("\xff"), TEXT("\xfe"),
                                                TEXT("\xc3"
                                                     "a") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void character_beyond_its_name(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("a\xc3"), TEXT("\xe2\x82"), TEXT("\xf0\x9f\x98") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void c0_controls(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("a\nb"), TEXT("a\0b"), TEXT("\x1f"), TEXT("\t") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void del(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("a\x7f") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void c1_controls(struct probe *probe)
{
    static const struct sorteo_text texts[] = { TEXT("\xc2\x80"), TEXT("\xc2\x85"), TEXT("\xc2\x9f") };

    try_texts(probe, texts, COUNT(texts), want_malformed);
}

static void leap_days_that_do_not_exist(struct probe *probe)
{
    static const char *const days[] = { "1900-02-29", "2023-02-29", "2100-02-29", "2000-02-30" };

    try_days(probe, days, COUNT(days), want_malformed);
}

static void days_beyond_their_month(struct probe *probe)
{
    static const char *const days[] = { "1999-04-31", "1999-06-31", "1999-01-32", "1999-12-00" };

    try_days(probe, days, COUNT(days), want_malformed);
}

static void months_that_do_not_exist(struct probe *probe)
{
    static const char *const days[] = { "1999-13-01", "1999-00-10", "1999-20-01" };

    try_days(probe, days, COUNT(days), want_malformed);
}

static void year_zero(struct probe *probe)
{
    static const char *const days[] = { "0000-01-01" };

    try_days(probe, days, COUNT(days), want_malformed);
}

static void dates_of_other_forms(struct probe *probe)
{
    static const char *const days[] = { "1999/03/17", "17-03-1999", "1999-3-17 ", " 999-03-17", "199a-03-17" };

    try_days(probe, days, COUNT(days), want_malformed);
}

static const struct server_case cases[] = {
    { .is = { "1", "empty_names", "a name may have no byte" }, .run = empty_names },
    { .is = { "1", "longest_names", "a name may be as long as its length field can say" }, .run = longest_names },
    { .is = { "1", "utf8_names", "a name may hold any character but controls" }, .run = utf8_names },
    { .is = { "1", "integers_at_their_ends", "an integer may have the first and the last value of its range" },
      .run = integers_at_their_ends },
    { .is = { "1", "days_that_exist", "a BIRTHDATE is any day from 0001-01-01 to 9999-12-31" },
      .run = days_that_exist },
    { .is = { "1", "overlong_utf8", "a name in overlong UTF-8 is refused" }, .run = overlong_utf8 },
    { .is = { "1", "surrogates", "a name with a surrogate is refused" }, .run = surrogates },
    { .is = { "1", "beyond_unicode", "a name with a character above U+10FFFF is refused" }, .run = beyond_unicode },
    { .is = { "1", "stray_bytes", "a name with bytes that are no character is refused" }, .run = stray_bytes },
    { .is = { "1", "character_beyond_its_name", "a character that does not fit its name's length is refused" },
      .run = character_beyond_its_name },
    { .is = { "1", "c0_controls", "a name with a C0 control is refused" }, .run = c0_controls },
    { .is = { "1", "del", "a name with DEL is refused" }, .run = del },
    { .is = { "1", "c1_controls", "a name with a C1 control is refused" }, .run = c1_controls },
    { .is = { "1", "leap_days_that_do_not_exist", "29 February is refused in a common year" },
      .run = leap_days_that_do_not_exist },
    { .is = { "1", "days_beyond_their_month", "a day that its month does not have is refused" },
      .run = days_beyond_their_month },
    { .is = { "1", "months_that_do_not_exist", "a month other than 01 to 12 is refused" },
      .run = months_that_do_not_exist },
    { .is = { "1", "year_zero", "the year 0000 is refused" }, .run = year_zero },
    { .is = { "1", "dates_of_other_forms", "a BIRTHDATE is refused that is not of the form YYYY-MM-DD" },
      .run = dates_of_other_forms },
};

const struct server_case_table server_field_cases = SERVER_CASE_TABLE(cases);
