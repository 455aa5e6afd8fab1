/*
 * A number of which a log shows the last digits alone, so that it can be told from others and not
 * be read.
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
