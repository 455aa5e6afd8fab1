/* See batcher.h. */
#include "batcher.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void batcher_init(struct batcher *batcher, const struct batch_settings *settings, struct csv_reader *reader,
                  uint64_t first_key)
{
    *batcher = (struct batcher){ .reader = reader, .settings = *settings, .next_key = first_key };
}

__attribute__((format(printf, 2, 3))) static enum batch_outcome bad(struct batcher *batcher, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(batcher->error, sizeof batcher->error, format, arguments);
    va_end(arguments);
    return BATCH_BAD;
}

/* Makes sure that a row is held. BATCH_FRAME: it is. */
static enum batch_outcome hold_row(struct batcher *batcher)
{
    if (batcher->holds_row)
        return BATCH_FRAME;
    switch (csv_reader_next(batcher->reader, &batcher->held)) {
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
    return bad(batcher, "%s:%" PRIu64 ": a bet of %zu bytes, which do not fit into a packet of %u; shorten its names",
               csv_reader_name(batcher->reader), batcher->held.line,
               sorteo_bet_size(batcher->settings.dialect, &batcher->held.bet), SORTEO_PACKET_MAX);
}

static enum batch_outcome batch_too_large(struct batcher *batcher, const struct frame *frame)
{
    return bad(batcher, "%s:%" PRIu64 ": %" PRIu32 " bets a batch do not fit into a packet of %u bytes: from this row "
               "on only %" PRIu32 " do; use --batch auto or a smaller number", csv_reader_name(batcher->reader),
               frame->first_line, batcher->settings.bets, SORTEO_PACKET_MAX, frame->bets);
}

static void tally_add(struct batch_tally *tally, uint16_t number)
{
    uint32_t bets = ++tally->bets[number];
    if (bets > tally->most)
        tally->most = bets;
}

/* The held row is in the frame. */
static void take_row(struct batcher *batcher, struct frame *frame)
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

static enum batch_outcome next_single(struct batcher *batcher, struct frame *frame)
{
    struct sorteo_error error;
    enum batch_outcome outcome = hold_row(batcher);
    if (outcome != BATCH_FRAME)
        return outcome;
    switch (sorteo_encode_single(batcher->settings.dialect, batcher->next_key, &batcher->held.bet, frame->bytes,
                                 sizeof frame->bytes, &frame->len, &error)) {
    case SORTEO_E_OK:
        take_row(batcher, frame);
        batcher->next_key++;
        return BATCH_FRAME;
    case SORTEO_E_SPACE:
        return row_too_large(batcher);
    default:
        return refuse_row(batcher, &error);
    }
}

/* Puts rows into the packet until it is full, whatever that means for the form, or there are no more. */
static enum batch_outcome fill(struct batcher *batcher, struct frame *frame, struct sorteo_packet *packet)
{
    bool exact = batcher->settings.form == BATCH_EXACT;
    struct sorteo_error error;
    while (!exact || frame->bets < batcher->settings.bets) {
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

static enum batch_outcome next_batch(struct batcher *batcher, struct frame *frame)
{
    struct sorteo_packet packet;
    if (sorteo_packet_begin(&packet, batcher->settings.dialect, frame->bytes, sizeof frame->bytes) != SORTEO_E_OK)
        return bad(batcher, "a packet has no room for a batch");
    enum batch_outcome outcome = fill(batcher, frame, &packet);
    if (outcome != BATCH_FRAME)
        return outcome;
    if (sorteo_packet_end(&packet, batcher->next_key, &frame->len) != SORTEO_E_OK)
        return bad(batcher, "a batch without a bet");
    batcher->next_key++;
    return BATCH_FRAME;
}

enum batch_outcome batcher_next(struct batcher *batcher, struct frame *frame)
{
    frame->bets = 0;
    return batcher->settings.form == BATCH_SINGLE ? next_single(batcher, frame) : next_batch(batcher, frame);
}
