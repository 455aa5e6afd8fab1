/*
 * Opens a store for a command of the tool, where no server has it open.
 */
#ifndef TOOL_OPEN_STORE_H
#define TOOL_OPEN_STORE_H

#include "operator/form.h"
#include "store/store.h"

/* One that must be there. It may be one that could lose what it has: whether such a one is used,
 * its server decides (--allow-unsafe-store). `read_only`: nothing of it is changed. Waits for a
 * moment for the lock, which a server that was just killed may still hold. NULL with the reason in
 * text. */
struct store *open_store(const char *path, bool read_only, char text[static OPERATOR_TEXT_MAX]);

#endif
