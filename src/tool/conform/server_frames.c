/*
 * Sections 2 to 4: frames of every size, and streams of them cut in every way.
 */
#include "tool/conform/server_cases.h"

#define FIRST 1u  /* the agency whose bets these are … */
#define SECOND 2u /* … and another one */

/* ---- Frames ---------------------------------------------------------------------------------- */

/* Sends a BATCH of so many bets that must be stored. */
static void store_many(struct probe *probe, size_t count)
{
    static struct sorteo_bet bets[3000];

    for (size_t i = 0; i < count; i++)
        bets[i] = probe_bet(probe, FIRST, PROBE_LOSES);
    probe_store(probe, probe_dial(probe), bets, count);
}

static void batch_of_one(struct probe *probe)
{
    store_many(probe, 1);
}

/* A byte more than one can say. */
static void batch_of_257(struct probe *probe)
{
    store_many(probe, 257);
}

static void batch_of_64_kb(struct probe *probe)
{
    if (probe->settings->max_frame != 0 && probe->settings->max_frame < 100000)
        verdict_skip(&probe->verdict, "--max-frame is below 100,000 bytes");
    store_many(probe, 2500);
}

static void batch_beyond_the_limit(struct probe *probe)
{
    const struct protocol_frame *batch = protocol_frame(&protocols[probe->settings->dialect], "BATCH");
    struct peer *peer = probe_dial(probe);

    if (probe->settings->max_frame == 0 || probe->settings->max_frame >= SORTEO_BATCH_MAX * batch->items.least)
        verdict_skip(&probe->verdict, "no count of bets shows that a frame exceeds --max-frame");
    frames_add_head(&probe->frames, probe->settings->dialect, probe_key(probe), FIRST, SORTEO_BATCH_MAX);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, false);
    probe_want_end(probe, peer);
}

/* ---- Streams --------------------------------------------------------------------------------- */

static void frame_byte_by_byte(struct probe *probe)
{
    const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_LOSES);
    struct peer *peer = probe_dial(probe);

    probe_add(probe, &bet, 1);
    probe_send_part(probe, peer, probe->frames.len - 1);
    probe_want_silence(probe, peer); /* so that the first byte comes alone */
    while (probe->frames.len > 1)
        probe_send_part(probe, peer, probe->frames.len - 1);
    probe_want_silence(probe, peer);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, true);
}

static void answer_after_the_last_byte(struct probe *probe)
{
    const struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_LOSES), probe_bet(probe, FIRST, PROBE_LOSES) };
    struct peer *peer = probe_dial(probe);

    probe_add(probe, bets, 2);
    probe_send_part(probe, peer, 1);
    probe_want_silence(probe, peer);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, true);
}

static void frames_in_one_segment(struct probe *probe)
{
    struct peer *peer = probe_dial(probe);

    for (unsigned i = 0; i < 3; i++) {
        const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_LOSES);

        probe_add(probe, &bet, 1);
    }
    probe_send(probe, peer);
    for (unsigned i = 0; i < 3; i++)
        probe_want_answer(probe, peer, true);
    probe_want_silence(probe, peer);
}

static void frame_and_a_half(struct probe *probe)
{
    const struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_LOSES), probe_bet(probe, FIRST, PROBE_LOSES) };
    struct peer *peer = probe_dial(probe);

    probe_add(probe, &bets[0], 1);
    probe_add(probe, &bets[1], 1);
    probe_send_part(probe, peer, 9);
    probe_want_answer(probe, peer, true);
    probe_send(probe, peer);
    probe_want_answer(probe, peer, true);
}

static void pipeline_of_100(struct probe *probe)
{
    struct peer *peer = probe_dial(probe);

    for (unsigned i = 0; i < 100; i++) {
        const struct sorteo_bet bet = probe_bet(probe, FIRST, PROBE_LOSES);

        probe_add(probe, &bet, 1);
    }
    probe_send(probe, peer);
    for (unsigned i = 0; i < 100; i++)
        probe_want_answer(probe, peer, true);
}

static void answers_in_order(struct probe *probe)
{
    struct peer *peer = probe_dial(probe);

    for (unsigned i = 0; i < 6; i++) {
        const struct sorteo_bet bet = probe_bet(probe, i % 2 == 0 ? FIRST : 0, PROBE_LOSES);

        probe_add(probe, &bet, 1);
    }
    probe_send(probe, peer);
    for (unsigned i = 0; i < 6; i++)
        probe_want_answer(probe, peer, i % 2 == 0);
}

static void connection_for_each_frame(struct probe *probe)
{
    for (unsigned i = 0; i < 5; i++) {
        struct peer *peer = probe_dial(probe);

        (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
        peer_close(peer, false);
    }
}

static void one_connection_for_all(struct probe *probe)
{
    struct peer *peer = probe_dial(probe);

    for (unsigned i = 0; i < 5; i++)
        (void)probe_store_one(probe, peer, FIRST, PROBE_LOSES);
}

static void fin_after_frames(struct probe *probe)
{
    const struct sorteo_bet bets[] = { probe_bet(probe, FIRST, PROBE_LOSES), probe_bet(probe, FIRST, PROBE_LOSES) };
    struct peer *peer = probe_dial(probe);

    probe_add(probe, &bets[0], 1);
    probe_add(probe, &bets[1], 1);
    probe_send(probe, peer);
    probe_shut(probe, peer);
    probe_want_answer(probe, peer, true);
    probe_want_answer(probe, peer, true);
    probe_want_end(probe, peer);
}

static void fin_at_once(struct probe *probe)
{
    struct peer *peer = probe_dial(probe);

    probe_shut(probe, peer);
    probe_want_end(probe, peer);
}

static void agencies_at_once(struct probe *probe)
{
    const struct sorteo_bet first = probe_bet(probe, FIRST, PROBE_LOSES);
    struct peer *halted, *other;

    probe_needs_agencies(probe, 2);
    halted = probe_dial(probe);
    other = probe_dial(probe);
    probe_add(probe, &first, 1);
    probe_send_part(probe, halted, 5);
    frames_clear(&probe->frames);
    (void)probe_store_one(probe, other, SECOND, PROBE_LOSES);
}

static const struct server_case frame_cases[] = {
    { .is = { "2", "batch_of_one", "a BATCH of one bet is stored" }, .run = batch_of_one },
    { .is = { "2", "batch_of_257", "a BATCH may have more bets than one byte counts" }, .run = batch_of_257 },
    { .is = { "4", "batch_of_64_kb", "a server takes frames of more than 8,000 bytes" }, .run = batch_of_64_kb },
    { .is = { "4", "batch_beyond_the_limit", "a BATCH that must exceed the limit is refused at N_BETS" },
      .run = batch_beyond_the_limit },
};

static const struct server_case stream_cases[] = {
    { .is = { "4", "frame_byte_by_byte", "a frame may arrive in any number of pieces" }, .run = frame_byte_by_byte },
    { .is = { "4", "answer_after_the_last_byte", "a frame is answered 0 only when all of it has come" },
      .run = answer_after_the_last_byte },
    { .is = { "4", "frames_in_one_segment", "frames that come together get an ANSWER each" },
      .run = frames_in_one_segment },
    { .is = { "4", "frame_and_a_half", "a frame is answered although the next one has begun" },
      .run = frame_and_a_half },
    { .is = { "4", "pipeline_of_100", "a client may send many frames before it reads answers" },
      .run = pipeline_of_100 },
    { .is = { "4", "answers_in_order", "answers come in the order of the frames" }, .run = answers_in_order },
    { .is = { "4", "connection_for_each_frame", "a client may open a connection for every frame" },
      .run = connection_for_each_frame },
    { .is = { "4", "one_connection_for_all", "a client may send all of a round over one connection" },
      .run = one_connection_for_all },
    { .is = { "4", "fin_after_frames", "a client that ended its direction gets its answers, then the end" },
      .run = fin_after_frames },
    { .is = { "4", "fin_at_once", "a connection without a byte is closed without one" }, .run = fin_at_once },
    { .is = { "4", "agencies_at_once", "an agency in the middle of a frame keeps no other from its answers" },
      .run = agencies_at_once },
};

const struct server_case_table server_frame_cases = SERVER_CASE_TABLE(frame_cases);
const struct server_case_table server_stream_cases = SERVER_CASE_TABLE(stream_cases);
