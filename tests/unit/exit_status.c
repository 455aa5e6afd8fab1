/*
 * The exit status of every test program, whose mains return what cmocka does: the count of tests
 * that failed, of which a process passes on the lowest eight bits. 256 failures would be none.
 *
 * The linker puts this in the place of cmocka's function (--wrap), and chooses the two names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int __real__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction begin, CMFixtureFunction end);
int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction begin, CMFixtureFunction end);

int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction begin, CMFixtureFunction end)
{
    return __real__cmocka_run_group_tests(name, tests, count, begin, end) == 0 ? 0 : 1;
}
