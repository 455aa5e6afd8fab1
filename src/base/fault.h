/*
 * Points at which a rig of tests/crash may end or stop the process, to see what becomes of what it
 * was doing.
 *
 * What is shipped has none: only `make rigs` defines SORTEO_FAULTS, for programs of its own, and
 * only these are linked with tests/crash/fault.c. A point has a name that no other has, and no
 * effect on its own.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#ifdef SORTEO_FAULTS
void fault_point(const char *name);
#define FAULT_POINT(name) fault_point(name)
#else
#define FAULT_POINT(name) ((void)0)
#endif

#endif
