/*
 * tls: whatever the network does to the records between a client and a server, each end reads a
 * beginning of what the other one wrote, and nothing else; an end is only what the other one said;
 * a fault is for ever, and has a reason. Where the network does no more than TCP does (it cuts, and
 * delays), everything arrives. See fuzz/tls_ends.h.
 */
#include <openssl/ssl.h>

#include "tls_ends.h"
#include "values.h"

#define STEPS_MAX 60u
#define INJECTED_MAX 512u /* a whole ClientHello, for instance */

enum step { WRITE, READ, END, INJECT, SETTLE, PASS, PASSES = PASS + NETWORKS, ASK = PASSES, STEPS = 16 };

static void step(struct ends *ends, struct values *values)
{
    const unsigned what = (unsigned)values_integer(values, 1) % STEPS;
    const uint8_t bits = (uint8_t)values_integer(values, 1);
    const enum side side = bits & 1u ? SERVER : CLIENT;
    const size_t len = (size_t)values_integer(values, 2);
    struct sorteo_text injected;

    switch (what) {
    case WRITE:
        ends_write(ends, side, len);
        break;
    case READ:
        (void)ends_read(ends, side, len + 1);
        break;
    case END:
        ends_end(ends, side);
        break;
    case INJECT:
        injected = values_text(values, len % INJECTED_MAX);
        ends_inject(ends, side, (const uint8_t *)injected.bytes, injected.len);
        break;
    case SETTLE:
        ends_settle(ends);
        break;
    case ASK:
        ends_ask(ends, side, (bits & 2u) != 0);
        break;
    default: /* mostly it just carries */
        (void)ends_pass(ends, side, what < PASSES ? (enum network)(what - PASS) : CARRY, len, bits);
    }
}

/* After that nothing is under way. */
static void conclude(struct ends *ends)
{
    ends_settle(ends);
    ends_end(ends, CLIENT);
    ends_end(ends, SERVER);
    ends_settle(ends);
    ends_look(ends);
    if (ends->harmed)
        return;
    for (unsigned side = 0; side < SIDES; side++) {
        FUZZ_MUST(ends->end[side].filter.open, "a handshake in any pieces is complete in the end");
        FUZZ_MUST(ends->end[side].heard_end, "where nothing was harmed each end hears the other's");
        FUZZ_MUST(ends->asked || tls_filter_unfinished(&ends->end[side].filter) == 0,
                  "when all is read nothing is unfinished");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct values values = { bytes, len };
    struct ends ends;

    ends_open(&ends, values_integer(&values, 1) % 2 == 0 ? TLS1_3_VERSION : TLS1_2_VERSION, fuzz_hash(bytes, len));
    for (unsigned steps = 0; steps < STEPS_MAX && values.len > 0; steps++) {
        step(&ends, &values);
        ends_look(&ends);
    }
    conclude(&ends);
    ends_close(&ends);
    return 0;
}
