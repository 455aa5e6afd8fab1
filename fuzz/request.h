/*
 * What the target `encode` asks the encoder for: any values, read from an input that selects the
 * frame, the dialect and a KEY, and then has the fields of bets or documents.
 */
#ifndef FUZZ_REQUEST_H
#define FUZZ_REQUEST_H

#include "values.h"

#define REQUEST_BETS 12u

enum request_what { REQUEST_SINGLE, REQUEST_BATCH, REQUEST_FINISH, REQUEST_WINNERS, REQUEST_WHATS };

struct request {
    enum sorteo_dialect dialect;
    enum request_what what;
    uint64_t key; /* its last byte is the agency of a FINISH */
    struct sorteo_bet bets[REQUEST_BETS];
    size_t count; /* of bets or documents */
    uint32_t *documents;
    size_t size; /* of the frame, if it may be sent */
};

/* `what` says which frame. */
struct request request_read(enum sorteo_dialect dialect, uint64_t what, struct values *values);

/* Same contract as sorteo.h's function for that frame. */
enum sorteo_code request_encode(const struct request *request, uint8_t *out, size_t cap, size_t *len);

/* Does the event match what was asked for? `item` counts the bets or documents before it. */
void request_must_be(const struct request *request, const struct sorteo_event *event, size_t item);

#endif
