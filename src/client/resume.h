/*
 * The client's place, kept in a file (--resume), so that a client that was killed goes on where it
 * stopped.
 *
 * The file is a journal: how the input was cut into frames, which of them were answered, and how
 * far the end of the round got. Each is written before it matters: a frame is on stable storage
 * before its first byte is sent, and so are FINISH, and the winners before their RECEIPT. So the
 * file never knows less than the server does; a frame of which it does not know the answer may be
 * stored or not. Knows no connection.
 *
 *     resume_open                              what an earlier run left; nothing, if there was none
 *     batcher.cuts = { resume_cut, resume }    its frames are made again as they were, or refused
 *     resume_sending, resume_sync              … a frame is sent …
 *     resume_book                              … and answered
 *     resume_finish, resume_tell, resume_end   FINISH is sent, WINNERS were read, RECEIPT was sent
 */
#ifndef CLIENT_RESUME_H
#define CLIENT_RESUME_H

#include "bets_file/batcher.h"
#include "client/journal.h"

#define RESUME_FRAMES_MAX 1024u /* unanswered at a time: the largest window */

struct winners;

/* What the file belongs to. */
struct resume_input {
    uint8_t agency;
    enum sorteo_dialect dialect;
    bool single;   /* the single-bet stream */
    uint64_t size; /* of the input in bytes; 0: unknown */
};

struct resume {
    /* read-only */
    uint64_t first_key; /* of the frames, which count up from it */
    uint64_t finish_key;
    uint64_t frames;                     /* made so far */
    uint64_t stored;                     /* of them, the first so many are stored; of others, some may be */
    bool finishing;                      /* FINISH was or is being sent */
    bool told;                           /* WINNERS are all in the file */
    bool over;                           /* RECEIPT was sent */
    char error[JOURNAL_ERROR_MAX + 160]; /* what went wrong, in one line */

    /* private */
    struct resume_input input;
    struct journal journal;
    uint8_t pasts
        [RESUME_FRAMES_MAX]; /* enum frame_past of the frames from `stored` on: the n-th at n % RESUME_FRAMES_MAX */
    bool is_due;             /* something was appended that must be synced before anything is sent */
    uint64_t cursor;         /* record from which on the next cut is looked for */
    uint64_t winners_at;     /* record of the first winners, and … */
    uint64_t winner_records; /* … how many records there are from it on, … */
    uint64_t winners;        /* … and how many winners in them */
};

/* Opens the file, or makes one in which nothing has happened and whose frames get first_key and the
 * numbers after it. The file is locked. False, with a line in error, if it cannot be used, is used,
 * is damaged, or belongs to something else; nothing of it is changed then. */
bool resume_open(struct resume *resume, const char *path, const struct resume_input *input, uint64_t first_key);

/* Leaves the file as it is. One that is not open is allowed. */
void resume_close(struct resume *resume);

/* Frames that were sent, or were about to be, and of which no answer is known. */
uint64_t resume_doubtful(const struct resume *resume);

/* For batcher.cuts: how the index-th frame was made, in order from 0 on; `context` is the
 * resume. */
enum cut_outcome resume_cut(void *context, uint64_t index, struct cut *cut);

/* The frame will be sent: if an earlier run did not have it under way, it is now. False once the
 * file failed. */
bool resume_sending(struct resume *resume, const struct bets_frame *frame);

/* What may not be sent before it is on stable storage is there when it returns true. An answer may
 * wait for the next one: to forget it makes a frame doubtful, and loses none. */
bool resume_sync(struct resume *resume);

/* What became of a frame: PAST_STORED or PAST_UNSTORED. */
bool resume_book(struct resume *resume, uint64_t index, enum frame_past past);

/* By the operator's word, frames of which no answer is known are taken for stored. */
bool resume_give_up(struct resume *resume);
bool resume_give_up_frame(struct resume *resume, uint64_t index); /* this one alone */

/* The end of the round; each on stable storage when it returns true, the last one not of
 * necessity. */
bool resume_finish(struct resume *resume);
bool resume_tell(struct resume *resume, const struct winners *winners);
bool resume_end(struct resume *resume);

/* The winners that were told. False if they cannot be read. */
bool resume_winners(struct resume *resume, struct winners *winners);

#endif
