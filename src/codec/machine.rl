/*
 * The generated machine of the dialect @DIALECT@: where the grammar's actions and conditions are tied to C.
 *
 * Each is one line that calls the function of the same name in actions.h. Knows nothing of windows, of
 * the caller or of events that wait: decoder.c does.
 */
#include "codec/actions.h"
#include "codec/machine.h"
#include "codec/shortcut.h"

%%{
    machine @DIALECT@;
    access decoder->;
    variable cs decoder->state;

    # Conditions. Pure tests of what was read before, and of the byte at p.
    action in_text          { in_text(decoder) }
    action room_2           { has_room(decoder, 2) }
    action room_3           { has_room(decoder, 3) }
    action room_4           { has_room(decoder, 4) }
    action length_high_fits { length_high_fits(decoder, *p) }
    action length_fits      { length_fits(decoder, *p) }
    action n_bets_high_fits { n_bets_high_fits(decoder, *p) }
    action n_bets_fits      { n_bets_fits(decoder, *p) }
    action single_fits      { single_fits(decoder) }
    action in_list          { in_list(decoder) }

    # Fields. Those of a bet are tied to C by their names, in place of the marks (src/generator/field_actions.py).
    # After a length the whole text may be skipped: p moves, and the grammar goes on after it (shortcut.h).
    # The other shortcut, a whole bet, is the shell's, for which batch_begin notes the state in which a bet is due.
    # Both only where the grammar of the dialect was shown to allow them (gen/shortcuts.h).
    action agency_byte      { agency_byte(decoder, *p); }
    action length_byte      { length_byte(decoder, *p); }
    # @FIELD_LENGTHS@
    action text_byte        { text_byte(decoder); }
    # @FIELD_BYTES@
    action key_byte         { key_byte(decoder, *p); }
    action n_bets_byte      { items_byte(decoder, *p); }
    action n_winners_byte   { items_byte(decoder, *p); }

    # Frames. What raises an event returns to the shell, which delivers it. Where one event tells of all of a frame, its
    # action has the frame's name: finish, receipt …
    action bet_begin        { bet_begin(decoder, position(decoder, begin, p)); }
    action single_begin     { single_begin(decoder); }
    action single_end       { single_end(decoder); fbreak; }
    action batch_begin      { batch_begin(decoder, @DIALECT@_takes_plain_bets ? ftargs : MACHINE_ERROR_STATE); fbreak; }
    action batch_bet        { batch_bet(decoder); fbreak; }
    # @FRAME_EVENTS@
    action stored           { answer(decoder, true); fbreak; }
    action refused          { answer(decoder, false); fbreak; }
    action winners_begin    { winners_begin(decoder); fbreak; }
    action winner           { winner(decoder); fbreak; }

    # Errors: at the byte that has no transition, innermost first. The first one that names a field stands.
    action c0_error         { c0_error(decoder, *p); }
    action c1_error         { c1_error(decoder, *p); }
    # @FIELD_ERRORS@
    action n_bets_error     { n_bets_error(decoder); }
    action single_error     { refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_NONE); }
    action birthdate_error  { refuse(decoder, SORTEO_E_DATE, SORTEO_F_BIRTHDATE); }
    action answer_error     { refuse(decoder, SORTEO_E_ANSWER, SORTEO_F_ANSWER); }
    action receipt_error    { refuse(decoder, SORTEO_E_RECEIPT, SORTEO_F_RECEIPT); }

    action item_error       { item_error(decoder); }

    # A field whose rule excludes a byte. Last of all, and `make gen` puts it on every field
    # (src/generator/name_refusals.py).
    action agency_value     { value_error(decoder, fcurs, SORTEO_F_AGENCY); }
    action batch_agency_value { value_error(decoder, fcurs, SORTEO_F_AGENCY); }
    action bet_agency_value { value_error(decoder, fcurs, SORTEO_F_AGENCY); }
    # @FIELD_VALUES@
    action birthdate_value  { value_error(decoder, fcurs, SORTEO_F_BIRTHDATE); }
    action n_bets_value     { value_error(decoder, fcurs, SORTEO_F_N_BETS); }
    action key_value        { value_error(decoder, fcurs, SORTEO_F_KEY); }
    action n_winners_value  { value_error(decoder, fcurs, SORTEO_F_N_WINNERS); }

    include @DIALECT@ "@DIALECT@.rl";

    write data noerror nofinal;
}%%

uint8_t MACHINE_FUNCTION(@DIALECT@, entry)(enum machine_entry entry)
{
    switch (entry) {
    case MACHINE_AGENCY_STREAM: return (uint8_t)@DIALECT@_en_agency_stream;
    case MACHINE_BET_STREAM:    return (uint8_t)@DIALECT@_en_bet_stream;
#define X(frame, name) case MACHINE_##frame: return (uint8_t)@DIALECT@_en_##name;
    REPLIES(X)
#undef X
    case MACHINE_NAME:          return (uint8_t)@DIALECT@_en_name;
    case MACHINE_BIRTHDATE:     return (uint8_t)@DIALECT@_en_birthdate;
    case MACHINE_BET:           return (uint8_t)@DIALECT@_bet_state;
    case MACHINE_DOCUMENT:      return (uint8_t)@DIALECT@_document_state;
    case MACHINE_SILENCE:       break;
    }
    return (uint8_t)@DIALECT@_en_silence;
}

const uint8_t *MACHINE_FUNCTION(@DIALECT@, exec)(struct sorteo_decoder *decoder, const uint8_t *begin,
                                                 const uint8_t *end)
{
    const uint8_t *p = begin;
    const uint8_t *const pe = end;
    const uint8_t *const eof = NULL; /* no action fires at an end: decoder.c finds "truncated" */

    %% write exec;

    return p;
}
