/*
 * The single-bet stream (section 4), on a port of its own: its frames and answers, and what
 * sections 5 to 7 say of them.
 */
#include "tool/conform/server_cases.h"

#define FIRST 1u  /* the agency whose bets these are … */
#define SECOND 2u /* … and another one */

static uint32_t add_single(struct probe *probe, uint8_t agency, enum probe_luck luck)
{
    const struct sorteo_bet bet = probe_bet(probe, agency, luck);

    frames_add_single(&probe->frames, probe->settings->dialect, probe_key(probe), &bet);
    return bet.document;
}

static void want(struct probe *probe, struct peer *peer, bool stored)
{
    probe_send(probe, peer);
    probe_want_answer(probe, peer, stored);
}

static void single_is_stored(struct probe *probe)
{
    struct peer *peer = probe_dial_bets(probe);

    (void)add_single(probe, FIRST, PROBE_LOSES);
    want(probe, peer, true);
    if (verdict_is_good(&probe->verdict))
        probe->agencies[FIRST].has_bets = true;
}

static void singles_in_one_segment(struct probe *probe)
{
    struct peer *peer = probe_dial_bets(probe);

    (void)add_single(probe, FIRST, PROBE_LOSES);
    (void)add_single(probe, 0, PROBE_WINS);
    (void)add_single(probe, FIRST, PROBE_LOSES);
    want(probe, peer, true);
    probe_want_answer(probe, peer, false);
    probe_want_answer(probe, peer, true);
}

static void single_byte_by_byte(struct probe *probe)
{
    struct peer *peer = probe_dial_bets(probe);

    (void)add_single(probe, FIRST, PROBE_LOSES);
    probe_send_part(probe, peer, probe->frames.len - 1);
    probe_want_silence(probe, peer); /* so that the first byte comes alone */
    while (probe->frames.len > 1)
        probe_send_part(probe, peer, probe->frames.len - 1);
    probe_want_silence(probe, peer);
    want(probe, peer, true);
}

static void single_malformed(struct probe *probe)
{
    struct peer *peer = probe_dial_bets(probe);
    struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_WINS);

    bet.name = (struct sorteo_text){ .bytes = "\xff", .len = 1 };
    frames_add_single(&probe->frames, probe->settings->dialect, probe_key(probe), &bet);
    want(probe, peer, false);
    probe_want_end(probe, peer);
}

static void single_of_another_agency(struct probe *probe)
{
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial_bets(probe);
    (void)add_single(probe, FIRST, PROBE_LOSES);
    want(probe, peer, true);
    (void)add_single(probe, SECOND, PROBE_WINS);
    want(probe, peer, false);
}

static void single_in_waiting(struct probe *probe)
{
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial_bets(probe);
    (void)add_single(probe, FIRST, PROBE_WINS);
    want(probe, peer, false);
}

static void single_in_drawn(struct probe *probe)
{
    struct peer *peer = probe_dial_bets(probe);

    (void)add_single(probe, FIRST, PROBE_WINS);
    want(probe, peer, false);
}

static void single_wins_before(struct probe *probe)
{
    struct peer *peer = probe_dial_bets(probe);

    probe->marks[0] = add_single(probe, FIRST, PROBE_WINS);
    want(probe, peer, true);
}

static void single_wins(struct probe *probe)
{
    probe_want_winner(probe, FIRST, probe->marks[0], 1);
}

static const struct server_case cases[] = {
    { .is = { "4", "single_is_stored", "a SINGLE on the port for bets is stored" }, .run = single_is_stored },
    { .is = { "4", "singles_in_one_segment", "each SINGLE gets an ANSWER, in order" }, .run = singles_in_one_segment },
    { .is = { "4", "single_byte_by_byte", "a SINGLE is answered when its last byte has come" },
      .run = single_byte_by_byte },
    { .is = { "6", "single_malformed", "a malformed SINGLE is refused, and the connection closed" },
      .run = single_malformed },
    { .is = { "6", "single_of_another_agency", "a SINGLE of another agency than the connection's is refused" },
      .run = single_of_another_agency },
    { .is = { "7", "single_in_waiting", "a SINGLE is refused while its agency waits" },
      .stage = STAGE_WAITING,
      .run = single_in_waiting },
    { .is = { "7", "single_wins", "bets of both ports belong to the same round" },
      .stage = STAGE_DRAWN,
      .before = single_wins_before,
      .run = single_wins },
    { .is = { "7", "single_in_drawn", "a SINGLE is refused once its round was drawn" },
      .stage = STAGE_DRAWN,
      .run = single_in_drawn },
};

const struct server_case_table server_single_cases = SERVER_CASE_TABLE(cases);
