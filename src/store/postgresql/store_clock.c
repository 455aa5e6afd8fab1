/*
 * The distance between this machine's clock and the database's, and how well it is known: so that
 * what happened at two servers can be put into an order, or is known to have none.
 *
 * Each measurement brackets it: the database read its clock between two readings of ours. Brackets
 * that agree narrow it; where one does not, a clock has jumped, and both stay possible.
 */
#include "store/postgresql/store_clock.h"

#include "base/system.h"

#define NS_PER_US 1000
#define DRIFT 1000 /* a clock that goes wrong by more than one in so many is out of order */

static int64_t now_us(void)
{
    return (int64_t)(clock_ns() / NS_PER_US);
}

static int64_t least(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

static int64_t most(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

void store_clock_forget(struct store_clock *clock)
{
    clock->is_known = false;
}

void store_clock_begin(struct store_clock *clock)
{
    clock->asked_us = now_us();
}

void store_clock_end(struct store_clock *clock, int64_t store_us)
{
    const int64_t low = store_us - now_us(), high = store_us - clock->asked_us;
    const bool agrees = clock->is_known && low <= clock->high_us && clock->low_us <= high;

    if (!clock->is_known) {
        clock->low_us = low;
        clock->high_us = high;
    } else if (agrees) {
        clock->low_us = most(clock->low_us, low);
        clock->high_us = least(clock->high_us, high);
    } else {
        clock->low_us = least(clock->low_us, low);
        clock->high_us = most(clock->high_us, high);
    }
    clock->is_known = true;
}

struct moment store_clock_moment(const struct store_clock *clock, uint64_t at_ns)
{
    const int64_t at_us = (int64_t)(at_ns / NS_PER_US);
    const int64_t drift_us = (now_us() - at_us) / DRIFT + 1;

    if (!clock->is_known)
        return (struct moment){ .earliest_us = INT64_MIN, .latest_us = INT64_MAX };
    return (struct moment){ .earliest_us = at_us + clock->low_us - drift_us,
                            .latest_us = at_us + clock->high_us + drift_us };
}

bool moment_is_before(const struct moment *one, const struct moment *other)
{
    return one->latest_us < other->earliest_us;
}
