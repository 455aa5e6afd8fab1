/*
 * styles: the decoder that is shipped, whose machine is code (-G2) and which has shortcuts, and one
 * whose machine is tables (-T0) and which has none, both from the same grammar, agree. Where they
 * do not, the generator, its use or a shortcut is at fault; the grammar they share cannot show
 * here.
 */
#include "events.h"
#include "unit/codec/second_codec.h"

static const struct decoder_style decoder_table = {
    table_decoder_init, table_decoder_expect, table_decoder_next, table_decoder_keep, table_decoder_end,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint64_t hash = fuzz_hash(bytes, len);

    for (unsigned i = 0; i < FUZZ_CASES; i++) {
        const struct fuzz_case way = fuzz_case_at(i, hash, len);
        static struct events code, table;

        events_read(&code, &decoder_public, &way, bytes, len);
        events_read_in_pieces(&table, &decoder_table, &way, bytes, len);
        events_must_agree(&code, &table, "a machine of code and one of tables read the same");
    }
    return 0;
}
