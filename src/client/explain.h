/*
 * What the operator is told when a run did not go through: which rows are stored, refused, in
 * doubt, not sent. On standard error in words, whatever the log level, and in the log.
 */
#ifndef CLIENT_EXPLAIN_H
#define CLIENT_EXPLAIN_H

#include "client/ledger.h"

/* One line on standard error, with the program's name before it. */
void explain_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Every run of the ledger, and what follows it. `name` is the file's; `total` how many bets it has,
 * 0 if nobody knows; `read_to_end` says that the ledger has all of them. */
void explain_ledger(const char *name, const struct ledger *ledger, uint64_t total, bool read_to_end);

/* One run in words: "lines 301 to 450 (150 bets): refused by the server, not stored". Returns
 * out. */
#define EXPLAIN_LINE_MAX 256
const char *explain_run(const struct run *run, char out[static EXPLAIN_LINE_MAX]);

#endif
