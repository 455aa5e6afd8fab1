/*
 * Which cases run: names or parts of names, separated by commas.
 */
#ifndef TOOL_CONFORM_CHOICE_H
#define TOOL_CONFORM_CHOICE_H

#include <stdbool.h>

/* Does the list choose the case of this name? NULL chooses all. */
bool choice_has(const char *list, const char *name);

#endif
