/*
 * oracle: the decoder and a second one, written from the protocol's description without a look at
 * the grammar, agree on every event, error, field and offset.
 */
#include "conformance/oracle/oracle.h"
#include "events.h"

#define REPLIES_MAX 64u /* after this many replies, fuzz_due returns none */

struct reading {
    struct events events;
    const struct fuzz_case *way;
};

static void emit(void *context, const struct sorteo_event *event)
{
    struct reading *reading = context;

    events_add(&reading->events, reading->way, event);
}

static void compare(const struct fuzz_case *way, const uint8_t *bytes, size_t len)
{
    enum sorteo_reply replies[REPLIES_MAX];
    struct oracle_input input = { .dialect = way->dialect,
                                  .stream = way->stream,
                                  .frame_limit = way->limit,
                                  .replies = replies,
                                  .bytes = bytes,
                                  .len = len };
    static struct reading theirs;
    static struct events ours;

    while (input.reply_count < REPLIES_MAX && fuzz_due(way, input.reply_count) != SORTEO_REPLY_NONE) {
        replies[input.reply_count] = fuzz_due(way, input.reply_count);
        input.reply_count++;
    }
    events_clear(&theirs.events);
    theirs.way = way;
    const struct oracle_outcome outcome = oracle_decode(&input, emit, &theirs);

    theirs.events.error = outcome.error;
    if (outcome.error.code == SORTEO_E_OK && !outcome.between_frames)
        theirs.events.error = (struct sorteo_error){ .code = SORTEO_E_TRUNCATED, .offset = len };
    events_read(&ours, &decoder_public, way, bytes, len);
    events_must_agree(&ours, &theirs.events, "the decoder and the oracle agree");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint64_t hash = fuzz_hash(bytes, len);

    for (unsigned i = 0; i < fuzz_cases(); i++) {
        const struct fuzz_case way = fuzz_case_at(i, hash, len);
        compare(&way, bytes, len);
    }
    return 0;
}
