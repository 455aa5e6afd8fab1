/*
 * Do the decoder and the oracle agree on an input: the same events, the same error in the same
 * field at the same byte, the same end? Independent of where inputs come from.
 */
#ifndef TESTS_AGREEMENT_H
#define TESTS_AGREEMENT_H

#include "conformance/oracle/oracle.h"

#include <stdio.h>

/* Lets both decode it. The decoder gets `piece` bytes at a time (0: all at once), and of earlier
 * bytes only those that it asked to keep. If they differ, prints to `out`, in lines that begin with
 * "# ", the input in hexadecimal and what each of them read. */
bool agreement_holds(const struct oracle_input *input, size_t piece, FILE *out);

#endif
