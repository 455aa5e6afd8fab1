/*
 * Section 8: what a KEY makes of a request that comes again.
 */
#include "tool/conform/server_cases.h"

#define FIRST 1u  /* the agency whose bets these are … */
#define SECOND 2u /* … and another one */

/* Sends a BATCH of one bet under this KEY. */
static void send_keyed(struct probe *probe, struct peer *peer, uint64_t key, const struct sorteo_bet *bet, bool stored)
{
    frames_add_batch(&probe->frames, probe->settings->dialect, key, bet, 1);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, stored);
    if (verdict_is_good(&probe->verdict) && stored)
        probe->agencies[bet->agency].has_bets = true;
}

/* A winning bet of the first agency, stored; its document and its KEY are marked. */
static struct sorteo_bet store_marked(struct probe *probe, struct peer *peer)
{
    const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_WINS);

    probe->marks[0] = bet.document;
    probe->marks[1] = probe_key(probe);
    send_keyed(probe, peer, probe->marks[1], &bet, true);
    return bet;
}

static void store_marked_before(struct probe *probe)
{
    probe_needs_keys(probe, true);
    (void)store_marked(probe, probe_dial(probe));
}

/* Sends it again, over a connection of its own. */
static void repeat_marked(struct probe *probe)
{
    struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_WINS);

    bet.document = (uint32_t)probe->marks[0];
    send_keyed(probe, probe_dial(probe), probe->marks[1], &bet, true);
}

static void repeat_is_stored_once_before(struct probe *probe)
{
    struct sorteo_bet bet;
    struct peer *peer;

    probe_needs_keys(probe, true);
    peer = probe_dial(probe);
    bet = store_marked(probe, peer);
    send_keyed(probe, peer, probe->marks[1], &bet, true);
    repeat_marked(probe);
}

static void wins_once(struct probe *probe)
{
    probe_want_winner(probe, FIRST, probe->marks[0], 1);
}

static void key_with_other_bytes(struct probe *probe)
{
    struct sorteo_bet bet;
    struct peer *peer;

    probe_needs_keys(probe, true);
    peer = probe_dial(probe);
    bet = store_marked(probe, peer);
    bet.document++;
    probe->next_document++;
    send_keyed(probe, peer, probe->marks[1], &bet, false);
    (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
}

static void key_of_another_agency_before(struct probe *probe)
{
    struct sorteo_bet bet = probe_bet(probe, SECOND, PROBE_WINS);

    probe_needs_agencies(probe, 2);
    store_marked_before(probe);
    probe->marks[2] = bet.document;
    send_keyed(probe, probe_dial(probe), probe->marks[1], &bet, true);
}

static void key_of_another_agency(struct probe *probe)
{
    wins_once(probe);
    probe_want_winner(probe, SECOND, probe->marks[2], 1);
}

static void key_of_a_refused_frame(struct probe *probe)
{
    const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_LOSES);
    uint64_t key = probe_key(probe);
    struct peer *peer;

    probe_needs_keys(probe, true);
    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    (void)probe_store_one(probe, peer, SECOND, PROBE_LOSES);
    send_keyed(probe, peer, key, &bet, false);
    send_keyed(probe, probe_dial(probe), key, &bet, true);
}

static void finish_with_a_key_of_bets(struct probe *probe)
{
    struct peer *peer;

    probe_needs_keys(probe, true);
    (void)store_marked(probe, probe_dial(probe));
    peer = probe_dial(probe);
    probe_add_finish(probe, FIRST, probe->marks[1]);
    probe_send(probe, peer);
    probe_want_end(probe, peer);
    (void)probe_store_one(probe, probe_dial(probe), FIRST, PROBE_LOSES);
}

static void repeat_in_waiting(struct probe *probe)
{
    probe_needs_agencies(probe, 2);
    repeat_marked(probe);
    probe_wait_again(probe, FIRST);
}

static void finish_with_a_new_key_in_waiting(struct probe *probe)
{
    struct peer *peer;

    probe_needs_keys(probe, true);
    probe_needs_agencies(probe, 2);
    peer = probe_dial(probe);
    probe_add_finish(probe, FIRST, probe_key(probe));
    probe_send(probe, peer);
    probe_want_silence(probe, peer);
    probe_keep(probe, peer, FIRST);
}

static void finish_with_a_known_key(struct probe *probe)
{
    struct probe_winners winners;
    struct peer *peer;

    probe_needs_keys(probe, true);
    peer = probe_dial(probe);
    probe_add_finish(probe, FIRST, probe->agencies[FIRST].finish_key);
    probe_send(probe, peer);
    probe_want_winners(probe, peer, &winners);
    probe_want_same_winners(probe, &winners, FIRST);
}

static const struct server_case cases[] = {
    { .is = { "8", "repeat_is_stored_once", "a BATCH whose KEY is stored is answered 0 and not stored again" },
      .stage = STAGE_DRAWN,
      .before = repeat_is_stored_once_before,
      .run = wins_once },
    { .is = { "8", "key_with_other_bytes", "a known KEY with other bytes is refused, and the connection stays open" },
      .run = key_with_other_bytes },
    { .is = { "8", "key_of_another_agency", "each agency has KEYs of its own" },
      .stage = STAGE_DRAWN,
      .before = key_of_another_agency_before,
      .run = key_of_another_agency },
    { .is = { "8", "key_of_a_refused_frame", "a refused frame's KEY stays unused" }, .run = key_of_a_refused_frame },
    { .is = { "8", "finish_with_a_key_of_bets", "a FINISH with the KEY of bets is closed and does not count" },
      .run = finish_with_a_key_of_bets },
    { .is = { "8", "repeat_in_waiting", "a repeat is answered 0 while its agency waits" },
      .stage = STAGE_WAITING,
      .before = store_marked_before,
      .run = repeat_in_waiting },
    { .is = { "8", "finish_with_a_new_key_in_waiting", "a FINISH with a new KEY waits for the same draw" },
      .stage = STAGE_WAITING,
      .run = finish_with_a_new_key_in_waiting },
    { .is = { "8", "finish_with_a_known_key", "a FINISH whose KEY is known gets the WINNERS of its round later, too" },
      .stage = STAGE_NEXT,
      .run = finish_with_a_known_key },
    { .is = { "8", "repeat_in_the_next_round", "a repeat is answered 0 in the next round" },
      .stage = STAGE_NEXT,
      .before = store_marked_before,
      .run = repeat_marked },
};

const struct server_case_table server_key_cases = SERVER_CASE_TABLE(cases);
