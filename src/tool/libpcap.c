/* See libpcap.h. */
#include "tool/libpcap.h"

struct libpcap libpcap;

static const struct late_function functions[] = { LIBPCAP_FUNCTIONS(LATE_LIBRARY_ROW) };

LATE_LIBRARY_IS_KNOWN(LIBPCAP_SONAME);
static struct late_library library = { .soname = LIBPCAP_SONAME,
                                       .functions = functions,
                                       .count = sizeof functions / sizeof *functions };

const char *libpcap_load(void)
{
    return late_library_load(&library);
}
