/*
 * The client under test as a child process: fills in the {words} of its command, keeps its output,
 * and notes how it ended. It gets a process group of its own, which is killed as a whole.
 */
#ifndef TOOL_CONFORM_COMMAND_H
#define TOOL_CONFORM_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define COMMAND_STANDS_MAX 8u

/* "{file}" and the like in a word. */
struct command_stand {
    const char *name;  /* "file" */
    const char *value; /* borrowed */
};

struct command {
    pid_t pid;    /* 0: not running */
    bool has_run; /* it has ended; then: */
    int status;   /* as from waitpid */
    int output;   /* descriptor of a file with its output; -1: none */
};

void command_init(struct command *command);

/* Starts words[0] with its arguments; the list ends with NULL, the one of stands with a name of
 * NULL. False with errno set. */
bool command_start(struct command *command, char *const *words, const struct command_stand *stands);

/* Has it ended? What it started and left behind is killed then. */
bool command_is_over(struct command *command);

/* Copies the last line of its output that is not blank. Returns out. */
const char *command_last_line(const struct command *command, char *out, size_t cap);

/* Kills what still runs, and waits for it. */
void command_end(struct command *command);

/* Does one of the words hold "{name}"? */
bool command_has(char *const *words, const char *name);

#endif
