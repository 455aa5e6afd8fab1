/*
 * Changes an input as its structure suggests: bets are repeated, dropped, swapped and taken from
 * elsewhere, their names, days and numbers change, and lengths and counts follow most of the time.
 * So what comes out gets past a decoder's first look.
 *
 * Knows no engine. It reads frames loosely, by a reading of its own: it must also find its way in
 * what the decoder refuses.
 */
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

/* Changes bytes[0..len) in place, to at most cap bytes; returns how many there are now. With len over
 * cap, as when an engine looks for a smaller input, it gets shorter. The same seed makes the same
 * change. */
size_t mutator_change(uint8_t *bytes, size_t len, size_t cap, uint64_t seed);

/* Puts a frame or bet of `other` somewhere into bytes[0..len). Returns how many bytes there are
 * now, at most cap. */
size_t mutator_splice(uint8_t *bytes, size_t len, size_t cap, const uint8_t *other, size_t other_len, uint64_t seed);

#endif
