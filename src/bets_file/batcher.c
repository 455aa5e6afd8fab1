/* See batcher.h. */
#include "bets_file/batcher.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "codec/protocol.h"

void batcher_init(struct batcher *batcher, const struct batch_settings *settings, struct csv_reader *reader,
                  uint64_t first_key)
{
    *batcher = (struct batcher){ .reader = reader,
                                 .settings = *settings,
                                 .first_key = first_key,
                                 .next_key = first_key,
                                 .keys = keys_of(settings->dialect),
                                 .most = protocol_batch_most(settings->dialect) };
    batcher->reserved_key = keys_before(&batcher->keys, first_key);
}

__attribute__((format(printf, 2, 3))) static enum batch_outcome bad(struct batcher *batcher, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(batcher->error, sizeof batcher->error, format, arguments);
    va_end(arguments);
    return BATCH_BAD;
}

static void tally_add(struct batch_tally *tally, uint16_t number)
{
    uint32_t bets = ++tally->bets[number];
    if (bets > tally->most)
        tally->most = bets;
}

/* The next row that is not to be skipped. Those that are count as bets on their numbers. */
static enum csv_outcome read_row(struct batcher *batcher)
{
    for (;;) {
        enum csv_outcome outcome = csv_reader_next(batcher->reader, &batcher->held);
        if (outcome != CSV_ROW || batcher->held.line > batcher->settings.skip_line)
            return outcome;
        if (batcher->tally != NULL)
            tally_add(batcher->tally, batcher->held.bet.number);
    }
}

/* Makes sure that a row is held. BATCH_FRAME: it is. */
static enum batch_outcome hold_row(struct batcher *batcher)
{
    if (batcher->holds_row)
        return BATCH_FRAME;
    switch (read_row(batcher)) {
    case CSV_ROW:
        batcher->holds_row = true;
        return BATCH_FRAME;
    case CSV_END:
        batcher->ended = true;
        return BATCH_END;
    case CSV_STOPPED:
        return BATCH_STOPPED;
    default:
        return bad(batcher, "%s", csv_reader_error(batcher->reader));
    }
}

static enum batch_outcome refuse_row(struct batcher *batcher, const struct sorteo_error *error)
{
    csv_reader_refuse(batcher->reader, &batcher->held, error);
    return bad(batcher, "%s", csv_reader_error(batcher->reader));
}

static enum batch_outcome row_too_large(struct batcher *batcher)
{
    return bad(batcher, "%s:%" PRIu64 ": a bet of %zu bytes does not fit into a packet of %u; shorten its names",
               csv_reader_name(batcher->reader), batcher->held.line,
               sorteo_bet_size(batcher->settings.dialect, &batcher->held.bet), SORTEO_PACKET_MAX);
}

static enum batch_outcome batch_too_large(struct batcher *batcher, const struct bets_frame *frame)
{
    return bad(batcher,
               "%s:%" PRIu64 ": %" PRIu32 " bets do not fit into a packet of %u bytes: from this row "
               "on only %" PRIu32 " do; use --batch auto or a smaller number",
               csv_reader_name(batcher->reader), frame->first_line, batcher->settings.bets, SORTEO_PACKET_MAX,
               frame->bets);
}

/* The held row is in the frame. */
static void take_row(struct batcher *batcher, struct bets_frame *frame)
{
    if (frame->bets++ == 0)
        frame->first_line = batcher->held.line;
    frame->last_line = batcher->held.line;
    frame->document = batcher->held.bet.document;
    frame->number = batcher->held.bet.number;
    batcher->holds_row = false;
    batcher->bets++;
    if (batcher->tally != NULL)
        tally_add(batcher->tally, frame->number);
}

static enum batch_outcome next_single(struct batcher *batcher, struct bets_frame *frame)
{
    struct sorteo_error error;
    enum batch_outcome outcome = hold_row(batcher);
    if (outcome != BATCH_FRAME)
        return outcome;
    switch (sorteo_encode_single(batcher->settings.dialect, batcher->next_key, &batcher->held.bet, frame->bytes,
                                 sizeof frame->bytes, &frame->len, &error)) {
    case SORTEO_E_OK:
        take_row(batcher, frame);
        batcher->next_key = keys_after(&batcher->keys, batcher->next_key);
        return BATCH_FRAME;
    case SORTEO_E_SPACE:
        return row_too_large(batcher);
    default:
        return refuse_row(batcher, &error);
    }
}

/* Puts rows into the packet until it has `limit` of them, there are no more, or it is full (which
 * is an error if `exact`). */
static enum batch_outcome fill(struct batcher *batcher, struct bets_frame *frame, struct sorteo_packet *packet,
                               uint32_t limit, bool exact)
{
    struct sorteo_error error;
    while (frame->bets < limit) {
        enum batch_outcome outcome = hold_row(batcher);
        if (outcome != BATCH_FRAME)
            return outcome == BATCH_END && frame->bets > 0 ? BATCH_FRAME : outcome;
        enum sorteo_code code = sorteo_packet_add(packet, &batcher->held.bet, &error);
        if (code == SORTEO_E_PACKET && frame->bets == 0)
            return row_too_large(batcher);
        if (code == SORTEO_E_PACKET)
            return exact ? batch_too_large(batcher, frame) : BATCH_FRAME;
        if (code != SORTEO_E_OK)
            return refuse_row(batcher, &error);
        take_row(batcher, frame);
    }
    return BATCH_FRAME;
}

/* `again`: how it was made before, or NULL. */
static enum batch_outcome next_batch(struct batcher *batcher, struct bets_frame *frame, const struct cut *again)
{
    struct sorteo_packet packet;
    bool exact = again == NULL && batcher->settings.form == BATCH_EXACT;
    uint32_t limit = again != NULL ? again->bets : exact ? batcher->settings.bets : batcher->most;
    if (sorteo_packet_begin(&packet, batcher->settings.dialect, frame->bytes, sizeof frame->bytes) != SORTEO_E_OK)
        return bad(batcher, "a packet has no room for a batch");
    enum batch_outcome outcome = fill(batcher, frame, &packet, limit, exact);
    if (outcome != BATCH_FRAME)
        return outcome;
    if (sorteo_packet_end(&packet, batcher->next_key, &frame->len) != SORTEO_E_OK)
        return bad(batcher,
                   "%s:%" PRIu64 ": a batch of %" PRIu32 " bets from this row on, which is a number that N_BETS cannot "
                   "have in this dialect (sorteo describe); use another --batch",
                   csv_reader_name(batcher->reader), frame->first_line, frame->bets);
    batcher->next_key = keys_after(&batcher->keys, batcher->next_key);
    return BATCH_FRAME;
}

/* The next frame would get a KEY that another has, or the FINISH. (Without keys none can be
 * counted to the end: there are 2^64.) */
static bool keys_are_used_up(const struct batcher *batcher)
{
    return batcher->next_key == batcher->reserved_key ||
           (batcher->frames > 0 && batcher->next_key == batcher->first_key);
}

static enum batch_outcome no_key_left(struct batcher *batcher)
{
    return bad(batcher,
               "%s:%" PRIu64 ": no KEY is left for this row: the dialect has %" PRIu64 " to %" PRIu64 ", and %" PRIu64
               " frames and the FINISH have them; use larger batches",
               csv_reader_name(batcher->reader), batcher->held.line, batcher->keys.low, batcher->keys.high,
               batcher->frames);
}

static enum batch_outcome make(struct batcher *batcher, struct bets_frame *frame, const struct cut *again)
{
    if (keys_are_used_up(batcher)) {
        enum batch_outcome held = hold_row(batcher);
        return held == BATCH_FRAME ? no_key_left(batcher) : held;
    }
    frame->index = batcher->frames;
    frame->past = again != NULL ? again->past : PAST_NEW;
    frame->bets = 0;
    enum batch_outcome outcome =
        batcher->settings.form == BATCH_SINGLE ? next_single(batcher, frame) : next_batch(batcher, frame, again);
    if (outcome == BATCH_FRAME)
        batcher->frames++;
    return outcome;
}

/* ---- Frames that were made before ------------------------------------------------------------ */

void batcher_digest(const struct bets_frame *frame, uint64_t digest[2])
{
    digest_128(frame->bytes, frame->len, digest);
}

/* A KEY that was used must stand for the same bytes, and a row that was sent must not be sent again
 * as another's. */
static enum batch_outcome make_again(struct batcher *batcher, struct bets_frame *frame, const struct cut *cut)
{
    uint64_t digest[2];
    enum batch_outcome outcome = make(batcher, frame, cut);
    if (outcome == BATCH_END)
        return bad(batcher, "%s: ends before the last row that was sent: the resume file belongs to other input",
                   csv_reader_name(batcher->reader));
    if (outcome != BATCH_FRAME)
        return outcome;
    batcher_digest(frame, digest);
    if (memcmp(digest, cut->digest, sizeof digest) == 0)
        return BATCH_FRAME;
    return bad(batcher,
               "%s: lines %" PRIu64 " to %" PRIu64 " are not what was sent: the resume file belongs to other "
               "input",
               csv_reader_name(batcher->reader), frame->first_line, frame->last_line);
}

/* The round is finished: there must be no more. */
static enum batch_outcome expect_end(struct batcher *batcher)
{
    enum batch_outcome outcome = hold_row(batcher);
    if (outcome != BATCH_FRAME)
        return outcome;
    return bad(batcher,
               "%s:%" PRIu64 ": was added after the round was finished: the resume file belongs to other "
               "input",
               csv_reader_name(batcher->reader), batcher->held.line);
}

uint64_t batcher_next_key(const struct batcher *batcher)
{
    return batcher->next_key;
}

enum batch_outcome batcher_next(struct batcher *batcher, struct bets_frame *frame)
{
    struct cut cut;
    enum cut_outcome outcome = CUT_NEW;
    if (batcher->cuts.next != NULL)
        outcome = batcher->cuts.next(batcher->cuts.context, batcher->frames, &cut);
    switch (outcome) {
    case CUT_MADE:
        return make_again(batcher, frame, &cut);
    case CUT_OVER:
        return expect_end(batcher);
    case CUT_FAILED:
        return bad(batcher, "the frames of the earlier run cannot be read");
    default:
        return make(batcher, frame, NULL);
    }
}
