/*
 * The store that `sorteo export` reads: the one at a path, or a copy from the server that has it
 * open, so that the server never waits for the reader of the rows.
 */
#ifndef TOOL_EXPORT_SOURCE_H
#define TOOL_EXPORT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "operator/form.h"
#include "store/store.h"

/* Before it copies, a server ends the connections of `agency`; 0: none. Where servers share the
 * store, they learn from the store that these connections no longer speak for the agency. False,
 * with a text that says why, if no store is reached. Closed with store_close. */
bool export_source_open(const char *path, uint8_t agency, struct store **store, char text[static OPERATOR_TEXT_MAX]);

#endif
