/*
 * See output.h. stdio remembers that a write failed, but not why, and by the time of the flush
 * errno may be stale.
 */
#include "tool/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/printable.h"
#include "base/system.h"

static int reason; /* errno of the first failure that was not told yet; 0: none */

static bool closed; /* the reader has gone */

static ssize_t write_waiting(void *cookie, const char *bytes, size_t len)
{
    (void)cookie;
    return write_all(STDOUT_FILENO, bytes, len) ? (ssize_t)len : 0;
}

void output_begin(void)
{
    FILE *file = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = write_waiting });

    if (file == NULL)
        return; /* as it was: it works but for descriptors that are non-blocking */
    if (isatty(STDOUT_FILENO))
        (void)setvbuf(file, NULL, _IOLBF, BUFSIZ);
    stdout = file;
}

bool output_is_closed(void)
{
    return closed;
}

bool output_note_failure(int error)
{
    closed = closed || error == EPIPE;
    return error != EPIPE;
}

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
    if (output_note_failure(reason))
        printable_line(stderr, "%s: standard output: %s", program, strerror(reason));
    reason = 0;
    return false;
}
