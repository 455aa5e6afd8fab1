/* Where the draw stands, as JSON: see draw_json.h. */
#include "server/observe/draw_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *bool_text(bool value)
{
    return value ? "true" : "false";
}

static void put_drawn(FILE *out, const struct committer_numbers *numbers)
{
    if (numbers->drawn == 0)
        fprintf(out, "null");
    else
        fprintf(out, "{\"round\":%" PRIu32 ",\"winners\":%" PRIu64 ",\"at\":%" PRIu64 "}", numbers->drawn,
                numbers->winners, numbers->drawn_at_s);
}

static void put_agency(FILE *out, unsigned number, const struct committer_numbers *numbers)
{
    const struct agency_numbers *agency = &numbers->agency[number];

    fprintf(out, "{\"agency\":%u,\"phase\":\"%s\",\"round\":%" PRIu32 ",\"bets\":%" PRIu64 ",\"winners\":", number,
            agency_phase_names[agency->phase], agency->round, agency->bets);
    if (numbers->drawn != 0 && agency->winners_round == numbers->drawn)
        fprintf(out, "%" PRIu64 "}", agency->winners);
    else
        fprintf(out, "null}");
}

char *draw_json(const struct view *view, bool is_alive, size_t *len)
{
    const struct committer_numbers *numbers = &view->numbers.committer;
    char *text = NULL;
    FILE *out = open_memstream(&text, len);

    if (out == NULL)
        return NULL;
    fprintf(out, "{\"ready\":%s,\"drawing\":%s,\"drawn\":", bool_text(is_alive && view->numbers.is_ready != 0),
            bool_text(numbers->is_drawing != 0));
    put_drawn(out, numbers);
    fprintf(out, ",\"agencies\":[");
    for (unsigned agency = 1; agency <= view->agencies; agency++) {
        fprintf(out, "%s", agency > 1 ? "," : "");
        put_agency(out, agency, numbers);
    }
    fprintf(out, "]}\n");
    bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}
