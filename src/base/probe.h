/*
 * Probes: places at which a tracer (bpftrace, perf, SystemTap) can look at a running program. What
 * each one says is in server/observe/README.md.
 *
 * A probe that is not traced is one `nop`. To keep it so, give it values that are at hand: they are
 * computed whether it is traced or not. A build without <sys/sdt.h> has none (src/flags.mk), and
 * --version says so.
 */
#ifndef BASE_PROBE_H
#define BASE_PROBE_H

#ifdef WITH_PROBES
#define PROBES_NOTE ""
#include <sys/sdt.h>
#ifdef __clang__ /* its macros are GNU's */
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#endif
#define PROBE0(name) STAP_PROBE(sorteo, name)
#define PROBE1(name, a) STAP_PROBE1(sorteo, name, a)
#define PROBE2(name, a, b) STAP_PROBE2(sorteo, name, a, b)
#define PROBE3(name, a, b, c) STAP_PROBE3(sorteo, name, a, b, c)
#define PROBE4(name, a, b, c, d) STAP_PROBE4(sorteo, name, a, b, c, d)
#define PROBE6(name, a, b, c, d, e, f) STAP_PROBE6(sorteo, name, a, b, c, d, e, f)
#else
#define PROBES_NOTE " (without probes)"
#define PROBE0(name) ((void)0)
#define PROBE1(name, a) ((void)0)
#define PROBE2(name, a, b) ((void)0)
#define PROBE3(name, a, b, c) ((void)0)
#define PROBE4(name, a, b, c, d) ((void)0)
#define PROBE6(name, a, b, c, d, e, f) ((void)0)
#endif

#endif
