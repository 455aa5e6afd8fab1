/*
 * Sections 2 to 4: what a client sends, in what order, and when.
 */
#include "tool/conform/client_cases.h"

#include <stdio.h>

void client_want(const struct play *play, bool seen, const char *expected, const char *came)
{
    if (!seen)
        verdict_fail(&play->host->verdict, expected, "%s", came);
}

static void check_stored(const struct play *play, const struct lines *told)
{
    unsigned same = lines_same(&play->stored, told);
    char came[VERDICT_TEXT_MAX];

    (void)snprintf(came, sizeof came, "%u bets; the first %u are as in the file, which has %u", play->stored.count,
                   same, told->count);
    client_want(play, same == told->count && play->stored.count == told->count,
                "every row is sent once, in the order of the file", came);
}

static void check_finished(const struct play *play)
{
    client_want(play, play->receipts == 1, "one RECEIPT, on the connection of its WINNERS", "none, or more");
    client_want(play, play->exit_zero, "the client exits with status 0", "another status");
}

void client_check_done(const struct play *play, const struct lines *told)
{
    check_stored(play, told);
    check_finished(play);
}

static void check_agency(const struct play *play, const struct lines *told)
{
    check_stored(play, told);
    client_want(play, !play->wrong_agency, "the agency that the client was told, in every frame", "another one");
}

static void check_packets(const struct play *play, const struct lines *told)
{
    char came[64];

    (void)snprintf(came, sizeof came, "%zu bytes", play->longest);
    client_want(play, play->longest <= SORTEO_PACKET_MAX, "at most 8,000 bytes in one BATCH", came);
    check_stored(play, told);
}

static void check_once(const struct play *play, const struct lines *told)
{
    client_check_done(play, told);
    client_want(play, play->finishes == 1, "one FINISH", "more");
}

static void check_stopped(const struct play *play, const struct lines *told)
{
    (void)told;
    client_want(play, play->wrong_was_given, "a BATCH that can be refused", "none");
    client_want(play, play->finishes == 0, "no FINISH", "FINISH");
    client_want(play, !play->went_on && !play->was_repeated, "nothing more, after ANSWER 1",
                "another BATCH on a new connection");
    client_want(play, !play->exit_zero, "another exit status than 0", "0");
}

static const struct client_case cases[] = {
    { .is = { "2", "client_all_rows", "every row is sent once, in the order of the file" },
      .row_count = CLIENT_ROWS_MAX,
      .check = client_check_done },
    { .is = { "2", "client_agency", "every bet, and FINISH, names the client's agency" }, .check = check_agency },
    { .is = { "4", "client_packets", "a BATCH has at most 8,000 bytes" },
      .row_count = CLIENT_ROWS_MAX,
      .check = check_packets },
    { .is = { "4", "client_closed_after_each_answer", "a client goes on where the connection ends after an ANSWER" },
      .row_count = CLIENT_ROWS_MAX,
      .plan = { .closes = true },
      .check = client_check_done },
    { .is = { "4", "client_waits_for_answers", "no FINISH before ANSWER 0 for every BATCH" },
      .plan = { .waits = true },
      .check = check_once },
    { .is = { "4", "client_waits_for_winners", "nothing is sent between FINISH and WINNERS" },
      .plan = { .how = WINNERS_LATE, .winners = 2 },
      .check = check_once },
    { .is = { "4", "client_waits_for_the_last_winner", "nothing is sent before the last byte of WINNERS" },
      .plan = { .how = WINNERS_HELD, .winners = 2 },
      .check = check_once },
    { .is = { "4", "client_winners_byte_by_byte", "WINNERS may arrive in any number of pieces" },
      .plan = { .how = WINNERS_DRIPPED, .winners = 3 },
      .check = check_once },
    { .is = { "2", "client_no_winners", "WINNERS may list no document" }, .check = check_once },
    { .is = { "2", "client_many_winners", "WINNERS may list 200 documents" },
      .row_count = CLIENT_ROWS_MAX,
      .plan = { .winners = 200 },
      .check = check_once },
    { .is = { "4", "client_refused", "on ANSWER 1 a client stops and says so" },
      .row_count = CLIENT_ROWS_MAX,
      .plan = { .wrong_frame = 1, .wrong_answer = 1 },
      .check = check_stopped },
    { .is = { "6", "client_refused_and_closed", "on ANSWER 1 and the end of the connection a client stops" },
      .row_count = CLIENT_ROWS_MAX,
      .plan = { .wrong_frame = 1, .wrong_answer = 1, .wrong_closes = true },
      .check = check_stopped },
    { .is = { "2", "client_answer_of_2", "a byte that is neither 0 nor 1 is not an ANSWER" },
      .row_count = CLIENT_ROWS_MAX,
      .plan = { .wrong_frame = 1, .wrong_answer = 2 },
      .check = check_stopped },
};

const struct client_case_table client_stream_cases = CLIENT_CASE_TABLE(cases);
