/* See export_source.h. */
#include "tool/export_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/system.h"
#include "lottery/speakers.h"
#include "tool/open_store.h"
#include "tool/store_copy.h"

/* Its name is there for as long as opening it takes. */
static bool open_copy(struct copy_target *target, struct store **store, char text[static OPERATOR_TEXT_MAX])
{
    if (!copy_target_name(target, false, text))
        return false;
    *store = open_store(target->path, true, text);
    unlink(target->path);
    return *store != NULL;
}

static enum asked copy_from_server(const char *store_path, uint8_t agency, struct store **store,
                                   char text[static OPERATOR_TEXT_MAX])
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    struct copy_target target;
    enum asked asked;

    snprintf(path, sizeof path, "%s/sorteo-export-%ld", folder != NULL && folder[0] != '\0' ? folder : "/var/tmp",
             (long)getpid());
    if (!copy_target_open(&target, path, text))
        return ASKED_FAILED;
    asked = copy_target_ask(&target, store_path, agency, text);
    if (asked == ASKED_DONE && !open_copy(&target, store, text))
        asked = ASKED_FAILED;
    copy_target_close(&target);
    return asked;
}

/* From now on this process speaks for the agency, and no connection that has spoken for it, or was
 * surely accepted before (protocol, section 11). */
static enum store_code speak_for(struct store *store, uint8_t agency)
{
    const uint64_t now_ns = clock_ns();

    if (store_begin(store) != STORE_OK)
        return STORE_FAILED;
    for (unsigned port = 0; port < SPEAKERS_PORTS; port++)
        if (store_speaker_put(store, port, agency, now_ns) != STORE_OK)
            return STORE_FAILED;
    return store_commit(store);
}

/* It is read over the session that wrote, so that nothing is counted on a standby that lags. */
static struct store *open_to_count(const char *path, uint8_t agency, char text[static OPERATOR_TEXT_MAX])
{
    char opening[OPERATOR_TEXT_MAX];
    struct store *store = open_store(path, false, opening);

    if (store != NULL && speak_for(store, agency) == STORE_OK)
        return store;
    snprintf(text, OPERATOR_TEXT_MAX, "nothing was counted, as agency %u may still add bets: %.*s", agency,
             OPERATOR_TEXT_MAX - 80, store == NULL ? opening : store_error_text(store));
    store_close(store);
    return NULL;
}

bool export_source_open(const char *path, uint8_t agency, struct store **store, char text[static OPERATOR_TEXT_MAX])
{
    if (agency != 0 && store_is_remote(path)) {
        *store = open_to_count(path, agency, text);
        return *store != NULL;
    }
    enum asked asked = server_listens(path) ? copy_from_server(path, agency, store, text) : ASKED_NO_SERVER;

    if (asked != ASKED_NO_SERVER)
        return asked == ASKED_DONE;
    *store = open_store(path, true, text);
    return *store != NULL;
}
