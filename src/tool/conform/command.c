/* See command.h. */
#include "tool/conform/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory_file.h"

void command_init(struct command *command)
{
    *command = (struct command){ .output = -1 };
}

/* ---- Words ----------------------------------------------------------------------------------- */

/* What stands at this place for something else; NULL if nothing does. */
static const struct command_stand *stand_at(const char *place, const struct command_stand *stands)
{
    for (; stands->name != NULL; stands++) {
        size_t len = strlen(stands->name);

        if (place[0] == '{' && strncmp(place + 1, stands->name, len) == 0 && place[1 + len] == '}')
            return stands;
    }
    return NULL;
}

/* A copy with the values put in; NULL if there is no memory. */
static char *fill_in(const char *word, const struct command_stand *stands)
{
    char *filled = NULL;
    size_t len;
    FILE *file = open_memstream(&filled, &len);

    if (file == NULL)
        return NULL;
    while (*word != '\0') {
        const struct command_stand *stand = stand_at(word, stands);

        if (stand != NULL) {
            (void)fputs(stand->value, file);
            word += strlen(stand->name) + 2;
        } else {
            (void)putc(*word++, file);
        }
    }
    return fclose(file) == 0 ? filled : NULL;
}

bool command_has(char *const *words, const char *name)
{
    char wanted[32];

    (void)snprintf(wanted, sizeof wanted, "{%s}", name);
    for (; *words != NULL; words++)
        if (strstr(*words, wanted) != NULL)
            return true;
    return false;
}

/* ---- A signal that ends this program --------------------------------------------------------- */

/* The command has a group of its own, which no key of the terminal reaches. */
static volatile sig_atomic_t running; /* its number; 0: none */

static void on_end(int number)
{
    if (running > 0)
        (void)kill(-(pid_t)running, SIGKILL);
    (void)signal(number, SIG_DFL);
    (void)raise(number); /* once this returns */
}

/* From now on such a signal ends the command, too. Until the mask is again what it was, they wait:
 * while `running` is not known. */
static void hold_ends(sigset_t *held)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    const struct sigaction action = { .sa_handler = on_end };
    struct sigaction before;
    sigset_t all;

    (void)sigemptyset(&all);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)sigaddset(&all, ends[i]);
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup's stays */
            (void)sigaction(ends[i], &action, NULL);
    }
    (void)sigprocmask(SIG_BLOCK, &all, held);
}

/* ---- The process ----------------------------------------------------------------------------- */

/* In the child. */
static void become(char **words, int output, const sigset_t *mask)
{
    int nothing = open("/dev/null", O_RDONLY);

    (void)setpgid(0, 0);
    (void)sigprocmask(SIG_SETMASK, mask, NULL); /* exec makes the handlers what they were */
    (void)signal(SIGPIPE, SIG_DFL);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(output, STDERR_FILENO) >= 0)
        (void)execvp(words[0], words);
    (void)dprintf(output, "%s: %s\n", words[0], strerror(errno));
    _exit(127);
}

bool command_start(struct command *command, char *const *words, const struct command_stand *stands)
{
    size_t count = 0;
    char **filled;
    bool started = false;

    while (words[count] != NULL)
        count++;
    filled = calloc(count + 1, sizeof *filled);
    command_init(command);
    command->output = memory_file_new("output");
    for (size_t i = 0; filled != NULL && i < count; i++)
        filled[i] = fill_in(words[i], stands);
    if (filled != NULL && command->output >= 0) {
        sigset_t mask;

        (void)fflush(stdout);
        hold_ends(&mask);
        command->pid = fork();
        if (command->pid == 0)
            become(filled, command->output, &mask);
        started = command->pid > 0;
        (void)setpgid(command->pid, command->pid); /* the child does so, too: the first call counts */
        running = started ? command->pid : 0;
        (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    }
    for (size_t i = 0; filled != NULL && i < count; i++)
        free(filled[i]);
    free(filled);
    return started;
}

/* What the child has started may outlive it. The group's number is its own until it has been waited
 * for. */
static void end_group(struct command *command)
{
    (void)kill(-command->pid, SIGKILL);
    running = 0;
    (void)waitpid(command->pid, &command->status, 0);
    command->pid = 0;
}

bool command_is_over(struct command *command)
{
    siginfo_t info = { 0 };

    if (command->pid > 0 && waitid(P_PID, (id_t)command->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == command->pid) {
        end_group(command);
        command->has_run = true;
    }
    return command->pid == 0;
}

void command_end(struct command *command)
{
    if (command->pid > 0)
        end_group(command);
    if (command->output >= 0)
        (void)close(command->output);
    command_init(command);
}

const char *command_last_line(const struct command *command, char *out, size_t cap)
{
    char end[1024];
    off_t size = command->output >= 0 ? lseek(command->output, 0, SEEK_END) : 0;
    off_t from = size > (off_t)sizeof end - 1 ? size - ((off_t)sizeof end - 1) : 0;
    ssize_t got = size > 0 ? pread(command->output, end, (size_t)(size - from), from) : 0;
    char *line;

    out[0] = '\0';
    if (got <= 0)
        return out;
    while (got > 0 && strchr(" \t\r\n", end[got - 1]) != NULL)
        got--;
    end[got] = '\0';
    line = strrchr(end, '\n');
    (void)snprintf(out, cap, "%s", line != NULL ? line + 1 : end);
    return out;
}
