/*
 * What a client says of its run: log lines while it goes well, words on standard error and an exit
 * status when it does not. Decides nothing about what is sent.
 */
#ifndef CLIENT_RUN_REPORT_H
#define CLIENT_RUN_REPORT_H

#include "client/client.h"

/* For the parts to call; `context` is the client. */
void report_retrying(void *context, const char *server, const char *why, uint64_t pause_ms);
void report_connected(void *context, const char *server);
void report_answered(void *context, const struct bets_frame *frame, bool stored);
void report_recalled(void *context, const struct bets_frame *frame);
void report_finished(void *context);

/* Why no more bets are sent. */
enum status report_trouble(const struct client *client, enum sender_outcome outcome);

/* What speaks against the open files in which this run keeps something. */
void report_files(const struct client *client);

/* Every row's fate. STATUS_DOUBT if one is in doubt, otherwise `status`. */
enum status report_rows(const struct client *client, enum status status);

/* What a FINISH without bets means depends on what the server remembers, so that is said (protocol,
 * section 7). */
void report_if_empty(const struct client *client);

/* Why there are no winners. */
enum status report_unfinished(const struct client *client, enum finish_outcome outcome);

#endif
