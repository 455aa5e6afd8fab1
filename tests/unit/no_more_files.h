/*
 * A process that can open no more files, as with a library that is not installed.
 */
#ifndef UNIT_NO_MORE_FILES_H
#define UNIT_NO_MORE_FILES_H

#include <sys/resource.h>

static struct rlimit limit_before;

static void allow_no_more_files(void)
{
    struct rlimit none;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit_before), 0);
    none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit_before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
}

static void allow_files_again(void)
{
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit_before), 0);
}

#endif
