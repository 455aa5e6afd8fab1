/*
 * A search: schedules one after the other until one in which something is found, in a process of
 * its own, so that code that dies of what it meets is a finding, too.
 */
#ifndef SIMULATION_SEARCH_H
#define SIMULATION_SEARCH_H

#include "rules.h"
#include "schedule.h"
#include "trace.h"

#define FINDING_MAX 256u

struct search {
    struct schedule_options options;
    uint64_t first, count;       /* numbers of schedules */
    bool in_both;                /* each of them in both dialects, and not only in that of `options` */
    enum simulated_rule without; /* RULES: none is left out */
    bool traces;                 /* prints what happens */
};

struct search_result {
    uint64_t schedules; /* that were run; the last one is where something was found */
    uint64_t number;    /* of the last one … */
    enum sorteo_dialect dialect;
    bool is_found;
    bool is_broken; /* the simulation itself failed: nothing can be said */
    char finding[FINDING_MAX];
    struct counts counts;
    uint64_t states;
    bool has_more_states;
    double took_s; /* of processor time: how busy the machine is with other things is no matter */
};

void search_run(const struct search *search, struct search_result *result);

#endif
