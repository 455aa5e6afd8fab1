/* What was done to a store's files: see recording.h. */
#include "recording.h"

#include <stdlib.h>
#include <string.h>

#include "contents.h"

void recording_init(struct recording *recording)
{
    memset(recording, 0, sizeof *recording);
    history_init(&recording->history);
}

void recording_free(struct recording *recording)
{
    history_free(&recording->history);
}

void recording_commit(void *context, struct store *store)
{
    struct recording *recording = context;
    struct truth *truth = &recording->truth;

    if (truth->count == COMMITS_MAX || !contents_digest(store, &truth->digests[truth->count]))
        abort();
    history_promise(&recording->history, ++truth->count);
}
