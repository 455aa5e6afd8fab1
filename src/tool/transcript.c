/* See transcript.h. */
#include "tool/transcript.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for one more element. False if there is no memory. */
static bool grow(void **array, size_t size, size_t count, size_t *cap)
{
    size_t more = *cap == 0 ? 64 : 2 * *cap;
    void *grown;

    if (count < *cap)
        return true;
    grown = reallocarray(*array, more, size);
    if (grown == NULL)
        return false;
    *array = grown;
    *cap = more;
    return true;
}

static bool add_frame(struct transcript *transcript, uint64_t begin)
{
    void *frames = transcript->frames;

    if (!grow(&frames, sizeof(*transcript->frames), transcript->frame_count, &transcript->frame_cap))
        return false;
    transcript->frames = frames;
    transcript->frames[transcript->frame_count++] = (struct transcript_frame){
        .begin = begin, .end = begin, .first_part = transcript->part_count, .partner = TRANSCRIPT_NO_FRAME
    };
    return true;
}

static struct transcript_part part_of(const struct sorteo_event *event)
{
    struct transcript_part part = { .kind = event->kind, .begin = event->begin, .end = event->end };

    if (event->kind == SORTEO_BATCH_BEGIN)
        part.items = event->bets;
    else if (event->kind == SORTEO_WINNERS_BEGIN)
        part.items = event->winners;
    else if (event->kind == SORTEO_BET)
        part.agency = event->bet.agency;
    else if (event->kind == SORTEO_FINISH)
        part.agency = event->agency;
    return part;
}

static bool add_part(struct transcript *transcript, const struct sorteo_event *event)
{
    struct transcript_frame *frame = &transcript->frames[transcript->frame_count - 1];
    void *parts = transcript->parts;

    frame->end = event->end;
    if (event->kind == SORTEO_BATCH_END || event->kind == SORTEO_WINNERS_END)
        return true; /* tells of no bytes that are not told of already */
    if (!grow(&parts, sizeof(*transcript->parts), transcript->part_count, &transcript->part_cap))
        return false;
    transcript->parts = parts;
    transcript->parts[transcript->part_count++] = part_of(event);
    frame->part_count++;
    return true;
}

/* What was begun when the stream ended or a byte was refused. */
static bool add_rest(struct transcript *transcript, const struct sorteo_decoder *decoder, bool is_under_way)
{
    transcript->error = decoder->error;
    if (decoder->error.code == SORTEO_E_OK)
        return true;
    if (!is_under_way) {
        uint64_t begin = transcript->frame_count > 0 ? transcript->frames[transcript->frame_count - 1].end : 0;

        if (!add_frame(transcript, begin))
            return false;
    }
    transcript->frames[transcript->frame_count - 1].end = decoder->error.offset;
    return true;
}

static bool decode(struct transcript *transcript, struct sorteo_decoder *decoder, transcript_due due, void *context)
{
    const struct sorteo_window window = { .bytes = transcript->bytes, .len = transcript->len };
    bool is_under_way = false;
    struct sorteo_event event;

    for (;;) {
        enum sorteo_event_kind kind;

        if (!is_under_way && transcript->stream == SORTEO_REPLY_STREAM)
            sorteo_decoder_expect(decoder, due(context));
        kind = sorteo_decoder_next(decoder, &window, &event);
        if (kind == SORTEO_MORE)
            (void)sorteo_decoder_end(decoder);
        if (kind == SORTEO_MORE || kind == SORTEO_ERROR)
            return add_rest(transcript, decoder, is_under_way);
        if ((!is_under_way && !add_frame(transcript, event.begin)) || !add_part(transcript, &event))
            return false;
        is_under_way = !sorteo_ends_frame(transcript->stream, kind);
        transcript->frames[transcript->frame_count - 1].is_whole = !is_under_way;
    }
}

bool transcript_init(struct transcript *transcript, enum sorteo_dialect dialect, enum sorteo_stream stream,
                     uint32_t max_frame, const uint8_t *bytes, size_t len, transcript_due due, void *context)
{
    struct sorteo_decoder decoder;

    *transcript = (struct transcript){ .bytes = bytes, .len = len, .dialect = dialect, .stream = stream };
    sorteo_decoder_init(&decoder, dialect, stream, max_frame);
    if (decode(transcript, &decoder, due, context))
        return true;
    transcript_fini(transcript);
    return false;
}

void transcript_fini(struct transcript *transcript)
{
    free(transcript->parts);
    free(transcript->frames);
    *transcript = (struct transcript){ 0 };
}

enum sorteo_reply transcript_owed(const struct transcript *transcript, size_t index)
{
    const struct transcript_frame *frame = &transcript->frames[index];
    enum sorteo_event_kind kind;

    if (frame->part_count == 0)
        return transcript->error.field == SORTEO_F_RECEIPT ? SORTEO_REPLY_NONE : SORTEO_REPLY_ANSWER;
    kind = transcript->parts[frame->first_part].kind;
    if (kind == SORTEO_FINISH)
        return SORTEO_REPLY_WINNERS;
    return kind == SORTEO_RECEIPT ? SORTEO_REPLY_NONE : SORTEO_REPLY_ANSWER;
}

enum sorteo_reply transcript_queue_next(void *context)
{
    struct transcript_queue *queue = context;

    while (queue->next < queue->requests->frame_count) {
        enum sorteo_reply owed = transcript_owed(queue->requests, queue->next++);

        if (owed != SORTEO_REPLY_NONE)
            return owed;
    }
    return SORTEO_REPLY_NONE;
}

void transcript_pair(struct transcript *requests, struct transcript *replies)
{
    size_t reply = 0;

    for (size_t i = 0; i < requests->frame_count && reply < replies->frame_count; i++) {
        if (transcript_owed(requests, i) == SORTEO_REPLY_NONE)
            continue;
        requests->frames[i].partner = reply;
        replies->frames[reply++].partner = i;
    }
}
