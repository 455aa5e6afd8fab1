/*
 * For tests that need a folder each: cmocka calls `begin` before and `end` after every test.
 */
#ifndef TESTS_SCRATCH_EACH_H
#define TESTS_SCRATCH_EACH_H

#include "unit/scratch.h"

static struct scratch scratch;

static inline int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

#endif
