/* The rows of an agency file that is made up: see agency_rows.h. */
#include "tool/agency_rows.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/csv_quote.h"
#include "codec/bet_fields.h"
#include "tool/prng.h"

#define NUMBERS 10000u /* people bet on 0..9999 */

static void write_text(FILE *file, struct sorteo_text text)
{
    csv_quote_write(file, text.bytes, text.len);
}

static uint64_t losing_number(struct prng *prng, uint64_t winning_number)
{
    uint64_t number;

    if (winning_number >= NUMBERS)
        return prng_below(prng, NUMBERS);
    number = prng_below(prng, NUMBERS - 1);
    return number + (number >= winning_number ? 1 : 0);
}

/* What a person has; a field that none has is made up here. */
static struct sorteo_bet bet_of(const struct person *person, uint16_t number)
{
    return (struct sorteo_bet){ .name = { person->name, strlen(person->name) },
                                .surname = { person->surname, strlen(person->surname) },
                                .document = person->document,
                                .birthdate = { person->birthdate, strlen(person->birthdate) },
                                .number = number };
}

static bool is_known(const struct bet_field *field)
{
    switch (field->field) {
    case SORTEO_F_NAME:
    case SORTEO_F_SURNAME:
    case SORTEO_F_DOCUMENT:
    case SORTEO_F_BIRTHDATE:
    case SORTEO_F_NUMBER:
        return true;
    default:
        return false;
    }
}

static void make_up(const struct bet_field *field, struct sorteo_bet *bet, struct prng *prng)
{
    if (field->kind == PROTOCOL_INTEGER)
        bet_set_integer(field, bet, prng_below(prng, field->max < NUMBERS ? field->max + 1 : NUMBERS));
    else
        bet_set_text(field, bet, bet->name);
}

static void write_row(FILE *file, const struct person *person, uint16_t number, struct prng *prng)
{
    struct sorteo_bet bet = bet_of(person, number);

    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++) {
        if (!is_known(field))
            make_up(field, &bet, prng);
        if (field > bet_fields)
            (void)fputc(',', file);
        if (field->kind == PROTOCOL_INTEGER)
            (void)fprintf(file, "%" PRIu64, bet_integer(field, &bet));
        else
            write_text(file, bet_text(field, &bet));
    }
    (void)fputs("\r\n", file);
}

/* Which bets win is decided one by one, each with the chance that winners still to come have among
 * the bets still to come, which makes their number exact and every choice of them equally
 * likely. */
void agency_rows_write(FILE *file, const struct agency_rows *rows, const struct agency_rows_settings *settings)
{
    uint64_t winners_left = rows->winners, number;
    struct person person;
    struct prng prng;

    prng_init(&prng, settings->seed, rows->agency);
    for (uint64_t bets_left = rows->bets; bets_left > 0 && ferror(file) == 0; bets_left--) {
        bool wins = prng_below(&prng, bets_left) < winners_left;

        winners_left -= wins ? 1 : 0;
        person_make(&person, &prng, &settings->people);
        number = wins ? settings->winning_number : losing_number(&prng, settings->winning_number);
        write_row(file, &person, (uint16_t)number, &prng);
    }
}
