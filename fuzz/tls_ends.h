/*
 * A client and a server over TLS, in memory, and what the network between them does to their bytes.
 *
 * Every plain byte is known by its place in its direction, so that each end can tell whether what
 * it reads is what the other one wrote.
 */
#ifndef FUZZ_TLS_ENDS_H
#define FUZZ_TLS_ENDS_H

#include "tls/filter.h"

enum side { CLIENT, SERVER, SIDES };

struct end {
    struct tls_filter filter;
    uint64_t wrote, read; /* plain bytes */
    bool said_end;        /* close_notify is in its output */
    bool heard_end;       /* it has read the other one's */
    const char *why;      /* the fault that it had when it was last looked at */
};

struct ends {
    struct end end[SIDES];
    bool harmed; /* the network has done something that TCP does not do */
    bool asked;  /* an end asked the other, which may answer after its own end */
};

/* Keys, certificates and contexts are made once, in the first call. `newest` is the latest version
 * of TLS that both speak: TLS1_2_VERSION or TLS1_3_VERSION. */
void ends_open(struct ends *ends, int newest, uint64_t seed);
void ends_close(struct ends *ends);

/* ---- What the ends do ------------------------------------------------------------------------ */

void ends_write(struct ends *ends, enum side from, size_t len);
/* Reads once, at most `cap` bytes. True if anything came, the end included. */
bool ends_read(struct ends *ends, enum side at, size_t cap);
void ends_end(struct ends *ends, enum side from);

/* Asks the other end for what it may be asked for after the handshake: for new keys, in TLS 1.2 for
 * another handshake, which a client alone does, and which is declined. Or gives it a ticket, which
 * servers alone do, in TLS 1.3. */
void ends_ask(struct ends *ends, enum side from, bool ticket);

/* ---- What the network does with the first bytes that an end has to send ---------------------- */

enum network { CARRY, REPEAT, DROP, DAMAGE, NETWORKS };

/* Does it with `len` of them; DAMAGE changes bits of one of these. True if there were any. */
bool ends_pass(struct ends *ends, enum side from, enum network what, size_t len, uint8_t bits);
/* Bytes that neither end sent. */
void ends_inject(struct ends *ends, enum side to, const uint8_t *bytes, size_t len);

/* Carries everything, and reads it, until nothing moves any more. */
void ends_settle(struct ends *ends);

/* Looks whether each end is in a state that may be. */
void ends_look(struct ends *ends);

#endif
