/* The trace of a schedule: see trace.h. */
#include "trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "process.h"

struct counts counts;
bool trace_is_on;

void trace(const char *format, ...)
{
    va_list values;

    if (!trace_is_on)
        return;
    printf("# %10.3f ms  ", (double)true_ns / 1e6);
    if (process_current != NULL)
        printf("server %u: ", process_current->server + 1);
    va_start(values, format);
    vprintf(format, values);
    va_end(values);
    putchar('\n');
}

void counts_print(const struct counts *counted)
{
    printf("#");
#define COUNT(name, text) printf(" %s %" PRIu64 ";", text, counted->name);
    COUNTED(COUNT)
#undef COUNT
    putchar('\n');
}
