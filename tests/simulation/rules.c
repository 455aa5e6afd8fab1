/* Rules that can be left out: see rules.h. */
#include "rules.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {
#define RULE(name, word, text) word,
    SIMULATED_RULES(RULE)
#undef RULE
};
static const char *const texts[] = {
#define RULE(name, word, text) text,
    SIMULATED_RULES(RULE)
#undef RULE
};
static bool is_left_out[RULES];

bool rules_leave_out(const char *word)
{
    for (unsigned rule = 0; rule < RULES; rule++) {
        if (strcmp(words[rule], word) != 0)
            continue;
        is_left_out[rule] = true;
        return true;
    }
    return false;
}

bool rule_holds(enum simulated_rule rule)
{
    return !is_left_out[rule];
}

void rules_print(void)
{
    for (unsigned rule = 0; rule < RULES; rule++)
        printf("  %-24s%s\n", words[rule], texts[rule]);
}
