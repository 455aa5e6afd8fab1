/* An update under way: see scene.h. */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>

#include "contents.h"
#include "heritage.h"
#include "memory_disk.h"
#include "old_store.h"
#include "recorder.h"
#include "store/sqlite/sqlite_store.h"

#define ROUNDS_IN_THE_END 2         /* that are drawn … */
#define ROUNDS_IN_THE_END_OF_DRAW 3 /* … where today's server first ends a draw, and then has another one */

static void must(bool is_so, const char *what)
{
    if (is_so)
        return;
    printf("Bail out! a scene cannot be played: %s\n", what);
    exit(2);
}

/* The bets of the old store: which is the last one, and what are they? */
struct legacy {
    int64_t last;
    uint64_t bets;
};

static void look_at_legacy(struct scene *scene, const struct disk_image *image, const char *path, struct legacy *legacy)
{
    static struct disk_image looked_at;
    sqlite3 *db = NULL;

    disk_image_copy(&looked_at, image);
    memory_disk_use(&looked_at);
    must(sqlite3_open(path, &db) == SQLITE_OK &&
             sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK &&
             heritage_digest(db, &scene->before),
         "the old store cannot be read");
    must(heritage_ask(db, "PRAGMA user_version") == scene->kind.version, "the old store has another version");
    legacy->last = heritage_ask(db, "SELECT max(id) FROM bets");
    must(heritage_bets(db, legacy->last, &legacy->bets), "the old bets cannot be read");
    (void)sqlite3_close(db);
}

static void note_end(struct scene *scene, const struct legacy *legacy, sqlite3 *db)
{
    uint64_t bets;

    scene->contradiction =
        heritage_contradiction(db, scene->kind.in_a_draw ? ROUNDS_IN_THE_END_OF_DRAW : ROUNDS_IN_THE_END);
    scene->has_all_old_bets = heritage_bets(db, legacy->last, &bets) && bets == legacy->bets;
}

/* ---- Today's server -------------------------------------------------------------------------- */

static void note_commit(void *context, struct store *store)
{
    struct scene *scene = context;

    recording_commit(&scene->recording, store);
    must(heritage_digest(sqlite_store_of(store)->db, &scene->heritage[scene->recording.truth.count - 1]),
         "what was stored cannot be read");
}

/* What the old server's store was like in the end. */
static void find_old_store(const struct scene_kind *kind, const char *path, uint64_t seed, struct disk_image *image)
{
    static struct recording run;
    static struct disk_image closed;

    disk_image_init(image);
    old_store_make(image, path, kind->version, kind->in_a_draw, seed);
    if (!kind->killed)
        return;
    disk_image_copy(&closed, image);
    old_store_run(&run, &closed, path);
    old_store_at(&run, run.history.log.count, image);
    recording_free(&run);
}

void scene_of_update(struct scene *scene, const struct scene_kind *kind, const char *path, uint64_t seed)
{
    struct work work = { .path = path, .seed = seed, .committed = note_commit, .context = scene };
    struct recording *recording = &scene->recording;
    struct legacy legacy;
    struct disk_image live;
    struct store *store;

    *scene = (struct scene){ .kind = *kind };
    recording_init(recording);
    find_old_store(kind, path, seed, &live);
    disk_image_copy(&recording->history.base, &live);
    look_at_legacy(scene, &live, path, &legacy);
    memory_disk_use(&live);
    recorder_begin(memory_disk(), &recording->history.log, &live);
    history_promise(&recording->history, 1); /* the old server had acknowledged it */
    work_second_life(&work);
    recorder_end();
    store = work_open(path, true);
    must(store != NULL, "it cannot be opened in the end");
    note_end(scene, &legacy, sqlite_store_of(store)->db);
    store_close(store);
    disk_image_free(&live);
}

/* ---- A server of that time ------------------------------------------------------------------- */

/* What an update makes of the store as it was with each promise. */
static void find_contents(struct scene *scene, const char *path)
{
    const struct history *history = &scene->recording.history;
    static struct disk_image image;

    for (unsigned i = 0; i < history->promise_count; i++) {
        const struct promise *promise = &history->promises[i];
        struct store *store;

        old_store_at(&scene->recording, promise->operations, &image);
        memory_disk_use(&image);
        store = work_open(path, true);
        must(store != NULL && contents_digest(store, &scene->recording.truth.digests[promise->commits - 1]) &&
                 heritage_digest(sqlite_store_of(store)->db, &scene->heritage[promise->commits - 1]),
             "what an old server stored cannot be opened");
        store_close(store);
    }
}

void scene_of_old_server(struct scene *scene, const struct scene_kind *kind, const char *path, uint64_t seed)
{
    struct disk_image image;

    *scene = (struct scene){ .kind = *kind };
    disk_image_init(&image);
    old_store_make(&image, path, kind->version, false, seed);
    old_store_run(&scene->recording, &image, path);
    find_contents(scene, path);
    disk_image_free(&image);
}

void scene_free(struct scene *scene)
{
    recording_free(&scene->recording);
}

/* ---- One who only reads ---------------------------------------------------------------------- */

static const char *problem_of(const struct scene *scene, const struct sqlite_store *store, unsigned promised)
{
    uint64_t heritage;

    if (store->version != scene->kind.version && store->version != SCHEMA_VERSION)
        return "has a version that no program made";
    if (!heritage_digest(store->db, &heritage))
        return "cannot be queried";
    for (unsigned commits = promised; commits <= promised + 1 && commits <= scene->recording.truth.count; commits++)
        if (scene->heritage[commits - 1] == heritage)
            return NULL;
    return "shows other bets to one who reads";
}

bool scene_is_read(const struct scene *scene, const char *path, const struct disk_image *image, unsigned promised,
                   bool loud)
{
    const struct store_options options = { .path = path, .read_only = true };
    static struct disk_image opened;
    struct store_error error = { "" };
    struct store *store = NULL;
    const char *problem;

    disk_image_copy(&opened, image);
    memory_disk_use(&opened);
    problem = store_open(&options, &store, &error) == STORE_OK ? problem_of(scene, sqlite_store_of(store), promised)
                                                               : error.text;
    if (problem != NULL && loud)
        printf("# %s\n", problem);
    store_close(store);
    return problem == NULL;
}
