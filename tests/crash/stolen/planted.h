/*
 * The planted frame: what a stranger who has found a way into a process makes it do. It asks for
 * one system call, and is answered with its result. It comes over a connection or, where a process
 * has none, over its control line.
 */
#ifndef CRASH_STOLEN_PLANTED_H
#define CRASH_STOLEN_PLANTED_H

#include <stdint.h>

#define PLANTED_MAGIC UINT64_C(0xff6e656c6f7473ff)
#define PLANTED_POINTER (UINT64_C(1) << 63) /* an argument that is a place in `bytes`, which the worker adds to it */

struct planted_frame {
    uint64_t magic;
    int64_t call;
    uint64_t arguments[6];
    char bytes[256];
};

struct planted_answer {
    int64_t result; /* or minus errno */
};

#endif
