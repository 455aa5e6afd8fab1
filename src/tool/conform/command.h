/*
 * The client that is tried, as a child process: its words with what they stand for put in, where
 * its output goes, and how it ended. It has a process group of its own, and is killed with it.
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
    pid_t pid;    /* 0: none runs */
    bool has_run; /* to its end; then: */
    int status;   /* as waitpid's */
    int output;   /* descriptor of what it printed; -1: none */
};

void command_init(struct command *command);

/* Starts words[0] with its arguments; the list ends with NULL, the one of stands with a name of
 * NULL. False with errno set. */
bool command_start(struct command *command, char *const *words, const struct command_stand *stands);

/* Has it ended? */
bool command_is_over(struct command *command);

/* Copies the last line that it printed and that holds more than blanks. Returns out. */
const char *command_last_line(const struct command *command, char *out, size_t cap);

/* Kills what still runs, and waits for it. */
void command_end(struct command *command);

/* Does one of the words hold "{name}"? */
bool command_has(char *const *words, const char *name);

#endif
