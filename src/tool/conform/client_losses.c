/*
 * Sections 5 to 8: what a client does when an ANSWER or WINNERS got lost, with KEYs and without.
 */
#include "tool/conform/client_cases.h"

static void check_doubt(const struct play *play, const struct lines *told)
{
    (void)told;
    client_want(play, play->wrong_was_given, "a BATCH whose ANSWER can be lost", "none");
    client_want(play, !play->was_repeated, "the BATCH without an ANSWER is not sent again silently", "it came again");
    client_want(play, play->finishes == 0, "no FINISH while a BATCH has no ANSWER", "FINISH");
    client_want(play, !play->exit_zero, "another exit status than 0", "0");
}

static void check_repeat(const struct play *play, const struct lines *told)
{
    client_want(play, play->was_repeated, "the same BATCH with the same KEY again", "it did not come again");
    client_check_done(play, told);
}

/* A client may ask again, or stop and say so. */
static void check_asked_again(const struct play *play, const struct lines *told)
{
    client_want(play, play->stored.count == told->count, "every row is sent once", "more, or fewer");
    client_want(play, !play->exit_zero || (play->finishes > 1 && play->receipts == 1),
                "FINISH again, and a RECEIPT for the WINNERS that came; or another exit status than 0",
                "exit status 0 without them");
    client_want(play, play->receipts <= 1, "no RECEIPT for WINNERS that did not come", "one");
}

static void check_finish_key(const struct play *play, const struct lines *told)
{
    check_asked_again(play, told);
    client_want(play, !play->finish_key_changed, "FINISH again with its KEY", "with another KEY");
}

static void check_keys(const struct play *play, const struct lines *told)
{
    client_want(play, play->stored.count >= told->count, "every row is sent", "fewer");
    client_want(play, !play->key_twice, "a KEY of its own for each request", "a KEY that came before");
}

static const struct client_case cases[] = {
    { .is = { "5", "client_answer_lost", "without keys a BATCH without an ANSWER is not sent again silently" },
      .needs = WITHOUT_KEYS,
      .row_count = CLIENT_ROWS_MAX,
      .plan = { .wrong_frame = 2, .wrong_answer = PLAY_NO_ANSWER },
      .check = check_doubt },
    { .is = { "5", "client_answer_lost_with_keys", "with keys the same BATCH is sent again with the same KEY" },
      .needs = WITH_KEYS,
      .row_count = CLIENT_ROWS_MAX,
      .plan = { .wrong_frame = 2, .wrong_answer = PLAY_NO_ANSWER },
      .check = check_repeat },
    { .is = { "4", "client_connection_ends_at_once", "where no ANSWER had come, a client opens another connection" },
      .needs = WITH_KEYS,
      .plan = { .closes_first = true },
      .check = client_check_done },
    { .is = { "7", "client_winners_lost", "a FINISH whose WINNERS got lost is sent again, or the client says so" },
      .plan = { .how = WINNERS_NEVER, .winners = 2 },
      .check = check_asked_again },
    { .is = { "7", "client_winners_cut", "a RECEIPT is sent for whole WINNERS only" },
      .plan = { .how = WINNERS_CUT, .winners = 2 },
      .check = check_asked_again },
    { .is = { "8", "client_finish_key", "a FINISH that is sent again has the same KEY" },
      .needs = WITH_KEYS,
      .plan = { .how = WINNERS_NEVER, .winners = 2 },
      .check = check_finish_key },
    { .is = { "8", "client_keys", "no two requests have the same KEY" },
      .needs = WITH_KEYS,
      .row_count = CLIENT_ROWS_MAX,
      .check = check_keys },
    { .is = { "8", "client_keys_of_two_runs", "no KEY comes again in a later run" },
      .needs = WITH_KEYS,
      .check = check_keys,
      .runs_twice = true },
};

const struct client_case_table client_loss_cases = CLIENT_CASE_TABLE(cases);
