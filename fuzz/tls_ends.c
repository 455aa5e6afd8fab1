/* A client and a server over TLS in memory: see tls_ends.h. */
#include "tls_ends.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "known_rand.h"
#include "tls/setup.h"
#include "tls_holders.h"

#define AGENCY 7u
#define WHOLE_MAX 65536u

static struct tls_context *contexts[SIDES];

/* What is written at this place. */
static uint8_t plain_byte(enum side from, uint64_t place)
{
    return (uint8_t)(place * 31 + place / 251 + from);
}

/* ---- Beginning and end ----------------------------------------------------------------------- */

static void make_contexts(void)
{
    static const enum tls_holder holders[SIDES] = { [CLIENT] = HOLDER_AGENCY, [SERVER] = HOLDER_SERVER };
    char error[TLS_ERROR_MAX] = "";

    known_rand_begin();
    known_rand_seed(1);
    for (unsigned side = 0; side < SIDES; side++) {
        struct tls_material material = tls_holder_material(holders[side]);
        contexts[side] = side == SERVER ? tls_context_server(&material, "wide", error)
                                        : tls_context_client(&material, "wide", error);
        tls_material_fini(&material);
        FUZZ_MUST(contexts[side] != NULL, "TLS can be set up from good files");
    }
}

void ends_open(struct ends *ends, int newest, uint64_t seed)
{
    if (contexts[SERVER] == NULL)
        make_contexts();
    known_rand_seed(seed);
    *ends = (struct ends){ .harmed = false };
    for (unsigned side = 0; side < SIDES; side++) {
        struct tls_filter *filter = &ends->end[side].filter;

        FUZZ_MUST(tls_filter_open(filter, contexts[side], side == CLIENT ? "localhost" : NULL), "there is memory");
        FUZZ_MUST(SSL_set_max_proto_version(filter->ssl, newest) == 1, "both versions are spoken");
    }
    (void)tls_filter_handshake(&ends->end[CLIENT].filter);
}

void ends_close(struct ends *ends)
{
    for (unsigned side = 0; side < SIDES; side++)
        tls_filter_close(&ends->end[side].filter);
    FUZZ_MUST(ERR_peek_error() == 0, "no error of one connection is left to be found by the next");
}

/* ---- What the ends do ------------------------------------------------------------------------ */

void ends_write(struct ends *ends, enum side from, size_t len)
{
    static uint8_t bytes[WHOLE_MAX];
    struct end *end = &ends->end[from];
    size_t taken;

    if (!end->filter.open || end->said_end || len == 0)
        return;
    for (size_t i = 0; i < len; i++)
        bytes[i] = plain_byte(from, end->wrote + i);
    if (tls_filter_write(&end->filter, bytes, len, &taken) != TLS_OK) {
        FUZZ_MUST(end->filter.why != NULL, "only after a fault nothing can be written");
        return;
    }
    FUZZ_MUST(end->why == NULL, "after a fault nothing is written");
    FUZZ_MUST(taken > 0 && taken <= len && taken <= TLS_RECORD_MAX, "a write takes a record at most");
    end->wrote += taken;
}

static void check_bytes(struct ends *ends, enum side at, const uint8_t *bytes, size_t len)
{
    const enum side from = at == CLIENT ? SERVER : CLIENT;
    struct end *end = &ends->end[at];

    FUZZ_MUST(!end->heard_end, "nothing comes after the end");
    FUZZ_MUST(end->read + len <= ends->end[from].wrote, "nothing is read that was not written");
    for (size_t i = 0; i < len; i++)
        FUZZ_MUST(bytes[i] == plain_byte(from, end->read + i), "what is read is what was written, in its order");
    end->read += len;
}

static void check_end(struct ends *ends, enum side at)
{
    const struct end *other = &ends->end[at == CLIENT ? SERVER : CLIENT];

    FUZZ_MUST(other->said_end, "only the other end can say its end");
    FUZZ_MUST(ends->end[at].read == other->wrote, "before the end everything has come");
    ends->end[at].heard_end = true;
}

bool ends_read(struct ends *ends, enum side at, size_t cap)
{
    static uint8_t bytes[WHOLE_MAX];
    struct end *end = &ends->end[at];
    size_t len = 0;

    switch (tls_filter_read(&end->filter, bytes, cap, &len)) {
    case TLS_OK:
        FUZZ_MUST(end->why == NULL, "after a fault nothing is read");
        FUZZ_MUST(len > 0 && len <= cap, "a read gives bytes, and no more than there is room for");
        check_bytes(ends, at, bytes, len);
        return true;
    case TLS_END:
        if (!end->heard_end)
            check_end(ends, at);
        return false;
    case TLS_FAILED:
        FUZZ_MUST(end->filter.why != NULL, "a failure has a reason");
        return false;
    case TLS_AGAIN:
        FUZZ_MUST(end->why == NULL, "a fault is for ever");
    }
    return false;
}

void ends_end(struct ends *ends, enum side from)
{
    struct end *end = &ends->end[from];

    end->said_end = end->said_end || (end->filter.open && end->filter.why == NULL);
    tls_filter_end(&end->filter);
}

/* After that it says no more, whether it gets what it asked for or not. */
static void ask_for_handshake(struct ends *ends)
{
    struct end *client = &ends->end[CLIENT];

    ends->harmed = true;
    SSL_clear_options(client->filter.ssl, SSL_OP_NO_RENEGOTIATION);
    (void)SSL_renegotiate(client->filter.ssl);
    (void)SSL_do_handshake(client->filter.ssl);
}

void ends_ask(struct ends *ends, enum side from, bool ticket)
{
    struct end *end = &ends->end[from];
    SSL *ssl = end->filter.ssl;

    if (!end->filter.open || end->filter.why != NULL || end->said_end)
        return;
    ends->asked = true;
    if (SSL_version(ssl) < TLS1_3_VERSION) {
        if (from == CLIENT)
            ask_for_handshake(ends);
    } else if (from == SERVER && ticket) {
        (void)SSL_new_session_ticket(ssl);
        (void)SSL_do_handshake(ssl);
    } else {
        (void)SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
        (void)SSL_do_handshake(ssl);
    }
    ERR_clear_error();
}

/* ---- What the network does ------------------------------------------------------------------- */

static void feed(struct end *end, const uint8_t *bytes, size_t len)
{
    FUZZ_MUST(tls_filter_feed(&end->filter, bytes, len), "there is memory for what comes");
}

bool ends_pass(struct ends *ends, enum side from, enum network what, size_t len, uint8_t bits)
{
    struct end *to = &ends->end[from == CLIENT ? SERVER : CLIENT];
    size_t held;
    const uint8_t *output = tls_filter_output(&ends->end[from].filter, &held);
    uint8_t *bytes;

    len = len < held ? len : held;
    if (len == 0)
        return false;
    bytes = fuzz_memory(0, len);
    memcpy(bytes, output, len);
    ends->harmed = ends->harmed || what != CARRY;
    if (what == DAMAGE)
        bytes[len - 1] ^= (uint8_t)(bits | (bits == 0));
    if (what != DROP)
        feed(to, bytes, len);
    if (what != REPEAT)
        tls_filter_sent(&ends->end[from].filter, len);
    return true;
}

void ends_inject(struct ends *ends, enum side to, const uint8_t *bytes, size_t len)
{
    ends->harmed = ends->harmed || len > 0;
    feed(&ends->end[to], bytes, len);
}

void ends_settle(struct ends *ends)
{
    bool moved;

    do {
        moved = false;
        for (enum side side = CLIENT; side < SIDES; side++) {
            while (ends_read(ends, side, WHOLE_MAX))
                continue;
            moved |= ends_pass(ends, side, CARRY, SIZE_MAX, 0);
        }
    } while (moved);
}

/* ---- What may be ----------------------------------------------------------------------------- */

static void look_at_identity(const struct tls_filter *server)
{
    struct byte_set expected = { { 0 } };

    byte_set_add(&expected, AGENCY);
    FUZZ_MUST(memcmp(&server->agencies, &expected, sizeof expected) == 0,
              "a client that was let in speaks for the agency of its certificate");
}

static void look_at(struct end *end)
{
    const struct tls_filter *filter = &end->filter;

    FUZZ_MUST(end->why == NULL || end->why == filter->why, "the first fault stays");
    end->why = filter->why;
    if (filter->why != NULL)
        FUZZ_MUST(strlen(filter->why) > 0 && tls_filter_unfinished(filter) == 0, "a fault is said, and holds nothing");
    else if (!filter->open)
        FUZZ_MUST(tls_filter_unfinished(filter) >= TLS_HANDSHAKE_BYTES, "a handshake counts as unfinished");
}

void ends_look(struct ends *ends)
{
    for (unsigned side = 0; side < SIDES; side++)
        look_at(&ends->end[side]);
    if (ends->end[SERVER].filter.open)
        look_at_identity(&ends->end[SERVER].filter);
}
