/*
 * The results of operations on a connection to the server (transport.h).
 */
#ifndef CLIENT_TRANSPORT_OUTCOME_H
#define CLIENT_TRANSPORT_OUTCOME_H

#define TRANSPORT_WHY_MAX 400

enum transport_outcome {
    TRANSPORT_OK,
    TRANSPORT_AGAIN,   /* nothing can be read or written at the moment */
    TRANSPORT_END,     /* the server ended its direction, without a reset */
    TRANSPORT_LOST,    /* refused, reset, unreachable: `why` says */
    TRANSPORT_REFUSED, /* over TLS: the server refused our certificate, as `why` says; trying again does not help */
    TRANSPORT_UNFIT,   /* over TLS: we refuse its certificate, or it speaks another dialect, or no TLS: `why` says;
                          trying this server again does not help */
    TRANSPORT_TIMEOUT, /* the deadline has passed */
    TRANSPORT_STOPPED  /* stop_fd became readable */
};

#endif
