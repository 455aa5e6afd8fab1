/*
 * Crash states: whatever the power leaves of a store, all that was promised is there, and nothing
 * in part.
 *
 *     states [--short | --medium | --long] [--seed N]
 *
 * The committer's work is recorded, every state that a crash can leave of it is built and opened,
 * and then the same is done with syncs left out, one kind after the other, which must be seen.
 * Prints TAP, with the figures as comments. Each of this is a part, which has a process of its own;
 * of the long form, as many at once as there are processors.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "again.h"
#include "parts.h"
#include "recorder.h"
#include "recording.h"

/* How much of what a crash can leave is built. */
struct form {
    uint64_t work_states;     /* of the work, about; of the long form at least, and all of each recording */
    uint64_t cut_states;      /* of the work, about, from which starts are taken */
    double starts_after_kill; /* shares: of the deaths, after which there is a start */
    double starts_after_cut;  /* of those states, after which there is a start */
    double states_of_start;   /* of what a crash can leave of such a start */
    uint64_t control_states;  /* in which a control must have failed */
};

enum { SHORT, MEDIUM, LONG };

static const char *const form_names[] = { "--short", "--medium", "--long", NULL };

static const struct form forms[] = {
    [SHORT] = { 1000, 500, 0.02, 0.04, 0.05, 500 },
    [MEDIUM] = { 5000, 500, 0.1, 0.2, 0.1, 1000 },
    [LONG] = { 100000, 20000, 1, 0.05, 0.5, 1000 },
};

static struct {
    const struct form *form;
    uint64_t seed;
} run;

/* ---- Recording ------------------------------------------------------------------------------- */

/* On the system's own VFS, in a folder that is empty again afterwards. */
static void record(struct recording *recording, uint64_t seed, bool careless)
{
    struct work work = {
        .path = part_path(), .seed = seed, .careless = careless, .committed = recording_commit, .context = recording
    };

    recording_init(recording);
    recorder_begin(sqlite3_vfs_find("unix"), &recording->history.log, &recording->history.base);
    work_do(&work);
    recorder_end();
    (void)unlink(part_path());
}

/* ---- Crashes of the work --------------------------------------------------------------------- */

static struct explorer explorer_of(const struct recording *recording, double share)
{
    return (struct explorer){
        .path = part_path(), .truth = &recording->truth, .share = share, .random = run.seed * 0x9e3779b97f4a7c15 | 1
    };
}

/* How many states there are, without building one. */
static double share_of(const struct recording *recording, uint64_t wanted)
{
    struct explorer explorer = explorer_of(recording, 0);

    explore(&explorer, &recording->history, 0);
    return (double)wanted / (double)explorer.tally.possible;
}

static void test_work(void)
{
    static struct recording recording;
    struct tally sum = { 0 };
    double began_s = tally_clock_s();

    bool is_long = run.form == &forms[LONG];
    for (uint64_t seed = run.seed; sum.states == 0 || (is_long && sum.states < run.form->work_states); seed++) {
        record(&recording, seed, false);
        struct explorer explorer = explorer_of(&recording, is_long ? 1 : share_of(&recording, run.form->work_states));
        explore(&explorer, &recording.history, 0);
        printf("# seed %" PRIu64 ": %u commits, %zu operations on the disk\n", seed, recording.truth.count,
               recording.history.log.count);
        tally_add(&sum, &explorer.tally);
        recording_free(&recording);
    }
    tally_print("power cut", &sum, began_s);
    part_report(tally_failures(&sum) == 0 && sum.states > 0,
                "crash_at_any_point_leaves_whole_batches_and_all_that_was_promised");
}

/* ---- Crashes of a start ---------------------------------------------------------------------- */

/* A control that has failed needs no more starts. */
static bool is_decided(const struct again *again)
{
    return again->explorer.quiet && tally_failures(&again->explorer.tally) > 0;
}

static void on_death(struct explorer *explorer, const struct death *death)
{
    struct again *again = explorer->context;

    if (!is_decided(again) && explorer_draws(explorer, again->starts_share))
        again_after_kill(again, death);
}

static void on_sound(struct explorer *explorer, const struct disk_image *image, unsigned promised)
{
    struct again *again = explorer->context;

    if (explorer_draws(explorer, again->starts_share))
        again_after_power(again, image, promised);
}

static void start_after_kills(const struct recording *recording, struct again *again)
{
    struct explorer first = explorer_of(recording, 0);

    first.died = on_death;
    first.context = again;
    explore(&first, &recording->history, 0);
}

static void test_start_after_kill(void)
{
    static struct recording recording;
    double began_s = tally_clock_s();

    record(&recording, run.seed, false);
    struct again again = { .explorer = explorer_of(&recording, run.form->states_of_start),
                           .starts_share = run.form->starts_after_kill };
    start_after_kills(&recording, &again);
    printf("# %" PRIu64 " processes killed, and others started on what they left\n", again.starts);
    tally_print("power cut during or after such a start", &again.explorer.tally, began_s);
    part_report(tally_failures(&again.explorer.tally) == 0 && again.explorer.tally.states > 0,
                "what_is_found_after_a_kill_survives_the_power_when_the_start_has_returned");
    recording_free(&recording);
}

static void test_start_after_power(void)
{
    static struct recording recording;
    double began_s = tally_clock_s();

    record(&recording, run.seed, false);
    struct again again = { .explorer = explorer_of(&recording, run.form->states_of_start),
                           .starts_share = run.form->starts_after_cut };
    struct explorer first = explorer_of(&recording, share_of(&recording, run.form->cut_states));
    first.sound = on_sound;
    first.context = &again;
    explore(&first, &recording.history, 0);
    printf("# %" PRIu64 " starts from what a power cut left\n", again.starts);
    tally_print("second power cut, during or after such a start", &again.explorer.tally, began_s);
    part_report(tally_failures(&again.explorer.tally) == 0 && again.explorer.tally.states > 0,
                "power_cut_during_recovery_loses_nothing");
    recording_free(&recording);
}

/* ---- Controls -------------------------------------------------------------------------------- */

static void control(const char *name, const struct tally *tally, double began_s)
{
    tally_print(name, tally, began_s);
    part_report(tally_failures(tally) > 0, name);
}

static void control_missing_sync(const char *name, enum disk_action action, enum disk_name file, bool careless)
{
    static struct recording recording;
    double began_s = tally_clock_s();

    record(&recording, run.seed, careless);
    if (!careless)
        disk_log_leave_out(&recording.history.log, action, file);
    struct explorer explorer = explorer_of(&recording, share_of(&recording, run.form->control_states));
    explorer.quiet = true;
    explore(&explorer, &recording.history, 0);
    control(name, &explorer.tally, began_s);
    recording_free(&recording);
}

static void control_start(const char *name, struct again again)
{
    static struct recording recording;
    double began_s = tally_clock_s();

    record(&recording, run.seed, false);
    again.explorer = explorer_of(&recording, 0.2);
    again.explorer.quiet = true;
    start_after_kills(&recording, &again);
    control(name, &again.explorer.tally, began_s);
    recording_free(&recording);
}

static void control_of_commits(void)
{
    control_missing_sync("control_commit_without_a_sync_is_seen", DISK_SYNC, DISK_WAL, false);
}

static void control_of_synchronous(void)
{
    control_missing_sync("control_synchronous_normal_is_seen", DISK_SYNC, DISK_WAL, true);
}

static void control_of_checkpoints(void)
{
    control_missing_sync("control_checkpoint_without_a_sync_is_seen", DISK_SYNC, DISK_DATABASE, false);
}

static void control_of_names(void)
{
    control_missing_sync("control_folder_that_is_never_synced_is_seen", DISK_SYNC_FOLDER, DISK_NAMES, false);
}

static void control_of_starts(void)
{
    control_start("control_start_without_a_checkpoint_is_seen",
                  (struct again){ .without_checkpoint = true, .starts_share = 0.1 });
}

/* Few kills leave a log without a name: all are started from. */
static void control_of_starts_and_names(void)
{
    control_start("control_start_without_a_sync_of_the_folder_is_seen",
                  (struct again){ .without_folder = true, .starts_share = 1.0 });
}

static part_function *const parts[] = { test_work,          test_start_after_kill,  test_start_after_power,
                                        control_of_commits, control_of_synchronous, control_of_checkpoints,
                                        control_of_names,   control_of_starts,      control_of_starts_and_names };

/* ---- Main ------------------------------------------------------------------------------------ */

int main(int count, char **arguments)
{
    struct parts_options options;

    if (!parts_read_options(count, arguments, form_names, &options))
        return 2;
    run.form = &forms[options.form];
    run.seed = options.seed;
    return !parts_do(parts, sizeof parts / sizeof parts[0], run.form == &forms[LONG] ? parts_processors() : 1);
}
