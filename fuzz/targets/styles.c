/*
 * styles: the shipped decoder (machine as code, -G2, with shortcuts) and a second one (machine as
 * tables, -T0, without shortcuts) agree. Both come from the same grammar; if they differ, the
 * generator, its use or a shortcut is at fault. An error in the grammar itself does not show here.
 */
#include "events.h"
#include "unit/codec/second_codec.h"

static const struct decoder_style decoder_table = {
    table_decoder_init, table_decoder_expect, table_decoder_next, table_decoder_keep, table_decoder_end,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint64_t hash = fuzz_hash(bytes, len);

    for (unsigned i = 0; i < fuzz_cases(); i++) {
        const struct fuzz_case way = fuzz_case_at(i, hash, len);
        static struct events code, table;

        events_read(&code, &decoder_public, &way, bytes, len);
        events_read_in_pieces(&table, &decoder_table, &way, bytes, len);
        events_must_agree(&code, &table, "a machine of code and one of tables read the same");
    }
    return 0;
}
