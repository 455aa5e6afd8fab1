/* A piece of a draw and its transaction: see draw_step.h. */
#include "server/committer/draw_step.h"

#include "base/fault.h"

enum store_code draw_step_commit(struct judge *judge, struct draw *draw)
{
    enum store_code code = judge_draw_if_due(judge, draw);

    if (code == STORE_OK)
        code = judge_write(judge);
    if (code == STORE_OK)
        code = store_commit(judge->store);
    return code;
}

enum store_code draw_step(struct judge *judge, struct draw *draw)
{
    enum store_code code = judge_begin(judge);

    if (code == STORE_OK)
        code = draw_step_commit(judge, draw);
    FAULT_POINT("draw-step-ends");
    return code;
}
