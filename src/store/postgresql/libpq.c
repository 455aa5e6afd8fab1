/* See libpq.h. */
#include "store/postgresql/libpq.h"

struct libpq libpq;

static const struct late_function functions[] = { LIBPQ_FUNCTIONS(LATE_LIBRARY_ROW) };

LATE_LIBRARY_IS_KNOWN(LIBPQ_SONAME);
static struct late_library library = { .soname = LIBPQ_SONAME,
                                       .functions = functions,
                                       .count = sizeof functions / sizeof *functions };

const char *libpq_load(void)
{
    return late_library_load(&library);
}
