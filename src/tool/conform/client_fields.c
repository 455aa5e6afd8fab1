/*
 * Section 1: the fields of an agency file arrive as they are, and what may not be sent is not.
 */
#include "tool/conform/client_cases.h"

#include <string.h>

#include "codec/bet_fields.h"

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        .bytes = (literal), .len = sizeof(literal) - 1                                                                 \
    }
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A bet for each text in each field that takes one. */
static unsigned with_texts(enum sorteo_dialect dialect, struct sorteo_bet *bets, const struct sorteo_text *texts,
                           size_t count)
{
    unsigned made = 0;

    for (unsigned field = 0; field < BET_FIELD_COUNT; field++) {
        for (size_t i = 0; i < count && bet_fields[field].kind == PROTOCOL_TEXT; i++) {
            bets[made] = frames_bet(dialect, HOST_AGENCY, 1000 + made, 7574);
            bet_set_text(&bet_fields[field], &bets[made++], texts[i]);
        }
    }
    return made;
}

static unsigned utf8_names(enum sorteo_dialect dialect, struct sorteo_bet *bets, unsigned count)
{
    static const struct sorteo_text texts[] = { TEXT("Mar\xc3\xad"
                                                     "a"),
                                                TEXT("\xe6\x97\xa5\xe6\x9c\xac"), TEXT("\xf0\x9f\x98\x80"),
                                                TEXT("O'Hara ~") };

    (void)count;
    return with_texts(dialect, bets, texts, COUNT(texts));
}

static unsigned long_names(enum sorteo_dialect dialect, struct sorteo_bet *bets, unsigned count)
{
    static char name[255];
    const struct sorteo_text texts[] = { { .bytes = name, .len = sizeof name } };

    (void)count;
    memset(name, 'n', sizeof name);
    return with_texts(dialect, bets, texts, COUNT(texts));
}

static unsigned integers_at_their_ends(enum sorteo_dialect dialect, struct sorteo_bet *bets, unsigned count)
{
    (void)count;
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        const struct protocol_field *field =
            protocol_field(&protocols[dialect], sorteo_field_name(bet_fields[i].field));

        if (bet_fields[i].kind != PROTOCOL_INTEGER)
            continue;
        bet_set_integer(&bet_fields[i], &bets[0], field->intervals[0].low);
        bet_set_integer(&bet_fields[i], &bets[1], field->intervals[field->interval_count - 1].high);
    }
    return 2;
}

static unsigned leap_days(enum sorteo_dialect dialect, struct sorteo_bet *bets, unsigned count)
{
    static const char *const days[] = { "2000-02-29", "2024-02-29", "1999-12-31" };

    (void)dialect;
    for (unsigned i = 0; i < COUNT(days) && i < count; i++)
        bets[i].birthdate = (struct sorteo_text){ .bytes = days[i], .len = SORTEO_DATE_LEN };
    return COUNT(days);
}

/* The rows before the bad one may have been sent; FINISH ends nothing whose bets are missing. */
static void check_bad_row(const struct play *play, const struct lines *told)
{
    client_want(play, lines_same(&play->stored, told) == play->stored.count, "at most the rows before the bad one",
                "a bet that is in no row");
    client_want(play, play->finishes == 0 || play->exit_zero == false || play->stored.count <= told->count,
                "no more bets than rows", "more");
}

static const char *const bad_utf8[] = { "Ana\xff,Paz,1,1999-03-17,7", "Ana,Pa\xc3,1,1999-03-17,7",
                                        "\xed\xa0\x80,Paz,1,1999-03-17,7", NULL };
static const char *const controls[] = { "A\x01na,Paz,1,1999-03-17,7",
                                        "Ana,P\x7f"
                                        "az,1,1999-03-17,7",
                                        "A\xc2\x85na,Paz,1,1999-03-17,7", NULL };
static const char *const impossible_days[] = { "Ana,Paz,1,1999-02-29,7", "Ana,Paz,1,1999-13-01,7",
                                               "Ana,Paz,1,17-03-1999,7", NULL };
static const char *const large_integers[] = { "Ana,Paz,4294967296,1999-03-17,7", "Ana,Paz,1,1999-03-17,65536",
                                              "Ana,Paz,-1,1999-03-17,7", NULL };

static const struct client_case cases[] = {
    { .is = { "1", "client_utf8_names", "names arrive as the file has them" },
      .make = utf8_names,
      .check = client_check_done },
    { .is = { "1", "client_long_names", "names of 255 bytes arrive whole" },
      .make = long_names,
      .check = client_check_done },
    { .is = { "1", "client_integers_at_their_ends", "the first and the last value of an integer's range arrive" },
      .make = integers_at_their_ends,
      .check = client_check_done },
    { .is = { "1", "client_leap_days", "29 February of a leap year arrives" },
      .make = leap_days,
      .check = client_check_done },
    { .is = { "1", "client_bad_utf8", "a name that is not well-formed UTF-8 is not sent" },
      .bad_rows = bad_utf8,
      .check = check_bad_row },
    { .is = { "1", "client_controls", "a name with a control character is not sent" },
      .bad_rows = controls,
      .check = check_bad_row },
    { .is = { "1", "client_impossible_days", "a day that does not exist is not sent" },
      .bad_rows = impossible_days,
      .check = check_bad_row },
    { .is = { "1", "client_large_integers", "an integer beyond its field is not sent, cut or otherwise" },
      .bad_rows = large_integers,
      .check = check_bad_row },
};

const struct client_case_table client_field_cases = CLIENT_CASE_TABLE(cases);
