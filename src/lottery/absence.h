/*
 * An agency that does not come, finished by an operator (protocol, section 7): what that changes,
 * what the store keeps of it, and how it is told. Used by the tool on a store that no server has,
 * and by a server that runs.
 */
#ifndef LOTTERY_ABSENCE_H
#define LOTTERY_ABSENCE_H

#include <stddef.h>

#include "lottery/rounds.h"

struct absence {
    uint8_t agency;
    enum rounds_absent outcome;
    uint32_t round; /* that it is in now: CLOSED: for which it waits */
    uint64_t bets;  /* that it has there */
    bool was_last;  /* CLOSED: no other agency is waited for */
};

/* Finishes an agency that is served; changes the rounds only where it closes one. */
struct absence absence_finish(struct rounds *rounds, uint8_t agency);

/* Writes the agency's state, and who did it, inside a transaction. OK or FAILED. */
SORTEO_MUST_USE enum store_code absence_write(struct store *store, const struct rounds *rounds,
                                              const struct absence *absence, int64_t uid, const char *user,
                                              const char *host);

/* How it went, in one line. `draws`: when the draw comes, if that was the last agency. Returns
 * out. */
const char *absence_describe(const struct absence *absence, const struct rounds *rounds, const char *draws, char *out,
                             size_t cap);

/* Writes that the agency is not one of those served. Returns out. */
const char *absence_not_served(const struct rounds *rounds, uint8_t agency, char *out, size_t cap);

#endif
