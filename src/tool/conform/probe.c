/* See probe.h. */
#include "tool/conform/probe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "codec/bet_fields.h"

bool probe_init(struct probe *probe, const struct probe_settings *settings)
{
    const struct protocol_field *key = protocol_field(&protocols[settings->dialect], "KEY");
    uint64_t start = clock_ns();

    memset(probe, 0, sizeof *probe);
    probe->settings = settings;
    verdict_begin(&probe->verdict);
    for (unsigned i = 0; i < PROBE_PEERS; i++)
        peer_init(&probe->peers[i]);
    /* An earlier run may have left its bets and KEYs with the server. */
    probe->next_document = (uint32_t)(start / 1000000);
    probe->next_key = key != NULL && key->intervals[0].high > start ? start : 1;
    return frames_init(&probe->frames);
}

void probe_hang_up(struct probe *probe)
{
    for (unsigned i = 0; i < probe->peer_count; i++)
        peer_close(&probe->peers[i], false);
    probe->peer_count = 0;
}

void probe_fini(struct probe *probe)
{
    probe_hang_up(probe);
    for (unsigned agency = 0; agency <= UINT8_MAX; agency++) {
        if (probe->agencies[agency].peer != NULL)
            peer_close(probe->agencies[agency].peer, false);
        free(probe->agencies[agency].peer);
    }
    frames_fini(&probe->frames);
}

static uint64_t deadline(const struct probe *probe)
{
    return clock_ms() + probe->settings->timeout_ms;
}

static bool is_over(const struct probe *probe, const struct peer *peer)
{
    return !verdict_is_good(&probe->verdict) || peer->fd < 0;
}

/* ---- Connections ----------------------------------------------------------------------------- */

static struct peer *dial(struct probe *probe, const struct address *address)
{
    struct peer *peer = &probe->peers[probe->peer_count];
    char text[ADDRESS_TEXT_MAX];

    if (!verdict_is_good(&probe->verdict))
        return peer;
    if (probe->peer_count == PROBE_PEERS - 1)
        abort();
    peer->number = ++probe->peer_count;
    if (!peer_connect(peer, address, probe->settings->dialect, deadline(probe)))
        verdict_fail(&probe->verdict, "a connection", "%s: %s", address_text(address, text), strerror(errno));
    return peer;
}

struct peer *probe_dial(struct probe *probe)
{
    return dial(probe, &probe->settings->server);
}

struct peer *probe_dial_bets(struct probe *probe)
{
    if (probe->settings->bets.len == 0)
        verdict_skip(&probe->verdict, "no port for single bets was given (--bets)");
    return dial(probe, &probe->settings->bets);
}

void probe_keep(struct probe *probe, struct peer *peer, uint8_t agency)
{
    struct probe_agency *of = &probe->agencies[agency];

    if (is_over(probe, peer))
        return;
    if (of->peer == NULL)
        of->peer = calloc(1, sizeof *of->peer);
    else
        peer_close(of->peer, false);
    if (of->peer == NULL)
        abort();
    *of->peer = *peer;
    peer_init(peer);
}

/* ---- What is sent ---------------------------------------------------------------------------- */

struct sorteo_bet probe_bet(struct probe *probe, uint8_t agency, enum probe_luck luck)
{
    uint16_t number = probe->settings->winning_number;

    if (luck == PROBE_LOSES)
        number = number == 0 ? 1 : (uint16_t)(number - 1);
    return frames_bet(probe->settings->dialect, agency, ++probe->next_document, number);
}

uint64_t probe_key(struct probe *probe)
{
    return ++probe->next_key;
}

void probe_add(struct probe *probe, const struct sorteo_bet *bets, size_t count)
{
    frames_add_batch(&probe->frames, probe->settings->dialect, probe_key(probe), bets, count);
}

void probe_add_finish(struct probe *probe, uint8_t agency, uint64_t key)
{
    frames_add_finish(&probe->frames, probe->settings->dialect, key, agency);
}

void probe_send_part(struct probe *probe, struct peer *peer, size_t held)
{
    struct frames *frames = &probe->frames;
    size_t len = frames->len - held;
    char hex[160];

    if (!is_over(probe, peer)) {
        verdict_step(&probe->verdict, "connection %u: %s (%zu bytes%s): %s", peer->number, frames->what, len,
                     held > 0 ? ", without the last" : "", verdict_hex(hex, sizeof hex, frames->bytes, len));
        if (!peer_send(peer, frames->bytes, len, deadline(probe)))
            verdict_fail(&probe->verdict, "the server reads", "it read nothing for %llu ms",
                         (unsigned long long)probe->settings->timeout_ms);
    }
    frames_clear(frames);
    if (held > 0) {
        memmove(frames->bytes, frames->bytes + len, held);
        frames->len = held;
        (void)snprintf(frames->what, sizeof frames->what, "the rest");
    }
}

void probe_send(struct probe *probe, struct peer *peer)
{
    probe_send_part(probe, peer, 0);
}

void probe_shut(struct probe *probe, struct peer *peer)
{
    if (is_over(probe, peer))
        return;
    verdict_step(&probe->verdict, "connection %u: the end of our direction", peer->number);
    peer_shut(peer);
}

/* ---- What must come -------------------------------------------------------------------------- */

static void fail(struct probe *probe, const struct peer *peer, const char *expected, enum peer_outcome outcome)
{
    struct verdict *verdict = &probe->verdict;

    switch (outcome) {
    case PEER_EVENT:
        break;
    case PEER_LATE:
        verdict_fail(verdict, expected, "nothing within %llu ms on connection %u",
                     (unsigned long long)probe->settings->timeout_ms, peer->number);
        break;
    case PEER_END:
        verdict_fail(verdict, expected, "the end of connection %u", peer->number);
        break;
    case PEER_RESET:
        verdict_fail(verdict, expected, "a reset of connection %u", peer->number);
        break;
    case PEER_MALFORMED:
        verdict_fail(verdict, expected, "on connection %u: %s", peer->number,
                     sorteo_code_text(peer->decoder.error.code));
        break;
    }
}

void probe_want_answer(struct probe *probe, struct peer *peer, bool stored)
{
    const char *expected = stored ? "ANSWER 0" : "ANSWER 1";
    struct sorteo_event event;
    enum peer_outcome outcome;

    if (is_over(probe, peer))
        return;
    outcome = peer_next(peer, SORTEO_REPLY_ANSWER, deadline(probe), &event);
    if (outcome != PEER_EVENT)
        fail(probe, peer, expected, outcome);
    else if (event.stored != stored)
        verdict_fail(&probe->verdict, expected, "ANSWER %d on connection %u", event.stored ? 0 : 1, peer->number);
}

static enum peer_outcome want_end(struct probe *probe, struct peer *peer, uint64_t more_ms)
{
    enum peer_outcome outcome;
    size_t dropped;
    uint8_t first;

    if (is_over(probe, peer))
        return PEER_END;
    outcome = peer_drain(peer, deadline(probe) + more_ms, &dropped, &first);
    if (dropped > 0)
        verdict_fail(&probe->verdict, "the end of the connection, and no byte before it",
                     "%zu bytes on connection %u, the first of them %02x", dropped, peer->number, first);
    else if (outcome == PEER_LATE)
        fail(probe, peer, "the end of the connection", outcome);
    return outcome;
}

void probe_want_end(struct probe *probe, struct peer *peer)
{
    (void)want_end(probe, peer, 0);
}

void probe_want_clean_end(struct probe *probe, struct peer *peer)
{
    if (want_end(probe, peer, 0) == PEER_RESET)
        fail(probe, peer, "the end of the connection, without a reset", PEER_RESET);
}

void probe_want_end_within(struct probe *probe, struct peer *peer, uint64_t more_ms)
{
    (void)want_end(probe, peer, more_ms);
}

void probe_await_end(struct probe *probe, struct peer *peer)
{
    size_t dropped;
    uint8_t first;

    if (!is_over(probe, peer))
        (void)peer_drain(peer, deadline(probe), &dropped, &first);
}

static void want_silence(struct probe *probe, struct peer *peer, uint64_t silence_ms)
{
    enum peer_outcome outcome;
    size_t dropped;
    uint8_t first;

    if (is_over(probe, peer))
        return;
    outcome = peer_drain(peer, clock_ms() + silence_ms, &dropped, &first);
    if (dropped > 0)
        verdict_fail(&probe->verdict, "no byte yet", "%zu bytes on connection %u, the first of them %02x", dropped,
                     peer->number, first);
    else if (outcome != PEER_LATE)
        fail(probe, peer, "no byte yet, and an open connection", outcome);
}

void probe_want_silence(struct probe *probe, struct peer *peer)
{
    want_silence(probe, peer, probe->settings->silence_ms);
}

void probe_want_silence_of(struct probe *probe, uint8_t agency, uint64_t silence_ms)
{
    if (probe->agencies[agency].peer != NULL)
        want_silence(probe, probe->agencies[agency].peer, silence_ms);
}

void probe_want_winners(struct probe *probe, struct peer *peer, struct probe_winners *winners)
{
    struct sorteo_event event = { .kind = SORTEO_MORE };
    size_t seen = 0;

    memset(winners, 0, sizeof *winners);
    while (!is_over(probe, peer) && event.kind != SORTEO_WINNERS_END) {
        enum peer_outcome outcome = peer_next(peer, SORTEO_REPLY_WINNERS, deadline(probe), &event);

        if (outcome != PEER_EVENT)
            fail(probe, peer, seen > 0 ? "the rest of WINNERS" : "WINNERS", outcome);
        else if (event.kind == SORTEO_WINNERS_BEGIN)
            winners->count = event.winners;
        else if (event.kind == SORTEO_WINNER && seen < PROBE_WINNERS_MAX)
            winners->documents[seen++] = event.document;
    }
    winners->came = event.kind == SORTEO_WINNERS_END;
}

void probe_want_winner(struct probe *probe, uint8_t agency, uint64_t document, unsigned times)
{
    const struct probe_winners *winners = &probe->agencies[agency].winners;
    char expected[VERDICT_TEXT_MAX];
    unsigned listed = 0;

    for (size_t i = 0; i < winners->count && i < PROBE_WINNERS_MAX; i++)
        listed += winners->documents[i] == document;
    (void)snprintf(expected, sizeof expected, "document %" PRIu64 " %u time%s in the WINNERS of agency %u", document,
                   times, times == 1 ? "" : "s", agency);
    if (listed != times)
        verdict_fail(&probe->verdict, expected, "%u time%s, among %zu", listed, listed == 1 ? "" : "s", winners->count);
}

void probe_want_same_winners(struct probe *probe, const struct probe_winners *winners, uint8_t agency)
{
    const struct probe_winners *first = &probe->agencies[agency].winners;
    size_t kept = first->count < PROBE_WINNERS_MAX ? first->count : PROBE_WINNERS_MAX;

    if (winners->came && (winners->count != first->count ||
                          memcmp(winners->documents, first->documents, kept * sizeof first->documents[0]) != 0))
        verdict_fail(&probe->verdict, "the same WINNERS as before", "other WINNERS: %zu documents, before %zu",
                     winners->count, first->count);
}

void probe_want(struct probe *probe, bool seen, const char *expected, const char *came)
{
    if (!seen)
        verdict_fail(&probe->verdict, expected, "%s", came);
}

/* ---- Both ------------------------------------------------------------------------------------ */

void probe_store(struct probe *probe, struct peer *peer, const struct sorteo_bet *bets, size_t count)
{
    probe_add(probe, bets, count);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, true);
    if (verdict_is_good(&probe->verdict))
        probe->agencies[bets[0].agency].has_bets = true;
}

void probe_refuse(struct probe *probe, struct peer *peer, const struct sorteo_bet *bets, size_t count)
{
    probe_add(probe, bets, count);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, false);
}

uint32_t probe_store_one(struct probe *probe, struct peer *peer, uint8_t agency, enum probe_luck luck)
{
    const struct sorteo_bet bet = probe_bet(probe, agency, luck);

    probe_store(probe, peer, &bet, 1);
    return bet.document;
}

uint32_t probe_refuse_one(struct probe *probe, struct peer *peer, uint8_t agency, enum probe_luck luck)
{
    const struct sorteo_bet bet = probe_bet(probe, agency, luck);

    probe_refuse(probe, peer, &bet, 1);
    return bet.document;
}

void probe_wait_again(struct probe *probe, uint8_t agency)
{
    struct peer *peer = probe_dial(probe);

    probe_add_finish(probe, agency, probe->agencies[agency].finish_key);
    probe_send(probe, peer);
    probe_want_silence(probe, peer);
    probe_keep(probe, peer, agency);
}

void probe_needs_agencies(struct probe *probe, unsigned count)
{
    if (probe->settings->agencies < count)
        verdict_skip(&probe->verdict, "it takes %u agencies", count);
}

void probe_needs_keys(struct probe *probe, bool keys)
{
    if ((sorteo_dialect_parameters(probe->settings->dialect)->key_size > 0) != keys)
        verdict_skip(&probe->verdict, "the dialect has %s", keys ? "no keys" : "keys");
}
