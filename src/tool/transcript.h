/*
 * One direction of a connection, or one stream, as a list of frames and of their parts, with the
 * position of each: for output that needs to look ahead.
 *
 * Keeps no values of fields, only where their bytes are. Opens no file.
 */
#ifndef TOOL_TRANSCRIPT_H
#define TOOL_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"

/* An event, which is about bytes [begin, end) of the stream. */
struct transcript_part {
    enum sorteo_event_kind kind;
    uint64_t begin, end;
    uint32_t items; /* of BATCH_BEGIN and WINNERS_BEGIN: what follows */
    uint8_t agency; /* of BET and FINISH */
};

#define TRANSCRIPT_NO_FRAME SIZE_MAX

struct transcript_frame {
    uint64_t begin, end; /* bytes; of one that is not whole, up to the error or the stream's end */
    size_t first_part, part_count;
    bool is_whole;
    size_t partner; /* index in the other direction of its reply, or of the request that it answers; or
                       TRANSCRIPT_NO_FRAME */
};

struct transcript {
    /* read-only */
    const uint8_t *bytes; /* borrowed */
    size_t len;
    enum sorteo_dialect dialect;
    enum sorteo_stream stream;
    struct transcript_part *parts;
    size_t part_count;
    struct transcript_frame *frames;
    size_t frame_count;
    struct sorteo_error error; /* OK, or what ended it, which can be TRUNCATED */

    /* private */
    size_t part_cap, frame_cap;
};

/* Says which reply is due next on a reply stream. */
typedef enum sorteo_reply (*transcript_due)(void *context);

/* Decodes all of bytes[0..len), which the transcript borrows. `due` is for a reply stream, and may
 * be NULL for others; `max_frame` is that of sorteo_decoder_init. False if there is no memory: then
 * it is empty. */
bool transcript_init(struct transcript *transcript, enum sorteo_dialect dialect, enum sorteo_stream stream,
                     uint32_t max_frame, const uint8_t *bytes, size_t len, transcript_due due, void *context);

void transcript_fini(struct transcript *transcript);

/* Which reply is the frame owed? NONE for a RECEIPT, complete or not. */
enum sorteo_reply transcript_owed(const struct transcript *transcript, size_t frame);

/* The replies that the frames of a stream are owed, in order, as a transcript_due. */
struct transcript_queue {
    const struct transcript *requests;
    size_t next; /* frame */
};
enum sorteo_reply transcript_queue_next(void *queue);

/* Makes each reply and the request that it answers partners. */
void transcript_pair(struct transcript *requests, struct transcript *replies);

#endif
