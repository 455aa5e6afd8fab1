/*
 * Takes a server from stage to stage: through a round, its draw, and the next round.
 */
#ifndef TOOL_CONFORM_SERVER_STAGES_H
#define TOOL_CONFORM_SERVER_STAGES_H

#include "tool/conform/server_cases.h"

/* Takes the server to this stage from the one before. If the server does not follow, the probe's
 * verdict says how. */
void server_stage_enter(struct probe *probe, enum server_stage stage);

/* Sends the RECEIPTs that are still due, so that the server may leave. */
void server_stage_leave(struct probe *probe);

#endif
