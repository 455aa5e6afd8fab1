/* See resume.h. What a record means is here; that it survives is journal.c's. */
#include "client/resume.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "client/finish_round.h"

/*
 * Kinds of records, and their bodies:
 *
 *     sorteo 1   AGENCY[1] DIALECT[1] SINGLE[1] 0[5] first_key[8] finish_key[8] size[8]
 *                the first record; 1 is the version of this format
 *     cut        index[8] bets[4] digest[16]    a frame was made, and may be sent from now on
 *     again      index[8]                       … a second time, after it was not stored
 *     stored     index[8]                       it was answered 0
 *     unstored   index[8]                       it was answered 1, or was not sent after all
 *     given-up   index[8]                       unknown, and treated as stored
 *     finish                                    FINISH may be sent from now on
 *     winner     count[4] documents[4 × 9]      up to nine of WINNERS
 *     winners    count[4]                       all of WINNERS are in the records before
 *     receipt                                   RECEIPT was sent
 */
#define KIND_FIRST "sorteo 1"
#define KIND_CUT "cut"
#define KIND_AGAIN "again"
#define KIND_STORED "stored"
#define KIND_UNSTORED "unstored"
#define KIND_GIVEN_UP "given-up"
#define KIND_FINISH "finish"
#define KIND_WINNER "winner"
#define KIND_WINNERS "winners"
#define KIND_RECEIPT "receipt"

#define WINNERS_A_RECORD 9u

__attribute__((format(printf, 2, 3))) static bool fail(struct resume *resume, const char *format, ...)
{
    va_list arguments;
    int len = snprintf(resume->error, sizeof resume->error, "the resume file ");
    va_start(arguments, format);
    vsnprintf(resume->error + len, sizeof resume->error - (size_t)len, format, arguments);
    va_end(arguments);
    return false;
}

static bool journal_failed(struct resume *resume)
{
    return fail(resume, "%s", resume->journal.error);
}

/* ---- What records mean ----------------------------------------------------------------------- */

static bool is_kind(const struct journal_record *record, const char *kind)
{
    size_t len = strlen(kind);
    return memcmp(record->kind, kind, len) == 0 && strspn(record->kind + len, " ") == JOURNAL_KIND_LEN - len;
}

static enum frame_past past_of(const struct resume *resume, uint64_t index)
{
    return index < resume->stored ? PAST_STORED : (enum frame_past)resume->pasts[index % RESUME_FRAMES_MAX];
}

static bool apply_cut(struct resume *resume, uint64_t index)
{
    if (index != resume->frames || resume->frames - resume->stored == RESUME_FRAMES_MAX || resume->finishing)
        return false;
    resume->frames++;
    resume->pasts[index % RESUME_FRAMES_MAX] = PAST_DOUBT;
    return true;
}

static bool apply_past(struct resume *resume, uint64_t index, enum frame_past past)
{
    if (index < resume->stored || index >= resume->frames)
        return false;
    resume->pasts[index % RESUME_FRAMES_MAX] = (uint8_t)past;
    while (resume->stored < resume->frames && resume->pasts[resume->stored % RESUME_FRAMES_MAX] == PAST_STORED)
        resume->stored++;
    return true;
}

/* Winners that are not complete are those of a client that died, and are read anew. */
static bool apply_finish(struct resume *resume, uint64_t record_index)
{
    resume->finishing = true;
    resume->winners_at = record_index + 1;
    resume->winner_records = resume->winners = 0;
    return resume->stored == resume->frames && !resume->told;
}

/* Directly after FINISH or the winners so far, and before all of them are there? */
static bool follows_winners(const struct resume *resume, uint64_t record_index)
{
    return resume->finishing && !resume->told && record_index == resume->winners_at + resume->winner_records;
}

/* A file is hostile input: a count is believed only if its record holds as many, and winners are
 * read again only from records that were looked at here, one right after the other. */
static bool apply_winner(struct resume *resume, uint64_t record_index, uint64_t count)
{
    if (!follows_winners(resume, record_index))
        return false;
    if (count == 0 || count > WINNERS_A_RECORD || resume->winners + count > WINNERS_MAX)
        return false;
    resume->winner_records++;
    resume->winners += count;
    return true;
}

static bool apply_winners(struct resume *resume, uint64_t record_index, uint64_t count)
{
    if (!follows_winners(resume, record_index))
        return false;
    resume->told = true;
    return count == resume->winners;
}

/* False if such a record cannot be there. */
static bool apply(struct resume *resume, uint64_t record_index, const struct journal_record *record)
{
    uint64_t index = bytes_read(record->body, 8);
    if (is_kind(record, KIND_CUT))
        return apply_cut(resume, index);
    if (is_kind(record, KIND_AGAIN))
        return apply_past(resume, index, PAST_DOUBT);
    if (is_kind(record, KIND_STORED) || is_kind(record, KIND_GIVEN_UP))
        return apply_past(resume, index, PAST_STORED);
    if (is_kind(record, KIND_UNSTORED))
        return apply_past(resume, index, PAST_UNSTORED);
    if (is_kind(record, KIND_FINISH))
        return apply_finish(resume, record_index);
    if (is_kind(record, KIND_WINNER))
        return apply_winner(resume, record_index, bytes_read(record->body, 4));
    if (is_kind(record, KIND_WINNERS))
        return apply_winners(resume, record_index, bytes_read(record->body, 4));
    if (is_kind(record, KIND_RECEIPT)) {
        resume->over = true;
        return resume->told;
    }
    return is_kind(record, JOURNAL_CLOSED);
}

/* ---- Opening --------------------------------------------------------------------------------- */

static void describe(const struct resume_input *input, uint8_t body[static JOURNAL_BODY_LEN])
{
    body[0] = input->agency;
    body[1] = (uint8_t)input->dialect;
    body[2] = input->single;
    bytes_write(body + 24, 8, input->size);
}

static bool read_first(struct resume *resume)
{
    struct journal_record record;
    if (!journal_read(&resume->journal, 0, &record))
        return journal_failed(resume);
    if (record.body[1] >= sorteo_dialect_count())
        return fail(resume, "%.300s has a dialect that this program does not know", resume->journal.path);
    resume->input = (struct resume_input){
        .agency = record.body[0],
        .dialect = (enum sorteo_dialect)record.body[1],
        .single = record.body[2] != 0,
        .size = bytes_read(record.body + 24, 8),
    };
    resume->first_key = bytes_read(record.body + 8, 8);
    resume->finish_key = bytes_read(record.body + 16, 8);
    return true;
}

static bool read_all(struct resume *resume)
{
    struct journal_record record;
    for (uint64_t i = 1; i < resume->journal.count; i++) {
        if (!journal_read(&resume->journal, i, &record))
            return journal_failed(resume);
        if (!apply(resume, i, &record))
            return fail(resume, "%.300s is damaged: its record %" PRIu64 " cannot follow those before it",
                        resume->journal.path, i + 1);
    }
    return true;
}

/* An operator who takes the file of yesterday's round should be told so. */
static bool belongs_to(struct resume *resume, const struct resume_input *input)
{
    const struct resume_input *mine = &resume->input;
    const char *path = resume->journal.path;
    if (mine->agency != input->agency)
        return fail(resume, "%.300s belongs to agency %u, not to agency %u", path, mine->agency, input->agency);
    if (mine->dialect != input->dialect)
        return fail(resume, "%.300s belongs to a run in dialect %s, not %s", path, sorteo_dialect_name(mine->dialect),
                    sorteo_dialect_name(input->dialect));
    if (mine->single != input->single)
        return fail(resume, "%.300s belongs to a run over the %s stream", path, mine->single ? "single-bet" : "agency");
    if (mine->size != input->size && mine->size != 0 && input->size != 0)
        return fail(resume, "%.300s belongs to other input: of %" PRIu64 " bytes, not %" PRIu64 "%s", path, mine->size,
                    input->size, resume->told ? "; its round is over; use another --resume file for this one" : "");
    return true;
}

bool resume_open(struct resume *resume, const char *path, const struct resume_input *input, uint64_t first_key)
{
    *resume = (struct resume){ .input = *input, .first_key = first_key };
    struct key_range keys = keys_of(input->dialect);
    resume->finish_key = keys_before(&keys, first_key); /* the one that counting up comes to last */
    if (!journal_open(&resume->journal, path, KIND_FIRST))
        return journal_failed(resume);
    if (resume->journal.count == 0)
        return true;
    return read_first(resume) && read_all(resume) && belongs_to(resume, input);
}

void resume_close(struct resume *resume)
{
    journal_close(&resume->journal);
}

uint64_t resume_doubtful(const struct resume *resume)
{
    uint64_t count = 0;
    for (uint64_t i = resume->stored; i < resume->frames; i++)
        count += past_of(resume, i) == PAST_DOUBT;
    return count;
}

/* ---- Frames that were made ------------------------------------------------------------------- */

enum cut_outcome resume_cut(void *context, uint64_t index, struct cut *cut)
{
    struct resume *resume = context;
    struct journal_record record;
    if (index >= resume->frames)
        return resume->finishing ? CUT_OVER : CUT_NEW;
    if (index == 0)
        resume->cursor = 1;
    do {
        if (!journal_read(&resume->journal, resume->cursor++, &record)) {
            (void)journal_failed(resume);
            return CUT_FAILED;
        }
    } while (!is_kind(&record, KIND_CUT));
    cut->bets = (uint32_t)bytes_read(record.body + 8, 4);
    cut->digest[0] = bytes_read(record.body + 12, 8);
    cut->digest[1] = bytes_read(record.body + 20, 8);
    cut->past = past_of(resume, index);
    return CUT_MADE;
}

/* ---- What happens ---------------------------------------------------------------------------- */

/* The first record is written when there is something to remember, so that a file that fails its
 * check leaves none that belongs to it. */
static bool append_first(struct resume *resume)
{
    uint8_t body[JOURNAL_BODY_LEN] = { 0 };
    describe(&resume->input, body);
    bytes_write(body + 8, 8, resume->first_key);
    bytes_write(body + 16, 8, resume->finish_key);
    return journal_append(&resume->journal, KIND_FIRST, body);
}

/* Appends a record, and applies it as reading it again will. */
static bool append(struct resume *resume, const char *kind, const uint8_t body[static JOURNAL_BODY_LEN])
{
    struct journal_record record;
    if ((resume->journal.count == 0 && !append_first(resume)) || !journal_append(&resume->journal, kind, body))
        return journal_failed(resume);
    snprintf(record.kind, sizeof record.kind, "%-8s", kind);
    memcpy(record.body, body, JOURNAL_BODY_LEN);
    resume->is_due |= !is_kind(&record, KIND_STORED) && !is_kind(&record, KIND_UNSTORED);
    if (apply(resume, resume->journal.count - 1, &record))
        return true;
    return fail(resume, "%.300s cannot take a record '%s' now: this is a bug", resume->journal.path, kind);
}

static bool append_index(struct resume *resume, const char *kind, uint64_t index)
{
    uint8_t body[JOURNAL_BODY_LEN] = { 0 };
    bytes_write(body, 8, index);
    return append(resume, kind, body);
}

bool resume_sending(struct resume *resume, const struct bets_frame *frame)
{
    uint8_t body[JOURNAL_BODY_LEN] = { 0 };
    uint64_t digest[2];
    if (frame->past == PAST_DOUBT)
        return true;
    if (frame->past == PAST_UNSTORED)
        return append_index(resume, KIND_AGAIN, frame->index);
    batcher_digest(frame, digest);
    bytes_write(body, 8, frame->index);
    bytes_write(body + 8, 4, frame->bets);
    bytes_write(body + 12, 8, digest[0]);
    bytes_write(body + 20, 8, digest[1]);
    return append(resume, KIND_CUT, body);
}

bool resume_sync(struct resume *resume)
{
    if (!resume->is_due && !resume->journal.broken)
        return true;
    resume->is_due = false;
    return journal_sync(&resume->journal) || journal_failed(resume);
}

bool resume_book(struct resume *resume, uint64_t index, enum frame_past past)
{
    return append_index(resume, past == PAST_STORED ? KIND_STORED : KIND_UNSTORED, index);
}

bool resume_give_up_frame(struct resume *resume, uint64_t index)
{
    return append_index(resume, KIND_GIVEN_UP, index);
}

bool resume_give_up(struct resume *resume)
{
    for (uint64_t i = resume->stored; i < resume->frames; i++)
        if (past_of(resume, i) == PAST_DOUBT && !append_index(resume, KIND_GIVEN_UP, i))
            return false;
    return true;
}

/* ---- The end of the round -------------------------------------------------------------------- */

bool resume_finish(struct resume *resume)
{
    static const uint8_t nothing[JOURNAL_BODY_LEN];
    return append(resume, KIND_FINISH, nothing) && resume_sync(resume);
}

bool resume_tell(struct resume *resume, const struct winners *winners)
{
    size_t done = 0;
    while (done < winners->count) {
        uint8_t body[JOURNAL_BODY_LEN] = { 0 };
        size_t count = winners->count - done < WINNERS_A_RECORD ? winners->count - done : WINNERS_A_RECORD;
        bytes_write(body, 4, count);
        for (size_t i = 0; i < count; i++)
            bytes_write(body + 4 + 4 * i, 4, winners->documents[done + i]);
        if (!append(resume, KIND_WINNER, body))
            return false;
        done += count;
    }
    uint8_t body[JOURNAL_BODY_LEN] = { 0 };
    bytes_write(body, 4, winners->count);
    return append(resume, KIND_WINNERS, body) && resume_sync(resume);
}

bool resume_end(struct resume *resume)
{
    static const uint8_t nothing[JOURNAL_BODY_LEN];
    return append(resume, KIND_RECEIPT, nothing);
}

bool resume_winners(struct resume *resume, struct winners *winners)
{
    struct journal_record record;
    winners->count = 0;
    for (uint64_t i = 0; i < resume->winner_records; i++) {
        if (!journal_read(&resume->journal, resume->winners_at + i, &record))
            return journal_failed(resume);
        uint64_t count = bytes_read(record.body, 4);
        if (!is_kind(&record, KIND_WINNER) || count > WINNERS_A_RECORD || winners->count + count > WINNERS_MAX)
            return fail(resume, "%.300s changed while it was in use", resume->journal.path);
        for (uint64_t k = 0; k < count; k++)
            winners->documents[winners->count++] = (uint32_t)bytes_read(record.body + 4 + 4 * k, 4);
    }
    return true;
}
