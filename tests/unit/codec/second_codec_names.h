/*
 * Other names for what the codec's objects share, so that a second codec can be linked beside the
 * one that is shipped. Given to the compiler by -include, with -DSECOND_CODEC=prefix;
 * second_codec.h declares what comes of it.
 */
#define SECOND_CODEC_PASTE_TOKENS(prefix, name) prefix##name
#define SECOND_CODEC_PASTE(prefix, name) SECOND_CODEC_PASTE_TOKENS(prefix, name)
#define SECOND_CODEC_NAME(name) SECOND_CODEC_PASTE(SECOND_CODEC, name)

#define sorteo_decoder_init SECOND_CODEC_NAME(decoder_init)
#define sorteo_decoder_expect SECOND_CODEC_NAME(decoder_expect)
#define sorteo_decoder_next SECOND_CODEC_NAME(decoder_next)
#define sorteo_decoder_keep SECOND_CODEC_NAME(decoder_keep)
#define sorteo_decoder_is_between_frames SECOND_CODEC_NAME(decoder_is_between_frames)
#define sorteo_decoder_end SECOND_CODEC_NAME(decoder_end)
#define sorteo_ends_frame SECOND_CODEC_NAME(ends_frame)
#define sorteo_dialect_count SECOND_CODEC_NAME(dialect_count)
#define sorteo_dialect_names SECOND_CODEC_NAME(dialect_names)
#define sorteo_dialect_parameters SECOND_CODEC_NAME(dialect_parameters)
#define sorteo_dialect_name SECOND_CODEC_NAME(dialect_name)
#define sorteo_dialect_find SECOND_CODEC_NAME(dialect_find)
#define sorteo_winners_max SECOND_CODEC_NAME(winners_max)
#define machine_entry SECOND_CODEC_NAME(machine_entry)
#define machine_exec SECOND_CODEC_NAME(machine_exec)
#define dialect_of SECOND_CODEC_NAME(dialect_of)
#define MACHINE_FUNCTION(dialect, name) SECOND_CODEC_NAME(dialect##_##name)
