/* See server_stages.h. */
#include "tool/conform/server_stages.h"

#include <poll.h>

#define FIRST 1u  /* finishes first, where there are others */
#define SECOND 2u /* ends its direction after its FINISH */

/* Sends the agency's FINISH over a connection that is kept; before it a bet, if the agency has
 * none: the first agency's wins, so that each round has a winner. */
static void finish(struct probe *probe, uint8_t number, uint64_t key, bool shut)
{
    struct probe_agency *agency = &probe->agencies[number];
    struct peer *peer = probe_dial(probe);

    if (!agency->has_bets)
        (void)probe_store_one(probe, peer, number, number == FIRST ? PROBE_WINS : PROBE_LOSES);
    probe_add_finish(probe, number, key);
    probe_send(probe, peer);
    if (shut)
        probe_shut(probe, peer);
    probe_keep(probe, peer, number);
    probe_hang_up(probe);
    agency->is_finished = true;
}

static void finish_first(struct probe *probe, uint8_t number)
{
    probe->agencies[number].finish_key = probe_key(probe);
    finish(probe, number, probe->agencies[number].finish_key, number == SECOND);
}

/* A FINISH gets no answer, so the server is given more time for it. */
static void enter_waiting(struct probe *probe)
{
    if (probe->settings->agencies < 2)
        return;
    finish_first(probe, FIRST);
    (void)poll(NULL, 0, (int)(3 * probe->settings->silence_ms));
}

static void enter_drawn(struct probe *probe)
{
    unsigned agencies = probe->settings->agencies;

    if (probe->agencies[FIRST].is_finished && probe->agencies[FIRST].peer == NULL)
        finish(probe, FIRST, probe->agencies[FIRST].finish_key, false);
    for (unsigned number = 1; number <= agencies; number++)
        if (!probe->agencies[number].is_finished)
            finish_first(probe, (uint8_t)number);
    for (unsigned number = 1; number <= agencies && verdict_is_good(&probe->verdict); number++)
        probe_want_winners(probe, probe->agencies[number].peer, &probe->agencies[number].winners);
    for (unsigned number = 1; number <= agencies; number++)
        probe->agencies[number].has_bets = probe->agencies[number].is_finished = false;
}

/* A RECEIPT gets no answer. The cases that follow speak over other connections, which the server
 * may hear sooner; so this one is ended, and the server ends it in turn only when it has read the
 * RECEIPT. Bytes before that end are another case's (receipt_has_no_answer). */
static void enter_next(struct probe *probe)
{
    struct peer *peer = probe->agencies[FIRST].peer;

    frames_add_receipt(&probe->frames, probe->settings->dialect);
    probe_send(probe, peer);
    probe_shut(probe, peer);
    probe_await_end(probe, peer);
    peer_close(peer, false);
}

static void enter_again(struct probe *probe)
{
    unsigned agencies = probe->settings->agencies;

    for (unsigned number = 1; number <= agencies; number++)
        if (!probe->agencies[number].is_finished)
            finish(probe, (uint8_t)number, probe_key(probe), false);
    for (unsigned number = 1; number <= agencies && verdict_is_good(&probe->verdict); number++)
        probe_want_winners(probe, probe->agencies[number].peer, &probe->agencies[number].next_winners);
}

void server_stage_enter(struct probe *probe, enum server_stage stage)
{
    switch (stage) {
    case STAGE_WAITING:
        enter_waiting(probe);
        break;
    case STAGE_DRAWN:
        enter_drawn(probe);
        break;
    case STAGE_NEXT:
        enter_next(probe);
        break;
    case STAGE_AGAIN:
        enter_again(probe);
        break;
    case STAGE_OPEN:
    case STAGE_END:
        break;
    }
}

/* A connection whose direction was ended carries no RECEIPT, so the WINNERS are asked for once
 * more. */
static void ask_again(struct probe *probe, uint8_t number)
{
    struct peer *peer = probe_dial(probe);
    struct probe_winners winners;

    probe_add_finish(probe, number, probe->agencies[number].finish_key);
    probe_send(probe, peer);
    probe_want_winners(probe, peer, &winners);
    probe_keep(probe, peer, number);
}

void server_stage_leave(struct probe *probe)
{
    for (unsigned number = 1; number <= probe->settings->agencies; number++) {
        struct probe_agency *agency = &probe->agencies[number];

        if (number == SECOND && !agency->next_winners.came)
            ask_again(probe, SECOND);
        frames_add_receipt(&probe->frames, probe->settings->dialect);
        probe_send(probe, agency->peer);
        probe_shut(probe, agency->peer);
        probe_want_end(probe, agency->peer);
    }
}
