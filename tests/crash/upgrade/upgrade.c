/*
 * Updates of an old store, under power cuts and kills: a store of each earlier version of the
 * schema, closed or left by a killed server, is opened by today's, which goes on with it and draws.
 *
 *     upgrade [--short | --long] [--seed N]
 *
 * As states does with a new store: what is done to the disk is recorded, each state that a crash
 * can leave of it is built, opened to be read and then by a server, and compared with what was
 * acknowledged, by the old server or today's. Then the same with syncs left out, and with an update
 * that is not one transaction, which must be seen. Prints TAP, in parts, as many at once as there
 * are processors.
 */
#include <inttypes.h>
#include <stdio.h>

#include "again.h"
#include "parts.h"
#include "pieces.h"
#include "scene.h"
#include "unit/scratch.h"

/* How much of what a crash can leave is built, about. */
struct form {
    uint64_t update_states;   /* in each scene */
    uint64_t cut_states;      /* in each scene, from which starts are taken */
    double starts_after_kill; /* shares: of the deaths, after which there is a start */
    double starts_after_cut;  /* of those states, after which there is a start */
    double states_of_start;   /* of what a crash can leave of such a start */
    uint64_t control_states;
};

static const char *const form_names[] = { "--short", "--long", NULL };

static const struct form forms[] = {
    { 200, 60, 0.08, 0.08, 0.01, 300 },
    { 2000, 600, 0.2, 0.03, 0.05, 1000 },
};

static struct {
    const struct form *form;
    uint64_t seed;
} run;

static const struct scene_kind kinds[] = {
    { .name = "version 1, closed", .version = 1 },
    { .name = "version 1, killed", .version = 1, .killed = true },
    { .name = "version 2, closed", .version = 2 },
    { .name = "version 2, killed", .version = 2, .killed = true },
    { .name = "version 3, closed", .version = 3 },
    { .name = "version 3, killed", .version = 3, .killed = true },
    { .name = "version 4, closed", .version = 4 },
    { .name = "version 4, killed", .version = 4, .killed = true },
    { .name = "version 4, closed in a draw", .version = 4, .in_a_draw = true },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* The one that a part plays. */
static struct scene scene;

/* The store is in memory, but its name has to be there for one who opens it to read. */
static void put_name(void)
{
    scratch_write(part_path(), "in memory\n", 10);
}

static void play_update(const struct scene_kind *kind)
{
    put_name();
    scene_of_update(&scene, kind, part_path(), run.seed);
}

static void play_old_server(const struct scene_kind *kind)
{
    put_name();
    scene_of_old_server(&scene, kind, part_path(), run.seed);
}

static bool reads(struct explorer *explorer, const struct disk_image *image, unsigned promised)
{
    return scene_is_read(&scene, explorer->path, image, promised, !explorer->quiet);
}

static struct explorer explorer_of_scene(double share)
{
    return (struct explorer){ .path = part_path(),
                              .truth = &scene.recording.truth,
                              .share = share,
                              .random = run.seed * 0x9e3779b97f4a7c15 | 1,
                              .reads = reads };
}

/* How many states there are, without building one. */
static double share_of(uint64_t wanted)
{
    struct explorer explorer = explorer_of_scene(0);

    explore(&explorer, &scene.recording.history, 0);
    return (double)wanted / (double)explorer.tally.possible;
}

/* ---- Without a crash ------------------------------------------------------------------------- */

static bool is_kept(void)
{
    const char *problem = scene.contradiction;

    if (scene.heritage[0] != scene.before)
        problem = "the update has not kept what the old store held";
    else if (scene.heritage[1] != scene.before && !scene.kind.in_a_draw)
        problem = "a batch that the old store held was stored again";
    else if (!scene.has_all_old_bets)
        problem = "an old bet has changed since";
    if (problem != NULL)
        printf("# %s: %s\n", scene.kind.name, problem);
    return problem == NULL;
}

static void test_heritage(void)
{
    bool kept = true;

    for (size_t i = 0; i < KINDS; i++) {
        play_update(&kinds[i]);
        printf("# %s: %u commits, %zu operations on the disk\n", kinds[i].name, scene.recording.truth.count,
               scene.recording.history.log.count);
        kept &= is_kept();
        scene_free(&scene);
    }
    part_report(kept, "update_keeps_each_bet_key_and_draw_once");
}

/* ---- Crashes --------------------------------------------------------------------------------- */

static void report_tally(const char *what, const char *name, const struct tally *tally, double began_s)
{
    tally_print(what, tally, began_s);
    part_report(tally_failures(tally) == 0 && tally->states > 0, name);
}

static void test_update(void)
{
    struct tally sum = { 0 };
    double began_s = tally_clock_s();

    for (size_t i = 0; i < KINDS; i++) {
        play_update(&kinds[i]);
        struct explorer explorer = explorer_of_scene(share_of(run.form->update_states));
        explore(&explorer, &scene.recording.history, 0);
        tally_add(&sum, &explorer.tally);
        scene_free(&scene);
    }
    report_tally("power cut during or after an update", "power_cut_at_any_step_of_an_update_loses_nothing", &sum,
                 began_s);
}

static void on_death(struct explorer *explorer, const struct death *death)
{
    struct again *again = explorer->context;

    if (again->explorer.quiet && tally_failures(&again->explorer.tally) > 0)
        return; /* a control that has failed needs no more starts */
    if (explorer_draws(explorer, again->starts_share))
        again_after_kill(again, death);
}

static void on_sound(struct explorer *explorer, const struct disk_image *image, unsigned promised)
{
    struct again *again = explorer->context;

    if (explorer_draws(explorer, again->starts_share))
        again_after_power(again, image, promised);
}

static void start_after_kills(struct again *again)
{
    struct explorer first = explorer_of_scene(0);

    first.died = on_death;
    first.context = again;
    explore(&first, &scene.recording.history, 0);
}

static void start_after_cuts(struct again *again)
{
    struct explorer first = explorer_of_scene(share_of(run.form->cut_states));

    first.sound = on_sound;
    first.context = again;
    explore(&first, &scene.recording.history, 0);
}

/* A first crash of each scene, a start, and a power cut during or after that. */
static void test_again(bool of_old_server, void (*crash)(struct again *), double starts_share, const char *name)
{
    struct tally sum = { 0 };
    uint64_t starts = 0;
    double began_s = tally_clock_s();

    for (size_t i = 0; i < KINDS; i++) {
        if (of_old_server && !kinds[i].killed)
            continue;
        (of_old_server ? play_old_server : play_update)(&kinds[i]);
        struct again again = { .explorer = explorer_of_scene(run.form->states_of_start), .starts_share = starts_share };
        crash(&again);
        starts += again.starts;
        tally_add(&sum, &again.explorer.tally);
        scene_free(&scene);
    }
    printf("# %" PRIu64 " starts after a first crash\n", starts);
    report_tally("power cut during or after such a start", name, &sum, began_s);
}

static void test_killed_update(void)
{
    test_again(false, start_after_kills, run.form->starts_after_kill,
               "update_that_was_killed_anywhere_and_goes_on_under_power_cuts_loses_nothing");
}

static void test_cut_update(void)
{
    test_again(false, start_after_cuts, run.form->starts_after_cut,
               "second_power_cut_when_an_update_begins_again_loses_nothing");
}

static void test_killed_old_server(void)
{
    test_again(true, start_after_kills, run.form->starts_after_kill,
               "old_server_killed_anywhere_and_updated_under_power_cuts_loses_nothing");
}

static void test_cut_old_server(void)
{
    test_again(true, start_after_cuts, run.form->starts_after_cut,
               "old_server_cut_anywhere_and_updated_under_power_cuts_loses_nothing");
}

/* ---- Controls: each must fail ---------------------------------------------------------------- */

static void report_control(const char *name, const struct tally *tally, double began_s)
{
    tally_print(name, tally, began_s);
    part_report(tally_failures(tally) > 0, name);
}

/* In the scene that was played. */
static void control_update(const char *name, double began_s)
{
    struct explorer explorer = explorer_of_scene(share_of(run.form->control_states));

    explorer.quiet = true;
    explore(&explorer, &scene.recording.history, 0);
    report_control(name, &explorer.tally, began_s);
    scene_free(&scene);
}

/* A log that is not empty: there both files have something to lose. */
#define KIND_OF_CONTROLS (&kinds[5])

static void control_missing_sync(const char *name, enum disk_name file)
{
    double began_s = tally_clock_s();

    play_update(KIND_OF_CONTROLS);
    disk_log_leave_out(&scene.recording.history.log, DISK_SYNC, file);
    control_update(name, began_s);
}

static void control_start(const char *name, struct again again)
{
    double began_s = tally_clock_s();

    play_old_server(KIND_OF_CONTROLS);
    again.explorer = explorer_of_scene(0.2);
    again.explorer.quiet = true;
    start_after_kills(&again);
    report_control(name, &again.explorer.tally, began_s);
    scene_free(&scene);
}

static void control_of_log(void)
{
    control_missing_sync("control_update_without_a_sync_of_the_log_is_seen", DISK_WAL);
}

static void control_of_database(void)
{
    control_missing_sync("control_update_without_a_sync_of_the_database_is_seen", DISK_DATABASE);
}

/* Recorded so, and opened by a server that does better. */
static void control_of_transaction(void)
{
    double began_s = tally_clock_s();

    pieces_are_committed = true;
    play_update(&kinds[0]);
    pieces_are_committed = false;
    control_update("control_update_that_is_not_one_transaction_is_seen", began_s);
}

static void control_of_checkpoint(void)
{
    control_start("control_start_without_a_checkpoint_is_seen",
                  (struct again){ .without_checkpoint = true, .starts_share = 0.3 });
}

static void control_of_folder(void)
{
    control_start("control_start_without_a_sync_of_the_folder_is_seen",
                  (struct again){ .without_folder = true, .starts_share = 1.0 });
}

static part_function *const parts[] = {
    test_heritage,          test_update,           test_killed_update, test_cut_update,
    test_killed_old_server, test_cut_old_server,   control_of_log,     control_of_database,
    control_of_transaction, control_of_checkpoint, control_of_folder
};

/* ---- Main ------------------------------------------------------------------------------------ */

int main(int count, char **arguments)
{
    struct parts_options options;

    if (!parts_read_options(count, arguments, form_names, &options))
        return 2;
    run.form = &forms[options.form];
    run.seed = options.seed;
    return !parts_do(parts, sizeof parts / sizeof parts[0], parts_processors());
}
