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
static enum simulated_rule left_out = RULES;

enum simulated_rule rule_find(const char *word)
{
    unsigned rule = 0;

    while (rule < RULES && strcmp(words[rule], word) != 0)
        rule++;
    return (enum simulated_rule)rule;
}

const char *rule_word(enum simulated_rule rule)
{
    return words[rule];
}

void rules_leave_out(enum simulated_rule rule)
{
    left_out = rule;
}

bool rule_holds(enum simulated_rule rule)
{
    return left_out != rule;
}

void rules_print(void)
{
    for (unsigned rule = 0; rule < RULES; rule++)
        printf("  %-24s%s\n", words[rule], texts[rule]);
}
