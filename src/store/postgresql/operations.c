/* What the PostgreSQL store gives to store/operations.h. */
#include "store/postgresql/postgresql_store.h"

const struct store_operations postgresql_operations = {
    .is_remote = true,
    .reads = postgresql_reads,
    .open = postgresql_open,
    .close = postgresql_close,
    .error_text = postgresql_error_text,
    .agencies = postgresql_agencies,
    .was_made = postgresql_was_made,
    .warning = postgresql_warning,
    .is_moved = postgresql_is_moved,

    .begin = postgresql_begin,
    .commit = postgresql_commit,
    .rollback = postgresql_rollback,
    .checkpoint = postgresql_checkpoint,
    .is_overtaken = postgresql_is_overtaken,
    .look = postgresql_look,
    .another_speaks = postgresql_another_speaks,
    .is_surely_older = postgresql_is_surely_older,
    .speaker_put = postgresql_speaker_put,

    .append = postgresql_append,
    .key_put = postgresql_key_put,
    .agency_put = postgresql_agency_put,
    .draw = postgresql_draw,
    .finish_put = postgresql_finish_put,

    .agency_get = postgresql_agency_get,
    .key_get = postgresql_key_get,
    .draw_get = postgresql_draw_get,
    .winners_count = postgresql_winners_count,
    .winners = postgresql_winners,
    .each = postgresql_each,
    .each_finish = postgresql_each_finish,

    .copy_begin = postgresql_copy_begin, /* without the rest: none begins */
};
