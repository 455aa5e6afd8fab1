/* See late_library.h. */
#include "base/late_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static const char *first_missing(void *handle, const struct late_library *library)
{
    for (size_t i = 0; i < library->count; i++)
        if (dlsym(handle, library->functions[i].name) == NULL)
            return library->functions[i].name;
    return NULL;
}

static void fill_in(void *handle, const struct late_library *library)
{
    for (size_t i = 0; i < library->count; i++) {
        void *symbol = dlsym(handle, library->functions[i].name);

        memcpy(library->functions[i].place, &symbol, sizeof symbol); /* POSIX: a pointer to a function is as large */
    }
}

static bool try_to_load(struct late_library *library)
{
    void *handle = dlopen(library->soname, RTLD_NOW | RTLD_LOCAL);
    const char *missing, *why;

    if (handle == NULL) {
        why = dlerror();
        (void)snprintf(library->reason, sizeof library->reason, "%s", why != NULL ? why : library->soname);
        return false;
    }
    missing = first_missing(handle, library);
    if (missing != NULL) {
        (void)snprintf(library->reason, sizeof library->reason, "%s has no function %s", library->soname, missing);
        (void)dlclose(handle);
        return false;
    }
    fill_in(handle, library);
    return true;
}

const char *late_library_load(struct late_library *library)
{
    if (!library->is_loaded && library->reason[0] == '\0')
        library->is_loaded = try_to_load(library);
    return library->is_loaded ? NULL : library->reason;
}
