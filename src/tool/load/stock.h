/*
 * The batches of one agency, encoded before the clock starts. They are sent again and again, each
 * time with a new KEY.
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

/* Makes up the batches from the seed, with `batch` bets each; 0: as many as fit into 8,000 bytes.
 * SORTEO_E_OK; PACKET if so many do not fit; SPACE if there is no memory. */
enum sorteo_code stock_init(struct stock *stock, enum sorteo_dialect dialect, uint8_t agency, uint32_t batch,
                            uint64_t seed);
void stock_fini(struct stock *stock);

/* The next batch, with its new KEY. */
struct stock_frame stock_next(struct stock *stock);

#endif
