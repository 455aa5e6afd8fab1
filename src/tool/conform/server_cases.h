/*
 * The cases against a server, in tables by the section of PROTOCOL.md that they are about.
 *
 * A server may draw only once, so the cases share its rounds. Each case runs at a stage of the
 * first or second round, and may have a first half at an earlier stage. server_stages.h takes the
 * server from one stage to the next.
 */
#ifndef TOOL_CONFORM_SERVER_CASES_H
#define TOOL_CONFORM_SERVER_CASES_H

#include "tool/conform/probe.h"
#include "tool/conform/report.h"

enum server_stage {
    STAGE_OPEN,    /* all agencies take bets */
    STAGE_WAITING, /* agency 1 has finished, where there are others; they have not */
    STAGE_DRAWN,   /* all have their winners, which the probe keeps, and no RECEIPT was sent */
    STAGE_NEXT,    /* agency 1 has sent its RECEIPT */
    STAGE_AGAIN,   /* all have the winners of the second round */
    STAGE_END      /* RECEIPTs are due, of the last round that was drawn */
};

struct server_case {
    struct case_name is;
    enum server_stage stage;
    void (*run)(struct probe *probe);
    void (*before)(struct probe *probe); /* the first half, or NULL … */
    enum server_stage before_stage;      /* … and its stage */
};

struct server_case_table {
    const struct server_case *cases;
    unsigned count;
};

extern const struct server_case_table server_field_cases;   /* section 1 */
extern const struct server_case_table server_frame_cases;   /* sections 2 and 3 */
extern const struct server_case_table server_stream_cases;  /* section 4 */
extern const struct server_case_table server_single_cases;  /* the single-bet stream of sections 4 to 7 */
extern const struct server_case_table server_refusal_cases; /* section 6 */
extern const struct server_case_table server_closing_cases; /* section 6: what is closed */
extern const struct server_case_table server_round_cases;   /* section 7 */
extern const struct server_case_table server_draw_cases;    /* sections 5 and 7: who wins */
extern const struct server_case_table server_key_cases;     /* section 8 */

#define SERVER_CASE_TABLE(list)                                                                                        \
    {                                                                                                                  \
        .cases = (list), .count = sizeof(list) / sizeof((list)[0])                                                     \
    }

#endif
