/* See libmicrohttpd.h. */
#include "server/observe/libmicrohttpd.h"

struct libmicrohttpd libmicrohttpd;

static const struct late_function functions[] = { LIBMICROHTTPD_FUNCTIONS(LATE_LIBRARY_ROW) };

LATE_LIBRARY_IS_KNOWN(LIBMICROHTTPD_SONAME);
static struct late_library library = { .soname = LIBMICROHTTPD_SONAME,
                                       .functions = functions,
                                       .count = sizeof functions / sizeof *functions };

const char *libmicrohttpd_load(void)
{
    return late_library_load(&library);
}
