/* Crashes of a second kind: see again.h. */
#include "again.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "contents.h"
#include "memory_disk.h"
#include "recorder.h"

static bool checkpoints_do_nothing;

/* In place of SQLite's own, which it calls unless the control leaves it out. */
int sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *name, int mode, int *in_log, int *moved)
{
    int (*real)(sqlite3 *, const char *, int, int *, int *);
    void *symbol = dlsym(RTLD_NEXT, "sqlite3_wal_checkpoint_v2");

    if (checkpoints_do_nothing)
        return SQLITE_OK;
    memcpy(&real, &symbol, sizeof real); /* C has no cast from an object to a function */
    return real(db, name, mode, in_log, moved);
}

static unsigned commits_of(const struct truth *truth, uint64_t digest)
{
    unsigned commits = truth->count;

    while (commits > 0 && truth->digests[commits - 1] != digest)
        commits--;
    return commits;
}

/* Opens what is there, writing down how; what it then holds is promised from there on. */
static void start(struct again *again, struct history *history, const struct disk_image *found)
{
    static struct disk_image image;
    uint64_t digest = 0;

    disk_image_copy(&image, found);
    memory_disk_use(&image);
    recorder_begin(memory_disk(), &history->log, &image);
    checkpoints_do_nothing = again->without_checkpoint;
    struct store *store = work_open(again->explorer.path, !again->explorer.quiet);
    checkpoints_do_nothing = false;
    if (store == NULL || !contents_digest(store, &digest))
        again->explorer.tally.unopened++;
    else
        history_promise(history, commits_of(again->explorer.truth, digest));
    recorder_stop();
    if (again->without_folder)
        disk_log_leave_out(&history->log, DISK_SYNC_FOLDER, DISK_NAMES);
    store_close(store);
    recorder_end();
}

void again_after_kill(struct again *again, const struct death *death)
{
    const struct disk_op *ops = death->history->log.ops;
    struct history second;
    struct disk_image found;

    again->starts++;
    history_init(&second);
    disk_image_init(&found);
    disk_image_copy(&second.base, death->durable);
    disk_image_copy(&found, death->durable);
    history_promise(&second, death->promised);
    for (size_t i = 0; i < death->count; i++) {
        disk_image_apply(&found, &ops[death->pending[i]], DISK_ALL);
        disk_log_add(&second.log, &ops[death->pending[i]]);
    }
    start(again, &second, &found);
    explore(&again->explorer, &second, death->count);
    disk_image_free(&found);
    history_free(&second);
}

void again_after_power(struct again *again, const struct disk_image *image, unsigned promised)
{
    struct history second;

    again->starts++;
    history_init(&second);
    disk_image_copy(&second.base, image);
    history_promise(&second, promised);
    start(again, &second, image);
    explore(&again->explorer, &second, 0);
    history_free(&second);
}
