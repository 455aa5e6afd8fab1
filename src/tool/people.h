/*
 * Made-up bettors: names as people in Argentina have them, now and then one in another script,
 * adult birth dates and documents of eight digits. Knows nothing of bets and files.
 */
#ifndef TOOL_PEOPLE_H
#define TOOL_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/prng.h"

#define PERSON_NAME_MAX 128 /* bytes of a name or surname, its end counted */

struct person {
    char name[PERSON_NAME_MAX]; /* UTF-8 */
    char surname[PERSON_NAME_MAX];
    char birthdate[11]; /* "1999-03-17" */
    uint32_t document;
};

struct people_settings {
    uint64_t other_scripts_percent; /* people whose names are not Spanish or Italian */
    bool quoted;                    /* one person in twenty has a comma or quotes in a name */
};

/* Fills *person with the next one of the sequence. */
void person_make(struct person *person, struct prng *prng, const struct people_settings *settings);

#endif
