/*
 * What comes of an operation on a connection to the server (transport.h).
 */
#ifndef CLIENT_TRANSPORT_OUTCOME_H
#define CLIENT_TRANSPORT_OUTCOME_H

#define TRANSPORT_WHY_MAX 400

enum transport_outcome {
    TRANSPORT_OK,
    TRANSPORT_AGAIN,   /* nothing can be read or written at the moment */
    TRANSPORT_END,     /* the server ended its direction in order */
    TRANSPORT_LOST,    /* refused, reset, unreachable: `why` says */
    TRANSPORT_REFUSED, /* over TLS: a certificate or the dialect is refused, or there is no TLS; trying again does not
                          help: `why` says */
    TRANSPORT_TIMEOUT, /* the deadline has come */
    TRANSPORT_STOPPED  /* stop_fd became readable */
};

#endif
