/*
 * Rules of several servers on one store that the simulation implements itself, and that can be left
 * out of it, to see that this is noticed.
 */
#ifndef SIMULATION_RULES_H
#define SIMULATION_RULES_H

#include <stdbool.h>

#define SIMULATED_RULES(X)                                                                                             \
    X(LOCK, "lock", "Each transaction locks the lottery's row first.")                                                 \
    X(READ_AFTER_LOCK, "read-after-lock", "The count of changes is read when the row is locked.")                      \
    X(CHANGE_COUNTER, "change-counter", "What others have changed is read again before anything is judged.")           \
    X(ONE_TRANSACTION, "one-transaction", "All of a group is in one transaction.")                                     \
    X(DURABLE_COMMIT, "durable-commit", "What is committed is there after a crash of the database.")                   \
    X(INCARNATION, "incarnation", "A server whose place another one has taken stores nothing and finds out nothing.")  \
    X(LAST_GROUP, "last-group", "Each transaction writes its number into the row of its server.")                      \
    X(LOST_IS_NO_FAILURE, "lost-is-no-failure", "A lost answer to COMMIT is no failure.")                              \
    X(LOST_IS_NO_SUCCESS, "lost-is-no-success", "A lost answer to COMMIT is no success.")                              \
    X(LOCK_TO_LOOK_UP, "lock-to-look-up", "What became of a group is looked up when its session has ended.")           \
    X(TAKEN_PLACE_IS_UNKNOWN, "taken-place-is-unknown", "Where the place is another's, the outcome is unknown.")       \
    X(OLDER_CONNECTIONS, "older-connections", "A connection surely older than the one that spoke last is silent.")     \
    X(CLOCK_DISTANCE, "clock-distance", "Times are compared by the store's clock.")                                    \
    X(SPEAKERS_READ_AGAIN, "speakers-read-again", "Which connections speak is read again with what others changed.")   \
    X(LOOK, "look", "A server looks at what others have changed.")                                                     \
    X(SESSIONS_END, "sessions-end", "The database ends a session whose server is gone.")

enum simulated_rule {
#define RULE(name, word, text) RULE_##name,
    SIMULATED_RULES(RULE)
#undef RULE
        RULES
};

/* RULES if there is none of that name. */
enum simulated_rule rule_find(const char *word);
const char *rule_word(enum simulated_rule rule);
/* From now on this rule is left out, and no other; RULES: none is. */
void rules_leave_out(enum simulated_rule rule);
bool rule_holds(enum simulated_rule rule);
void rules_print(void);

#endif
