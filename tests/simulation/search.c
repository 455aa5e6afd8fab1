/* A search: see search.h. */
#include "search.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"
#include "seen.h"

/* ---- In the process that searches ------------------------------------------------------------ */

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool find_in(const struct schedule_options *options, uint64_t number, struct search_result *result)
{
    const char *found;

    result->number = number;
    result->dialect = options->dialect;
    result->schedules++;
    found = schedule_run(options, number);
    result->counts = counts;
    result->states = seen_count();
    result->has_more_states = seen_is_full();
    result->took_s = now_s();
    if (found == NULL)
        return false;
    (void)snprintf(result->finding, sizeof result->finding, "%s", found);
    result->is_found = true;
    return true;
}

static void look_at_all(const struct search *search, struct search_result *result)
{
    struct schedule_options wide = search->options, keyed = search->options;

    wide.dialect = SORTEO_WIDE;
    keyed.dialect = SORTEO_KEYED;
    for (uint64_t i = search->first; i - search->first < search->count; i++) {
        if (!search->in_both && find_in(&search->options, i, result))
            return;
        if (search->in_both && (find_in(&wide, i, result) || find_in(&keyed, i, result)))
            return;
    }
}

/* What an assertion says of code that is to fail would only alarm. */
static void hide_errors(void)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere != -1)
        (void)dup2(nowhere, STDERR_FILENO);
}

static void search_here(const struct search *search, struct search_result *result)
{
    trace_is_on = search->traces;
    rules_leave_out(search->without);
    if (search->without != RULES && !search->traces)
        hide_errors();
    look_at_all(search, result);
    (void)fflush(stdout);
    _exit(0);
}

/* ---- Around it ------------------------------------------------------------------------------- */

static void note_end(int status, struct search_result *result)
{
    if (WIFSIGNALED(status)) {
        (void)snprintf(result->finding, sizeof result->finding, "the code died of it: %s", strsignal(WTERMSIG(status)));
        result->is_found = true;
    } else {
        result->is_broken = WEXITSTATUS(status) != 0;
    }
}

void search_run(const struct search *search, struct search_result *result)
{
    struct search_result *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = 0;
    pid_t child;

    (void)fflush(stdout);
    if (shared == MAP_FAILED || (child = fork()) == -1)
        abort();
    if (child == 0)
        search_here(search, shared);
    while (waitpid(child, &status, 0) == -1)
        ;
    note_end(status, shared);
    *result = *shared;
    (void)munmap(shared, sizeof *shared);
}
