/* Confines the server's processes: see confine.h. */
#include "server/role/confine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/log.h"
#include "base/system.h"
#include "server/role/capabilities.h"
#include "server/role/filter.h"
#include "server/role/landlock.h"
#include "store/store.h"

/* Sanitizers make calls of their own: they open files, map memory, and start threads. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER true
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER false
#endif

#define FILTERS "seccomp"
#define LANDLOCK "landlock"
#define ALL FILTERS ", " LANDLOCK

/* No failure: the server serves, as it was told to or as well as the kernel can. */
static void say(const char *without, const char *reason)
{
    log_event(LOG_WARNING, "sandbox", LOG_SUCCESS, "without: %s | reason: %s", without, reason);
}

void confine_report(const struct settings *settings)
{
    if (!settings->sandbox) {
        say(ALL, "off because of --sandbox=off, which is only for debugging");
        return;
    }
    if (HAS_SANITIZER) {
        say(ALL, "off because this program was built with sanitizers, which make other system calls");
        return;
    }
    if (!filter_is_possible())
        say(FILTERS, "this kernel cannot filter system calls (seccomp)");
    if (landlock_version() == 0)
        say(LANDLOCK, "this kernel has no Landlock, or it is turned off");
}

static bool fail(const char *process, const char *what)
{
    log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "process: %s | reason: %s cannot be used: %s", process, what,
              strerror(errno));
    return false;
}

bool confine_supervisor(const struct settings *settings)
{
    if (!settings->sandbox || HAS_SANITIZER || !filter_is_possible() || filter_load(FILTER_SUPERVISOR))
        return true;
    return fail("supervisor", "the filter of system calls");
}

/* ---- In a role ------------------------------------------------------------------------------- */

static const enum filter filters[] = {
    [ROLE_COMMITTER] = FILTER_COMMITTER, [ROLE_ACCEPTOR] = FILTER_ACCEPTOR, [ROLE_WORKER] = FILTER_WORKER,
    [ROLE_OBSERVER] = FILTER_OBSERVER,   [ROLE_RECORDER] = FILTER_RECORDER, [ROLE_OPENER] = FILTER_OPENER
};

static enum filter filter_of(const struct order *order)
{
    if (order->role == ROLE_WORKER && order->settings.serves_tls)
        return FILTER_WORKER_TLS;
    if (order->role == ROLE_COMMITTER && store_is_remote(order->settings.store))
        return FILTER_COMMITTER_REMOTE;
    return filters[order->role];
}

/* Frees them, and leaves errno as it is. */
static void free_paths(char *one, char *two, char *three)
{
    int error = errno;

    free(one);
    free(two);
    free(three);
    errno = error;
}

/* Of what the path leads to. NULL if nothing is there yet. */
static char *target_folder(const char *path)
{
    char *target = realpath(path, NULL);
    char *folder = target != NULL ? path_folder(target) : NULL;

    free(target);
    return folder;
}

/* The folder of the store and, if the store is a symbolic link, also that of its target; that of
 * --csv. SQLite reads random numbers. */
static bool confine_to_store(const struct settings *settings)
{
    char *named = path_folder(settings->store);
    char *csv = settings->csv != NULL ? path_folder(settings->csv) : NULL;
    char *target = target_folder(settings->store);
    struct landlock_path paths[5] = { { "/dev/urandom", LANDLOCK_READ }, { "/dev/null", LANDLOCK_WRITE } };
    unsigned count = 2;
    bool done = named != NULL && (settings->csv == NULL || csv != NULL);

    if (done)
        paths[count++] = (struct landlock_path){ named, LANDLOCK_FOLDER };
    if (target != NULL)
        paths[count++] = (struct landlock_path){ target, LANDLOCK_FOLDER };
    if (csv != NULL)
        paths[count++] = (struct landlock_path){ csv, LANDLOCK_FOLDER };
    done = done && landlock_confine(paths, count, false);
    free_paths(named, csv, target);
    return done;
}

/* What connecting to the store again reads; the folder of --csv. */
static bool confine_to_connection(const struct settings *settings)
{
    char *reads[STORE_READS_MAX];
    char *csv = settings->csv != NULL ? path_folder(settings->csv) : NULL;
    struct landlock_path paths[STORE_READS_MAX + 3] = { { "/dev/urandom", LANDLOCK_READ },
                                                        { "/dev/null", LANDLOCK_WRITE } };
    const unsigned read_count = (unsigned)store_reads(settings->store, reads);
    unsigned count = 2;

    for (unsigned i = 0; i < read_count; i++)
        paths[count++] = (struct landlock_path){ reads[i], LANDLOCK_READ_ANY };
    if (csv != NULL)
        paths[count++] = (struct landlock_path){ csv, LANDLOCK_FOLDER };
    bool done = (settings->csv == NULL || csv != NULL) && landlock_confine(paths, count, true);
    for (unsigned i = 0; i < read_count; i++)
        free_paths(reads[i], NULL, NULL);
    free_paths(csv, NULL, NULL);
    return done;
}

static bool confine_to_folder_of(const char *file)
{
    char *folder = path_folder(file);

    if (folder == NULL)
        return false;
    const struct landlock_path path = { folder, LANDLOCK_FOLDER };
    bool done = landlock_confine(&path, 1, false);
    free_paths(folder, NULL, NULL);
    return done;
}

/* All others open no file. */
static bool confine_files(const struct order *order)
{
    static const struct landlock_path root = { "/", LANDLOCK_READ_FOLDER }; /* links lead anywhere */

    switch (order->role) {
    case ROLE_COMMITTER:
        return store_is_remote(order->settings.store) ? confine_to_connection(&order->settings)
                                                      : confine_to_store(&order->settings);
    case ROLE_RECORDER:
        return confine_to_folder_of(order->settings.metrics_file);
    case ROLE_OPENER:
        return landlock_confine(&root, 1, false);
    default:
        return landlock_confine(NULL, 0, false);
    }
}

bool confine_role(const struct order *order)
{
    if (!order->settings.sandbox || HAS_SANITIZER)
        return true;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(child_role_name(order->role), "PR_SET_NO_NEW_PRIVS");
    if (landlock_version() > 0 && !confine_files(order))
        return fail(child_role_name(order->role), "Landlock");
    if (order->role == ROLE_OPENER && !capabilities_keep_reading())
        return fail(child_role_name(order->role), "capset");
    if (filter_is_possible() && !filter_load(filter_of(order)))
        return fail(child_role_name(order->role), "the filter of system calls");
    return true;
}
