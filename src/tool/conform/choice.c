/* See choice.h. */
#include "tool/conform/choice.h"

#include <stddef.h>
#include <string.h>

/* Is the first `len` bytes of `part` somewhere in the name? */
static bool has_part(const char *name, const char *part, size_t len)
{
    for (; *name != '\0'; name++)
        if (strncmp(name, part, len) == 0)
            return true;
    return false;
}

bool choice_has(const char *list, const char *name)
{
    while (list != NULL && *list != '\0') {
        size_t len = strcspn(list, ",");

        if (len > 0 && has_part(name, list, len))
            return true;
        list += len + (list[len] == ',');
    }
    return list == NULL;
}
