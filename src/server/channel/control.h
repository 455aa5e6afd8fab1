/*
 * The control line between the supervisor and each of its children: small fixed notes over a
 * SOCK_SEQPACKET pair. Its end means "leave", in both directions, so that no child outlives its
 * parent.
 */
#ifndef SERVER_CHANNEL_CONTROL_H
#define SERVER_CHANNEL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum control_type {
    /* child → supervisor */
    CONTROL_BEAT,      /* it makes progress; with --observe its numbers come along (numbers.h), as a body */
    CONTROL_READY,     /* committer: the store is open; value: rounds collected so far */
    CONTROL_COLLECTED, /* committer: value: rounds collected now */
    CONTROL_EXPEL,     /* committer, acceptor: the worker of slot `value` and of this generation says what no
                          worker says */
    /* supervisor → child */
    CONTROL_CHANNEL,  /* committer: here is the channel of the worker of slot `value` (a descriptor comes along) */
    CONTROL_HANDOFF,  /* acceptor: here is the line to the worker of slot `value`; worker: to the acceptor */
    CONTROL_REAPED,   /* acceptor: the worker of slot `value` and of this generation is gone: it was reaped */
    CONTROL_OPERATOR, /* committer: here is a connection of an operator's tool */
    CONTROL_ANNOUNCE, /* acceptor: here is the line to the committer; committer: from the acceptor */
    CONTROL_TLS,      /* worker: here is a new file to set TLS up from (tls/material.h); value: its size in bytes */
    CONTROL_NUMBERS   /* observer: the numbers of all, as a body (numbers.h) */
};

struct control_note {
    uint32_t type;
    uint32_t value;
    uint32_t generation; /* CHANNEL, HANDOFF to the acceptor, REAPED, EXPEL: of the worker; else 0 */
};

/* A worker: its slot, and how many had been started in all slots when it was, from 1, so that the
 * next one of its slot is not meant. */
struct worker_name {
    uint32_t slot;
    uint32_t generation;
};

/* Makes a pair, both ends close-on-exec and non-blocking. False with errno set. */
bool control_pair(int ends[2]);

/* Sends a note, with a descriptor if fd is not -1; fd stays the caller's. False with errno set;
 * never blocks. */
bool control_send(int control, enum control_type type, uint32_t value, int fd);

/* The same for a note about a worker. */
bool control_send_worker(int control, enum control_type type, const struct worker_name *worker, int fd);

#define CONTROL_NUMBERS_MS 250u /* how often numbers are sent, by children and to the observer */

/* How often a child sends BEAT, in milliseconds; `with_numbers`: with its numbers. */
uint64_t control_beat_ms(uint64_t hang_ms, bool with_numbers);

enum control_outcome { CONTROL_NOTE, CONTROL_EMPTY, CONTROL_MALFORMED, CONTROL_END };

/* Reads the next note; MALFORMED if it is not one. *fd is the descriptor that came with it, now
 * the caller's, or -1. */
enum control_outcome control_receive(int control, struct control_note *note, int *fd);

/* The same for notes with a body, of at most body_cap bytes, or without: then *body_len is 0. */
bool control_send_body(int control, enum control_type type, const void *body, size_t body_len);
enum control_outcome control_receive_body(int control, struct control_note *note, void *body, size_t body_cap,
                                          size_t *body_len, int *fd);

#endif
