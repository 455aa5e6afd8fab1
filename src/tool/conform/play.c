/* See play.h. */
#include "tool/conform/play.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static bool is_good(const struct play *play)
{
    return verdict_is_good(&play->host->verdict);
}

/* In the silence the client may end a connection's direction, and no more. */
static void listen_to_silence(struct play *play, const char *until)
{
    enum heard_kind kind;

    do {
        kind = host_hear(play->host, &play->heard, play->host->settings->silence_ms);
    } while (kind == HEARD_END);
    if (kind == HEARD_EXIT)
        verdict_fail(&play->host->verdict, until, "the client left before that");
    else if (kind != HEARD_NOTHING)
        verdict_fail(&play->host->verdict, until, "a frame before that, on connection %u",
                     play->heard.guest->peer.number);
}

/* ---- BATCH ----------------------------------------------------------------------------------- */

static bool is_same(const struct heard *a, const struct heard *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len < sizeof a->bytes ? a->len : sizeof a->bytes) == 0;
}

static void note_key(struct play *play, uint64_t key)
{
    for (unsigned i = 0; i < play->key_count; i++)
        play->key_twice = play->key_twice || play->keys[i] == key;
    if (play->key_count < PLAY_KEYS_MAX)
        play->keys[play->key_count++] = key;
}

static void note_after_wrong(struct play *play, bool again)
{
    if (!play->wrong_was_given)
        return;
    play->was_repeated = play->was_repeated || again;
    play->went_on = play->went_on || (!again && play->heard.guest->peer.number > play->wrong_connection);
}

static void give_wrong_answer(struct play *play)
{
    const struct play_plan *plan = play->plan;
    struct lines kept = play->wrong.bets;

    play->wrong_was_given = true;
    play->wrong_connection = play->host->connections;
    play->wrong = play->heard;
    play->wrong.bets = kept;
    if (plan->wrong_answer != PLAY_NO_ANSWER) {
        host_answer(play->host, play->heard.guest, (uint8_t)plan->wrong_answer, plan->wrong_closes);
    } else {
        verdict_step(&play->host->verdict, "connection %u: the end, without an ANSWER", play->heard.guest->peer.number);
        host_close(play->host, play->heard.guest);
    }
}

/* Listens to the silence, and then answers this BATCH, and those that came meanwhile: a client may
 * send ahead. */
static void answer_late(struct play *play)
{
    struct guest *owed[PLAY_KEYS_MAX] = { play->heard.guest };
    unsigned count = 1;
    enum heard_kind kind;

    do {
        kind = host_hear(play->host, &play->heard, play->host->settings->silence_ms);
        if (kind == HEARD_FINISH)
            verdict_fail(&play->host->verdict, "no FINISH before ANSWER 0 for every BATCH", "FINISH");
        if (kind == HEARD_BETS && count < PLAY_KEYS_MAX) {
            lines_append(&play->stored, &play->heard.bets);
            owed[count++] = play->heard.guest;
        }
    } while (kind == HEARD_BETS);
    for (unsigned i = 0; i < count && kind != HEARD_EXIT; i++)
        host_answer(play->host, owed[i], 0, false);
    if (kind == HEARD_END)
        host_close(play->host, play->heard.guest);
}

static void take_bets(struct play *play)
{
    struct heard *heard = &play->heard;
    bool again = play->wrong_was_given && is_same(heard, &play->wrong);

    play->batches++;
    play->longest = heard->len > play->longest ? heard->len : play->longest;
    play->wrong_agency = play->wrong_agency || heard->mixed || heard->agency != HOST_AGENCY;
    note_after_wrong(play, again);
    if (!again)
        note_key(play, heard->key);
    if (play->batches == play->plan->wrong_frame) {
        give_wrong_answer(play);
        return;
    }
    lines_append(&play->stored, &heard->bets);
    if (play->plan->waits)
        answer_late(play);
    else
        host_answer(play->host, heard->guest, 0, play->plan->closes);
}

/* ---- FINISH ---------------------------------------------------------------------------------- */

static size_t encode_winners(const struct play *play, uint8_t **bytes)
{
    unsigned count = play->plan->winners;
    size_t cap = 4 * (size_t)count + 16, len = 0;
    uint32_t *documents = calloc(count + 1, sizeof *documents);

    *bytes = malloc(cap);
    if (documents == NULL || *bytes == NULL)
        abort();
    for (unsigned i = 0; i < count; i++)
        documents[i] = play->rows[i % play->row_count].document;
    if (sorteo_encode_winners(play->host->settings->dialect, documents, count, *bytes, cap, &len) != SORTEO_E_OK)
        abort();
    free(documents);
    return len;
}

/* Is the connection to end before all of WINNERS was sent? Only the first time. */
static bool loses_winners(const struct play *play)
{
    enum play_winners how = play->plan->how;

    return (how == WINNERS_CUT || how == WINNERS_NEVER) && !play->winners_were_lost;
}

static void lose_winners(struct play *play, struct guest *guest, const uint8_t *bytes, size_t len)
{
    bool is_cut = play->plan->how == WINNERS_CUT;

    play->winners_were_lost = true;
    verdict_step(&play->host->verdict, "connection %u: %s", guest->peer.number,
                 is_cut ? "half of WINNERS, and the end" : "the end, without WINNERS");
    host_send(play->host, guest, bytes, is_cut ? len / 2 : 0);
    host_close(play->host, guest);
    play->due = NULL;
}

static void drip_winners(struct play *play, struct guest *guest, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        host_send(play->host, guest, bytes + i, 1);
        if (i == 0)
            listen_to_silence(play, "nothing before the last byte of WINNERS"); /* so that it comes alone */
    }
}

static void hold_winners(struct play *play, struct guest *guest, const uint8_t *bytes, size_t len)
{
    host_send(play->host, guest, bytes, len - 1);
    listen_to_silence(play, "no RECEIPT before the last byte of WINNERS");
    host_send(play->host, guest, bytes + len - 1, 1);
}

static void send_whole_winners(struct play *play, struct guest *guest, const uint8_t *bytes, size_t len)
{
    enum play_winners how = play->plan->how;

    if (how == WINNERS_LATE)
        listen_to_silence(play, "nothing between FINISH and WINNERS");
    verdict_step(&play->host->verdict, "connection %u: WINNERS, %u documents", guest->peer.number, play->plan->winners);
    if (how == WINNERS_DRIPPED)
        drip_winners(play, guest, bytes, len);
    else if (how == WINNERS_HELD)
        hold_winners(play, guest, bytes, len);
    else
        host_send(play->host, guest, bytes, len);
    play->due = guest;
}

static void send_winners(struct play *play, struct guest *guest)
{
    uint8_t *bytes;
    size_t len = encode_winners(play, &bytes);

    if (loses_winners(play))
        lose_winners(play, guest, bytes, len);
    else
        send_whole_winners(play, guest, bytes, len);
    free(bytes);
}

static void take_finish(struct play *play)
{
    struct guest *guest = play->heard.guest;

    play->finish_key_changed = play->finish_key_changed || (play->finishes > 0 && play->heard.key != play->finish_key);
    play->finish_key = play->heard.key;
    if (play->finishes++ == 0)
        note_key(play, play->heard.key);
    play->wrong_agency = play->wrong_agency || play->heard.agency != HOST_AGENCY;
    send_winners(play, guest);
}

/* ---- All of it ------------------------------------------------------------------------------- */

static void note_exit(struct play *play)
{
    int status = play->host->client.status;

    if (!is_good(play))
        return;
    if (WIFSIGNALED(status))
        verdict_fail(&play->host->verdict, "the client exits", "signal %d ended it", WTERMSIG(status));
    play->exit_zero = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    verdict_step(&play->host->verdict, "the client exited with status %d", WEXITSTATUS(status));
}

static void take(struct play *play)
{
    struct guest *guest = play->heard.guest;

    switch (play->heard.kind) {
    case HEARD_BETS:
        take_bets(play);
        break;
    case HEARD_FINISH:
        take_finish(play);
        break;
    case HEARD_RECEIPT:
        play->receipts += guest == play->due;
        break;
    case HEARD_END:
        host_close(play->host, guest);
        break;
    case HEARD_NOTHING:
        verdict_fail(&play->host->verdict, "a frame, or the client's exit", "neither within %llu ms",
                     (unsigned long long)play->host->settings->timeout_ms);
        break;
    case HEARD_EXIT:
        break;
    }
}

void play_run(struct play *play)
{
    play->host->hangs_up_first = play->plan->closes_first;
    do {
        (void)host_hear(play->host, &play->heard, play->host->settings->timeout_ms);
        take(play);
    } while (is_good(play) && play->heard.kind != HEARD_EXIT);
    note_exit(play);
}

void play_fini(struct play *play)
{
    lines_fini(&play->stored);
    lines_fini(&play->heard.bets);
}
