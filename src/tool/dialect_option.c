/* The option --dialect: see dialect_option.h. */
#include "tool/dialect_option.h"

#include <stdio.h>

#include "codec/sorteo.h"

struct option_spec dialect_option(unsigned *value, const char *what)
{
    static char help[96];

    *value = SORTEO_DIALECT_DEFAULT;
    (void)snprintf(help, sizeof help, "%s Default %s.", what, sorteo_dialect_name(SORTEO_DIALECT_DEFAULT));
    return (struct option_spec){
        .name = "dialect", .kind = OPTION_CHOICE, .value = value, .choices = sorteo_dialect_names(), .help = help
    };
}
