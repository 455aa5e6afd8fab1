/*
 * A number that a log shows only by its last digits: enough to tell it from others, not to reveal
 * it.
 */
#ifndef BASE_MASKED_NUMBER_H
#define BASE_MASKED_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#define MASKED_NUMBER_MAX 16 /* bytes, with its NUL */

/* "30904465" or, masked, "*****465". One of three digits or fewer is hidden whole: "***". Returns
 * `out`. */
const char *masked_number(uint32_t number, bool masked, char out[static MASKED_NUMBER_MAX]);

#endif
