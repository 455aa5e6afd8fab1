/*
 * resume: whatever a resume file holds, it is refused in one line, or what it says is possible:
 * frames are counted within the window, each has its cut, and the winners are those of its records.
 * The file is hostile input, so the checks of its records are right: they protect from damage, not
 * from harm.
 *
 * An input is the first record's body, and then records of 48 bytes, kind and body.
 */
#include "client/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "client/finish_round.h"
#include "fuzz.h"

#define FIRST_KIND "sorteo 1"
#define INPUT_LEN (JOURNAL_KIND_LEN + JOURNAL_BODY_LEN)

static char path[64];

static void remove_file(void)
{
    (void)unlink(path);
}

/* A name for the file; made once. Not a memfd: the folder of a resume file is synced. */
static void pick_path(void)
{
    int fd;

    if (path[0] != '\0')
        return;
    (void)snprintf(path, sizeof path, "/tmp/sorteo-fuzz-resume-XXXXXX");
    fd = mkstemp(path);
    FUZZ_MUST(fd >= 0, "there is a file for the fuzzer");
    (void)close(fd);
    (void)atexit(remove_file);
}

/* Kinds as a client writes them are rare among random bytes: the first byte picks one of them, if
 * it is small. */
static const char *kind_of(const uint8_t *bytes, char out[static JOURNAL_KIND_LEN + 1])
{
    static const char *const kinds[] = { "cut",    "again",  "stored",  "unstored", "given-up",
                                         "finish", "winner", "winners", "receipt",  JOURNAL_CLOSED };
    const char *end;

    if (bytes[0] < sizeof kinds / sizeof kinds[0])
        return kinds[bytes[0]];
    memcpy(out, bytes, JOURNAL_KIND_LEN);
    out[JOURNAL_KIND_LEN] = '\0';
    end = memchr(out, '\0', JOURNAL_KIND_LEN);
    return end == out ? "nothing" : out;
}

static void write_file(const uint8_t *bytes, size_t len)
{
    static struct journal journal;
    char kind[JOURNAL_KIND_LEN + 1];

    FUZZ_MUST(truncate(path, 0) == 0 && journal_open(&journal, path, FIRST_KIND), "an empty file is a journal");
    FUZZ_MUST(journal_append(&journal, FIRST_KIND, bytes), "a record can be appended");
    for (size_t at = JOURNAL_BODY_LEN; len - at >= INPUT_LEN; at += INPUT_LEN)
        FUZZ_MUST(journal_append(&journal, kind_of(bytes + at, kind), bytes + at + JOURNAL_KIND_LEN),
                  "a record can be appended");
    close(journal.fd);
}

static void check_cuts(struct resume *resume)
{
    struct cut cut;

    for (uint64_t i = 0; i < resume->frames; i++) {
        FUZZ_MUST(resume_cut(resume, i, &cut) == CUT_MADE, "each frame has its cut");
        FUZZ_MUST(cut.past != PAST_NEW, "a frame of an earlier run is not new");
        FUZZ_MUST(i >= resume->stored || cut.past == PAST_STORED, "the first frames are stored");
    }
    FUZZ_MUST(resume_cut(resume, resume->frames, &cut) == (resume->finishing ? CUT_OVER : CUT_NEW),
              "after the last frame there is a new one, or none when the round is finished");
}

/* Every winner stands in the input, so none comes from what was in memory. */
static void check_winners(struct resume *resume, const uint8_t *bytes, size_t len)
{
    static struct winners winners;

    FUZZ_MUST(resume_winners(resume, &winners), "winners that were counted can be read");
    FUZZ_MUST(winners.count == resume->winners && winners.count <= WINNERS_MAX, "winners are as many as were counted");
    for (size_t i = 0; i < winners.count && i < 64; i++) {
        uint8_t document[4];

        bytes_write(document, sizeof document, winners.documents[i]);
        FUZZ_MUST(memmem(bytes, len, document, sizeof document) != NULL, "a winner is one of the file's");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct resume resume;
    struct resume_input input;

    if (len < JOURNAL_BODY_LEN)
        return 0;
    pick_path();
    write_file(bytes, len);
    input = (struct resume_input){ .agency = bytes[0],
                                   .dialect = (enum sorteo_dialect)(bytes[1] % sorteo_dialect_count()),
                                   .single = bytes[2] != 0,
                                   .size = bytes_read(bytes + 24, 8) };
    if (resume_open(&resume, path, &input, 1)) {
        FUZZ_MUST(resume.stored <= resume.frames && resume.frames - resume.stored <= RESUME_FRAMES_MAX,
                  "frames that are not stored are within the window");
        FUZZ_MUST(resume_doubtful(&resume) <= resume.frames - resume.stored, "what is stored is not in doubt");
        FUZZ_MUST(!resume.finishing || resume.stored == resume.frames, "FINISH follows bets that are stored");
        FUZZ_MUST(!resume.told || resume.finishing, "winners follow FINISH");
        check_cuts(&resume);
        check_winners(&resume, bytes, len);
    } else {
        FUZZ_MUST(resume.error[0] != '\0' && strpbrk(resume.error, "\r\n") == NULL, "a refusal is one line");
    }
    resume_close(&resume);
    return 0;
}
