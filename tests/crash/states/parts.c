/* A test of crash states in parts: see parts.h. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory_disk.h"
#include "unit/scratch.h"

#define PARTS_MAX 32

/* Of the process's own part. */
static struct {
    unsigned number;
    bool failed;
    struct scratch scratch;
    char path[SCRATCH_PATH_MAX];
} mine;

struct running {
    FILE *told;
    pid_t pid; /* 0: not started, or over */
    int status;
    bool over;
};

const char *part_path(void)
{
    return mine.path;
}

void part_report(bool passed, const char *name)
{
    mine.failed |= !passed;
    printf("%s %u - %s\n", passed ? "ok" : "not ok", mine.number + 1, name);
    (void)fflush(stdout);
}

static bool read_seed(const char *text, uint64_t *seed)
{
    char *end;

    *seed = strtoull(text, &end, 10);
    return end != text && *end == '\0';
}

static bool read_form(const char *text, const char *const *forms, unsigned *form)
{
    for (unsigned i = 0; forms[i] != NULL; i++)
        if (strcmp(text, forms[i]) == 0) {
            *form = i;
            return true;
        }
    return false;
}

bool parts_read_options(int count, char **arguments, const char *const *forms, struct parts_options *options)
{
    bool good = true;

    *options = (struct parts_options){ .seed = 1 };
    for (int i = 1; i < count && good; i++)
        if (strcmp(arguments[i], "--seed") == 0)
            good = i + 1 < count && read_seed(arguments[++i], &options->seed);
        else
            good = read_form(arguments[i], forms, &options->form);
    if (good)
        return true;
    (void)fprintf(stderr, "usage: %s", arguments[0]);
    for (unsigned i = 0; forms[i] != NULL; i++)
        (void)fprintf(stderr, "%s%s", i == 0 ? " [" : " | ", forms[i]);
    (void)fprintf(stderr, "] [--seed N]\n");
    return false;
}

unsigned parts_processors(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors > 1 ? (unsigned)processors : 1;
}

/* In the process of the part. Its folder and its SQLite are its own. */
static int do_part(part_function *part, unsigned number)
{
    /* One thread, and no memory statistics: a third faster. */
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    scratch_begin(&mine.scratch);
    (void)snprintf(mine.path, sizeof mine.path, "%s", scratch_path(&mine.scratch, "bets.db"));
    sqlite3_vfs_register(memory_disk(), 1);
    mine.number = number;
    part();
    scratch_end(&mine.scratch);
    return mine.failed;
}

static void start_part(struct running *running, part_function *part, unsigned number)
{
    running->told = tmpfile();
    (void)fflush(stdout);
    running->pid = running->told == NULL ? -1 : fork();
    if (running->pid == -1)
        abort();
    if (running->pid > 0)
        return;
    if (dup2(fileno(running->told), STDOUT_FILENO) == -1)
        abort();
    exit(do_part(part, number));
}

static void wait_for_a_part(struct running *all, unsigned count)
{
    int status;
    pid_t pid = wait(&status);

    for (unsigned i = 0; i < count; i++)
        if (all[i].pid == pid)
            all[i] = (struct running){ .told = all[i].told, .status = status, .over = true };
}

static bool tell_part(struct running *part, unsigned number)
{
    char line[4096];

    rewind(part->told);
    while (fgets(line, sizeof line, part->told) != NULL)
        (void)fputs(line, stdout);
    if (!WIFEXITED(part->status) || WEXITSTATUS(part->status) > 1)
        printf("not ok %u - part_%u_comes_to_its_end\n", number + 1, number + 1);
    (void)fflush(stdout);
    (void)fclose(part->told);
    return part->status == 0;
}

bool parts_do(part_function *const *parts, unsigned count, unsigned at_once)
{
    struct running all[PARTS_MAX] = { 0 };
    unsigned started = 0, running = 0, told = 0;
    bool passed = true;

    if (count > PARTS_MAX)
        abort();
    printf("1..%u\n", count);
    while (told < count) {
        while (started < count && running < at_once) {
            start_part(&all[started], parts[started], started);
            started++;
            running++;
        }
        wait_for_a_part(all, count);
        running--;
        while (told < started && all[told].over) {
            passed &= tell_part(&all[told], told);
            told++;
        }
    }
    return passed;
}
