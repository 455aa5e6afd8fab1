/*
 * The batches of one agency, made before the clock starts: sent again and again, each time under
 * another KEY.
 */
#ifndef TOOL_LOAD_STOCK_H
#define TOOL_LOAD_STOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"

#define STOCK_FRAMES 32u

struct stock {
    /* private */
    struct sorteo_packet packets[STOCK_FRAMES];
    uint8_t *bytes; /* SORTEO_PACKET_MAX for each */
    unsigned next;
    uint64_t key, last_key; /* the last one used, and the greatest that the dialect has */
};

struct stock_frame {
    const uint8_t *bytes; /* until the next call */
    size_t len;
    unsigned bets;
};

/* Makes them up from the seed. `batch` bets in each, or with 0 as many as fit into 8,000 bytes. The
 * error is PACKET if so many do not fit, and SPACE if there is no memory. */
enum sorteo_code stock_init(struct stock *stock, enum sorteo_dialect dialect, uint8_t agency, uint32_t batch,
                            uint64_t seed);
void stock_fini(struct stock *stock);

/* The next one. */
struct stock_frame stock_next(struct stock *stock);

#endif
