/* See export_source.h. */
#include "tool/export_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

bool export_source_open(const char *path, uint8_t agency, struct store **store, char text[static OPERATOR_TEXT_MAX])
{
    enum asked asked = server_listens(path) ? copy_from_server(path, agency, store, text) : ASKED_NO_SERVER;

    if (asked != ASKED_NO_SERVER)
        return asked == ASKED_DONE;
    *store = open_store(path, true, text);
    return *store != NULL;
}
