/*
 * Changes an input along its structure: bets are repeated, dropped, swapped and copied from
 * elsewhere, their names, dates and numbers change, and lengths and counts are adjusted most of the
 * time, so that the result gets past a decoder's first checks.
 *
 * Independent of the engine. It has a loose reader of its own (outline.h), because it must also
 * handle input that the decoder refuses.
 */
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

/* Changes bytes[0..len) in place, to at most cap bytes, and returns the new length. If len exceeds
 * cap, as when an engine looks for a smaller input, the input is shortened. The same seed makes the
 * same change. */
size_t mutator_change(uint8_t *bytes, size_t len, size_t cap, uint64_t seed);

/* Inserts a frame or bet of `other` somewhere into bytes[0..len). Returns the new length, at most
 * cap. */
size_t mutator_splice(uint8_t *bytes, size_t len, size_t cap, const uint8_t *other, size_t other_len, uint64_t seed);

#endif
