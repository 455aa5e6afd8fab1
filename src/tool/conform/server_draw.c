/*
 * Sections 5 and 7: who wins. Each case has bets of its own stored, or refused, before the draw,
 * and looks for them in WINNERS.
 */
#include "tool/conform/server_cases.h"

#define FIRST 1u  /* the agency whose bets these are … */
#define SECOND 2u /* … and another one */

/* ---- Stored ---------------------------------------------------------------------------------- */

static void stored_bets_win_before(struct probe *probe)
{
    struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_LOSES), probe_bet(probe, FIRST, PROBE_WINS),
                                 probe_bet(probe, FIRST, PROBE_LOSES) };

    probe_store(probe, probe_dial(probe), bets, 3);
    probe->marks[0] = bets[0].document;
    probe->marks[1] = bets[1].document;
}

static void stored_bets_win(struct probe *probe)
{
    probe_want_winner(probe, FIRST, probe->marks[1], 1);
}

static void other_numbers_lose(struct probe *probe)
{
    probe_want_winner(probe, FIRST, probe->marks[0], 0);
}

/* Their documents fall while their places rise. */
static void winners_in_their_order_before(struct probe *probe)
{
    for (unsigned i = 0; i < 3; i++) {
        struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_WINS);

        bet.document = probe->next_document + 10 - 2 * i;
        probe->marks[i] = bet.document;
        probe_store(probe, probe_dial(probe), &bet, 1);
    }
    probe->next_document += 20;
}

static void winners_in_their_order(struct probe *probe)
{
    const struct probe_winners *winners = &probe->agencies[FIRST].winners;
    unsigned next = 0;

    for (unsigned i = 0; i < 3; i++)
        probe_want_winner(probe, FIRST, probe->marks[i], 1);
    for (size_t i = 0; i < winners->count && i < PROBE_WINNERS_MAX && next < 3; i++)
        next += winners->documents[i] == probe->marks[next];
    probe_want(probe, next == 3, "three documents in the order in which their bets were stored", "another order");
}

static void winner_listed_twice_before(struct probe *probe)
{
    struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_WINS), probe_bet(probe, FIRST, PROBE_WINS) };

    bets[1].document = bets[0].document;
    probe->marks[0] = bets[0].document;
    probe_store(probe, probe_dial(probe), bets, 2);
}

static void winner_listed_twice(struct probe *probe)
{
    probe_want_winner(probe, FIRST, probe->marks[0], 2);
}

static void winners_of_their_agency_before(struct probe *probe)
{
    probe_needs_agencies(probe, 2);
    probe->marks[0] = probe_store_one(probe, probe_dial(probe), FIRST, PROBE_WINS);
    probe->marks[1] = probe_store_one(probe, probe_dial(probe), SECOND, PROBE_WINS);
}

static void winners_of_their_agency(struct probe *probe)
{
    probe_want_winner(probe, FIRST, probe->marks[0], 1);
    probe_want_winner(probe, FIRST, probe->marks[1], 0);
    probe_want_winner(probe, SECOND, probe->marks[1], 1);
    probe_want_winner(probe, SECOND, probe->marks[0], 0);
}

static void agency_without_winners(struct probe *probe)
{
    probe_needs_agencies(probe, 3);
    probe_want(probe, probe->agencies[probe->settings->agencies].winners.count == 0,
               "WINNERS with no document, for an agency whose bets all lost", "WINNERS with documents");
}

/* ---- Not stored ------------------------------------------------------------------------------ */

static void refused_bets_do_not_win_before(struct probe *probe)
{
    const struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_WINS), probe_bet(probe, SECOND, PROBE_WINS) };

    probe_needs_agencies(probe, 2);
    if (sorteo_dialect_parameters(probe->settings->dialect)->batch_agency_size > 0)
        verdict_skip(&probe->verdict, "in this dialect a batch names its agency once");
    probe->marks[0] = bets[0].document;
    probe_refuse(probe, probe_dial(probe), bets, 2);
}

static void malformed_frames_do_not_win_before(struct probe *probe)
{
    struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_WINS), probe_bet(probe, FIRST, PROBE_WINS) };

    bets[1].birthdate = (struct sorteo_text){ .bytes = "1999-02-30", .len = SORTEO_DATE_LEN };
    probe->marks[0] = bets[0].document;
    probe_refuse(probe, probe_dial(probe), bets, 2);
}

static void unfinished_frames_do_not_win_before(struct probe *probe)
{
    const struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_WINS), probe_bet(probe, FIRST, PROBE_WINS) };
    struct peer *peer = probe_dial(probe);

    probe->marks[0] = bets[0].document;
    probe_add(probe, bets, 2);
    probe_send_part(probe, peer, 1);
    probe_shut(probe, peer);
    probe_want_end(probe, peer);
    frames_clear(&probe->frames);
}

static void bets_after_malformed_do_not_win_before(struct probe *probe)
{
    struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_WINS), probe_bet(probe, FIRST, PROBE_WINS) };
    struct peer *peer = probe_dial(probe);

    bets[0].birthdate = (struct sorteo_text){ .bytes = "1999-02-30", .len = SORTEO_DATE_LEN };
    probe->marks[0] = bets[1].document;
    probe_add(probe, &bets[0], 1);
    probe_add(probe, &bets[1], 1);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, false);
    probe_want_end(probe, peer);
}

static void does_not_win(struct probe *probe)
{
    probe_want_winner(probe, FIRST, probe->marks[0], 0);
}

static const struct server_case cases[] = {
    { .is = { "5", "stored_bets_win", "what was answered 0 takes part in the draw" },
      .stage = STAGE_DRAWN,
      .before = stored_bets_win_before,
      .run = stored_bets_win },
    { .is = { "7", "other_numbers_lose", "a winner is a bet whose NUMBER is the winning number" },
      .stage = STAGE_DRAWN,
      .before = stored_bets_win_before,
      .run = other_numbers_lose },
    { .is = { "7", "winners_in_their_order", "WINNERS lists documents in the order in which the bets were stored" },
      .stage = STAGE_DRAWN,
      .before = winners_in_their_order_before,
      .run = winners_in_their_order },
    { .is = { "7", "winner_listed_twice", "a person with two winning bets is listed twice" },
      .stage = STAGE_DRAWN,
      .before = winner_listed_twice_before,
      .run = winner_listed_twice },
    { .is = { "7", "winners_of_their_agency", "WINNERS lists the agency's own winning bets" },
      .stage = STAGE_DRAWN,
      .before = winners_of_their_agency_before,
      .run = winners_of_their_agency },
    { .is = { "7", "agency_without_winners", "an agency whose bets all lost gets WINNERS with no document" },
      .stage = STAGE_DRAWN,
      .run = agency_without_winners },
    { .is = { "5", "refused_bets_do_not_win", "of a frame that was answered 1 nothing is stored" },
      .stage = STAGE_DRAWN,
      .before = refused_bets_do_not_win_before,
      .run = does_not_win },
    { .is = { "5", "malformed_frames_do_not_win", "of a malformed frame nothing is stored" },
      .stage = STAGE_DRAWN,
      .before = malformed_frames_do_not_win_before,
      .run = does_not_win },
    { .is = { "5", "unfinished_frames_do_not_win", "of a frame that did not come whole nothing is stored" },
      .stage = STAGE_DRAWN,
      .before = unfinished_frames_do_not_win_before,
      .run = does_not_win },
    { .is = { "6", "bets_after_malformed_do_not_win", "what follows a malformed frame is not looked at" },
      .stage = STAGE_DRAWN,
      .before = bets_after_malformed_do_not_win_before,
      .run = does_not_win },
};

const struct server_case_table server_draw_cases = SERVER_CASE_TABLE(cases);
