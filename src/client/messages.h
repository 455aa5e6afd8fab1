/*
 * What the operator is told when a run did not go through: which rows are stored, refused, in
 * doubt, not sent. On standard error in words, whatever the log level, and in the log.
 */
#ifndef CLIENT_MESSAGES_H
#define CLIENT_MESSAGES_H

#include "client/row_outcomes.h"

/* One line on standard error, with the program's name before it. */
void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Every range of rows with its outcome, and what follows the last one. `name` is the file's;
 * `total` how many bets it has, 0 if that is unknown; `read_to_end`: the outcomes are of all of
 * them; `stopped`: by the operator, so that what was not sent is not a failure in the log. */
void message_row_outcomes(const char *name, const struct row_outcomes *outcomes, uint64_t total, bool read_to_end,
                          bool stopped);

/* One run in words: "lines 301 to 450 (150 bets): refused by the server, not stored". Returns
 * out. */
#define MESSAGE_ROW_RANGE_MAX 256
const char *message_row_range(const struct row_range *run, char out[static MESSAGE_ROW_RANGE_MAX]);

#endif
