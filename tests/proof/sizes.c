/*
 * What the encoder relies on when it writes: integers are big-endian, the sizes that it adds up cannot
 * wrap around, and what does not fit is not written.
 *
 * That bet_put writes sorteo_bet_size bytes, and what bet_check accepts, are contracts without a proof
 * here: tests check them.
 */
#include "codec/bet.h"
#include "codec/machine.h"

/*@ axiomatic sizes {
    logic integer length_size(enum sorteo_dialect dialect);
    axiom a_length_is_one_or_two_bytes: \forall enum sorteo_dialect dialect; 1 <= length_size(dialect) <= 2;
    logic integer agency_size(enum sorteo_dialect dialect);     // of a bet in a batch
    axiom an_agency_is_one_byte_or_none: \forall enum sorteo_dialect dialect; 0 <= agency_size(dialect) <= 1;

    logic integer fixed_size(enum sorteo_dialect dialect) = 16 + agency_size(dialect) + 2 * length_size(dialect);
    logic integer wire_size{L}(enum sorteo_dialect dialect, struct sorteo_bet *bet) =
        fixed_size(dialect) + bet->name.len + bet->surname.len;

    logic integer total_size{L}(enum sorteo_dialect dialect, struct sorteo_bet *bets, integer count)
        reads bets[0 .. count - 1].name.len, bets[0 .. count - 1].surname.len;
    axiom none{L}: \forall enum sorteo_dialect dialect, struct sorteo_bet *bets; total_size(dialect, bets, 0) == 0;
    axiom one_more{L}: \forall enum sorteo_dialect dialect, struct sorteo_bet *bets, integer count; 0 <= count
        ==> total_size(dialect, bets, count + 1) == total_size(dialect, bets, count) + wire_size(dialect, bets + count);
} */

/* The table of dialects, of which EVA shows this (step.c). */
/*@ assigns \nothing;
    ensures \valid_read(\result);
    ensures \result->sizes.bet_fixed == fixed_size(dialect); */
const struct dialect *dialect_of(enum sorteo_dialect dialect);

/*@ requires \valid_read(bet);
    assigns \nothing;
    ensures wire_size(dialect, bet) <= SIZE_MAX ==> \result == wire_size(dialect, bet);
    ensures wire_size(dialect, bet) > SIZE_MAX ==> \result == SIZE_MAX; */
size_t sorteo_bet_size(enum sorteo_dialect dialect, const struct sorteo_bet *bet);

/*@ requires \valid_read(bets + (0 .. count - 1));
    requires \forall integer i; 0 <= i < count ==> wire_size(dialect, bets + i) <= SIZE_MAX;  // bet_check let them pass
    assigns \nothing;
    ensures \result == 1 ==> total_size(dialect, bets, count) <= cap; */
static bool bets_fit(enum sorteo_dialect dialect, const struct sorteo_bet *bets, size_t count, size_t cap);

#include "codec/bet.c"
#include "codec/encoder.c"
