/*
 * See output.h.
 */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool output_flush(const char *program)
{
    bool failed = ferror(stdout) != 0;

    errno = EIO;
    if (fflush(stdout) == 0 && !failed)
        return true;
    (void)fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
    return false;
}
