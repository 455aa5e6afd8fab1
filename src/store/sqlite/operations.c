/* What the SQLite store gives to store/operations.h. */
#include "store/sqlite/sqlite_store.h"

const struct store_operations sqlite_operations = {
    .open = sqlite_open,
    .close = sqlite_close,
    .error_text = sqlite_error_text,
    .agencies = sqlite_agencies,
    .was_made = sqlite_was_made,
    .warning = sqlite_warning,
    .is_moved = sqlite_is_moved,

    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .checkpoint = sqlite_checkpoint,

    .append = sqlite_append,
    .key_put = sqlite_key_put,
    .agency_put = sqlite_agency_put,
    .draw = sqlite_draw,
    .finish_put = sqlite_finish_put,

    .agency_get = sqlite_agency_get,
    .key_get = sqlite_key_get,
    .draw_get = sqlite_draw_get,
    .winners_count = sqlite_winners_count,
    .winners = sqlite_winners,
    .each = sqlite_each,
    .each_finish = sqlite_each_finish,

    .copy_begin = sqlite_copy_begin,
    .copy_step = sqlite_copy_step,
    .copy_end = sqlite_copy_end,
};
