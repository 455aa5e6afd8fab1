/*
 * A copy of a store in a file, made by the server that has it open or, without one, from the store
 * itself. Until it is complete the file has no name, so that whatever happens no half of a copy is
 * left behind.
 */
#ifndef TOOL_STORE_COPY_H
#define TOOL_STORE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/unnamed_file.h"
#include "operator/form.h"
#include "tool/ask_server.h"

struct copy_target {
    const char *path; /* where the copy is to be */
    struct unnamed_file file;
};

/* Makes the file, in the folder of the path. `text` says why it cannot be. */
bool copy_target_open(struct copy_target *target, const char *path, char text[static OPERATOR_TEXT_MAX]);

/* Has the server copy the store into it, after it ended all connections of `agency` if that is not
 * 0. */
enum asked copy_target_ask(struct copy_target *target, const char *store, uint8_t agency,
                           char text[static OPERATOR_TEXT_MAX]);

/* Copies an open store into it. */
struct store;
bool copy_target_fill(struct copy_target *target, struct store *store, char text[static OPERATOR_TEXT_MAX]);

/* Gives the file its name, where nothing may be yet. With `durable` all of it is on stable storage
 * first; the name is not. */
bool copy_target_name(struct copy_target *target, bool durable, char text[static OPERATOR_TEXT_MAX]);

/* Closes it; without a name, the file is gone. */
void copy_target_close(struct copy_target *target);

#endif
