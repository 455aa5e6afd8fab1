/* Stores of earlier versions, made of today's. */
#ifndef TESTS_OLD_STORES_H
#define TESTS_OLD_STORES_H

#include "unit/store/old_versions.h"
#include "unit/store/store_fixture.h"

/* While no store is open. */
static inline void make_older(const char *path, int version)
{
    tell(path, to_version[version]);
}

#endif
