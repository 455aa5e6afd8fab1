/* See masked_number.h. */
#include "base/masked_number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_SHOWN 3u

const char *masked_number(uint32_t number, bool masked, char out[static MASKED_NUMBER_MAX])
{
    size_t len = (size_t)snprintf(out, MASKED_NUMBER_MAX, "%" PRIu32, number);
    size_t hidden = len > DIGITS_SHOWN ? len - DIGITS_SHOWN : len;

    if (masked)
        memset(out, '*', hidden);
    return out;
}
