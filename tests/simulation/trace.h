/*
 * The trace of a schedule, for people: printed as comments of TAP, and only for the schedule that
 * is asked for. And what was done how often.
 */
#ifndef SIMULATION_TRACE_H
#define SIMULATION_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#define COUNTED(X)                                                                                                     \
    X(steps, "steps")                                                                                                  \
    X(groups, "groups committed")                                                                                      \
    X(draws, "draws")                                                                                                  \
    X(draws_without_store, "draws that would go on in a closed store")                                                 \
    X(refused_and_stored, "frames that got a 1 while another copy was stored")                                         \
    X(deaths, "servers died")                                                                                          \
    X(starts, "servers started")                                                                                       \
    X(cuts, "sessions cut")                                                                                            \
    X(lost_answers, "answers to COMMIT lost")                                                                          \
    X(found_stored, "of them found stored")                                                                            \
    X(found_taken_back, "found taken back")                                                                            \
    X(not_found_out, "not found out")                                                                                  \
    X(places_taken, "places taken by strangers")                                                                       \
    X(lock_waits, "waits for the lock")                                                                                \
    X(lock_timeouts, "of them too long")                                                                               \
    X(failures, "statements failed")                                                                                   \
    X(crashes, "database crashes")                                                                                     \
    X(failovers, "changes of the primary")                                                                             \
    X(given_up, "connections given up")                                                                                \
    X(frames, "frames of bets")                                                                                        \
    X(copies, "sent again")                                                                                            \
    X(doubts, "in doubt")                                                                                              \
    X(refusals, "refused")                                                                                             \
    X(aborts, "frames of older connections")                                                                           \
    X(winners, "WINNERS read")

struct counts {
#define COUNT(name, text) uint64_t name;
    COUNTED(COUNT)
#undef COUNT
};

extern struct counts counts;
extern bool trace_is_on;

/* A line, if it is on. */
void trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

void counts_print(const struct counts *counted);

#endif
