/*
 * Section 6: what is refused while the connection stays open, and what closes it.
 */
#include "tool/conform/server_cases.h"

#define FIRST 1u  /* the agency whose bets these are … */
#define SECOND 2u /* … and another one */

static uint8_t last_agency(const struct probe *probe)
{
    return (uint8_t)probe->settings->agencies;
}

/* A bet on a day that does not exist. */
static struct sorteo_bet malformed_bet(struct probe *probe, uint8_t agency)
{
    struct sorteo_bet bet = probe_bet(probe, agency, PROBE_WINS);

    bet.birthdate = (struct sorteo_text){ .bytes = "1999-02-30", .len = SORTEO_DATE_LEN };
    return bet;
}

/* ---- Refused, and open ----------------------------------------------------------------------- */

static void refuse_and_go_on(struct probe *probe, uint8_t agency)
{
    struct peer *peer = probe_dial(probe);

    (void)probe_refuse_one(probe, peer, agency, PROBE_WINS);
    (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
}

static void agency_zero(struct probe *probe)
{
    refuse_and_go_on(probe, 0);
}

static void agency_above_n(struct probe *probe)
{
    if (probe->settings->agencies == UINT8_MAX)
        verdict_skip(&probe->verdict, "no agency is above 255");
    refuse_and_go_on(probe, (uint8_t)(probe->settings->agencies + 1));
}

static void batch_of_two_agencies(struct probe *probe)
{
    const struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_WINS), probe_bet(probe, SECOND, PROBE_WINS) };
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    if (sorteo_dialect_parameters(probe->settings->dialect)->batch_agency_size > 0)
        verdict_skip(&probe->verdict, "in this dialect a batch names its agency once");
    peer = probe_dial(probe);
    probe_refuse(probe, peer, bets, 2);
    (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
}

static void another_agency_than_before(struct probe *probe)
{
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
    (void)probe_refuse_one(probe, peer, SECOND, PROBE_WINS);
    (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
}

static void refused_frame_fixes_no_agency(struct probe *probe)
{
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    (void)probe_refuse_one(probe, peer, 0, PROBE_WINS);
    (void)probe_store_one(probe, peer, SECOND, PROBE_LOSES);
    (void)probe_refuse_one(probe, peer, FIRST, PROBE_WINS);
}

static const struct server_case refusal_cases[] = {
    { .is = { "6", "agency_zero", "bets of agency 0 are refused, and the connection stays open" }, .run = agency_zero },
    { .is = { "6", "agency_above_n", "bets of an agency above N are refused, and the connection stays open" },
      .run = agency_above_n },
    { .is = { "6", "batch_of_two_agencies", "a BATCH of two agencies is refused, and the connection stays open" },
      .run = batch_of_two_agencies },
    { .is = { "6", "another_agency_than_before", "the first frame taken fixes its connection's agency" },
      .run = another_agency_than_before },
    { .is = { "6", "refused_frame_fixes_no_agency", "a frame that was refused fixes no agency" },
      .run = refused_frame_fixes_no_agency },
};

/* ---- Closed ---------------------------------------------------------------------------------- */

/* It comes first: no bet of this agency may be stored yet. */
static void finish_after_malformed_bets(struct probe *probe)
{
    const struct sorteo_bet bet = malformed_bet(probe, last_agency(probe));
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    probe_refuse(probe, peer, &bet, 1);
    probe_want_end(probe, peer);
    peer = probe_dial(probe);
    probe_add_finish(probe, last_agency(probe), probe_key(probe));
    probe_send(probe, peer);
    probe_want_end(probe, peer);
    (void)probe_store_one(probe, probe_dial(probe), last_agency(probe), PROBE_LOSES);
}

static void malformed_among_good(struct probe *probe)
{
    const struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_LOSES), malformed_bet(probe, FIRST),
                                       probe_bet(probe, FIRST, PROBE_LOSES) };
    struct peer *peer = probe_dial(probe);

    for (unsigned i = 0; i < 3; i++)
        probe_add(probe, &bets[i], 1);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, true);
    probe_want_answer(probe, peer, false);
    probe_want_end(probe, peer);
}

static void malformed_at_its_byte(struct probe *probe)
{
    const struct sorteo_bet bet = malformed_bet(probe, FIRST);
    struct peer *peer = probe_dial(probe);

    probe_add(probe, &bet, 1);
    probe_send_part(probe, peer, 1);
    probe_want_answer(probe, peer, false);
    probe_want_end(probe, peer);
    frames_clear(&probe->frames);
}

/* A server that closes with bytes unread resets the connection, and the reset may overtake the
 * answer. */
static void answer_reaches_who_still_sends(struct probe *probe)
{
    static const uint8_t more[32000];
    const struct sorteo_bet bet = malformed_bet(probe, FIRST);
    struct peer *peer = probe_dial(probe);

    probe_add(probe, &bet, 1);
    frames_add_bytes(&probe->frames, "32,000 bytes", more, sizeof more);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, false);
    probe_want_clean_end(probe, peer);
}

static void end_inside_a_frame(struct probe *probe)
{
    const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_WINS);
    struct peer *peer = probe_dial(probe);

    probe_add(probe, &bet, 1);
    probe_send_part(probe, peer, 1);
    probe_shut(probe, peer);
    probe_want_end(probe, peer);
    frames_clear(&probe->frames);
}

static void older_connection(struct probe *probe)
{
    struct peer *older = probe_dial(probe), *newer;
    const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_WINS);

    (void)probe_store_one(probe, older, FIRST, PROBE_LOSES);
    newer = probe_dial(probe);
    (void)probe_store_one(probe, newer, FIRST, PROBE_LOSES);
    probe_add(probe, &bet, 1);
    probe_send(probe, older);
    probe_want_end(probe, older);
    (void)probe_store_one(probe, newer, FIRST, PROBE_LOSES);
}

static void others_are_not_touched(struct probe *probe)
{
    const struct sorteo_bet bet = malformed_bet(probe, FIRST);
    struct peer *other, *peer;

    probe_needs_agencies(probe, 2);
    other = probe_dial(probe);
    (void)probe_store_one(probe, other, SECOND, PROBE_LOSES);
    peer = probe_dial(probe);
    probe_refuse(probe, peer, &bet, 1);
    probe_want_end(probe, peer);
    (void)probe_store_one(probe, other, SECOND, PROBE_LOSES);
}

static void finish_is_closed(struct probe *probe, struct peer *peer, uint8_t agency)
{
    probe_add_finish(probe, agency, probe_key(probe));
    probe_send(probe, peer);
    probe_want_end(probe, peer);
}

static void finish_of_no_agency(struct probe *probe)
{
    finish_is_closed(probe, probe_dial(probe), 0);
    if (probe->settings->agencies < UINT8_MAX)
        finish_is_closed(probe, probe_dial(probe), (uint8_t)(probe->settings->agencies + 1));
}

static void finish_of_another_agency(struct probe *probe)
{
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
    finish_is_closed(probe, peer, SECOND);
    (void)probe_store_one(probe, probe_dial(probe), SECOND, PROBE_LOSES);
}

static void finish_after_a_refused_frame(struct probe *probe)
{
    struct peer *peer = probe_dial(probe);

    (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
    (void)probe_refuse_one(probe, peer, 0, PROBE_WINS);
    finish_is_closed(probe, peer, FIRST);
    (void)probe_store_one(probe, probe_dial(probe), FIRST, PROBE_LOSES);
}

/* ---- Deadlines ------------------------------------------------------------------------------- */

static void needs_deadline(struct probe *probe)
{
    if (probe->settings->deadline_ms == 0)
        verdict_skip(&probe->verdict, "it waits for the server's deadlines, which were not given (--deadline)");
}

static void late_first_byte(struct probe *probe)
{
    needs_deadline(probe);
    probe_want_end_within(probe, probe_dial(probe), probe->settings->deadline_ms);
}

static void late_frame(struct probe *probe)
{
    const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_WINS);
    struct peer *peer;

    needs_deadline(probe);
    peer = probe_dial(probe);
    probe_add(probe, &bet, 1);
    probe_send_part(probe, peer, 1);
    frames_clear(&probe->frames);
    probe_want_end_within(probe, peer, probe->settings->deadline_ms);
}

static const struct server_case closing_cases[] = {
    { .is = { "6", "finish_after_malformed_bets",
              "a FINISH closes no round without bets after bytes of the agency "
              "were refused" },
      .run = finish_after_malformed_bets },
    { .is = { "6", "malformed_among_good", "earlier frames are answered, then the 1, then the end" },
      .run = malformed_among_good },
    { .is = { "6", "malformed_at_its_byte", "malformed bytes are refused when their field is complete, at the latest" },
      .run = malformed_at_its_byte },
    { .is = { "6", "answer_reaches_who_still_sends",
              "the server reads and drops what still comes, so that its "
              "answer arrives" },
      .run = answer_reaches_who_still_sends },
    { .is = { "6", "end_inside_a_frame", "a stream that ends inside a frame is closed without an ANSWER" },
      .run = end_inside_a_frame },
    { .is = { "6", "older_connection", "an older connection of an agency is closed once a newer one speaks" },
      .run = older_connection },
    { .is = { "6", "others_are_not_touched", "a refusal touches no other connection" }, .run = others_are_not_touched },
    { .is = { "6", "finish_of_no_agency", "a FINISH of an agency outside 1..N is closed" },
      .run = finish_of_no_agency },
    { .is = { "6", "finish_of_another_agency", "a FINISH of another agency than the connection's does not count" },
      .run = finish_of_another_agency },
    { .is = { "6", "finish_after_a_refused_frame", "a FINISH after a refused frame does not count" },
      .run = finish_after_a_refused_frame },
    { .is = { "6", "late_first_byte", "a connection without a first byte is closed at its deadline" },
      .run = late_first_byte },
    { .is = { "6", "late_frame", "a frame that is not complete at its deadline is closed without an ANSWER" },
      .run = late_frame },
};

const struct server_case_table server_refusal_cases = SERVER_CASE_TABLE(refusal_cases);
const struct server_case_table server_closing_cases = SERVER_CASE_TABLE(closing_cases);
