/*
 * split: a stream cut into any pieces gives the same events and the same error as in one piece; and
 * an error is at the first byte that no valid stream continues with, so the bytes before it give no
 * error.
 */
#include "events.h"

static void split(const struct fuzz_case *way, const uint8_t *bytes, size_t len)
{
    static struct events whole, pieces;

    events_read(&whole, &decoder_public, way, bytes, len);
    events_read_in_pieces(&pieces, &decoder_public, way, bytes, len);
    events_must_agree(&whole, &pieces, "a stream in pieces gives the same events as in one");
    if (whole.error.code != SORTEO_E_OK && whole.error.code != SORTEO_E_TRUNCATED) {
        events_read(&pieces, &decoder_public, way, bytes, (size_t)whole.error.offset);
        FUZZ_MUST(pieces.error.code == SORTEO_E_OK || pieces.error.code == SORTEO_E_TRUNCATED,
                  "what stands before an error's byte is no error");
        FUZZ_MUST(pieces.count == whole.count, "what stands before an error's byte gives the same events");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint64_t hash = fuzz_hash(bytes, len);

    for (unsigned i = 0; i < fuzz_cases(); i++) {
        const struct fuzz_case way = fuzz_case_at(i, hash, len);
        split(&way, bytes, len);
    }
    return 0;
}
