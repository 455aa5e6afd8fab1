/*
 * The batcher: rows in, frames out. A frame is a BATCH or a SINGLE, ready to be sent, that
 * remembers which rows it holds.
 *
 * Knows nothing of connections and answers.
 */
#ifndef BETS_FILE_BATCHER_H
#define BETS_FILE_BATCHER_H

#include "bets_file/csv_reader.h"
#include "bets_file/keys.h"

/* What an earlier run recorded of a frame. */
enum frame_past {
    PAST_NEW, /* there was none: it is made for the first time */
    PAST_STORED,
    PAST_UNSTORED, /* refused, or not sent */
    PAST_DOUBT     /* sent, or about to be, and never answered */
};

struct bets_frame {
    uint64_t index; /* 0 and up */
    enum frame_past past;
    uint64_t first_line, last_line; /* of the file: where its first and last row begin */
    uint32_t bets;
    uint32_t document; /* of its last bet: what the log says of a SINGLE */
    uint16_t number;
    size_t len;
    uint8_t bytes[SORTEO_PACKET_MAX];
};

enum batch_form {
    BATCH_EXACT, /* batch_bets in each BATCH, but for the last one */
    BATCH_AUTO,  /* as many in a BATCH as 8,000 bytes hold */
    BATCH_SINGLE /* each row a SINGLE */
};

struct batch_settings {
    enum sorteo_dialect dialect;
    enum batch_form form;
    uint32_t bets;      /* BATCH_EXACT: 1..protocol_batch_most */
    uint64_t skip_line; /* rows that begin in this line or before get into no frame; 0: none */
};

/* Bets on each number, of which one wins. */
struct batch_tally {
    uint32_t bets[65536];
    uint32_t most; /* on one and the same number */
};

/* How an earlier run made a frame. */
struct cut {
    uint32_t bets;
    uint64_t digest[2]; /* of its bytes: see batcher_digest */
    enum frame_past past;
};

enum cut_outcome {
    CUT_MADE,  /* *cut says how; the frame must come out the same */
    CUT_NEW,   /* there was no such frame: it is made as the settings say */
    CUT_OVER,  /* there was none, nor may there be: the round is finished */
    CUT_FAILED /* it cannot be found out */
};

/* Who remembers the frames of an earlier run. */
struct cuts {
    enum cut_outcome (*next)(void *context, uint64_t index, struct cut *cut); /* asked for 0, 1, …; may be NULL */
    void *context;
};

struct batcher {
    /* read-only */
    struct csv_reader *reader;
    uint64_t bets;   /* in the frames made so far */
    uint64_t frames; /* made so far */
    bool ended;      /* there are no more */
    char error[CSV_ERROR_MAX];

    /* private */
    struct batch_settings settings;
    uint64_t first_key, next_key;
    struct key_range keys;
    struct csv_row held; /* read, and not in a frame yet: it did not fit into the one before */
    bool holds_row;

    /* yours */
    uint64_t reserved_key; /* that no frame may get: the FINISH's; the one before the first, if not told otherwise */
    uint32_t most;         /* bets of a BATCH: as many as N_BETS may count, if not told otherwise */
    struct batch_tally *tally; /* NULL, or where bets are counted as they get into frames */
    struct cuts cuts;
};

enum batch_outcome {
    BATCH_FRAME,  /* *frame is the next one */
    BATCH_END,    /* there are no more */
    BATCH_BAD,    /* batcher->error says which row or rows, and why; or that they are not those of the earlier run */
    BATCH_STOPPED /* as CSV_STOPPED */
};

/* The reader stays the caller's, and must be at its first row. In a dialect with keys, frames get
 * first_key, which KEY must be able to say, and those after it (keys.h). */
void batcher_init(struct batcher *batcher, const struct batch_settings *settings, struct csv_reader *reader,
                  uint64_t first_key);

SORTEO_MUST_USE enum batch_outcome batcher_next(struct batcher *batcher, struct bets_frame *frame);

/* The KEY of a frame that would follow those that were made. */
uint64_t batcher_next_key(const struct batcher *batcher);

/* 128 bits over the frame's bytes. */
void batcher_digest(const struct bets_frame *frame, uint64_t digest[2]);

#endif
