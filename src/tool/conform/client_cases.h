/*
 * The cases against a client, in tables by the section of PROTOCOL.md: the file that the client
 * gets, the plan for the server that it talks to, and a check of what it did.
 */
#ifndef TOOL_CONFORM_CLIENT_CASES_H
#define TOOL_CONFORM_CLIENT_CASES_H

#include "tool/conform/play.h"
#include "tool/conform/report.h"

enum { CLIENT_ROWS_MAX = 1000 };

enum client_keys { KEYS_OR_NOT, WITH_KEYS, WITHOUT_KEYS };

struct client_case {
    struct case_name is;
    enum client_keys needs;
    unsigned row_count; /* ordinary rows in the file; 0: 3 of them */
    /* Changes the `count` bets of the file, and returns how many there are then; or NULL. */
    unsigned (*make)(enum sorteo_dialect dialect, struct sorteo_bet *bets, unsigned count);
    const char *const *bad_rows; /* one in each run, after those rows; ends with NULL; or NULL */
    struct play_plan plan;
    void (*check)(const struct play *play, const struct lines *told);
    bool runs_twice; /* the second check sees the KEYs of both runs */
};

struct client_case_table {
    const struct client_case *cases;
    unsigned count;
};

extern const struct client_case_table client_field_cases;  /* section 1 */
extern const struct client_case_table client_stream_cases; /* sections 2 to 4 */
extern const struct client_case_table client_loss_cases;   /* sections 5 to 8 */

/* Checks that several cases share: all rows were stored, in their order and once; the client
 * finished, read its winners, sent its RECEIPT and exited with 0. */
void client_check_done(const struct play *play, const struct lines *told);

/* Fails the case unless `seen`. */
void client_want(const struct play *play, bool seen, const char *expected, const char *came);

#define CLIENT_CASE_TABLE(list)                                                                                        \
    {                                                                                                                  \
        .cases = (list), .count = sizeof(list) / sizeof((list)[0])                                                     \
    }

#endif
