/*
 * The database's clock, as far as this machine can know it.
 *
 * Knows no SQL: whoever asks the database for its time says when it asks, and what it got.
 */
#ifndef STORE_POSTGRESQL_STORE_CLOCK_H
#define STORE_POSTGRESQL_STORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* A time of the database's clock, in microseconds: it lies somewhere between these two. */
struct moment {
    int64_t earliest_us, latest_us;
};

/* All zeros: nothing is known. */
struct store_clock {
    /* private */
    bool is_known;
    int64_t low_us, high_us; /* what has to be added to our clock lies between these */
    int64_t asked_us;
};

/* After a change of the primary nothing that was known counts; a question under way does. */
void store_clock_forget(struct store_clock *clock);

/* The database is asked for its time now … */
void store_clock_begin(struct store_clock *clock);

/* … and this is what it said. */
void store_clock_end(struct store_clock *clock, int64_t store_us);

/* When something happened that happened at `at_ns` of our clock (clock_ns). */
struct moment store_clock_moment(const struct store_clock *clock, uint64_t at_ns);

/* Surely? */
bool moment_is_before(const struct moment *one, const struct moment *other);

#endif
