/*
 * proxy: a proxy's header ends in the same way, at the same byte, however it is cut; what is taken
 * is one for a naive reader, too, which names the same peer, and nothing after it is touched.
 */
#include <string.h>

#include "fuzz.h"
#include "server/worker/proxy_header.h"

static size_t number(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

static size_t least(size_t one, size_t other)
{
    return one < other ? one : other;
}

/* Do whole TLVs fill these bytes? */
static bool are_tlvs(const uint8_t *bytes, size_t len)
{
    return len == 0 || (len >= 3 && number(bytes + 1) <= len - 3 &&
                        are_tlvs(bytes + 3 + number(bytes + 1), len - 3 - number(bytes + 1)));
}

/* Bytes of the header that an input begins with; 0 if there is none. *source becomes where its
 * source address is, if it names one. */
static size_t naive_header(const uint8_t *bytes, size_t len, const uint8_t **source)
{
    *source = NULL;
    if (len < 16 || memcmp(bytes, PROXY_SIGNATURE, 12) != 0 || (bytes[12] != 0x20 && bytes[12] != 0x21))
        return 0;
    const size_t rest = number(bytes + 14), whole = 16 + rest;
    if (whole > 536 || len < whole)
        return 0;
    if (bytes[12] == 0x20 || bytes[13] == 0x00 || (bytes[13] == 0x31 && rest >= 216))
        return whole;
    const size_t addresses = bytes[13] == 0x11 ? 12 : bytes[13] == 0x21 ? 36 : SIZE_MAX;
    if (rest < addresses || !are_tlvs(bytes + 16 + addresses, rest - addresses))
        return 0;
    *source = bytes + 16;
    return whole;
}

/* Feeds it in pieces of so many bytes at most, as far as the header wants them. */
static enum proxy_header_state read_header(struct proxy_header *header, const uint8_t *bytes, size_t len, size_t piece)
{
    enum proxy_header_state state = PROXY_HEADER_MORE;

    *header = (struct proxy_header){ .len = 0 };
    for (size_t at = 0, next; state == PROXY_HEADER_MORE && at < len; at += next) {
        next = least(least(proxy_header_wants(header), piece), len - at);
        FUZZ_MUST(next > 0, "a header that is not complete wants more");
        state = proxy_header_feed(header, bytes + at, next);
    }
    return state;
}

static void check_peer(const struct proxy_header *header, const uint8_t *source, bool is_six)
{
    const bool is_four = header->peer.version == 4;

    FUZZ_MUST(memcmp(header->peer.address, source + (is_six && is_four ? 12 : 0), is_four ? 4 : 16) == 0 &&
                  header->peer.port == number(source + (is_six ? 32 : 8)),
              "the peer is the source");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct proxy_header whole, cut;
    const uint8_t *source;
    const size_t naive = naive_header(bytes, len, &source);
    const enum proxy_header_state state = read_header(&whole, bytes, len, SIZE_MAX);
    const size_t piece = 1 + fuzz_hash(bytes, len) % 20;

    FUZZ_MUST(read_header(&cut, bytes, len, piece) == state, "a header ends in the same way, however it is cut");
    FUZZ_MUST(cut.len == whole.len && cut.byte == whole.byte && cut.why == whole.why, "and at the same byte");
    FUZZ_MUST((state == PROXY_HEADER_DONE) == (naive > 0), "a header is taken where the naive reader takes one");
    FUZZ_MUST((state == PROXY_HEADER_REFUSED) == (whole.why != NULL), "what is refused has a reason");
    FUZZ_MUST(naive == 0 || whole.len == naive, "no byte after a header is taken");
    FUZZ_MUST(naive == 0 || whole.names_peer == (source != NULL), "a peer is named where the naive reader finds one");
    if (source != NULL)
        check_peer(&whole, source, bytes[13] == 0x21);
    return 0;
}
