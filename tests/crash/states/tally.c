/* What was found in states: see tally.h. */
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

double tally_clock_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

uint64_t tally_failures(const struct tally *tally)
{
    return tally->lost + tally->corrupt + tally->unopened + tally->misread;
}

void tally_print(const char *what, const struct tally *tally, double began_s)
{
    printf("# %s: %" PRIu64 " states of %" PRIu64 ", %.0f per second of CPU time: lost %" PRIu64 ", corrupt %" PRIu64
           ", cannot be opened %" PRIu64,
           what, tally->states, tally->possible, (double)tally->states / (tally_clock_s() - began_s + 1e-9),
           tally->lost, tally->corrupt, tally->unopened);
    if (tally->read > 0)
        printf("; read before %" PRIu64 ", misread %" PRIu64, tally->read, tally->misread);
    printf("\n");
}

void tally_add(struct tally *sum, const struct tally *tally)
{
    sum->possible += tally->possible;
    sum->states += tally->states;
    sum->lost += tally->lost;
    sum->corrupt += tally->corrupt;
    sum->unopened += tally->unopened;
    sum->read += tally->read;
    sum->misread += tally->misread;
}
