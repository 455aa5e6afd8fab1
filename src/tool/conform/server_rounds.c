/*
 * Section 7: what an agency may do before, while and after it waits for the draw, and in the next
 * round.
 */
#include "tool/conform/server_cases.h"

#include <stdlib.h>

#define FIRST 1u  /* the agency that finished before all others */
#define SECOND 2u /* has lost its RECEIPT after the draw */
#define THIRD 3u  /* goes on over one connection */
#define FOURTH 4u /* has no bets in the second round */

/* ---- Waiting --------------------------------------------------------------------------------- */

static void draw_waits_for_all(struct probe *probe)
{
    probe_needs_agencies(probe, 2);
    probe_want_silence_of(probe, FIRST, probe->settings->silence_ms);
}

static void waiting_is_never_late(struct probe *probe)
{
    probe_needs_agencies(probe, 2);
    if (probe->settings->deadline_ms == 0)
        verdict_skip(&probe->verdict, "it waits for the server's deadlines, which were not given (--deadline)");
    probe_want_silence_of(probe, FIRST, 2 * probe->settings->deadline_ms);
}

static void bets_while_waiting(struct probe *probe)
{
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    probe->marks[0] = probe_refuse_one(probe, peer, FIRST, PROBE_WINS);
    (void)probe_refuse_one(probe, peer, FIRST, PROBE_WINS);
}

static void others_bet_while_one_waits(struct probe *probe)
{
    probe_needs_agencies(probe, 2);
    (void)probe_store_one(probe, probe_dial(probe), SECOND, PROBE_LOSES);
}

static void finish_again_in_waiting(struct probe *probe)
{
    struct peer *older = probe->agencies[FIRST].peer;

    probe_needs_agencies(probe, 2);
    if (!verdict_is_good(&probe->verdict))
        return;
    probe->agencies[FIRST].peer = NULL;
    probe_wait_again(probe, FIRST);
    probe_want_end(probe, older);
    peer_close(older, false);
    free(older);
}

static void byte_after_finish(struct probe *probe)
{
    struct peer *peer;

    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    probe_add_finish(probe, FIRST, probe->agencies[FIRST].finish_key);
    probe_send(probe, peer);
    probe_want_silence(probe, peer);
    frames_add_receipt(&probe->frames, probe->settings->dialect);
    probe_send(probe, peer);
    probe_want_end(probe, peer);
    probe_wait_again(probe, FIRST);
}

/* ---- Drawn ----------------------------------------------------------------------------------- */

static void winners_reach_all(struct probe *probe)
{
    for (unsigned agency = 1; agency <= probe->settings->agencies; agency++)
        probe_want(probe, probe->agencies[agency].winners.came, "WINNERS for every agency", "none for one of them");
}

static void winners_after_fin(struct probe *probe)
{
    probe_needs_agencies(probe, 2);
    if (verdict_is_good(&probe->verdict))
        probe_want_end(probe, probe->agencies[SECOND].peer);
}

static void silence_after_winners(struct probe *probe)
{
    probe_want_silence_of(probe, FIRST, probe->settings->silence_ms);
}

/* Sends the first agency's FINISH again, and expects the same WINNERS. */
static struct peer *ask_again(struct probe *probe)
{
    struct peer *peer = probe_dial(probe);
    struct probe_winners winners;

    probe_add_finish(probe, FIRST, probe->agencies[FIRST].finish_key);
    probe_send(probe, peer);
    probe_want_winners(probe, peer, &winners);
    probe_want_same_winners(probe, &winners, FIRST);
    return peer;
}

static void finish_again_in_drawn(struct probe *probe)
{
    probe_keep(probe, ask_again(probe), FIRST);
}

static void wrong_receipt(struct probe *probe)
{
    const uint8_t wrong = (uint8_t)(sorteo_dialect_parameters(probe->settings->dialect)->receipt + 1);
    struct peer *peer = ask_again(probe);

    frames_add_bytes(&probe->frames, "a RECEIPT of another dialect", &wrong, 1);
    probe_send(probe, peer);
    probe_want_end(probe, peer);
    probe_keep(probe, ask_again(probe), FIRST);
}

/* ---- The next round -------------------------------------------------------------------------- */

static void finish_repeats_the_round_before(struct probe *probe)
{
    probe_needs_keys(probe, false);
    (void)ask_again(probe);
}

static void batch_for_a_lost_receipt(struct probe *probe)
{
    probe_needs_agencies(probe, 2);
    (void)probe_store_one(probe, probe_dial(probe), SECOND, PROBE_LOSES);
}

static void next_round_on_one_connection(struct probe *probe)
{
    struct peer *peer = probe->agencies[THIRD].peer;

    probe_needs_agencies(probe, 3);
    if (!verdict_is_good(&probe->verdict))
        return;
    frames_add_receipt(&probe->frames, probe->settings->dialect);
    (void)probe_store_one(probe, peer, THIRD, PROBE_LOSES);
}

static void empty_round_before(struct probe *probe)
{
    struct probe_agency *agency = &probe->agencies[FOURTH];

    probe_needs_agencies(probe, 4);
    if (!verdict_is_good(&probe->verdict))
        return;
    frames_add_receipt(&probe->frames, probe->settings->dialect);
    probe_send(probe, agency->peer);
    probe_add_finish(probe, FOURTH, probe_key(probe));
    probe_send(probe, agency->peer);
    probe_want_silence(probe, agency->peer);
    agency->is_finished = verdict_is_good(&probe->verdict);
}

static void empty_round(struct probe *probe)
{
    probe_want(probe, probe->agencies[FOURTH].next_winners.count == 0, "WINNERS of the second round, with no document",
               "WINNERS with documents");
}

static void winners_of_their_round_before(struct probe *probe)
{
    probe->marks[0] = probe_store_one(probe, probe_dial(probe), FIRST, PROBE_WINS);
}

static void winners_of_their_round(struct probe *probe)
{
    const struct probe_winners *winners = &probe->agencies[FIRST].next_winners;

    probe_want(probe, winners->count == 1 && winners->documents[0] == probe->marks[0],
               "in the second round the one winner of that round", "other winners");
}

/* ---- The end --------------------------------------------------------------------------------- */

static void receipt_has_no_answer(struct probe *probe)
{
    struct peer *peer = probe->agencies[FIRST].peer;

    if (peer->fd < 0) /* STAGE_NEXT has ended it, and nothing has asked for a second draw since */
        peer = ask_again(probe);
    frames_add_receipt(&probe->frames, probe->settings->dialect);
    probe_send(probe, peer);
    probe_shut(probe, peer);
    probe_want_end(probe, peer);
}

static const struct server_case cases[] = {
    { .is = { "7", "draw_waits_for_all", "no WINNERS come before all agencies have finished" },
      .stage = STAGE_WAITING,
      .run = draw_waits_for_all },
    { .is = { "6", "waiting_is_never_late", "an agency that waits for WINNERS is never late" },
      .stage = STAGE_WAITING,
      .run = waiting_is_never_late },
    { .is = { "7", "bets_while_waiting", "bets are refused while their agency waits, and the connection stays open" },
      .stage = STAGE_WAITING,
      .run = bets_while_waiting },
    { .is = { "7", "others_bet_while_one_waits", "others bet while one agency waits" },
      .stage = STAGE_WAITING,
      .run = others_bet_while_one_waits },
    { .is = { "6", "byte_after_finish", "a byte after FINISH, before WINNERS, closes the connection" },
      .stage = STAGE_WAITING,
      .run = byte_after_finish },
    { .is = { "7", "finish_again_in_waiting", "a FINISH that is sent again waits in place of the first" },
      .stage = STAGE_WAITING,
      .run = finish_again_in_waiting },
    { .is = { "7", "winners_reach_all", "when all agencies have finished, each gets WINNERS" },
      .stage = STAGE_DRAWN,
      .run = winners_reach_all },
    { .is = { "4", "winners_after_fin", "a client that ended its direction after FINISH gets WINNERS, then the end" },
      .stage = STAGE_DRAWN,
      .run = winners_after_fin },
    { .is = { "4", "silence_after_winners", "after WINNERS the server waits for what the client sends" },
      .stage = STAGE_DRAWN,
      .run = silence_after_winners },
    { .is = { "7", "finish_again_in_drawn", "a FINISH that is sent again after the draw gets the same WINNERS" },
      .stage = STAGE_DRAWN,
      .run = finish_again_in_drawn },
    { .is = { "6", "wrong_receipt", "a RECEIPT of another dialect closes the connection, and does not count" },
      .stage = STAGE_DRAWN,
      .run = wrong_receipt },
    { .is = { "7", "finish_repeats_the_round_before",
              "a FINISH without bets, on another connection than the RECEIPT, "
              "gets the WINNERS of the round before" },
      .stage = STAGE_NEXT,
      .run = finish_repeats_the_round_before },
    { .is = { "7", "batch_for_a_lost_receipt", "after WINNERS a BATCH stands for a RECEIPT that got lost" },
      .stage = STAGE_NEXT,
      .run = batch_for_a_lost_receipt },
    { .is = { "7", "next_round_on_one_connection", "after RECEIPT the same connection takes bets of the next round" },
      .stage = STAGE_NEXT,
      .run = next_round_on_one_connection },
    { .is = { "7", "empty_round", "a FINISH after RECEIPT on its connection closes a round without bets" },
      .stage = STAGE_AGAIN,
      .before_stage = STAGE_NEXT,
      .before = empty_round_before,
      .run = empty_round },
    { .is = { "7", "winners_of_their_round", "WINNERS lists the bets of its own round" },
      .stage = STAGE_AGAIN,
      .before_stage = STAGE_NEXT,
      .before = winners_of_their_round_before,
      .run = winners_of_their_round },
    { .is = { "5", "receipt_has_no_answer", "a RECEIPT has no ANSWER" },
      .stage = STAGE_END,
      .run = receipt_has_no_answer },
};

const struct server_case_table server_round_cases = SERVER_CASE_TABLE(cases);
