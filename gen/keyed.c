/* Generated from grammar/keyed.rl and src/codec/machine.rl by `make gen`. Do not edit. */

/*
 * The generated machine of the dialect keyed: where the grammar's actions and conditions are tied to C.
 *
 * Each is one line that calls the function of the same name in actions.h. Knows nothing of windows, of
 * the caller or of events that wait: decoder.c does.
 */
#include "codec/actions.h"
#include "codec/machine.h"
#include "codec/shortcut.h"

static const int keyed_start = 1;

static const int keyed_en_agency_stream = 190;
static const int keyed_en_bet_stream = 191;
static const int keyed_en_answer = 175;
static const int keyed_en_winners = 176;
static const int keyed_en_silence = 194;
static const int keyed_en_name = 195;
static const int keyed_en_birthdate = 1;

uint8_t MACHINE_FUNCTION(keyed, entry)(enum machine_entry entry)
{
    switch (entry) {
    case MACHINE_AGENCY_STREAM: return (uint8_t)keyed_en_agency_stream;
    case MACHINE_BET_STREAM:    return (uint8_t)keyed_en_bet_stream;
#define X(frame, name) case MACHINE_##frame: return (uint8_t)keyed_en_##name;
    REPLIES(X)
#undef X
    case MACHINE_NAME:          return (uint8_t)keyed_en_name;
    case MACHINE_BIRTHDATE:     return (uint8_t)keyed_en_birthdate;
    case MACHINE_BET:           return (uint8_t)keyed_bet_state;
    case MACHINE_DOCUMENT:      return (uint8_t)keyed_document_state;
    case MACHINE_SILENCE:       break;
    }
    return (uint8_t)keyed_en_silence;
}

const uint8_t *MACHINE_FUNCTION(keyed, exec)(struct sorteo_decoder *decoder, const uint8_t *begin,
                                                 const uint8_t *end)
{
    const uint8_t *p = begin;
    const uint8_t *const pe = end;
    const uint8_t *const eof = NULL; /* no action fires at an end: decoder.c finds "truncated" */

	{
	int _ps = 0;
	short _widec;
	if ( p == pe )
		goto _test_eof;
	switch ( ( decoder->state) )
	{
case 1:
	_ps = 1;
	switch( (*p) ) {
		case 48u: goto st2;
		case 50u: goto st31;
		case 52u: goto st31;
		case 54u: goto st31;
		case 56u: goto st31;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st30;
	goto tr0;
tr0:
	{ refuse(decoder, SORTEO_E_DATE, SORTEO_F_BIRTHDATE); }
	{ value_error(decoder, (_ps), SORTEO_F_BIRTHDATE); }
	goto st0;
tr33:
	{ n_bets_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_N_BETS); }
	goto st0;
tr44:
	{ refuse(decoder, SORTEO_E_RECEIPT, SORTEO_F_RECEIPT); }
	goto st0;
tr54:
	{ n_bets_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_N_BETS); }
	{ item_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_AGENCY); }
	goto st0;
tr58:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_NAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME_N); }
	goto st0;
tr61:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_SURNAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME_N); }
	goto st0;
tr72:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_SURNAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME_N); }
	goto st0;
tr74:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	goto st0;
tr121:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	goto st0;
tr122:
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	goto st0;
tr123:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	goto st0;
tr124:
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	goto st0;
tr194:
	{ refuse(decoder, SORTEO_E_ANSWER, SORTEO_F_ANSWER); }
	goto st0;
tr204:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_NONE); }
	{ value_error(decoder, (_ps), SORTEO_F_KEY); }
	goto st0;
tr206:
	{ item_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	goto st0;
tr208:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	goto st0;
st0:
( decoder->state) = 0;
	goto _out;
st2:
	if ( ++p == pe )
		goto _test_eof2;
case 2:
	_ps = 2;
	switch( (*p) ) {
		case 48u: goto st3;
		case 52u: goto st29;
		case 56u: goto st29;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st27;
	goto tr0;
st3:
	if ( ++p == pe )
		goto _test_eof3;
case 3:
	_ps = 3;
	switch( (*p) ) {
		case 48u: goto st4;
		case 50u: goto st26;
		case 52u: goto st26;
		case 54u: goto st26;
		case 56u: goto st26;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st25;
	goto tr0;
st4:
	if ( ++p == pe )
		goto _test_eof4;
case 4:
	_ps = 4;
	switch( (*p) ) {
		case 52u: goto st20;
		case 56u: goto st20;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st5;
	goto tr0;
st5:
	if ( ++p == pe )
		goto _test_eof5;
case 5:
	_ps = 5;
	if ( (*p) == 45u )
		goto st6;
	goto tr0;
st6:
	if ( ++p == pe )
		goto _test_eof6;
case 6:
	_ps = 6;
	switch( (*p) ) {
		case 48u: goto st7;
		case 49u: goto st19;
	}
	goto tr0;
st7:
	if ( ++p == pe )
		goto _test_eof7;
case 7:
	_ps = 7;
	switch( (*p) ) {
		case 50u: goto st13;
		case 52u: goto st16;
		case 54u: goto st16;
		case 57u: goto st16;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st8;
	goto tr0;
st8:
	if ( ++p == pe )
		goto _test_eof8;
case 8:
	_ps = 8;
	if ( (*p) == 45u )
		goto st9;
	goto tr0;
st9:
	if ( ++p == pe )
		goto _test_eof9;
case 9:
	_ps = 9;
	switch( (*p) ) {
		case 48u: goto st10;
		case 51u: goto st12;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st11;
	goto tr0;
st10:
	if ( ++p == pe )
		goto _test_eof10;
case 10:
	_ps = 10;
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st189;
	goto tr0;
st189:
	if ( ++p == pe )
		goto _test_eof189;
case 189:
	goto st0;
st11:
	if ( ++p == pe )
		goto _test_eof11;
case 11:
	_ps = 11;
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st189;
	goto tr0;
st12:
	if ( ++p == pe )
		goto _test_eof12;
case 12:
	_ps = 12;
	if ( 48u <= (*p) && (*p) <= 49u )
		goto st189;
	goto tr0;
st13:
	if ( ++p == pe )
		goto _test_eof13;
case 13:
	_ps = 13;
	if ( (*p) == 45u )
		goto st14;
	goto tr0;
st14:
	if ( ++p == pe )
		goto _test_eof14;
case 14:
	_ps = 14;
	switch( (*p) ) {
		case 48u: goto st10;
		case 49u: goto st11;
		case 50u: goto st15;
	}
	goto tr0;
st15:
	if ( ++p == pe )
		goto _test_eof15;
case 15:
	_ps = 15;
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st189;
	goto tr0;
st16:
	if ( ++p == pe )
		goto _test_eof16;
case 16:
	_ps = 16;
	if ( (*p) == 45u )
		goto st17;
	goto tr0;
st17:
	if ( ++p == pe )
		goto _test_eof17;
case 17:
	_ps = 17;
	switch( (*p) ) {
		case 48u: goto st10;
		case 51u: goto st18;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st11;
	goto tr0;
st18:
	if ( ++p == pe )
		goto _test_eof18;
case 18:
	_ps = 18;
	if ( (*p) == 48u )
		goto st189;
	goto tr0;
st19:
	if ( ++p == pe )
		goto _test_eof19;
case 19:
	_ps = 19;
	if ( (*p) == 49u )
		goto st16;
	if ( 48u <= (*p) && (*p) <= 50u )
		goto st8;
	goto tr0;
st20:
	if ( ++p == pe )
		goto _test_eof20;
case 20:
	_ps = 20;
	if ( (*p) == 45u )
		goto st21;
	goto tr0;
st21:
	if ( ++p == pe )
		goto _test_eof21;
case 21:
	_ps = 21;
	switch( (*p) ) {
		case 48u: goto st22;
		case 49u: goto st19;
	}
	goto tr0;
st22:
	if ( ++p == pe )
		goto _test_eof22;
case 22:
	_ps = 22;
	switch( (*p) ) {
		case 50u: goto st23;
		case 52u: goto st16;
		case 54u: goto st16;
		case 57u: goto st16;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st8;
	goto tr0;
st23:
	if ( ++p == pe )
		goto _test_eof23;
case 23:
	_ps = 23;
	if ( (*p) == 45u )
		goto st24;
	goto tr0;
st24:
	if ( ++p == pe )
		goto _test_eof24;
case 24:
	_ps = 24;
	if ( (*p) == 48u )
		goto st10;
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st11;
	goto tr0;
st25:
	if ( ++p == pe )
		goto _test_eof25;
case 25:
	_ps = 25;
	switch( (*p) ) {
		case 50u: goto st20;
		case 54u: goto st20;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st5;
	goto tr0;
st26:
	if ( ++p == pe )
		goto _test_eof26;
case 26:
	_ps = 26;
	switch( (*p) ) {
		case 48u: goto st20;
		case 52u: goto st20;
		case 56u: goto st20;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st5;
	goto tr0;
st27:
	if ( ++p == pe )
		goto _test_eof27;
case 27:
	_ps = 27;
	switch( (*p) ) {
		case 48u: goto st28;
		case 50u: goto st26;
		case 52u: goto st26;
		case 54u: goto st26;
		case 56u: goto st26;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st25;
	goto tr0;
st28:
	if ( ++p == pe )
		goto _test_eof28;
case 28:
	_ps = 28;
	switch( (*p) ) {
		case 52u: goto st20;
		case 56u: goto st20;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st5;
	goto tr0;
st29:
	if ( ++p == pe )
		goto _test_eof29;
case 29:
	_ps = 29;
	switch( (*p) ) {
		case 49u: goto st25;
		case 51u: goto st25;
		case 53u: goto st25;
		case 55u: goto st25;
		case 57u: goto st25;
	}
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st26;
	goto tr0;
st30:
	if ( ++p == pe )
		goto _test_eof30;
case 30:
	_ps = 30;
	switch( (*p) ) {
		case 50u: goto st29;
		case 54u: goto st29;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st27;
	goto tr0;
st31:
	if ( ++p == pe )
		goto _test_eof31;
case 31:
	_ps = 31;
	switch( (*p) ) {
		case 48u: goto st29;
		case 52u: goto st29;
		case 56u: goto st29;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st27;
	goto tr0;
case 175:
	switch( (*p) ) {
		case 0u: goto tr192;
		case 1u: goto tr193;
	}
	goto tr194;
tr192:
	{ answer(decoder, true); {p++; ( decoder->state) = 192; goto _out;} }
	goto st192;
tr193:
	{ answer(decoder, false); {p++; ( decoder->state) = 192; goto _out;} }
	goto st192;
st192:
	if ( ++p == pe )
		goto _test_eof192;
case 192:
	goto st0;
case 176:
	goto tr195;
tr195:
	{ items_byte(decoder, *p); }
	goto st177;
st177:
	if ( ++p == pe )
		goto _test_eof177;
case 177:
	goto tr196;
tr196:
	{ items_byte(decoder, *p); }
	{ winners_begin(decoder); {p++; ( decoder->state) = 193; goto _out;} }
	goto st193;
tr199:
	{ document_byte(decoder, *p); }
	{ winner(decoder); {p++; ( decoder->state) = 193; goto _out;} }
	goto st193;
st193:
	if ( ++p == pe )
		goto _test_eof193;
case 193:
	_ps = 193;
	_widec = (*p);
	_widec = (short)(13056u + ((*p) - 0u));
	if (
 in_list(decoder)  ) _widec += 256;
	if ( 13312 <= _widec && _widec <= 13567 )
		goto tr207;
	goto tr206;
tr207:
	{ document_byte(decoder, *p); }
	goto st178;
st178:
	if ( ++p == pe )
		goto _test_eof178;
case 178:
	goto tr197;
tr197:
	{ document_byte(decoder, *p); }
	goto st179;
st179:
	if ( ++p == pe )
		goto _test_eof179;
case 179:
	goto tr198;
tr198:
	{ document_byte(decoder, *p); }
	goto st180;
st180:
	if ( ++p == pe )
		goto _test_eof180;
case 180:
	goto tr199;
tr45:
	{ frame_end(decoder, SORTEO_RECEIPT); {p++; ( decoder->state) = 190; goto _out;} }
	goto st190;
st190:
	if ( ++p == pe )
		goto _test_eof190;
case 190:
	_ps = 190;
	_widec = (*p);
	if ( 1u <= (*p) )
 {		_widec = (short)(768u + ((*p) - 0u));
		if (
 n_bets_high_fits(decoder, *p)  ) _widec += 256;
	}
	if ( _widec == 0 )
		goto tr55;
	if ( 1025 <= _widec && _widec <= 1279 )
		goto tr57;
	goto tr33;
tr55:
	{ items_byte(decoder, *p); }
	goto st32;
st32:
	if ( ++p == pe )
		goto _test_eof32;
case 32:
	_ps = 32;
	_widec = (*p);
	if ( 1u <= (*p) )
 {		_widec = (short)(256u + ((*p) - 0u));
		if (
 n_bets_fits(decoder, *p)  ) _widec += 256;
	}
	if ( _widec == 0 )
		goto st33;
	if ( 513 <= _widec && _widec <= 767 )
		goto tr34;
	goto tr33;
st33:
	if ( ++p == pe )
		goto _test_eof33;
case 33:
	goto tr35;
tr35:
	{ key_byte(decoder, *p); }
	goto st34;
st34:
	if ( ++p == pe )
		goto _test_eof34;
case 34:
	goto tr36;
tr36:
	{ key_byte(decoder, *p); }
	goto st35;
st35:
	if ( ++p == pe )
		goto _test_eof35;
case 35:
	goto tr37;
tr37:
	{ key_byte(decoder, *p); }
	goto st36;
st36:
	if ( ++p == pe )
		goto _test_eof36;
case 36:
	goto tr38;
tr38:
	{ key_byte(decoder, *p); }
	goto st37;
st37:
	if ( ++p == pe )
		goto _test_eof37;
case 37:
	goto tr39;
tr39:
	{ key_byte(decoder, *p); }
	goto st38;
st38:
	if ( ++p == pe )
		goto _test_eof38;
case 38:
	goto tr40;
tr40:
	{ key_byte(decoder, *p); }
	goto st39;
st39:
	if ( ++p == pe )
		goto _test_eof39;
case 39:
	goto tr41;
tr41:
	{ key_byte(decoder, *p); }
	goto st40;
st40:
	if ( ++p == pe )
		goto _test_eof40;
case 40:
	goto tr42;
tr42:
	{ key_byte(decoder, *p); }
	goto st41;
st41:
	if ( ++p == pe )
		goto _test_eof41;
case 41:
	goto tr43;
tr43:
	{ agency_byte(decoder, *p); }
	{ frame_end(decoder, SORTEO_FINISH); {p++; ( decoder->state) = 42; goto _out;} }
	goto st42;
st42:
	if ( ++p == pe )
		goto _test_eof42;
case 42:
	if ( (*p) == 1u )
		goto tr45;
	goto tr44;
tr34:
	{ items_byte(decoder, *p); }
	goto st43;
st43:
	if ( ++p == pe )
		goto _test_eof43;
case 43:
	goto tr46;
tr46:
	{ key_byte(decoder, *p); }
	goto st44;
st44:
	if ( ++p == pe )
		goto _test_eof44;
case 44:
	goto tr47;
tr47:
	{ key_byte(decoder, *p); }
	goto st45;
st45:
	if ( ++p == pe )
		goto _test_eof45;
case 45:
	goto tr48;
tr48:
	{ key_byte(decoder, *p); }
	goto st46;
st46:
	if ( ++p == pe )
		goto _test_eof46;
case 46:
	goto tr49;
tr49:
	{ key_byte(decoder, *p); }
	goto st47;
st47:
	if ( ++p == pe )
		goto _test_eof47;
case 47:
	goto tr50;
tr50:
	{ key_byte(decoder, *p); }
	goto st48;
st48:
	if ( ++p == pe )
		goto _test_eof48;
case 48:
	goto tr51;
tr51:
	{ key_byte(decoder, *p); }
	goto st49;
st49:
	if ( ++p == pe )
		goto _test_eof49;
case 49:
	goto tr52;
tr52:
	{ key_byte(decoder, *p); }
	goto st50;
st50:
	if ( ++p == pe )
		goto _test_eof50;
case 50:
	goto tr53;
tr53:
	{ key_byte(decoder, *p); }
	{ batch_begin(decoder, keyed_takes_plain_bets ? 51 : MACHINE_ERROR_STATE); {p++; ( decoder->state) = 51; goto _out;} }
	goto st51;
tr111:
	{ number_byte(decoder, *p); }
	{ batch_bet(decoder); {p++; ( decoder->state) = 51; goto _out;} }
	goto st51;
st51:
	if ( ++p == pe )
		goto _test_eof51;
case 51:
	_ps = 51;
	_widec = (*p);
	if ( (*p) > 0u ) {
		if ( 1u <= (*p) )
 {			_widec = (short)(13568u + ((*p) - 0u));
			if (
 n_bets_high_fits(decoder, *p)  ) _widec += 256;
			if (
 in_list(decoder)  ) _widec += 512;
		}
	} else {
		_widec = (short)(13056u + ((*p) - 0u));
		if (
 in_list(decoder)  ) _widec += 256;
	}
	switch( _widec ) {
		case 13056: goto tr55;
		case 13312: goto tr56;
	}
	if ( _widec < 14081 ) {
		if ( 13825 <= _widec && _widec <= 14079 )
			goto tr57;
	} else if ( _widec > 14335 ) {
		if ( 14337 <= _widec && _widec <= 14591 )
			goto tr56;
	} else
		goto tr56;
	goto tr54;
tr56:
	{ bet_begin(decoder, position(decoder, begin, p)); }
	{ agency_byte(decoder, *p); }
	goto st52;
st52:
	if ( ++p == pe )
		goto _test_eof52;
case 52:
	_ps = 52;
	_widec = (*p);
	_widec = (short)(1280u + ((*p) - 0u));
	if (
 length_high_fits(decoder, *p)  ) _widec += 256;
	if ( 1536 <= _widec && _widec <= 1791 )
		goto tr59;
	goto tr58;
tr59:
	{ length_byte(decoder, *p); }
	goto st53;
st53:
	if ( ++p == pe )
		goto _test_eof53;
case 53:
	_ps = 53;
	_widec = (*p);
	_widec = (short)(1792u + ((*p) - 0u));
	if (
 length_fits(decoder, *p)  ) _widec += 256;
	if ( 2048 <= _widec && _widec <= 2303 )
		goto tr60;
	goto tr58;
tr60:
	{ length_byte(decoder, *p); }
	{
        name_n(decoder, position(decoder, begin, p));
        if (keyed_takes_plain_names)
            p = skip_text(decoder, p, pe);
    }
	goto st54;
tr62:
	{ text_byte(decoder); }
	goto st54;
st54:
	if ( ++p == pe )
		goto _test_eof54;
case 54:
	_ps = 54;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(5888u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_high_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(5888u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 length_high_fits(decoder, *p)  ) _widec += 512;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(6912u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(8960u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else {
				_widec = (short)(6912u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
				if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(5888u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 length_high_fits(decoder, *p)  ) _widec += 512;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(8960u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(8960u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
				if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(11008u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(5888u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_high_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(11008u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
				if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(11008u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
			if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
		}
	} else {
		_widec = (short)(8960u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
		if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
	}
	switch( _widec ) {
		case 7874: goto tr64;
		case 8898: goto tr64;
		case 9952: goto tr66;
		case 9965: goto tr68;
		case 10976: goto tr66;
		case 10989: goto tr68;
		case 12016: goto tr69;
		case 12020: goto tr71;
		case 13040: goto tr69;
		case 13044: goto tr71;
	}
	if ( _widec < 8899 ) {
		if ( _widec < 6688 ) {
			if ( _widec < 6400 ) {
				if ( 6176 <= _widec && _widec <= 6270 )
					goto tr62;
			} else if ( _widec > 6593 ) {
				if ( 6645 <= _widec && _widec <= 6655 )
					goto tr63;
			} else
				goto tr63;
		} else if ( _widec > 6782 ) {
			if ( _widec < 8130 ) {
				if ( 7875 <= _widec && _widec <= 7903 )
					goto tr65;
			} else if ( _widec > 8159 ) {
				if ( 8642 <= _widec && _widec <= 8671 )
					goto tr63;
			} else
				goto tr63;
		} else
			goto tr62;
	} else if ( _widec > 8927 ) {
		if ( _widec < 10977 ) {
			if ( _widec < 10208 ) {
				if ( 9953 <= _widec && _widec <= 9967 )
					goto tr67;
			} else if ( _widec > 10223 ) {
				if ( 10720 <= _widec && _widec <= 10735 )
					goto tr63;
			} else
				goto tr63;
		} else if ( _widec > 10991 ) {
			if ( _widec < 12272 ) {
				if ( 12017 <= _widec && _widec <= 12019 )
					goto tr70;
			} else if ( _widec > 12276 ) {
				if ( _widec > 12788 ) {
					if ( 13041 <= _widec && _widec <= 13043 )
						goto tr70;
				} else if ( _widec >= 12784 )
					goto tr63;
			} else
				goto tr63;
		} else
			goto tr67;
	} else
		goto tr65;
	goto tr61;
tr63:
	{ length_byte(decoder, *p); }
	goto st55;
st55:
	if ( ++p == pe )
		goto _test_eof55;
case 55:
	_ps = 55;
	_widec = (*p);
	_widec = (short)(1792u + ((*p) - 0u));
	if (
 length_fits(decoder, *p)  ) _widec += 256;
	if ( 2048 <= _widec && _widec <= 2303 )
		goto tr73;
	goto tr72;
tr76:
	{ text_byte(decoder); }
	goto st56;
tr73:
	{ length_byte(decoder, *p); }
	{
        surname_n(decoder, position(decoder, begin, p));
        if (keyed_takes_plain_surnames)
            p = skip_text(decoder, p, pe);
    }
	goto st56;
st56:
	if ( ++p == pe )
		goto _test_eof56;
case 56:
	_ps = 56;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(2304u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(2304u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(2816u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(3840u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else {
				_widec = (short)(2816u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
			}
		} else {
			_widec = (short)(2304u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(3840u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(3840u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(4864u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(2304u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(4864u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
			}
		} else {
			_widec = (short)(4864u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
		}
	} else {
		_widec = (short)(3840u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
	}
	switch( _widec ) {
		case 3778: goto tr77;
		case 4832: goto tr79;
		case 4845: goto tr81;
		case 5872: goto tr82;
		case 5876: goto tr84;
	}
	if ( _widec < 3779 ) {
		if ( _widec < 2592 ) {
			if ( _widec > 2497 ) {
				if ( 2549 <= _widec && _widec <= 2559 )
					goto tr75;
			} else if ( _widec >= 2304 )
				goto tr75;
		} else if ( _widec > 2686 ) {
			if ( _widec > 3039 ) {
				if ( 3522 <= _widec && _widec <= 3551 )
					goto tr75;
			} else if ( _widec >= 3010 )
				goto tr75;
		} else
			goto tr76;
	} else if ( _widec > 3807 ) {
		if ( _widec < 4833 ) {
			if ( _widec > 4079 ) {
				if ( 4576 <= _widec && _widec <= 4591 )
					goto tr75;
			} else if ( _widec >= 4064 )
				goto tr75;
		} else if ( _widec > 4847 ) {
			if ( _widec < 5616 ) {
				if ( 5104 <= _widec && _widec <= 5108 )
					goto tr75;
			} else if ( _widec > 5620 ) {
				if ( 5873 <= _widec && _widec <= 5875 )
					goto tr83;
			} else
				goto tr75;
		} else
			goto tr80;
	} else
		goto tr78;
	goto tr74;
tr75:
	{ document_byte(decoder, *p); }
	goto st57;
st57:
	if ( ++p == pe )
		goto _test_eof57;
case 57:
	goto tr85;
tr85:
	{ document_byte(decoder, *p); }
	goto st58;
st58:
	if ( ++p == pe )
		goto _test_eof58;
case 58:
	goto tr86;
tr86:
	{ document_byte(decoder, *p); }
	goto st59;
st59:
	if ( ++p == pe )
		goto _test_eof59;
case 59:
	goto tr87;
tr87:
	{ document_byte(decoder, *p); }
	goto st60;
st60:
	if ( ++p == pe )
		goto _test_eof60;
case 60:
	_ps = 60;
	switch( (*p) ) {
		case 48u: goto st61;
		case 50u: goto st92;
		case 52u: goto st92;
		case 54u: goto st92;
		case 56u: goto st92;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st91;
	goto tr0;
st61:
	if ( ++p == pe )
		goto _test_eof61;
case 61:
	_ps = 61;
	switch( (*p) ) {
		case 48u: goto st62;
		case 52u: goto st90;
		case 56u: goto st90;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st88;
	goto tr0;
st62:
	if ( ++p == pe )
		goto _test_eof62;
case 62:
	_ps = 62;
	switch( (*p) ) {
		case 48u: goto st63;
		case 50u: goto st87;
		case 52u: goto st87;
		case 54u: goto st87;
		case 56u: goto st87;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st86;
	goto tr0;
st63:
	if ( ++p == pe )
		goto _test_eof63;
case 63:
	_ps = 63;
	switch( (*p) ) {
		case 52u: goto st81;
		case 56u: goto st81;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st64;
	goto tr0;
st64:
	if ( ++p == pe )
		goto _test_eof64;
case 64:
	_ps = 64;
	if ( (*p) == 45u )
		goto st65;
	goto tr0;
st65:
	if ( ++p == pe )
		goto _test_eof65;
case 65:
	_ps = 65;
	switch( (*p) ) {
		case 48u: goto st66;
		case 49u: goto st80;
	}
	goto tr0;
st66:
	if ( ++p == pe )
		goto _test_eof66;
case 66:
	_ps = 66;
	switch( (*p) ) {
		case 50u: goto st74;
		case 52u: goto st77;
		case 54u: goto st77;
		case 57u: goto st77;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st67;
	goto tr0;
st67:
	if ( ++p == pe )
		goto _test_eof67;
case 67:
	_ps = 67;
	if ( (*p) == 45u )
		goto st68;
	goto tr0;
st68:
	if ( ++p == pe )
		goto _test_eof68;
case 68:
	_ps = 68;
	switch( (*p) ) {
		case 48u: goto st69;
		case 51u: goto st73;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st72;
	goto tr0;
st69:
	if ( ++p == pe )
		goto _test_eof69;
case 69:
	_ps = 69;
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st70;
	goto tr0;
st70:
	if ( ++p == pe )
		goto _test_eof70;
case 70:
	goto tr110;
tr110:
	{ number_byte(decoder, *p); }
	goto st71;
st71:
	if ( ++p == pe )
		goto _test_eof71;
case 71:
	goto tr111;
st72:
	if ( ++p == pe )
		goto _test_eof72;
case 72:
	_ps = 72;
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st70;
	goto tr0;
st73:
	if ( ++p == pe )
		goto _test_eof73;
case 73:
	_ps = 73;
	if ( 48u <= (*p) && (*p) <= 49u )
		goto st70;
	goto tr0;
st74:
	if ( ++p == pe )
		goto _test_eof74;
case 74:
	_ps = 74;
	if ( (*p) == 45u )
		goto st75;
	goto tr0;
st75:
	if ( ++p == pe )
		goto _test_eof75;
case 75:
	_ps = 75;
	switch( (*p) ) {
		case 48u: goto st69;
		case 49u: goto st72;
		case 50u: goto st76;
	}
	goto tr0;
st76:
	if ( ++p == pe )
		goto _test_eof76;
case 76:
	_ps = 76;
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st70;
	goto tr0;
st77:
	if ( ++p == pe )
		goto _test_eof77;
case 77:
	_ps = 77;
	if ( (*p) == 45u )
		goto st78;
	goto tr0;
st78:
	if ( ++p == pe )
		goto _test_eof78;
case 78:
	_ps = 78;
	switch( (*p) ) {
		case 48u: goto st69;
		case 51u: goto st79;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st72;
	goto tr0;
st79:
	if ( ++p == pe )
		goto _test_eof79;
case 79:
	_ps = 79;
	if ( (*p) == 48u )
		goto st70;
	goto tr0;
st80:
	if ( ++p == pe )
		goto _test_eof80;
case 80:
	_ps = 80;
	if ( (*p) == 49u )
		goto st77;
	if ( 48u <= (*p) && (*p) <= 50u )
		goto st67;
	goto tr0;
st81:
	if ( ++p == pe )
		goto _test_eof81;
case 81:
	_ps = 81;
	if ( (*p) == 45u )
		goto st82;
	goto tr0;
st82:
	if ( ++p == pe )
		goto _test_eof82;
case 82:
	_ps = 82;
	switch( (*p) ) {
		case 48u: goto st83;
		case 49u: goto st80;
	}
	goto tr0;
st83:
	if ( ++p == pe )
		goto _test_eof83;
case 83:
	_ps = 83;
	switch( (*p) ) {
		case 50u: goto st84;
		case 52u: goto st77;
		case 54u: goto st77;
		case 57u: goto st77;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st67;
	goto tr0;
st84:
	if ( ++p == pe )
		goto _test_eof84;
case 84:
	_ps = 84;
	if ( (*p) == 45u )
		goto st85;
	goto tr0;
st85:
	if ( ++p == pe )
		goto _test_eof85;
case 85:
	_ps = 85;
	if ( (*p) == 48u )
		goto st69;
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st72;
	goto tr0;
st86:
	if ( ++p == pe )
		goto _test_eof86;
case 86:
	_ps = 86;
	switch( (*p) ) {
		case 50u: goto st81;
		case 54u: goto st81;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st64;
	goto tr0;
st87:
	if ( ++p == pe )
		goto _test_eof87;
case 87:
	_ps = 87;
	switch( (*p) ) {
		case 48u: goto st81;
		case 52u: goto st81;
		case 56u: goto st81;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st64;
	goto tr0;
st88:
	if ( ++p == pe )
		goto _test_eof88;
case 88:
	_ps = 88;
	switch( (*p) ) {
		case 48u: goto st89;
		case 50u: goto st87;
		case 52u: goto st87;
		case 54u: goto st87;
		case 56u: goto st87;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st86;
	goto tr0;
st89:
	if ( ++p == pe )
		goto _test_eof89;
case 89:
	_ps = 89;
	switch( (*p) ) {
		case 52u: goto st81;
		case 56u: goto st81;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st64;
	goto tr0;
st90:
	if ( ++p == pe )
		goto _test_eof90;
case 90:
	_ps = 90;
	switch( (*p) ) {
		case 49u: goto st86;
		case 51u: goto st86;
		case 53u: goto st86;
		case 55u: goto st86;
		case 57u: goto st86;
	}
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st87;
	goto tr0;
st91:
	if ( ++p == pe )
		goto _test_eof91;
case 91:
	_ps = 91;
	switch( (*p) ) {
		case 50u: goto st90;
		case 54u: goto st90;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st88;
	goto tr0;
st92:
	if ( ++p == pe )
		goto _test_eof92;
case 92:
	_ps = 92;
	switch( (*p) ) {
		case 48u: goto st90;
		case 52u: goto st90;
		case 56u: goto st90;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st88;
	goto tr0;
tr77:
	{ text_byte(decoder); }
	goto st93;
st93:
	if ( ++p == pe )
		goto _test_eof93;
case 93:
	_ps = 93;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr76;
	goto tr121;
tr78:
	{ text_byte(decoder); }
	goto st94;
st94:
	if ( ++p == pe )
		goto _test_eof94;
case 94:
	_ps = 94;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr76;
	goto tr122;
tr79:
	{ text_byte(decoder); }
	goto st95;
st95:
	if ( ++p == pe )
		goto _test_eof95;
case 95:
	_ps = 95;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr78;
	goto tr122;
tr80:
	{ text_byte(decoder); }
	goto st96;
st96:
	if ( ++p == pe )
		goto _test_eof96;
case 96:
	_ps = 96;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr78;
	goto tr122;
tr81:
	{ text_byte(decoder); }
	goto st97;
st97:
	if ( ++p == pe )
		goto _test_eof97;
case 97:
	_ps = 97;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr78;
	goto tr122;
tr82:
	{ text_byte(decoder); }
	goto st98;
st98:
	if ( ++p == pe )
		goto _test_eof98;
case 98:
	_ps = 98;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr80;
	goto tr122;
tr83:
	{ text_byte(decoder); }
	goto st99;
st99:
	if ( ++p == pe )
		goto _test_eof99;
case 99:
	_ps = 99;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr80;
	goto tr122;
tr84:
	{ text_byte(decoder); }
	goto st100;
st100:
	if ( ++p == pe )
		goto _test_eof100;
case 100:
	_ps = 100;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr80;
	goto tr122;
tr64:
	{ text_byte(decoder); }
	goto st101;
st101:
	if ( ++p == pe )
		goto _test_eof101;
case 101:
	_ps = 101;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr62;
	goto tr123;
tr65:
	{ text_byte(decoder); }
	goto st102;
st102:
	if ( ++p == pe )
		goto _test_eof102;
case 102:
	_ps = 102;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr62;
	goto tr124;
tr66:
	{ text_byte(decoder); }
	goto st103;
st103:
	if ( ++p == pe )
		goto _test_eof103;
case 103:
	_ps = 103;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr65;
	goto tr124;
tr67:
	{ text_byte(decoder); }
	goto st104;
st104:
	if ( ++p == pe )
		goto _test_eof104;
case 104:
	_ps = 104;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr65;
	goto tr124;
tr68:
	{ text_byte(decoder); }
	goto st105;
st105:
	if ( ++p == pe )
		goto _test_eof105;
case 105:
	_ps = 105;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr65;
	goto tr124;
tr69:
	{ text_byte(decoder); }
	goto st106;
st106:
	if ( ++p == pe )
		goto _test_eof106;
case 106:
	_ps = 106;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr67;
	goto tr124;
tr70:
	{ text_byte(decoder); }
	goto st107;
st107:
	if ( ++p == pe )
		goto _test_eof107;
case 107:
	_ps = 107;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr67;
	goto tr124;
tr71:
	{ text_byte(decoder); }
	goto st108;
st108:
	if ( ++p == pe )
		goto _test_eof108;
case 108:
	_ps = 108;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr67;
	goto tr124;
tr57:
	{ items_byte(decoder, *p); }
	goto st109;
st109:
	if ( ++p == pe )
		goto _test_eof109;
case 109:
	_ps = 109;
	_widec = (*p);
	_widec = (short)(256u + ((*p) - 0u));
	if (
 n_bets_fits(decoder, *p)  ) _widec += 256;
	if ( 512 <= _widec && _widec <= 767 )
		goto tr34;
	goto tr33;
tr182:
	{ number_byte(decoder, *p); }
	{ single_end(decoder); {p++; ( decoder->state) = 191; goto _out;} }
	goto st191;
st191:
	if ( ++p == pe )
		goto _test_eof191;
case 191:
	_ps = 191;
	_widec = (*p);
	_widec = (short)(14592u + ((*p) - 0u));
	if (
 single_fits(decoder)  ) _widec += 256;
	if ( 14848 <= _widec && _widec <= 15103 )
		goto tr205;
	goto tr204;
tr205:
	{ single_begin(decoder); }
	{ key_byte(decoder, *p); }
	goto st110;
st110:
	if ( ++p == pe )
		goto _test_eof110;
case 110:
	goto tr125;
tr125:
	{ key_byte(decoder, *p); }
	goto st111;
st111:
	if ( ++p == pe )
		goto _test_eof111;
case 111:
	goto tr126;
tr126:
	{ key_byte(decoder, *p); }
	goto st112;
st112:
	if ( ++p == pe )
		goto _test_eof112;
case 112:
	goto tr127;
tr127:
	{ key_byte(decoder, *p); }
	goto st113;
st113:
	if ( ++p == pe )
		goto _test_eof113;
case 113:
	goto tr128;
tr128:
	{ key_byte(decoder, *p); }
	goto st114;
st114:
	if ( ++p == pe )
		goto _test_eof114;
case 114:
	goto tr129;
tr129:
	{ key_byte(decoder, *p); }
	goto st115;
st115:
	if ( ++p == pe )
		goto _test_eof115;
case 115:
	goto tr130;
tr130:
	{ key_byte(decoder, *p); }
	goto st116;
st116:
	if ( ++p == pe )
		goto _test_eof116;
case 116:
	goto tr131;
tr131:
	{ key_byte(decoder, *p); }
	goto st117;
st117:
	if ( ++p == pe )
		goto _test_eof117;
case 117:
	goto tr132;
tr132:
	{ bet_begin(decoder, position(decoder, begin, p)); }
	{ agency_byte(decoder, *p); }
	goto st118;
st118:
	if ( ++p == pe )
		goto _test_eof118;
case 118:
	_ps = 118;
	_widec = (*p);
	_widec = (short)(1280u + ((*p) - 0u));
	if (
 length_high_fits(decoder, *p)  ) _widec += 256;
	if ( 1536 <= _widec && _widec <= 1791 )
		goto tr133;
	goto tr58;
tr133:
	{ length_byte(decoder, *p); }
	goto st119;
st119:
	if ( ++p == pe )
		goto _test_eof119;
case 119:
	_ps = 119;
	_widec = (*p);
	_widec = (short)(1792u + ((*p) - 0u));
	if (
 length_fits(decoder, *p)  ) _widec += 256;
	if ( 2048 <= _widec && _widec <= 2303 )
		goto tr134;
	goto tr58;
tr134:
	{ length_byte(decoder, *p); }
	{
        name_n(decoder, position(decoder, begin, p));
        if (keyed_takes_plain_names)
            p = skip_text(decoder, p, pe);
    }
	goto st120;
tr135:
	{ text_byte(decoder); }
	goto st120;
st120:
	if ( ++p == pe )
		goto _test_eof120;
case 120:
	_ps = 120;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(5888u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_high_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(5888u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 length_high_fits(decoder, *p)  ) _widec += 512;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(6912u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(8960u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else {
				_widec = (short)(6912u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
				if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(5888u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 length_high_fits(decoder, *p)  ) _widec += 512;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(8960u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(8960u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
				if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(11008u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
					if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(5888u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_high_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(11008u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
				if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(11008u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
			if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
		}
	} else {
		_widec = (short)(8960u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
		if (
 length_high_fits(decoder, *p)  ) _widec += 1024;
	}
	switch( _widec ) {
		case 7874: goto tr137;
		case 8898: goto tr137;
		case 9952: goto tr139;
		case 9965: goto tr141;
		case 10976: goto tr139;
		case 10989: goto tr141;
		case 12016: goto tr142;
		case 12020: goto tr144;
		case 13040: goto tr142;
		case 13044: goto tr144;
	}
	if ( _widec < 8899 ) {
		if ( _widec < 6688 ) {
			if ( _widec < 6400 ) {
				if ( 6176 <= _widec && _widec <= 6270 )
					goto tr135;
			} else if ( _widec > 6593 ) {
				if ( 6645 <= _widec && _widec <= 6655 )
					goto tr136;
			} else
				goto tr136;
		} else if ( _widec > 6782 ) {
			if ( _widec < 8130 ) {
				if ( 7875 <= _widec && _widec <= 7903 )
					goto tr138;
			} else if ( _widec > 8159 ) {
				if ( 8642 <= _widec && _widec <= 8671 )
					goto tr136;
			} else
				goto tr136;
		} else
			goto tr135;
	} else if ( _widec > 8927 ) {
		if ( _widec < 10977 ) {
			if ( _widec < 10208 ) {
				if ( 9953 <= _widec && _widec <= 9967 )
					goto tr140;
			} else if ( _widec > 10223 ) {
				if ( 10720 <= _widec && _widec <= 10735 )
					goto tr136;
			} else
				goto tr136;
		} else if ( _widec > 10991 ) {
			if ( _widec < 12272 ) {
				if ( 12017 <= _widec && _widec <= 12019 )
					goto tr143;
			} else if ( _widec > 12276 ) {
				if ( _widec > 12788 ) {
					if ( 13041 <= _widec && _widec <= 13043 )
						goto tr143;
				} else if ( _widec >= 12784 )
					goto tr136;
			} else
				goto tr136;
		} else
			goto tr140;
	} else
		goto tr138;
	goto tr61;
tr136:
	{ length_byte(decoder, *p); }
	goto st121;
st121:
	if ( ++p == pe )
		goto _test_eof121;
case 121:
	_ps = 121;
	_widec = (*p);
	_widec = (short)(1792u + ((*p) - 0u));
	if (
 length_fits(decoder, *p)  ) _widec += 256;
	if ( 2048 <= _widec && _widec <= 2303 )
		goto tr145;
	goto tr72;
tr147:
	{ text_byte(decoder); }
	goto st122;
tr145:
	{ length_byte(decoder, *p); }
	{
        surname_n(decoder, position(decoder, begin, p));
        if (keyed_takes_plain_surnames)
            p = skip_text(decoder, p, pe);
    }
	goto st122;
st122:
	if ( ++p == pe )
		goto _test_eof122;
case 122:
	_ps = 122;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(2304u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(2304u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(2816u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(3840u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else {
				_widec = (short)(2816u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
			}
		} else {
			_widec = (short)(2304u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(3840u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(3840u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(4864u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(2304u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(4864u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
			}
		} else {
			_widec = (short)(4864u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
		}
	} else {
		_widec = (short)(3840u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
	}
	switch( _widec ) {
		case 3778: goto tr148;
		case 4832: goto tr150;
		case 4845: goto tr152;
		case 5872: goto tr153;
		case 5876: goto tr155;
	}
	if ( _widec < 3779 ) {
		if ( _widec < 2592 ) {
			if ( _widec > 2497 ) {
				if ( 2549 <= _widec && _widec <= 2559 )
					goto tr146;
			} else if ( _widec >= 2304 )
				goto tr146;
		} else if ( _widec > 2686 ) {
			if ( _widec > 3039 ) {
				if ( 3522 <= _widec && _widec <= 3551 )
					goto tr146;
			} else if ( _widec >= 3010 )
				goto tr146;
		} else
			goto tr147;
	} else if ( _widec > 3807 ) {
		if ( _widec < 4833 ) {
			if ( _widec > 4079 ) {
				if ( 4576 <= _widec && _widec <= 4591 )
					goto tr146;
			} else if ( _widec >= 4064 )
				goto tr146;
		} else if ( _widec > 4847 ) {
			if ( _widec < 5616 ) {
				if ( 5104 <= _widec && _widec <= 5108 )
					goto tr146;
			} else if ( _widec > 5620 ) {
				if ( 5873 <= _widec && _widec <= 5875 )
					goto tr154;
			} else
				goto tr146;
		} else
			goto tr151;
	} else
		goto tr149;
	goto tr74;
tr146:
	{ document_byte(decoder, *p); }
	goto st123;
st123:
	if ( ++p == pe )
		goto _test_eof123;
case 123:
	goto tr156;
tr156:
	{ document_byte(decoder, *p); }
	goto st124;
st124:
	if ( ++p == pe )
		goto _test_eof124;
case 124:
	goto tr157;
tr157:
	{ document_byte(decoder, *p); }
	goto st125;
st125:
	if ( ++p == pe )
		goto _test_eof125;
case 125:
	goto tr158;
tr158:
	{ document_byte(decoder, *p); }
	goto st126;
st126:
	if ( ++p == pe )
		goto _test_eof126;
case 126:
	_ps = 126;
	switch( (*p) ) {
		case 48u: goto st127;
		case 50u: goto st158;
		case 52u: goto st158;
		case 54u: goto st158;
		case 56u: goto st158;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st157;
	goto tr0;
st127:
	if ( ++p == pe )
		goto _test_eof127;
case 127:
	_ps = 127;
	switch( (*p) ) {
		case 48u: goto st128;
		case 52u: goto st156;
		case 56u: goto st156;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st154;
	goto tr0;
st128:
	if ( ++p == pe )
		goto _test_eof128;
case 128:
	_ps = 128;
	switch( (*p) ) {
		case 48u: goto st129;
		case 50u: goto st153;
		case 52u: goto st153;
		case 54u: goto st153;
		case 56u: goto st153;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st152;
	goto tr0;
st129:
	if ( ++p == pe )
		goto _test_eof129;
case 129:
	_ps = 129;
	switch( (*p) ) {
		case 52u: goto st147;
		case 56u: goto st147;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st130;
	goto tr0;
st130:
	if ( ++p == pe )
		goto _test_eof130;
case 130:
	_ps = 130;
	if ( (*p) == 45u )
		goto st131;
	goto tr0;
st131:
	if ( ++p == pe )
		goto _test_eof131;
case 131:
	_ps = 131;
	switch( (*p) ) {
		case 48u: goto st132;
		case 49u: goto st146;
	}
	goto tr0;
st132:
	if ( ++p == pe )
		goto _test_eof132;
case 132:
	_ps = 132;
	switch( (*p) ) {
		case 50u: goto st140;
		case 52u: goto st143;
		case 54u: goto st143;
		case 57u: goto st143;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st133;
	goto tr0;
st133:
	if ( ++p == pe )
		goto _test_eof133;
case 133:
	_ps = 133;
	if ( (*p) == 45u )
		goto st134;
	goto tr0;
st134:
	if ( ++p == pe )
		goto _test_eof134;
case 134:
	_ps = 134;
	switch( (*p) ) {
		case 48u: goto st135;
		case 51u: goto st139;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st138;
	goto tr0;
st135:
	if ( ++p == pe )
		goto _test_eof135;
case 135:
	_ps = 135;
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st136;
	goto tr0;
st136:
	if ( ++p == pe )
		goto _test_eof136;
case 136:
	goto tr181;
tr181:
	{ number_byte(decoder, *p); }
	goto st137;
st137:
	if ( ++p == pe )
		goto _test_eof137;
case 137:
	goto tr182;
st138:
	if ( ++p == pe )
		goto _test_eof138;
case 138:
	_ps = 138;
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st136;
	goto tr0;
st139:
	if ( ++p == pe )
		goto _test_eof139;
case 139:
	_ps = 139;
	if ( 48u <= (*p) && (*p) <= 49u )
		goto st136;
	goto tr0;
st140:
	if ( ++p == pe )
		goto _test_eof140;
case 140:
	_ps = 140;
	if ( (*p) == 45u )
		goto st141;
	goto tr0;
st141:
	if ( ++p == pe )
		goto _test_eof141;
case 141:
	_ps = 141;
	switch( (*p) ) {
		case 48u: goto st135;
		case 49u: goto st138;
		case 50u: goto st142;
	}
	goto tr0;
st142:
	if ( ++p == pe )
		goto _test_eof142;
case 142:
	_ps = 142;
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st136;
	goto tr0;
st143:
	if ( ++p == pe )
		goto _test_eof143;
case 143:
	_ps = 143;
	if ( (*p) == 45u )
		goto st144;
	goto tr0;
st144:
	if ( ++p == pe )
		goto _test_eof144;
case 144:
	_ps = 144;
	switch( (*p) ) {
		case 48u: goto st135;
		case 51u: goto st145;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st138;
	goto tr0;
st145:
	if ( ++p == pe )
		goto _test_eof145;
case 145:
	_ps = 145;
	if ( (*p) == 48u )
		goto st136;
	goto tr0;
st146:
	if ( ++p == pe )
		goto _test_eof146;
case 146:
	_ps = 146;
	if ( (*p) == 49u )
		goto st143;
	if ( 48u <= (*p) && (*p) <= 50u )
		goto st133;
	goto tr0;
st147:
	if ( ++p == pe )
		goto _test_eof147;
case 147:
	_ps = 147;
	if ( (*p) == 45u )
		goto st148;
	goto tr0;
st148:
	if ( ++p == pe )
		goto _test_eof148;
case 148:
	_ps = 148;
	switch( (*p) ) {
		case 48u: goto st149;
		case 49u: goto st146;
	}
	goto tr0;
st149:
	if ( ++p == pe )
		goto _test_eof149;
case 149:
	_ps = 149;
	switch( (*p) ) {
		case 50u: goto st150;
		case 52u: goto st143;
		case 54u: goto st143;
		case 57u: goto st143;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st133;
	goto tr0;
st150:
	if ( ++p == pe )
		goto _test_eof150;
case 150:
	_ps = 150;
	if ( (*p) == 45u )
		goto st151;
	goto tr0;
st151:
	if ( ++p == pe )
		goto _test_eof151;
case 151:
	_ps = 151;
	if ( (*p) == 48u )
		goto st135;
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st138;
	goto tr0;
st152:
	if ( ++p == pe )
		goto _test_eof152;
case 152:
	_ps = 152;
	switch( (*p) ) {
		case 50u: goto st147;
		case 54u: goto st147;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st130;
	goto tr0;
st153:
	if ( ++p == pe )
		goto _test_eof153;
case 153:
	_ps = 153;
	switch( (*p) ) {
		case 48u: goto st147;
		case 52u: goto st147;
		case 56u: goto st147;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st130;
	goto tr0;
st154:
	if ( ++p == pe )
		goto _test_eof154;
case 154:
	_ps = 154;
	switch( (*p) ) {
		case 48u: goto st155;
		case 50u: goto st153;
		case 52u: goto st153;
		case 54u: goto st153;
		case 56u: goto st153;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st152;
	goto tr0;
st155:
	if ( ++p == pe )
		goto _test_eof155;
case 155:
	_ps = 155;
	switch( (*p) ) {
		case 52u: goto st147;
		case 56u: goto st147;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st130;
	goto tr0;
st156:
	if ( ++p == pe )
		goto _test_eof156;
case 156:
	_ps = 156;
	switch( (*p) ) {
		case 49u: goto st152;
		case 51u: goto st152;
		case 53u: goto st152;
		case 55u: goto st152;
		case 57u: goto st152;
	}
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st153;
	goto tr0;
st157:
	if ( ++p == pe )
		goto _test_eof157;
case 157:
	_ps = 157;
	switch( (*p) ) {
		case 50u: goto st156;
		case 54u: goto st156;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st154;
	goto tr0;
st158:
	if ( ++p == pe )
		goto _test_eof158;
case 158:
	_ps = 158;
	switch( (*p) ) {
		case 48u: goto st156;
		case 52u: goto st156;
		case 56u: goto st156;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st154;
	goto tr0;
tr148:
	{ text_byte(decoder); }
	goto st159;
st159:
	if ( ++p == pe )
		goto _test_eof159;
case 159:
	_ps = 159;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr147;
	goto tr121;
tr149:
	{ text_byte(decoder); }
	goto st160;
st160:
	if ( ++p == pe )
		goto _test_eof160;
case 160:
	_ps = 160;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr147;
	goto tr122;
tr150:
	{ text_byte(decoder); }
	goto st161;
st161:
	if ( ++p == pe )
		goto _test_eof161;
case 161:
	_ps = 161;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr149;
	goto tr122;
tr151:
	{ text_byte(decoder); }
	goto st162;
st162:
	if ( ++p == pe )
		goto _test_eof162;
case 162:
	_ps = 162;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr149;
	goto tr122;
tr152:
	{ text_byte(decoder); }
	goto st163;
st163:
	if ( ++p == pe )
		goto _test_eof163;
case 163:
	_ps = 163;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr149;
	goto tr122;
tr153:
	{ text_byte(decoder); }
	goto st164;
st164:
	if ( ++p == pe )
		goto _test_eof164;
case 164:
	_ps = 164;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr151;
	goto tr122;
tr154:
	{ text_byte(decoder); }
	goto st165;
st165:
	if ( ++p == pe )
		goto _test_eof165;
case 165:
	_ps = 165;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr151;
	goto tr122;
tr155:
	{ text_byte(decoder); }
	goto st166;
st166:
	if ( ++p == pe )
		goto _test_eof166;
case 166:
	_ps = 166;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr151;
	goto tr122;
tr137:
	{ text_byte(decoder); }
	goto st167;
st167:
	if ( ++p == pe )
		goto _test_eof167;
case 167:
	_ps = 167;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr135;
	goto tr123;
tr138:
	{ text_byte(decoder); }
	goto st168;
st168:
	if ( ++p == pe )
		goto _test_eof168;
case 168:
	_ps = 168;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr135;
	goto tr124;
tr139:
	{ text_byte(decoder); }
	goto st169;
st169:
	if ( ++p == pe )
		goto _test_eof169;
case 169:
	_ps = 169;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr138;
	goto tr124;
tr140:
	{ text_byte(decoder); }
	goto st170;
st170:
	if ( ++p == pe )
		goto _test_eof170;
case 170:
	_ps = 170;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr138;
	goto tr124;
tr141:
	{ text_byte(decoder); }
	goto st171;
st171:
	if ( ++p == pe )
		goto _test_eof171;
case 171:
	_ps = 171;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr138;
	goto tr124;
tr142:
	{ text_byte(decoder); }
	goto st172;
st172:
	if ( ++p == pe )
		goto _test_eof172;
case 172:
	_ps = 172;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr140;
	goto tr124;
tr143:
	{ text_byte(decoder); }
	goto st173;
st173:
	if ( ++p == pe )
		goto _test_eof173;
case 173:
	_ps = 173;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr140;
	goto tr124;
tr144:
	{ text_byte(decoder); }
	goto st174;
st174:
	if ( ++p == pe )
		goto _test_eof174;
case 174:
	_ps = 174;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr140;
	goto tr124;
case 194:
	goto st0;
tr200:
	{ text_byte(decoder); }
	goto st195;
st195:
	if ( ++p == pe )
		goto _test_eof195;
case 195:
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 194u ) {
			if ( 32u <= (*p) && (*p) <= 126u ) {
				_widec = (short)(2304u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
			}
		} else if ( (*p) > 194u ) {
			if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(3840u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 195u ) {
				_widec = (short)(2816u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
			}
		} else {
			_widec = (short)(2816u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 2)  ) _widec += 512;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(3840u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(3840u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) > 243u ) {
				if ( 244u <= (*p) && (*p) <= 244u ) {
					_widec = (short)(4864u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
				}
			} else if ( (*p) >= 241u ) {
				_widec = (short)(4864u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
			}
		} else {
			_widec = (short)(4864u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
		}
	} else {
		_widec = (short)(3840u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
	}
	switch( _widec ) {
		case 3778: goto tr209;
		case 4832: goto tr210;
		case 4845: goto tr211;
		case 5872: goto tr212;
		case 5876: goto tr214;
	}
	if ( _widec < 3779 ) {
		if ( 2592 <= _widec && _widec <= 2686 )
			goto tr200;
	} else if ( _widec > 3807 ) {
		if ( _widec > 4847 ) {
			if ( 5873 <= _widec && _widec <= 5875 )
				goto tr213;
		} else if ( _widec >= 4833 )
			goto tr202;
	} else
		goto tr201;
	goto tr208;
tr209:
	{ text_byte(decoder); }
	goto st181;
st181:
	if ( ++p == pe )
		goto _test_eof181;
case 181:
	_ps = 181;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr200;
	goto tr123;
tr201:
	{ text_byte(decoder); }
	goto st182;
st182:
	if ( ++p == pe )
		goto _test_eof182;
case 182:
	_ps = 182;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr200;
	goto tr124;
tr210:
	{ text_byte(decoder); }
	goto st183;
st183:
	if ( ++p == pe )
		goto _test_eof183;
case 183:
	_ps = 183;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr201;
	goto tr124;
tr202:
	{ text_byte(decoder); }
	goto st184;
st184:
	if ( ++p == pe )
		goto _test_eof184;
case 184:
	_ps = 184;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr201;
	goto tr124;
tr211:
	{ text_byte(decoder); }
	goto st185;
st185:
	if ( ++p == pe )
		goto _test_eof185;
case 185:
	_ps = 185;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr201;
	goto tr124;
tr212:
	{ text_byte(decoder); }
	goto st186;
st186:
	if ( ++p == pe )
		goto _test_eof186;
case 186:
	_ps = 186;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr202;
	goto tr124;
tr213:
	{ text_byte(decoder); }
	goto st187;
st187:
	if ( ++p == pe )
		goto _test_eof187;
case 187:
	_ps = 187;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr202;
	goto tr124;
tr214:
	{ text_byte(decoder); }
	goto st188;
st188:
	if ( ++p == pe )
		goto _test_eof188;
case 188:
	_ps = 188;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr202;
	goto tr124;
	}
	_test_eof2: ( decoder->state) = 2; goto _test_eof;
	_test_eof3: ( decoder->state) = 3; goto _test_eof;
	_test_eof4: ( decoder->state) = 4; goto _test_eof;
	_test_eof5: ( decoder->state) = 5; goto _test_eof;
	_test_eof6: ( decoder->state) = 6; goto _test_eof;
	_test_eof7: ( decoder->state) = 7; goto _test_eof;
	_test_eof8: ( decoder->state) = 8; goto _test_eof;
	_test_eof9: ( decoder->state) = 9; goto _test_eof;
	_test_eof10: ( decoder->state) = 10; goto _test_eof;
	_test_eof189: ( decoder->state) = 189; goto _test_eof;
	_test_eof11: ( decoder->state) = 11; goto _test_eof;
	_test_eof12: ( decoder->state) = 12; goto _test_eof;
	_test_eof13: ( decoder->state) = 13; goto _test_eof;
	_test_eof14: ( decoder->state) = 14; goto _test_eof;
	_test_eof15: ( decoder->state) = 15; goto _test_eof;
	_test_eof16: ( decoder->state) = 16; goto _test_eof;
	_test_eof17: ( decoder->state) = 17; goto _test_eof;
	_test_eof18: ( decoder->state) = 18; goto _test_eof;
	_test_eof19: ( decoder->state) = 19; goto _test_eof;
	_test_eof20: ( decoder->state) = 20; goto _test_eof;
	_test_eof21: ( decoder->state) = 21; goto _test_eof;
	_test_eof22: ( decoder->state) = 22; goto _test_eof;
	_test_eof23: ( decoder->state) = 23; goto _test_eof;
	_test_eof24: ( decoder->state) = 24; goto _test_eof;
	_test_eof25: ( decoder->state) = 25; goto _test_eof;
	_test_eof26: ( decoder->state) = 26; goto _test_eof;
	_test_eof27: ( decoder->state) = 27; goto _test_eof;
	_test_eof28: ( decoder->state) = 28; goto _test_eof;
	_test_eof29: ( decoder->state) = 29; goto _test_eof;
	_test_eof30: ( decoder->state) = 30; goto _test_eof;
	_test_eof31: ( decoder->state) = 31; goto _test_eof;
	_test_eof192: ( decoder->state) = 192; goto _test_eof;
	_test_eof177: ( decoder->state) = 177; goto _test_eof;
	_test_eof193: ( decoder->state) = 193; goto _test_eof;
	_test_eof178: ( decoder->state) = 178; goto _test_eof;
	_test_eof179: ( decoder->state) = 179; goto _test_eof;
	_test_eof180: ( decoder->state) = 180; goto _test_eof;
	_test_eof190: ( decoder->state) = 190; goto _test_eof;
	_test_eof32: ( decoder->state) = 32; goto _test_eof;
	_test_eof33: ( decoder->state) = 33; goto _test_eof;
	_test_eof34: ( decoder->state) = 34; goto _test_eof;
	_test_eof35: ( decoder->state) = 35; goto _test_eof;
	_test_eof36: ( decoder->state) = 36; goto _test_eof;
	_test_eof37: ( decoder->state) = 37; goto _test_eof;
	_test_eof38: ( decoder->state) = 38; goto _test_eof;
	_test_eof39: ( decoder->state) = 39; goto _test_eof;
	_test_eof40: ( decoder->state) = 40; goto _test_eof;
	_test_eof41: ( decoder->state) = 41; goto _test_eof;
	_test_eof42: ( decoder->state) = 42; goto _test_eof;
	_test_eof43: ( decoder->state) = 43; goto _test_eof;
	_test_eof44: ( decoder->state) = 44; goto _test_eof;
	_test_eof45: ( decoder->state) = 45; goto _test_eof;
	_test_eof46: ( decoder->state) = 46; goto _test_eof;
	_test_eof47: ( decoder->state) = 47; goto _test_eof;
	_test_eof48: ( decoder->state) = 48; goto _test_eof;
	_test_eof49: ( decoder->state) = 49; goto _test_eof;
	_test_eof50: ( decoder->state) = 50; goto _test_eof;
	_test_eof51: ( decoder->state) = 51; goto _test_eof;
	_test_eof52: ( decoder->state) = 52; goto _test_eof;
	_test_eof53: ( decoder->state) = 53; goto _test_eof;
	_test_eof54: ( decoder->state) = 54; goto _test_eof;
	_test_eof55: ( decoder->state) = 55; goto _test_eof;
	_test_eof56: ( decoder->state) = 56; goto _test_eof;
	_test_eof57: ( decoder->state) = 57; goto _test_eof;
	_test_eof58: ( decoder->state) = 58; goto _test_eof;
	_test_eof59: ( decoder->state) = 59; goto _test_eof;
	_test_eof60: ( decoder->state) = 60; goto _test_eof;
	_test_eof61: ( decoder->state) = 61; goto _test_eof;
	_test_eof62: ( decoder->state) = 62; goto _test_eof;
	_test_eof63: ( decoder->state) = 63; goto _test_eof;
	_test_eof64: ( decoder->state) = 64; goto _test_eof;
	_test_eof65: ( decoder->state) = 65; goto _test_eof;
	_test_eof66: ( decoder->state) = 66; goto _test_eof;
	_test_eof67: ( decoder->state) = 67; goto _test_eof;
	_test_eof68: ( decoder->state) = 68; goto _test_eof;
	_test_eof69: ( decoder->state) = 69; goto _test_eof;
	_test_eof70: ( decoder->state) = 70; goto _test_eof;
	_test_eof71: ( decoder->state) = 71; goto _test_eof;
	_test_eof72: ( decoder->state) = 72; goto _test_eof;
	_test_eof73: ( decoder->state) = 73; goto _test_eof;
	_test_eof74: ( decoder->state) = 74; goto _test_eof;
	_test_eof75: ( decoder->state) = 75; goto _test_eof;
	_test_eof76: ( decoder->state) = 76; goto _test_eof;
	_test_eof77: ( decoder->state) = 77; goto _test_eof;
	_test_eof78: ( decoder->state) = 78; goto _test_eof;
	_test_eof79: ( decoder->state) = 79; goto _test_eof;
	_test_eof80: ( decoder->state) = 80; goto _test_eof;
	_test_eof81: ( decoder->state) = 81; goto _test_eof;
	_test_eof82: ( decoder->state) = 82; goto _test_eof;
	_test_eof83: ( decoder->state) = 83; goto _test_eof;
	_test_eof84: ( decoder->state) = 84; goto _test_eof;
	_test_eof85: ( decoder->state) = 85; goto _test_eof;
	_test_eof86: ( decoder->state) = 86; goto _test_eof;
	_test_eof87: ( decoder->state) = 87; goto _test_eof;
	_test_eof88: ( decoder->state) = 88; goto _test_eof;
	_test_eof89: ( decoder->state) = 89; goto _test_eof;
	_test_eof90: ( decoder->state) = 90; goto _test_eof;
	_test_eof91: ( decoder->state) = 91; goto _test_eof;
	_test_eof92: ( decoder->state) = 92; goto _test_eof;
	_test_eof93: ( decoder->state) = 93; goto _test_eof;
	_test_eof94: ( decoder->state) = 94; goto _test_eof;
	_test_eof95: ( decoder->state) = 95; goto _test_eof;
	_test_eof96: ( decoder->state) = 96; goto _test_eof;
	_test_eof97: ( decoder->state) = 97; goto _test_eof;
	_test_eof98: ( decoder->state) = 98; goto _test_eof;
	_test_eof99: ( decoder->state) = 99; goto _test_eof;
	_test_eof100: ( decoder->state) = 100; goto _test_eof;
	_test_eof101: ( decoder->state) = 101; goto _test_eof;
	_test_eof102: ( decoder->state) = 102; goto _test_eof;
	_test_eof103: ( decoder->state) = 103; goto _test_eof;
	_test_eof104: ( decoder->state) = 104; goto _test_eof;
	_test_eof105: ( decoder->state) = 105; goto _test_eof;
	_test_eof106: ( decoder->state) = 106; goto _test_eof;
	_test_eof107: ( decoder->state) = 107; goto _test_eof;
	_test_eof108: ( decoder->state) = 108; goto _test_eof;
	_test_eof109: ( decoder->state) = 109; goto _test_eof;
	_test_eof191: ( decoder->state) = 191; goto _test_eof;
	_test_eof110: ( decoder->state) = 110; goto _test_eof;
	_test_eof111: ( decoder->state) = 111; goto _test_eof;
	_test_eof112: ( decoder->state) = 112; goto _test_eof;
	_test_eof113: ( decoder->state) = 113; goto _test_eof;
	_test_eof114: ( decoder->state) = 114; goto _test_eof;
	_test_eof115: ( decoder->state) = 115; goto _test_eof;
	_test_eof116: ( decoder->state) = 116; goto _test_eof;
	_test_eof117: ( decoder->state) = 117; goto _test_eof;
	_test_eof118: ( decoder->state) = 118; goto _test_eof;
	_test_eof119: ( decoder->state) = 119; goto _test_eof;
	_test_eof120: ( decoder->state) = 120; goto _test_eof;
	_test_eof121: ( decoder->state) = 121; goto _test_eof;
	_test_eof122: ( decoder->state) = 122; goto _test_eof;
	_test_eof123: ( decoder->state) = 123; goto _test_eof;
	_test_eof124: ( decoder->state) = 124; goto _test_eof;
	_test_eof125: ( decoder->state) = 125; goto _test_eof;
	_test_eof126: ( decoder->state) = 126; goto _test_eof;
	_test_eof127: ( decoder->state) = 127; goto _test_eof;
	_test_eof128: ( decoder->state) = 128; goto _test_eof;
	_test_eof129: ( decoder->state) = 129; goto _test_eof;
	_test_eof130: ( decoder->state) = 130; goto _test_eof;
	_test_eof131: ( decoder->state) = 131; goto _test_eof;
	_test_eof132: ( decoder->state) = 132; goto _test_eof;
	_test_eof133: ( decoder->state) = 133; goto _test_eof;
	_test_eof134: ( decoder->state) = 134; goto _test_eof;
	_test_eof135: ( decoder->state) = 135; goto _test_eof;
	_test_eof136: ( decoder->state) = 136; goto _test_eof;
	_test_eof137: ( decoder->state) = 137; goto _test_eof;
	_test_eof138: ( decoder->state) = 138; goto _test_eof;
	_test_eof139: ( decoder->state) = 139; goto _test_eof;
	_test_eof140: ( decoder->state) = 140; goto _test_eof;
	_test_eof141: ( decoder->state) = 141; goto _test_eof;
	_test_eof142: ( decoder->state) = 142; goto _test_eof;
	_test_eof143: ( decoder->state) = 143; goto _test_eof;
	_test_eof144: ( decoder->state) = 144; goto _test_eof;
	_test_eof145: ( decoder->state) = 145; goto _test_eof;
	_test_eof146: ( decoder->state) = 146; goto _test_eof;
	_test_eof147: ( decoder->state) = 147; goto _test_eof;
	_test_eof148: ( decoder->state) = 148; goto _test_eof;
	_test_eof149: ( decoder->state) = 149; goto _test_eof;
	_test_eof150: ( decoder->state) = 150; goto _test_eof;
	_test_eof151: ( decoder->state) = 151; goto _test_eof;
	_test_eof152: ( decoder->state) = 152; goto _test_eof;
	_test_eof153: ( decoder->state) = 153; goto _test_eof;
	_test_eof154: ( decoder->state) = 154; goto _test_eof;
	_test_eof155: ( decoder->state) = 155; goto _test_eof;
	_test_eof156: ( decoder->state) = 156; goto _test_eof;
	_test_eof157: ( decoder->state) = 157; goto _test_eof;
	_test_eof158: ( decoder->state) = 158; goto _test_eof;
	_test_eof159: ( decoder->state) = 159; goto _test_eof;
	_test_eof160: ( decoder->state) = 160; goto _test_eof;
	_test_eof161: ( decoder->state) = 161; goto _test_eof;
	_test_eof162: ( decoder->state) = 162; goto _test_eof;
	_test_eof163: ( decoder->state) = 163; goto _test_eof;
	_test_eof164: ( decoder->state) = 164; goto _test_eof;
	_test_eof165: ( decoder->state) = 165; goto _test_eof;
	_test_eof166: ( decoder->state) = 166; goto _test_eof;
	_test_eof167: ( decoder->state) = 167; goto _test_eof;
	_test_eof168: ( decoder->state) = 168; goto _test_eof;
	_test_eof169: ( decoder->state) = 169; goto _test_eof;
	_test_eof170: ( decoder->state) = 170; goto _test_eof;
	_test_eof171: ( decoder->state) = 171; goto _test_eof;
	_test_eof172: ( decoder->state) = 172; goto _test_eof;
	_test_eof173: ( decoder->state) = 173; goto _test_eof;
	_test_eof174: ( decoder->state) = 174; goto _test_eof;
	_test_eof195: ( decoder->state) = 195; goto _test_eof;
	_test_eof181: ( decoder->state) = 181; goto _test_eof;
	_test_eof182: ( decoder->state) = 182; goto _test_eof;
	_test_eof183: ( decoder->state) = 183; goto _test_eof;
	_test_eof184: ( decoder->state) = 184; goto _test_eof;
	_test_eof185: ( decoder->state) = 185; goto _test_eof;
	_test_eof186: ( decoder->state) = 186; goto _test_eof;
	_test_eof187: ( decoder->state) = 187; goto _test_eof;
	_test_eof188: ( decoder->state) = 188; goto _test_eof;

	_test_eof: {}
	if ( p == eof )
	{
	switch ( ( decoder->state) ) {
	case 175:
	{ refuse(decoder, SORTEO_E_ANSWER, SORTEO_F_ANSWER); }
	break;
	case 42:
	{ refuse(decoder, SORTEO_E_RECEIPT, SORTEO_F_RECEIPT); }
	break;
	case 41:
	case 117:
	{ value_error(decoder, (_ps), SORTEO_F_AGENCY); }
	break;
	case 57:
	case 58:
	case 59:
	case 123:
	case 124:
	case 125:
	case 178:
	case 179:
	case 180:
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	break;
	case 70:
	case 71:
	case 136:
	case 137:
	{ value_error(decoder, (_ps), SORTEO_F_NUMBER); }
	break;
	case 33:
	case 34:
	case 35:
	case 36:
	case 37:
	case 38:
	case 39:
	case 40:
	case 43:
	case 44:
	case 45:
	case 46:
	case 47:
	case 48:
	case 49:
	case 50:
	case 110:
	case 111:
	case 112:
	case 113:
	case 114:
	case 115:
	case 116:
	{ value_error(decoder, (_ps), SORTEO_F_KEY); }
	break;
	case 176:
	case 177:
	{ value_error(decoder, (_ps), SORTEO_F_N_WINNERS); }
	break;
	case 102:
	case 103:
	case 104:
	case 105:
	case 106:
	case 107:
	case 108:
	case 168:
	case 169:
	case 170:
	case 171:
	case 172:
	case 173:
	case 174:
	case 182:
	case 183:
	case 184:
	case 185:
	case 186:
	case 187:
	case 188:
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	break;
	case 52:
	case 53:
	case 118:
	case 119:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_NAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME_N); }
	break;
	case 94:
	case 95:
	case 96:
	case 97:
	case 98:
	case 99:
	case 100:
	case 160:
	case 161:
	case 162:
	case 163:
	case 164:
	case 165:
	case 166:
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	break;
	case 55:
	case 121:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_SURNAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME_N); }
	break;
	case 32:
	case 109:
	{ n_bets_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_N_BETS); }
	break;
	case 1:
	case 2:
	case 3:
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
	case 10:
	case 11:
	case 12:
	case 13:
	case 14:
	case 15:
	case 16:
	case 17:
	case 18:
	case 19:
	case 20:
	case 21:
	case 22:
	case 23:
	case 24:
	case 25:
	case 26:
	case 27:
	case 28:
	case 29:
	case 30:
	case 31:
	case 60:
	case 61:
	case 62:
	case 63:
	case 64:
	case 65:
	case 66:
	case 67:
	case 68:
	case 69:
	case 72:
	case 73:
	case 74:
	case 75:
	case 76:
	case 77:
	case 78:
	case 79:
	case 80:
	case 81:
	case 82:
	case 83:
	case 84:
	case 85:
	case 86:
	case 87:
	case 88:
	case 89:
	case 90:
	case 91:
	case 92:
	case 126:
	case 127:
	case 128:
	case 129:
	case 130:
	case 131:
	case 132:
	case 133:
	case 134:
	case 135:
	case 138:
	case 139:
	case 140:
	case 141:
	case 142:
	case 143:
	case 144:
	case 145:
	case 146:
	case 147:
	case 148:
	case 149:
	case 150:
	case 151:
	case 152:
	case 153:
	case 154:
	case 155:
	case 156:
	case 157:
	case 158:
	{ refuse(decoder, SORTEO_E_DATE, SORTEO_F_BIRTHDATE); }
	{ value_error(decoder, (_ps), SORTEO_F_BIRTHDATE); }
	break;
	case 56:
	case 122:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	break;
	case 101:
	case 167:
	case 181:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	break;
	case 93:
	case 159:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	break;
	case 54:
	case 120:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_SURNAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME_N); }
	break;
	case 51:
	{ n_bets_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_N_BETS); }
	{ item_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_AGENCY); }
	break;
	}
	}

	_out: {}
	}

    return p;
}
