/*
 * Stores as hostile input: a few small ones as a server leaves them, closed or killed, and changes
 * to their bytes.
 *
 * An input is a byte that chooses the store, and changes of four bytes each:
 *
 *     [ store ]                        | 0x80: with right checks in the log
 *                                      | 0x40: and with changes by a hash of the input
 *     { [ page ] [ where ] [ value ] } | 0x80 in the page: of the log
 *
 * Where: two bytes, see place_in(). The checks of a log protect from damage, not from harm: so they
 * can be right.
 */
#ifndef FUZZ_HOSTILE_STORE_H
#define FUZZ_HOSTILE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define HOSTILE_AGENCIES 2u
#define HOSTILE_DIALECT "wide"
#define HOSTILE_NUMBER 7u /* that wins */

/* A store's two files. */
struct hostile_files {
    uint8_t *database, *log;
    size_t database_len, log_len;
};

/* The path at which the stores are made and written; in memory where there is such a folder. */
const char *hostile_path(void);

/* Writes the store that the input describes to hostile_path(). Borrowed until the next call. */
const struct hostile_files *hostile_write(const uint8_t *bytes, size_t len);

/* Appends a bet, as the SINGLE in which an agency sends it. */
enum store_code hostile_append(struct store *store, uint32_t round, const struct sorteo_bet *bet);

/* Is the database there, byte for byte, and its log no shorter? SQLite puts a size in the header
 * right as it takes its lock, by a page at the log's end. */
bool hostile_is_kept(const struct hostile_files *files);

#endif
