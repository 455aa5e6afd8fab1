/*
 * What other servers of the same store do: they draw, and take the last FINISH.
 *
 * Nothing is judged by what is found here, since each transaction reads it again under its lock. It
 * is for agencies that wait at this server while it has no transactions.
 */
#include "base/fault.h"
#include "server/committer/commit_cycle.h"
#include "server/committer/commit_cycle_parts.h"

#define LOOK_AGAIN_MS 100u /* most times, the store only sees whether it was told of anything */

static void on_look(uv_timer_t *timer)
{
    struct commit_cycle *cycle = timer->data;
    bool changed = false;
    enum store_code code;

    if (cycle->recovery.store == NULL || cycle->group.open)
        return; /* it is read when that has an end, or has been read for the group */
    code = store_look(cycle->recovery.store, &changed);
    if (code == STORE_OK && changed)
        code = judge_load(&cycle->judge, cycle->recovery.store);
    FAULT_POINT("others-looked-at");
    if (code != STORE_OK)
        commit_cycle_lose_store(cycle);
    else if (changed)
        commit_cycle_catch_up(cycle);
}

void commit_cycle_watch_others(struct commit_cycle *cycle)
{
    if (store_is_shared(cycle->recovery.store))
        uv_timer_start(&cycle->look, on_look, LOOK_AGAIN_MS, LOOK_AGAIN_MS);
}
