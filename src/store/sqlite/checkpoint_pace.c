/* How many pages a checkpoint moves: see checkpoint_pace.h. */
#include "store/sqlite/checkpoint_pace.h"

#define COMMITS_WORTH 3 /* a checkpoint should take as long as this many transactions … */
#define TIMES_BETWEEN 4 /* … and the time between two of them be at least this many times as long */

static double within(double least, double value, double most)
{
    return value < least ? least : value > most ? most : value;
}

/* The pages that can be moved in the time that a checkpoint should take, if each takes as long as
 * these did. */
static double pages_worth(const struct checkpoint_pace *pace, double pages, double took_ns)
{
    return pages * COMMITS_WORTH * ((double)pace->commits_ns / (double)pace->commits) / took_ns;
}

/* The pages that come together in the time that must lie between two checkpoints, if each takes as
 * long as this one. */
static double pages_between(const struct checkpoint_pace *pace, double pages, double took_ns)
{
    return pages * TIMES_BETWEEN * took_ns / (double)pace->commits_ns;
}

void pace_init(struct checkpoint_pace *pace)
{
    *pace = (struct checkpoint_pace){ .pages = PACE_PAGES_LEAST };
}

void pace_committed(struct checkpoint_pace *pace, uint64_t took_ns)
{
    pace->commits++;
    pace->commits_ns += took_ns;
}

void pace_checkpointed(struct checkpoint_pace *pace, int pages, uint64_t took_ns)
{
    const double before = pace->pages, took = (double)took_ns + 1;
    double next = before;

    if (pace->commits_ns > 0) {
        next = pages_worth(pace, pages, took);
        if (next < pages_between(pace, pages, took))
            next = pages_between(pace, pages, took);
        next = within(before / 2, next, before * 2);
    }
    *pace = (struct checkpoint_pace){ .pages = (int)within(PACE_PAGES_LEAST, next, PACE_PAGES_MOST) };
}
