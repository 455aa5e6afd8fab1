/*
 * See output.h. stdio remembers that a write failed, but not why, and by the time of the flush
 * errno may be stale.
 */
#include "tool/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int reason; /* errno of the first failure that was not told yet; 0: none */

void output_check(void)
{
    if (reason == 0 && ferror(stdout) != 0)
        reason = errno != 0 ? errno : EIO;
}

bool output_flush(const char *program)
{
    output_check();
    if (fflush(stdout) != 0 && reason == 0)
        reason = errno;
    if (reason == 0)
        return true;
    (void)fprintf(stderr, "%s: standard output: %s\n", program, strerror(reason));
    reason = 0;
    return false;
}
