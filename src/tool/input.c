/* See input.h. */
#include "tool/input.h"

#include <stdio.h>
#include <unistd.h>

#include "base/system.h"

static ssize_t read_standard(void *cookie, char *bytes, size_t cap)
{
    (void)cookie;
    return read_waiting(STDIN_FILENO, bytes, cap);
}

void input_begin(void)
{
    FILE *file = fopencookie(NULL, "r", (cookie_io_functions_t){ .read = read_standard });

    if (file != NULL) /* otherwise it works but for descriptors that are non-blocking */
        stdin = file;
}
