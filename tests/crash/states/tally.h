/* What was found in states: sums of it, and figures to print. */
#ifndef CRASH_TALLY_H
#define CRASH_TALLY_H

#include <stdint.h>

struct tally {
    uint64_t possible; /* different states that there are to build */
    uint64_t states;   /* that were built and opened … */
    uint64_t lost;     /* … in which something promised was missing, */
    uint64_t corrupt;  /* … that held what no commit had stored, or that SQLite found damaged, */
    uint64_t unopened; /* … that could not be opened */
    uint64_t read;     /* that one who only reads opened before … */
    uint64_t misread;  /* … and could not, or found other bets in */
};

uint64_t tally_failures(const struct tally *tally);
void tally_add(struct tally *sum, const struct tally *tally);

/* Processor time that this process has used: how busy the machine is with other things is no
 * matter. */
double tally_clock_s(void);

/* As a comment of TAP. */
void tally_print(const char *what, const struct tally *tally, double began_s);

#endif
