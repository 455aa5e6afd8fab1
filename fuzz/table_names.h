/*
 * Other names for the decoder, so that a second one can be linked beside it. Given to the compiler by
 * -include.
 */
#define sorteo_decoder_init table_decoder_init
#define sorteo_decoder_expect table_decoder_expect
#define sorteo_decoder_next table_decoder_next
#define sorteo_decoder_keep table_decoder_keep
#define sorteo_decoder_is_between_frames table_decoder_is_between_frames
#define sorteo_decoder_end table_decoder_end
#define sorteo_dialect_parameters table_dialect_parameters
#define sorteo_dialect_name table_dialect_name
#define sorteo_dialect_find table_dialect_find
#define sorteo_winners_max table_winners_max
#define machine_entry table_machine_entry
#define machine_exec table_machine_exec
#define sorteo_wide_entry table_wide_entry
#define sorteo_wide_exec table_wide_exec
#define sorteo_compact_entry table_compact_entry
#define sorteo_compact_exec table_compact_exec
#define sorteo_keyed_entry table_keyed_entry
#define sorteo_keyed_exec table_keyed_exec
