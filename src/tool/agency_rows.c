/* The rows of an agency file that is made up: see agency_rows.h. */
#include "tool/agency_rows.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/csv_quote.h"
#include "bets_file/keys.h"
#include "codec/bet_fields.h"
#include "tool/prng.h"

#define NUMBERS 10000u /* people bet on 0..9999 */
#define TRIES 100000u  /* for a row that the grammar takes */

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

bool agency_rows_every_dialect_takes(const struct sorteo_bet *bet)
{
    uint8_t bytes[SORTEO_PACKET_MAX];
    size_t len;

    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++)
        if (sorteo_encode_single((enum sorteo_dialect)dialect, keys_of((enum sorteo_dialect)dialect).low, bet, bytes,
                                 sizeof bytes, &len, NULL) != SORTEO_E_OK)
            return false;
    return true;
}

/* A person and what the person bets on, once. `person` has the bet's texts. */
static struct sorteo_bet make_bet(const struct agency_rows_settings *settings, uint64_t agency, bool wins,
                                  struct person *person, struct prng *prng)
{
    struct sorteo_bet bet;

    person_make(person, prng, &settings->people);
    bet = bet_of(person, (uint16_t)(wins ? settings->winning_number : losing_number(prng, settings->winning_number)));
    bet.agency = (uint8_t)agency;
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++)
        if (!is_known(field))
            make_up(field, &bet, prng);
    return bet;
}

static void write_row(FILE *file, const struct sorteo_bet *bet)
{
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++) {
        if (field > bet_fields)
            (void)fputc(',', file);
        if (field->kind == PROTOCOL_INTEGER)
            (void)fprintf(file, "%" PRIu64, bet_integer(field, bet));
        else
            write_text(file, bet_text(field, bet));
    }
    (void)fputs("\r\n", file);
}

bool agency_rows_may_win(uint64_t number)
{
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        const struct protocol_field *field = protocol_field(&protocols[dialect], "NUMBER");

        if (field != NULL && !protocol_may_be(field, number))
            return false;
    }
    return true;
}

/* Which bets win is decided one by one, each with the chance that winners still to come have among
 * the bets still to come, which makes their number exact and every choice of them equally
 * likely. */
bool agency_rows_write(FILE *file, const struct agency_rows *rows, const struct agency_rows_settings *settings)
{
    uint64_t winners_left = rows->winners;
    struct sorteo_bet bet;
    struct person person;
    struct prng prng;

    prng_init(&prng, settings->seed, rows->agency);
    for (uint64_t bets_left = rows->bets; bets_left > 0 && ferror(file) == 0; bets_left--) {
        bool wins = prng_below(&prng, bets_left) < winners_left;
        unsigned tries = 0;

        winners_left -= wins ? 1 : 0;
        do {
            if (tries++ == TRIES)
                return false;
            bet = make_bet(settings, rows->agency, wins, &person, &prng);
        } while (!settings->takes(&bet));
        write_row(file, &bet);
    }
    return true;
}
