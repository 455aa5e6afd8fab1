/*
 * For tests: what gen/<dialect>.vectors says a decoder must do with each byte in each state, read
 * from the file. The form is told in tests/conformance/vectors/README.md.
 *
 * A malformed file ends the program: `make gen` makes it. Knows nothing of how a vector is run.
 */
#ifndef TESTS_CONFORMANCE_ROWS_H
#define TESTS_CONFORMANCE_ROWS_H

#include "codec/machine.h"
#include "unit/codec/codec_vector.h"

enum ending { ENDS_OK, ENDS_TRUNCATED, ENDS_UNASKED };

/* What each of the bytes low..high does, if it comes next. */
struct outcome {
    unsigned low, high;
    unsigned state;        /* after it; 0 is an error … */
    enum sorteo_code code; /* … and this one */
    enum sorteo_field field;
    enum ending ending; /* what the stream's end would be after it */
    char *events;       /* a line each; `+byte` follows a number to which it is added */
};

/* A stream up to a state, and what the next byte does there. */
struct row {
    unsigned state;
    char conditions[128]; /* that hold there, and that do not */
    enum machine_entry entry;
    uint16_t text_len;                /* of a name that is asked about */
    uint32_t limit_times, limit_more; /* limit = times × byte + more; 0 for none */
    uint8_t *bytes;
    size_t len;
    uint8_t *more; /* what may follow the byte */
    size_t more_len;
    char *events; /* of the bytes */
    struct outcome *outcomes;
    size_t outcome_count;
};

struct conformance {
    enum sorteo_dialect dialect;
    unsigned states, vectors, refused; /* as the file says itself */
    struct row *rows;
    size_t count;
};

static inline bool row_read_hex(const char *text, uint8_t **bytes, size_t *len)
{
    unsigned byte;
    int read;

    for (; sscanf(text, " %2x%n", &byte, &read) == 1; text += read) {
        *bytes = vector_grow(*bytes, *len + 1);
        (*bytes)[(*len)++] = (uint8_t)byte;
    }
    return text[strspn(text, " ")] == '\0';
}

static inline bool row_read_entry(struct row *row, const char *text)
{
    static const char *const names[] = {
        [MACHINE_AGENCY_STREAM] = "agency_stream",
        [MACHINE_BET_STREAM] = "bet_stream",
#define X(frame, name) [MACHINE_##frame] = #name,
        REPLIES(X)
#undef X
            [MACHINE_SILENCE] = "silence",
        [MACHINE_NAME] = "name",
        [MACHINE_BIRTHDATE] = "birthdate",
    };
    char word[16];

    if (sscanf(text, "%15s %hu", word, &row->text_len) < 1)
        return false;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(word, names[i]) == 0) {
            row->entry = (enum machine_entry)i;
            return true;
        }
    }
    return false;
}

/* "5376*byte+1", or "1" */
static inline bool row_read_limit(struct row *row, const char *text)
{
    if (sscanf(text, "%u*byte%u", &row->limit_times, &row->limit_more) == 2)
        return true;
    row->limit_times = 0;
    return sscanf(text, "%u", &row->limit_more) == 1;
}

static inline bool outcome_read_error(struct outcome *outcome, const char *code, const char *field)
{
    outcome->code = SORTEO_E_OK;
    while (strcmp(sorteo_code_name(outcome->code), "?") != 0 && strcmp(sorteo_code_name(outcome->code), code) != 0)
        outcome->code++;
    outcome->field = SORTEO_F_NONE;
    while (strcmp(sorteo_field_name(outcome->field), "?") != 0 && strcmp(sorteo_field_name(outcome->field), field) != 0)
        outcome->field++;
    return strcmp(sorteo_code_name(outcome->code), "?") != 0 && strcmp(sorteo_field_name(outcome->field), "?") != 0;
}

/* "00..1f error control NAME", "20..7e 38 truncated" */
static inline bool row_read_outcome(struct row *row, const char *line)
{
    struct outcome outcome = { 0 };
    char first[16], second[16];
    int read = 0;

    if (sscanf(line, "%2x%n", &outcome.low, &read) != 1 || read != 2)
        return false;
    outcome.high = outcome.low;
    if (sscanf(line + 2, "..%2x%n", &outcome.high, &read) == 1)
        line += read;
    if (sscanf(line + 2, " error %15s %15s", first, second) == 2) {
        if (!outcome_read_error(&outcome, first, second))
            return false;
    } else if (sscanf(line + 2, "%u %15s", &outcome.state, second) == 2) {
        outcome.ending = strcmp(second, "ok") == 0          ? ENDS_OK
                         : strcmp(second, "truncated") == 0 ? ENDS_TRUNCATED
                                                            : ENDS_UNASKED;
    } else {
        return false;
    }
    outcome.events = strdup("");
    row->outcomes = vector_grow(row->outcomes, (row->outcome_count + 1) * sizeof(outcome));
    row->outcomes[row->outcome_count++] = outcome;
    return true;
}

/* Events after an outcome are its own, those before the first are of the stream. */
static inline bool row_read_event(struct row *row, const char *text)
{
    char **events = row->outcome_count == 0 ? &row->events : &row->outcomes[row->outcome_count - 1].events;
    const size_t old = strlen(*events);

    *events = vector_grow(*events, old + strlen(text) + 2);
    (void)sprintf(*events + old, "%s\n", text);
    return true;
}

static inline bool conformance_read_line(struct conformance *all, const char *line)
{
    struct row *row = &all->rows[all->count - (all->count > 0)];
    struct row fresh = { 0 };
    char word[16];

    if (sscanf(line, "dialect %15s", word) == 1)
        return sorteo_dialect_find(word, &all->dialect);
    if (sscanf(line, "holds %u states %u vectors %u refused", &all->states, &all->vectors, &all->refused) == 3)
        return true;
    if (sscanf(line, "row %u %127[^\n]", &fresh.state, fresh.conditions) >= 1) {
        fresh.events = strdup("");
        all->rows = vector_grow(all->rows, (all->count + 1) * sizeof(fresh));
        all->rows[all->count++] = fresh;
        return true;
    }
    if (all->count == 0)
        return false;
    if (strncmp(line, "entry ", 6) == 0)
        return row_read_entry(row, line + 6);
    if (strncmp(line, "limit ", 6) == 0)
        return row_read_limit(row, line + 6);
    if (strncmp(line, "bytes ", 6) == 0)
        return row_read_hex(line + 6, &row->bytes, &row->len);
    if (strncmp(line, "more ", 5) == 0)
        return row_read_hex(line + 5, &row->more, &row->more_len);
    if (strncmp(line, "-> ", 3) == 0)
        return row_read_event(row, line + 3);
    return row_read_outcome(row, line);
}

static inline void conformance_read(const char *path, struct conformance *all)
{
    FILE *file = fopen(path, "r");
    char line[4096];

    if (file == NULL)
        vector_malformed(path, 0, "cannot be read; run this from the folder of the Makefile");
    all->rows = vector_grow(NULL, sizeof(*all->rows));
    for (unsigned number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0' && line[0] != '#' && !conformance_read_line(all, line))
            vector_malformed(path, number, line);
    }
    (void)fclose(file);
}

static inline void conformance_free(struct conformance *all)
{
    for (size_t i = 0; i < all->count; i++) {
        for (size_t k = 0; k < all->rows[i].outcome_count; k++)
            free(all->rows[i].outcomes[k].events);
        free(all->rows[i].outcomes);
        free(all->rows[i].events);
        free(all->rows[i].bytes);
        free(all->rows[i].more);
    }
    free(all->rows);
}

#endif
