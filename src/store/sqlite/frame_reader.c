/* See frame_reader.h. */
#include "store/sqlite/frame_reader.h"

#include <string.h>

const char *const frame_part_names[] = { [PART_SINGLE] = "single", [PART_BATCH] = "batch", [PART_MORE] = "more", NULL };

bool frame_part_find(const char *name, enum frame_part *part)
{
    for (unsigned i = 0; name != NULL && frame_part_names[i] != NULL; i++) {
        if (strcmp(frame_part_names[i], name) == 0) {
            *part = (enum frame_part)i;
            return true;
        }
    }
    return false;
}

/* Bytes of AGENCY, in every dialect. */
#define AGENCY_SIZE 1u

/* A batch's agency is before its bets or in each of them. */
uint8_t frame_skip(enum frame_part part, const struct sorteo_parameters *dialect)
{
    const unsigned skip =
        part == PART_SINGLE ? dialect->key_size + AGENCY_SIZE : AGENCY_SIZE - dialect->batch_agency_size;

    return (uint8_t)skip;
}

/* The head says that bets follow: at least as many as are here. */
static bool take_head(struct frame_reader *reader)
{
    const struct frame_row *row = &reader->row;
    const struct sorteo_window window = { .bytes = row->head, .len = row->head_len };
    struct sorteo_event event;

    return sorteo_decoder_next(&reader->decoder, &window, &event) == SORTEO_BATCH_BEGIN &&
           reader->decoder.offset == row->head_len &&
           (row->part == PART_BATCH ? event.bets >= row->bets : event.bets > row->bets);
}

bool frame_reader_begin(struct frame_reader *reader)
{
    const struct frame_row *row = &reader->row;
    bool begun;

    reader->next = row->bets; /* none, unless it begins well */
    sorteo_decoder_init(&reader->decoder, row->dialect,
                        row->part == PART_SINGLE ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM, 0);
    begun = row->part == PART_SINGLE ? row->head_len == 0 : take_head(reader);
    if (begun)
        reader->next = 0;
    return begun;
}

bool frame_reader_has_more(const struct frame_reader *reader)
{
    return reader->next < reader->row.bets;
}

/* The bytes end with the last bet. */
static bool is_whole(const struct frame_reader *reader)
{
    return frame_reader_has_more(reader) || reader->decoder.offset == reader->row.head_len + reader->row.len;
}

bool frame_reader_next(struct frame_reader *reader, int64_t *id, struct sorteo_bet *bet)
{
    const struct frame_row *row = &reader->row;
    const struct sorteo_window window = { .bytes = row->bytes, .len = row->len, .base = row->head_len };
    struct sorteo_event event;

    if (sorteo_decoder_next(&reader->decoder, &window, &event) != SORTEO_BET || event.bet.agency != row->agency)
        return false;
    *id = row->id + reader->next++;
    *bet = event.bet;
    return is_whole(reader);
}
