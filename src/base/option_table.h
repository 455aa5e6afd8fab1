/*
 * A program's options as a table, from which its command line is parsed (options.h) and its --help
 * is printed (help.h).
 */
#ifndef BASE_OPTION_TABLE_H
#define BASE_OPTION_TABLE_H

#include <stdint.h>

enum option_kind {
    OPTION_FLAG,    /* bool *: no value; given means true */
    OPTION_NUMBER,  /* uint64_t *: decimal, min..max */
    OPTION_SECONDS, /* uint64_t *: in milliseconds; given in seconds, a decimal fraction allowed; min..max in ms */
    OPTION_TEXT,    /* const char **: borrowed from argv or the environment; may not be empty */
    OPTION_TEXTS,   /* struct option_texts *: the same, once for each time that the option is given; a configuration
                       file may have a list of them */
    OPTION_CHOICE   /* unsigned *: index into choices; in any case; may be cut short where that leaves no doubt */
};

/* Where an option's value is from; a later one overrides an earlier one. */
enum option_origin {
    OPTION_BY_DEFAULT,
    OPTION_IN_FILE,     /* the configuration file */
    OPTION_IN_VARIABLE, /* the environment */
    OPTION_GIVEN        /* the command line */
};

#define OPTION_TEXTS_MAX 16u

struct option_texts {
    const char *text[OPTION_TEXTS_MAX];
    unsigned count; /* 0 before: a default is the caller's business */
};

struct config;

struct option_spec {
    const char *name; /* without the dashes */
    enum option_kind kind;
    void *value;                /* what to set; holds the default before */
    uint64_t min, max;          /* NUMBER, SECONDS */
    const char *const *choices; /* CHOICE: ends with NULL */
    const char *metavar;        /* "HOST:PORT" */
    const char *variable;       /* the option's own variable, where it cannot be SORTEO_NAME; NULL: that */
    const char *environment;    /* another variable that is read, or NULL; an empty one counts as unset */
    const char *help;           /* one or two sentences; says the default */
    enum option_origin *origin; /* becomes where the value is from; or NULL */
};

struct options_program {
    const char *name;     /* "sorteo-server", also the head of every error */
    const char *synopsis; /* "[OPTION]... [FILE.csv | -]" */
    const char *summary;  /* one paragraph */
    const char *epilogue; /* after the options in --help: environment, exit status; or NULL */
    const char *version;
    const struct option_spec *options;
    unsigned option_count;
    struct config *config; /* the file for options that neither command line nor environment set; or NULL */
};

#endif
