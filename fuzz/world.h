/*
 * A server in one process for the target `session`: real sessions, judge, group, speakers and
 * rounds; clients that send what they are told to; a store whose disk fails; and beside them the
 * model. After each step both are compared.
 *
 *     client --bytes--> session --frames--> queue --group--> judge --> store
 *            <--bytes--         <--results, winners, draws--
 *
 * An input is three bytes (dialect, agencies, winning number) and then steps of four: what, and
 * three that say which and how. A step that makes no sense at its time is left out.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "fuzz.h"

enum world_step {
    WORLD_CONNECT,      /* slot, port and worker */
    WORLD_SEND_BETS,    /* slot, whose and how many, key */
    WORLD_SEND_FINISH,  /* slot, agency, key */
    WORLD_SEND_RECEIPT, /* slot */
    WORLD_SEND_WRONG,   /* slot, what, key */
    WORLD_DELIVER,      /* slot, bytes */
    WORLD_COMMIT,       /* requests, what fails, which write */
    WORLD_WRITE,        /* slot, bytes */
    WORLD_END,          /* slot: the client ends its direction */
    WORLD_RESET,        /* slot */
    WORLD_WAIT,         /* tenths of a second, two bytes */
    WORLD_WORKER_DIES,  /* worker */
    WORLD_CRASH,        /* the committer dies, and its workers with it */
    WORLD_HOLD,         /* slot: back-pressure begins or ends */
    WORLD_STOP,
    WORLD_SETTLE, /* everything under way arrives and is answered */
    WORLD_STEPS
};

void world_begin(enum sorteo_dialect dialect, unsigned agencies, uint16_t winning_number);
void world_step(enum world_step what, uint8_t a, uint8_t b, uint8_t c);
/* Lets everything arrive, compares a last time, and frees what is there. */
void world_end(void);

#endif
