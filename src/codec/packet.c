/*
 * The packet writer: one BATCH, bet by bet, of at most SORTEO_PACKET_MAX bytes.
 *
 * The header's bytes are kept free in front until sorteo_packet_end knows what to say in them:
 *
 *     | N_BETS KEY | BET | BET | BET |             |
 *     0           head              len           cap
 */
#include "codec/ask.h"
#include "codec/bet.h"
#include "codec/machine.h"

#define N_BETS_LEN 2u

/* So N_BETS can say how many bets are in a packet, even if each were as short as its fixed
 * fields. */
_Static_assert(SORTEO_PACKET_MAX / SORTEO_DATE_LEN <= SORTEO_BATCH_MAX, "a packet is full before N_BETS is");

enum sorteo_code sorteo_packet_begin(struct sorteo_packet *packet, enum sorteo_dialect dialect, uint8_t *buf,
                                     size_t cap)
{
    const size_t head = dialect_of(dialect)->sizes.batch_head;

    if (cap < head)
        return SORTEO_E_SPACE;

    packet->bets = 0;
    packet->len = head;
    packet->buf = buf;
    packet->cap = cap < SORTEO_PACKET_MAX ? cap : SORTEO_PACKET_MAX;
    packet->dialect = dialect;
    packet->agency = 0;
    return SORTEO_E_OK;
}

enum sorteo_code sorteo_packet_add(struct sorteo_packet *packet, const struct sorteo_bet *bet,
                                   struct sorteo_error *error)
{
    const struct dialect *dialect = dialect_of(packet->dialect);
    const enum sorteo_code code = bet_check(packet->dialect, bet, error);
    const size_t size = size_with_names(dialect->sizes.bet_fixed, bet);

    if (code != SORTEO_E_OK)
        return code;
    if (dialect->sizes.bet_agency == 0 && packet->bets > 0 && bet->agency != packet->agency)
        return report(error, SORTEO_E_AGENCY, SORTEO_F_AGENCY, packet->bets);
    if (size > packet->cap - packet->len)
        return report(error, SORTEO_E_PACKET, SORTEO_F_NONE, 0);

    if (packet->bets == 0)
        packet->agency = bet->agency;
    bet_put(packet->buf + packet->len, dialect->sizes.bet_agency, dialect->parameters.length_size, bet);
    packet->len += size;
    packet->bets++;
    return SORTEO_E_OK;
}

enum sorteo_code sorteo_packet_end(struct sorteo_packet *packet, uint64_t key, size_t *len)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(packet->dialect);
    uint8_t *at = packet->buf;
    enum sorteo_code code;

    if (packet->bets == 0)
        return SORTEO_E_COUNT;
    if (!key_fits(key, parameters->key_size))
        return SORTEO_E_VALUE;
    code = ask_batch(packet->dialect, packet->bets, key, packet->agency, NULL);
    if (code != SORTEO_E_OK)
        return code;

    at = put_integer(put_integer(at, packet->bets, N_BETS_LEN), key, parameters->key_size);
    put_integer(at, packet->agency, parameters->batch_agency_size);
    *len = packet->len;
    return SORTEO_E_OK;
}
