/*
 * Runs tests once in each dialect that there is. A test's *state is the dialect's number.
 */
#ifndef TESTS_EACH_DIALECT_H
#define TESTS_EACH_DIALECT_H

#include "codec/sorteo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define IN_EACH_DIALECT_MAX 128u

static inline enum sorteo_dialect dialect_of_state(void **state)
{
    return (enum sorteo_dialect)(uintptr_t)*state;
}

/* Names them test_dialect; returns how many failed. */
static inline int run_in_each_dialect(const char *group, const struct CMUnitTest *tests, size_t count)
{
    static struct CMUnitTest all[IN_EACH_DIALECT_MAX];
    static char names[IN_EACH_DIALECT_MAX][128];
    size_t used = 0;

    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        for (size_t i = 0; i < count && used < IN_EACH_DIALECT_MAX; i++, used++) {
            (void)snprintf(names[used], sizeof(names[used]), "%s_%s", tests[i].name,
                           sorteo_dialect_name((enum sorteo_dialect)dialect));
            all[used] = tests[i];
            all[used].name = names[used];
            all[used].initial_state = (void *)(uintptr_t)dialect;
        }
    }
    return _cmocka_run_group_tests(group, all, used, NULL, NULL);
}

#endif
