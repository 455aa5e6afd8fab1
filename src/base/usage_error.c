/* A usage error: see usage_error.h. */
#include "base/usage_error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/printable.h"

#define TEXT_MAX 1024u

bool usage_error(const char *program, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    printable_line(stderr, "%s: %s. Try '%s --help'.", program, text, program);
    return false;
}
