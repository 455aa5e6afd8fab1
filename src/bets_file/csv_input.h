/*
 * The bytes of an agency file, piece by piece: a regular file, a pipe, or standard input. Opening a
 * pipe waits for no writer, and reading heeds a descriptor that says stop. A regular file must stay
 * what it was when it was opened: in size, and, when it is read again, in every byte. Knows nothing
 * of rows, quotes or bets.
 */
#ifndef BETS_FILE_CSV_INPUT_H
#define BETS_FILE_CSV_INPUT_H

#include <sys/stat.h>

#include "base/digest.h"
#include "codec/sorteo.h"

#define CSV_PIECE_MAX (64u * 1024u)
#define CSV_ERROR_MAX 512 /* bytes of an error, its end counted */

struct csv_input {
    /* read-only */
    const char *name; /* for messages */
    bool regular;     /* can be read again */
    uint64_t size;    /* in bytes; 0 if unknown */
    uint64_t offset;  /* bytes read so far */
    size_t len;       /* bytes in `piece` */

    /* yours */
    int stop_fd; /* a wait for input also ends when it becomes readable; -1 for none */
    size_t used; /* bytes of `piece` that you are done with */

    /* private */
    int fd;
    struct stat as_opened;       /* what a regular file must stay */
    struct digest_stream digest; /* over all bytes so far; not open for a row that is here already */
    uint64_t digest_before;      /* of the first reading … */
    bool read_before;            /* … if there was one */

    char piece[CSV_PIECE_MAX];
};

/* A folder is refused. False, with a line of text in error, on failure. */
SORTEO_MUST_USE bool csv_input_open(struct csv_input *input, const char *path, char error[static CSV_ERROR_MAX]);
void csv_input_close(struct csv_input *input);

enum csv_input_outcome {
    CSV_INPUT_BYTES, /* input->piece has bytes after `used` */
    CSV_INPUT_END,
    CSV_INPUT_BAD,    /* a line of text is in error */
    CSV_INPUT_STOPPED /* stop_fd became readable while waiting for input; may be called again */
};

/* The next piece. To be called when all bytes of the one before are used. */
SORTEO_MUST_USE enum csv_input_outcome csv_input_next(struct csv_input *input, char error[static CSV_ERROR_MAX]);

/* To the beginning again. False, with a line of text in error, on failure. */
SORTEO_MUST_USE bool csv_input_rewind(struct csv_input *input, char error[static CSV_ERROR_MAX]);

/* At the end of a second reading: were the bytes the same? True at the end of the first. */
bool csv_input_is_same(const struct csv_input *input);

#endif
