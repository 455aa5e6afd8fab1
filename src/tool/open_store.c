/* See open_store.h. */
#include "tool/open_store.h"

#include <stdio.h>

#define LOCK_WAIT_MS 500

struct store *open_store(const char *path, bool read_only, char text[static OPERATOR_TEXT_MAX])
{
    const struct store_options options = {
        .path = path, .existing = true, .may_lose = true, .read_only = read_only, .lock_wait_ms = LOCK_WAIT_MS
    };
    struct store_error error;
    struct store *store;

    if (store_open(&options, &store, &error) == STORE_OK)
        return store;
    snprintf(text, OPERATOR_TEXT_MAX, "%s", error.text);
    return NULL;
}
