/*
 * Which cases are to run: names, or parts of them, separated by commas.
 */
#ifndef TOOL_CONFORM_CHOICE_H
#define TOOL_CONFORM_CHOICE_H

#include <stdbool.h>

/* Does the list, NULL for all, choose the case of this name? */
bool choice_has(const char *list, const char *name);

#endif
