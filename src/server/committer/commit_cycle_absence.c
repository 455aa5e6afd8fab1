/* A round that an operator finishes for an agency: a transaction between two groups. */
#include <stdio.h>

#include "base/fault.h"
#include "base/log.h"
#include "server/committer/commit_cycle.h"
#include "server/committer/commit_cycle_parts.h"
#include "server/committer/draw_step.h"

/* Inside the transaction, which it ends. */
static enum store_code write_absence(struct judge *judge, const struct absence *absence, int64_t uid, const char *user,
                                     const char *host, struct draw *draw)
{
    enum store_code code = absence_write(judge->store, &judge->rounds, absence, uid, user, host);

    if (code == STORE_OK)
        code = draw_step_commit(judge, draw);
    FAULT_POINT("absence-committed");
    return code;
}

/* As for a group: what may be stored is not taken back. */
static enum store_code undo_absence(struct commit_cycle *cycle, const struct judge_state *before, enum store_code code)
{
    bool is_unknown = code == STORE_UNKNOWN || code == STORE_MOVED;

    judge_restore(&cycle->judge, before, is_unknown ? OUTCOME_UNKNOWN : OUTCOME_ROLLED_BACK);
    store_recovery_log_failure(&cycle->recovery, LOG_ERROR);
    if (is_unknown || store_rollback(cycle->recovery.store) != STORE_OK)
        commit_cycle_lose_store(cycle);
    return is_unknown ? STORE_UNKNOWN : STORE_FAILED;
}

/* Nothing was changed: the transaction ends as it began. */
static enum store_code leave_absence(struct commit_cycle *cycle)
{
    if (store_rollback(cycle->recovery.store) != STORE_OK)
        commit_cycle_lose_store(cycle);
    return STORE_NONE;
}

enum store_code commit_cycle_finish_absent(struct commit_cycle *cycle, uint8_t agency, int64_t uid, const char *user,
                                           const char *host, char *text, size_t cap)
{
    static struct judge_state before; /* some 20 kB: too large for the stack of a small system */
    struct judge *judge = &cycle->judge;
    struct draw draw = { .round = 0 };

    commit_cycle_end_group(cycle);
    if (cycle->recovery.store == NULL) {
        snprintf(text, cap, "the server's store has failed, and nothing was changed: see the server's log");
        return STORE_FAILED;
    }
    if (!rounds_serves(&judge->rounds, agency)) {
        absence_not_served(&judge->rounds, agency, text, cap);
        return STORE_NONE;
    }
    enum store_code code = judge_begin(judge);
    judge_save(judge, &before);
    const struct absence absence = absence_finish(&judge->rounds, agency);
    absence_describe(&absence, &judge->rounds, "the server draws now", text, cap);
    if (code == STORE_OK && absence.outcome != ROUNDS_ABSENT_CLOSED)
        return leave_absence(cycle);
    if (code == STORE_OK)
        code = write_absence(judge, &absence, uid, user, host, &draw);
    if (code != STORE_OK) {
        snprintf(text, cap, "%s", store_error_text(cycle->recovery.store));
        return undo_absence(cycle, &before, code);
    }
    commit_cycle_follow_up(cycle, &draw);
    commit_cycle_go_on_drawing(cycle);
    return STORE_OK;
}
