/* See csv_quote.h. */
#include "base/csv_quote.h"

#include <stdbool.h>

static bool needs_quotes(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == ',' || text[i] == '"' || text[i] == '\r' || text[i] == '\n')
            return true;
    return false;
}

/* A quote inside quotes is written twice. */
void csv_quote_write(FILE *file, const char *text, size_t len)
{
    if (!needs_quotes(text, len)) {
        (void)fwrite(text, 1, len, file);
        return;
    }
    (void)putc('"', file);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            (void)putc('"', file);
        (void)putc(text[i], file);
    }
    (void)putc('"', file);
}
