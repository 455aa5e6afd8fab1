/*
 * The packet writer: one BATCH, bet by bet, of at most SORTEO_PACKET_MAX bytes.
 *
 * The header's bytes are kept free in front until sorteo_packet_end knows what to say in them:
 *
 *     | N_BETS KEY | BET | BET | BET |             |
 *     0           head              len           cap
 */
#include "codec/bet.h"

#define N_BETS_LEN 2u

/* So N_BETS can say how many bets are in a packet, even if each were as short as its fixed
 * fields. */
_Static_assert(SORTEO_PACKET_MAX / SORTEO_DATE_LEN <= SORTEO_BATCH_MAX, "a packet is full before N_BETS is");

static size_t head_size(enum sorteo_dialect dialect)
{
    return N_BETS_LEN + sorteo_dialect_parameters(dialect)->key_size;
}

enum sorteo_code sorteo_packet_begin(struct sorteo_packet *packet, enum sorteo_dialect dialect, uint8_t *buf,
                                     size_t cap)
{
    const size_t head = head_size(dialect);

    if (cap < head)
        return SORTEO_E_SPACE;

    packet->bets = 0;
    packet->len = head;
    packet->buf = buf;
    packet->cap = cap < SORTEO_PACKET_MAX ? cap : SORTEO_PACKET_MAX;
    packet->dialect = dialect;
    return SORTEO_E_OK;
}

enum sorteo_code sorteo_packet_add(struct sorteo_packet *packet, const struct sorteo_bet *bet,
                                   struct sorteo_error *error)
{
    const enum sorteo_code code = bet_check(packet->dialect, bet, error);
    const size_t size = sorteo_bet_size(packet->dialect, bet);

    if (code != SORTEO_E_OK)
        return code;
    if (size > packet->cap - packet->len)
        return report(error, SORTEO_E_PACKET, SORTEO_F_NONE, 0);

    bet_put(packet->buf + packet->len, sorteo_dialect_parameters(packet->dialect)->length_size, bet);
    packet->len += size;
    packet->bets++;
    return SORTEO_E_OK;
}

enum sorteo_code sorteo_packet_end(struct sorteo_packet *packet, uint64_t key, size_t *len)
{
    const unsigned key_size = sorteo_dialect_parameters(packet->dialect)->key_size;

    if (packet->bets == 0)
        return SORTEO_E_COUNT;

    put_integer(put_integer(packet->buf, packet->bets, N_BETS_LEN), key, key_size);
    *len = packet->len;
    return SORTEO_E_OK;
}
