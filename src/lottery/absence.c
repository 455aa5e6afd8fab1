/* An agency that is finished by hand: see absence.h. */
#include "lottery/absence.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct absence absence_finish(struct rounds *rounds, uint8_t agency)
{
    struct absence absence = { .agency = agency };
    uint32_t round;

    absence.outcome = rounds_finish_absent(rounds, agency);
    absence.round = rounds->agency[agency].round;
    absence.bets = rounds->agency[agency].bets;
    absence.was_last = absence.outcome == ROUNDS_ABSENT_CLOSED && rounds_all_wait(rounds, &round);
    return absence;
}

enum store_code absence_write(struct store *store, const struct rounds *rounds, const struct absence *absence,
                              int64_t uid, const char *user, const char *host)
{
    const struct finish_record record = { .round = absence->round,
                                          .agency = absence->agency,
                                          .bets = absence->bets,
                                          .uid = uid,
                                          .user = user,
                                          .host = host };

    if (store_agency_put(store, absence->agency, &rounds->agency[absence->agency]) != STORE_OK)
        return STORE_FAILED;
    return store_finish_put(store, &record);
}

/* ---- In words -------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static void add(char *out, size_t cap, const char *format, ...)
{
    size_t len = strlen(out);
    va_list values;

    va_start(values, format);
    (void)vsnprintf(out + len, cap - len, format, values);
    va_end(values);
}

static void describe_closed(const struct absence *absence, const struct rounds *rounds, const char *draws, char *out,
                            size_t cap)
{
    add(out, cap, "Agency %u is finished for round %" PRIu32 ", with %" PRIu64 " bets. ", absence->agency,
        absence->round, absence->bets);
    if (absence->was_last) {
        add(out, cap, "It was the last one: %s.", draws);
        return;
    }
    add(out, cap, "The round still waits for:");
    for (unsigned other = 1; other <= rounds->agencies; other++)
        if (rounds->agency[other].phase != AGENCY_WAITING)
            add(out, cap, " %u", other);
    add(out, cap, ".");
}

const char *absence_describe(const struct absence *absence, const struct rounds *rounds, const char *draws, char *out,
                             size_t cap)
{
    out[0] = '\0';
    switch (absence->outcome) {
    case ROUNDS_ABSENT_CLOSED:
        describe_closed(absence, rounds, draws, out, cap);
        break;
    case ROUNDS_ABSENT_WAITS:
        add(out, cap, "agency %u has finished round %" PRIu32 " already", absence->agency, absence->round);
        break;
    case ROUNDS_ABSENT_DRAWN:
        add(out, cap, "agency %u has finished round %" PRIu32 ", which was drawn, and no agency waits in the next one",
            absence->agency, absence->round);
        break;
    }
    return out;
}

const char *absence_not_served(const struct rounds *rounds, uint8_t agency, char *out, size_t cap)
{
    snprintf(out, cap, "--agency %u: the store is for the agencies 1 to %u", agency, rounds->agencies);
    return out;
}
