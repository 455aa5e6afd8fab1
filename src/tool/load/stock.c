/* See stock.h. */
#include "tool/load/stock.h"

#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "codec/protocol.h"
#include "tool/people.h"
#include "tool/prng.h"

static struct sorteo_bet bet_of(const struct person *person, uint8_t agency, uint16_t number)
{
    return (struct sorteo_bet){ .agency = agency,
                                .name = { person->name, strlen(person->name) },
                                .surname = { person->surname, strlen(person->surname) },
                                .document = person->document,
                                .birthdate = { person->birthdate, SORTEO_DATE_LEN },
                                .number = number };
}

static enum sorteo_code fill(struct sorteo_packet *packet, struct prng *prng, uint8_t agency, uint32_t batch)
{
    const struct people_settings people = { .other_scripts_percent = 0 };
    enum sorteo_code code = SORTEO_E_OK;
    struct person person;

    while (code == SORTEO_E_OK && packet->bets < (batch == 0 ? protocol_batch_most(packet->dialect) : batch)) {
        person_make(&person, prng, &people);
        const struct sorteo_bet bet = bet_of(&person, agency, (uint16_t)prng_below(prng, 10000));

        code = sorteo_packet_add(packet, &bet, NULL);
    }
    return code == SORTEO_E_PACKET && batch == 0 ? SORTEO_E_OK : code;
}

enum sorteo_code stock_init(struct stock *stock, enum sorteo_dialect dialect, uint8_t agency, uint32_t batch,
                            uint64_t seed)
{
    const struct protocol_field *key = protocol_field(&protocols[dialect], "KEY");
    enum sorteo_code code = SORTEO_E_OK;
    struct prng prng;

    *stock = (struct stock){ .bytes = malloc(STOCK_FRAMES * (size_t)SORTEO_PACKET_MAX) };
    if (stock->bytes == NULL)
        return SORTEO_E_SPACE;
    /* KEYs begin at the current time, so that those of an earlier run are not used again. */
    stock->last_key = key != NULL ? key->intervals[key->interval_count - 1].high : 0;
    stock->key = stock->last_key > clock_ns() ? clock_ns() : 1;
    prng_init(&prng, seed, agency);
    for (unsigned i = 0; i < STOCK_FRAMES && code == SORTEO_E_OK; i++) {
        struct sorteo_packet *packet = &stock->packets[i];

        code = sorteo_packet_begin(packet, dialect, stock->bytes + i * (size_t)SORTEO_PACKET_MAX, SORTEO_PACKET_MAX);
        if (code == SORTEO_E_OK)
            code = fill(packet, &prng, agency, batch);
    }
    return code;
}

void stock_fini(struct stock *stock)
{
    free(stock->bytes);
    stock->bytes = NULL;
}

struct stock_frame stock_next(struct stock *stock)
{
    struct sorteo_packet *packet = &stock->packets[stock->next];
    struct stock_frame frame = { .bytes = packet->buf, .bets = (unsigned)packet->bets };

    stock->next = (stock->next + 1) % STOCK_FRAMES;
    stock->key = stock->key < stock->last_key ? stock->key + 1 : 1;
    if (sorteo_packet_end(packet, stock->key, &frame.len) != SORTEO_E_OK)
        abort(); /* the KEY is in its range, and the packet is not empty */
    return frame;
}
