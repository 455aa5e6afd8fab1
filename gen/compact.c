/* Generated from grammar/compact.rl and src/codec/machine.rl by `make gen`. Do not edit. */

/*
 * The generated machine of the dialect compact: where the grammar's actions and conditions are tied to C.
 *
 * Each is one line that calls the function of the same name in actions.h. Knows nothing of windows, of
 * the caller or of events that wait: decoder.c does.
 */
#include "codec/actions.h"
#include "codec/machine.h"
#include "codec/shortcut.h"

static const int compact_start = 1;

static const int compact_en_agency_stream = 161;
static const int compact_en_bet_stream = 162;
static const int compact_en_answer = 147;
static const int compact_en_winners = 148;
static const int compact_en_silence = 165;
static const int compact_en_name = 166;
static const int compact_en_birthdate = 1;

uint8_t MACHINE_FUNCTION(compact, entry)(enum machine_entry entry)
{
    switch (entry) {
    case MACHINE_AGENCY_STREAM: return (uint8_t)compact_en_agency_stream;
    case MACHINE_BET_STREAM:    return (uint8_t)compact_en_bet_stream;
#define X(frame, name) case MACHINE_##frame: return (uint8_t)compact_en_##name;
    REPLIES(X)
#undef X
    case MACHINE_NAME:          return (uint8_t)compact_en_name;
    case MACHINE_BIRTHDATE:     return (uint8_t)compact_en_birthdate;
    case MACHINE_BET:           return (uint8_t)compact_bet_state;
    case MACHINE_DOCUMENT:      return (uint8_t)compact_document_state;
    case MACHINE_SILENCE:       break;
    }
    return (uint8_t)compact_en_silence;
}

const uint8_t *MACHINE_FUNCTION(compact, exec)(struct sorteo_decoder *decoder, const uint8_t *begin,
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
tr36:
	{ refuse(decoder, SORTEO_E_RECEIPT, SORTEO_F_RECEIPT); }
	goto st0;
tr38:
	{ n_bets_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_N_BETS); }
	{ item_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_AGENCY); }
	goto st0;
tr42:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_NAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME_N); }
	goto st0;
tr44:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_SURNAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME_N); }
	goto st0;
tr55:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	goto st0;
tr102:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	goto st0;
tr103:
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	goto st0;
tr104:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	goto st0;
tr105:
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	goto st0;
tr165:
	{ refuse(decoder, SORTEO_E_ANSWER, SORTEO_F_ANSWER); }
	goto st0;
tr174:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_NONE); }
	{ value_error(decoder, (_ps), SORTEO_F_AGENCY); }
	goto st0;
tr176:
	{ item_error(decoder); }
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	goto st0;
tr178:
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
		goto st160;
	goto tr0;
st160:
	if ( ++p == pe )
		goto _test_eof160;
case 160:
	goto st0;
st11:
	if ( ++p == pe )
		goto _test_eof11;
case 11:
	_ps = 11;
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st160;
	goto tr0;
st12:
	if ( ++p == pe )
		goto _test_eof12;
case 12:
	_ps = 12;
	if ( 48u <= (*p) && (*p) <= 49u )
		goto st160;
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
		goto st160;
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
		goto st160;
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
case 147:
	switch( (*p) ) {
		case 0u: goto tr163;
		case 1u: goto tr164;
	}
	goto tr165;
tr163:
	{ answer(decoder, true); {p++; ( decoder->state) = 163; goto _out;} }
	goto st163;
tr164:
	{ answer(decoder, false); {p++; ( decoder->state) = 163; goto _out;} }
	goto st163;
st163:
	if ( ++p == pe )
		goto _test_eof163;
case 163:
	goto st0;
case 148:
	goto tr166;
tr166:
	{ items_byte(decoder, *p); }
	{ winners_begin(decoder); {p++; ( decoder->state) = 164; goto _out;} }
	goto st164;
tr169:
	{ document_byte(decoder, *p); }
	{ winner(decoder); {p++; ( decoder->state) = 164; goto _out;} }
	goto st164;
st164:
	if ( ++p == pe )
		goto _test_eof164;
case 164:
	_ps = 164;
	_widec = (*p);
	_widec = (short)(12544u + ((*p) - 0u));
	if (
 in_list(decoder)  ) _widec += 256;
	if ( 12800 <= _widec && _widec <= 13055 )
		goto tr177;
	goto tr176;
tr177:
	{ document_byte(decoder, *p); }
	goto st149;
st149:
	if ( ++p == pe )
		goto _test_eof149;
case 149:
	goto tr167;
tr167:
	{ document_byte(decoder, *p); }
	goto st150;
st150:
	if ( ++p == pe )
		goto _test_eof150;
case 150:
	goto tr168;
tr168:
	{ document_byte(decoder, *p); }
	goto st151;
st151:
	if ( ++p == pe )
		goto _test_eof151;
case 151:
	goto tr169;
tr37:
	{ frame_end(decoder, SORTEO_RECEIPT); {p++; ( decoder->state) = 161; goto _out;} }
	goto st161;
st161:
	if ( ++p == pe )
		goto _test_eof161;
case 161:
	_ps = 161;
	_widec = (*p);
	if ( 1u <= (*p) )
 {		_widec = (short)(768u + ((*p) - 0u));
		if (
 n_bets_high_fits(decoder, *p)  ) _widec += 256;
	}
	if ( _widec == 0 )
		goto tr39;
	if ( 1025 <= _widec && _widec <= 1279 )
		goto tr41;
	goto tr33;
tr39:
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
	{ agency_byte(decoder, *p); }
	{ frame_end(decoder, SORTEO_FINISH); {p++; ( decoder->state) = 34; goto _out;} }
	goto st34;
st34:
	if ( ++p == pe )
		goto _test_eof34;
case 34:
	if ( (*p) == 3u )
		goto tr37;
	goto tr36;
tr34:
	{ items_byte(decoder, *p); }
	{ batch_begin(decoder, compact_takes_plain_bets ? 35 : MACHINE_ERROR_STATE); {p++; ( decoder->state) = 35; goto _out;} }
	goto st35;
tr92:
	{ number_byte(decoder, *p); }
	{ batch_bet(decoder); {p++; ( decoder->state) = 35; goto _out;} }
	goto st35;
st35:
	if ( ++p == pe )
		goto _test_eof35;
case 35:
	_ps = 35;
	_widec = (*p);
	if ( (*p) > 0u ) {
		if ( 1u <= (*p) )
 {			_widec = (short)(13056u + ((*p) - 0u));
			if (
 n_bets_high_fits(decoder, *p)  ) _widec += 256;
			if (
 in_list(decoder)  ) _widec += 512;
		}
	} else {
		_widec = (short)(12544u + ((*p) - 0u));
		if (
 in_list(decoder)  ) _widec += 256;
	}
	switch( _widec ) {
		case 12544: goto tr39;
		case 12800: goto tr40;
	}
	if ( _widec < 13569 ) {
		if ( 13313 <= _widec && _widec <= 13567 )
			goto tr41;
	} else if ( _widec > 13823 ) {
		if ( 13825 <= _widec && _widec <= 14079 )
			goto tr40;
	} else
		goto tr40;
	goto tr38;
tr40:
	{ bet_begin(decoder, position(decoder, begin, p)); }
	{ agency_byte(decoder, *p); }
	goto st36;
st36:
	if ( ++p == pe )
		goto _test_eof36;
case 36:
	_ps = 36;
	_widec = (*p);
	_widec = (short)(1280u + ((*p) - 0u));
	if (
 length_fits(decoder, *p)  ) _widec += 256;
	if ( 1536 <= _widec && _widec <= 1791 )
		goto tr43;
	goto tr42;
tr43:
	{ length_byte(decoder, *p); }
	{
        name_n(decoder, position(decoder, begin, p));
        if (compact_takes_plain_names)
            p = skip_text(decoder, p, pe);
    }
	goto st37;
tr45:
	{ text_byte(decoder); }
	goto st37;
st37:
	if ( ++p == pe )
		goto _test_eof37;
case 37:
	_ps = 37;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(5376u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(5376u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 length_fits(decoder, *p)  ) _widec += 512;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(6400u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(8448u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else {
				_widec = (short)(6400u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
				if (
 length_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(5376u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 length_fits(decoder, *p)  ) _widec += 512;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(8448u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(8448u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
				if (
 length_fits(decoder, *p)  ) _widec += 1024;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(10496u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(5376u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(10496u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
				if (
 length_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(10496u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
			if (
 length_fits(decoder, *p)  ) _widec += 1024;
		}
	} else {
		_widec = (short)(8448u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
		if (
 length_fits(decoder, *p)  ) _widec += 1024;
	}
	switch( _widec ) {
		case 7362: goto tr47;
		case 8386: goto tr47;
		case 9440: goto tr49;
		case 9453: goto tr51;
		case 10464: goto tr49;
		case 10477: goto tr51;
		case 11504: goto tr52;
		case 11508: goto tr54;
		case 12528: goto tr52;
		case 12532: goto tr54;
	}
	if ( _widec < 8387 ) {
		if ( _widec < 6176 ) {
			if ( _widec < 5888 ) {
				if ( 5664 <= _widec && _widec <= 5758 )
					goto tr45;
			} else if ( _widec > 6081 ) {
				if ( 6133 <= _widec && _widec <= 6143 )
					goto tr46;
			} else
				goto tr46;
		} else if ( _widec > 6270 ) {
			if ( _widec < 7618 ) {
				if ( 7363 <= _widec && _widec <= 7391 )
					goto tr48;
			} else if ( _widec > 7647 ) {
				if ( 8130 <= _widec && _widec <= 8159 )
					goto tr46;
			} else
				goto tr46;
		} else
			goto tr45;
	} else if ( _widec > 8415 ) {
		if ( _widec < 10465 ) {
			if ( _widec < 9696 ) {
				if ( 9441 <= _widec && _widec <= 9455 )
					goto tr50;
			} else if ( _widec > 9711 ) {
				if ( 10208 <= _widec && _widec <= 10223 )
					goto tr46;
			} else
				goto tr46;
		} else if ( _widec > 10479 ) {
			if ( _widec < 11760 ) {
				if ( 11505 <= _widec && _widec <= 11507 )
					goto tr53;
			} else if ( _widec > 11764 ) {
				if ( _widec > 12276 ) {
					if ( 12529 <= _widec && _widec <= 12531 )
						goto tr53;
				} else if ( _widec >= 12272 )
					goto tr46;
			} else
				goto tr46;
		} else
			goto tr50;
	} else
		goto tr48;
	goto tr44;
tr57:
	{ text_byte(decoder); }
	goto st38;
tr46:
	{ length_byte(decoder, *p); }
	{
        surname_n(decoder, position(decoder, begin, p));
        if (compact_takes_plain_surnames)
            p = skip_text(decoder, p, pe);
    }
	goto st38;
st38:
	if ( ++p == pe )
		goto _test_eof38;
case 38:
	_ps = 38;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(1792u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(1792u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(2304u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(3328u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else {
				_widec = (short)(2304u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
			}
		} else {
			_widec = (short)(1792u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(3328u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(3328u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(4352u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(1792u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(4352u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
			}
		} else {
			_widec = (short)(4352u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
		}
	} else {
		_widec = (short)(3328u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
	}
	switch( _widec ) {
		case 3266: goto tr58;
		case 4320: goto tr60;
		case 4333: goto tr62;
		case 5360: goto tr63;
		case 5364: goto tr65;
	}
	if ( _widec < 3267 ) {
		if ( _widec < 2080 ) {
			if ( _widec > 1985 ) {
				if ( 2037 <= _widec && _widec <= 2047 )
					goto tr56;
			} else if ( _widec >= 1792 )
				goto tr56;
		} else if ( _widec > 2174 ) {
			if ( _widec > 2527 ) {
				if ( 3010 <= _widec && _widec <= 3039 )
					goto tr56;
			} else if ( _widec >= 2498 )
				goto tr56;
		} else
			goto tr57;
	} else if ( _widec > 3295 ) {
		if ( _widec < 4321 ) {
			if ( _widec > 3567 ) {
				if ( 4064 <= _widec && _widec <= 4079 )
					goto tr56;
			} else if ( _widec >= 3552 )
				goto tr56;
		} else if ( _widec > 4335 ) {
			if ( _widec < 5104 ) {
				if ( 4592 <= _widec && _widec <= 4596 )
					goto tr56;
			} else if ( _widec > 5108 ) {
				if ( 5361 <= _widec && _widec <= 5363 )
					goto tr64;
			} else
				goto tr56;
		} else
			goto tr61;
	} else
		goto tr59;
	goto tr55;
tr56:
	{ document_byte(decoder, *p); }
	goto st39;
st39:
	if ( ++p == pe )
		goto _test_eof39;
case 39:
	goto tr66;
tr66:
	{ document_byte(decoder, *p); }
	goto st40;
st40:
	if ( ++p == pe )
		goto _test_eof40;
case 40:
	goto tr67;
tr67:
	{ document_byte(decoder, *p); }
	goto st41;
st41:
	if ( ++p == pe )
		goto _test_eof41;
case 41:
	goto tr68;
tr68:
	{ document_byte(decoder, *p); }
	goto st42;
st42:
	if ( ++p == pe )
		goto _test_eof42;
case 42:
	_ps = 42;
	switch( (*p) ) {
		case 48u: goto st43;
		case 50u: goto st74;
		case 52u: goto st74;
		case 54u: goto st74;
		case 56u: goto st74;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st73;
	goto tr0;
st43:
	if ( ++p == pe )
		goto _test_eof43;
case 43:
	_ps = 43;
	switch( (*p) ) {
		case 48u: goto st44;
		case 52u: goto st72;
		case 56u: goto st72;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st70;
	goto tr0;
st44:
	if ( ++p == pe )
		goto _test_eof44;
case 44:
	_ps = 44;
	switch( (*p) ) {
		case 48u: goto st45;
		case 50u: goto st69;
		case 52u: goto st69;
		case 54u: goto st69;
		case 56u: goto st69;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st68;
	goto tr0;
st45:
	if ( ++p == pe )
		goto _test_eof45;
case 45:
	_ps = 45;
	switch( (*p) ) {
		case 52u: goto st63;
		case 56u: goto st63;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st46;
	goto tr0;
st46:
	if ( ++p == pe )
		goto _test_eof46;
case 46:
	_ps = 46;
	if ( (*p) == 45u )
		goto st47;
	goto tr0;
st47:
	if ( ++p == pe )
		goto _test_eof47;
case 47:
	_ps = 47;
	switch( (*p) ) {
		case 48u: goto st48;
		case 49u: goto st62;
	}
	goto tr0;
st48:
	if ( ++p == pe )
		goto _test_eof48;
case 48:
	_ps = 48;
	switch( (*p) ) {
		case 50u: goto st56;
		case 52u: goto st59;
		case 54u: goto st59;
		case 57u: goto st59;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st49;
	goto tr0;
st49:
	if ( ++p == pe )
		goto _test_eof49;
case 49:
	_ps = 49;
	if ( (*p) == 45u )
		goto st50;
	goto tr0;
st50:
	if ( ++p == pe )
		goto _test_eof50;
case 50:
	_ps = 50;
	switch( (*p) ) {
		case 48u: goto st51;
		case 51u: goto st55;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st54;
	goto tr0;
st51:
	if ( ++p == pe )
		goto _test_eof51;
case 51:
	_ps = 51;
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st52;
	goto tr0;
st52:
	if ( ++p == pe )
		goto _test_eof52;
case 52:
	goto tr91;
tr91:
	{ number_byte(decoder, *p); }
	goto st53;
st53:
	if ( ++p == pe )
		goto _test_eof53;
case 53:
	goto tr92;
st54:
	if ( ++p == pe )
		goto _test_eof54;
case 54:
	_ps = 54;
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st52;
	goto tr0;
st55:
	if ( ++p == pe )
		goto _test_eof55;
case 55:
	_ps = 55;
	if ( 48u <= (*p) && (*p) <= 49u )
		goto st52;
	goto tr0;
st56:
	if ( ++p == pe )
		goto _test_eof56;
case 56:
	_ps = 56;
	if ( (*p) == 45u )
		goto st57;
	goto tr0;
st57:
	if ( ++p == pe )
		goto _test_eof57;
case 57:
	_ps = 57;
	switch( (*p) ) {
		case 48u: goto st51;
		case 49u: goto st54;
		case 50u: goto st58;
	}
	goto tr0;
st58:
	if ( ++p == pe )
		goto _test_eof58;
case 58:
	_ps = 58;
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st52;
	goto tr0;
st59:
	if ( ++p == pe )
		goto _test_eof59;
case 59:
	_ps = 59;
	if ( (*p) == 45u )
		goto st60;
	goto tr0;
st60:
	if ( ++p == pe )
		goto _test_eof60;
case 60:
	_ps = 60;
	switch( (*p) ) {
		case 48u: goto st51;
		case 51u: goto st61;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st54;
	goto tr0;
st61:
	if ( ++p == pe )
		goto _test_eof61;
case 61:
	_ps = 61;
	if ( (*p) == 48u )
		goto st52;
	goto tr0;
st62:
	if ( ++p == pe )
		goto _test_eof62;
case 62:
	_ps = 62;
	if ( (*p) == 49u )
		goto st59;
	if ( 48u <= (*p) && (*p) <= 50u )
		goto st49;
	goto tr0;
st63:
	if ( ++p == pe )
		goto _test_eof63;
case 63:
	_ps = 63;
	if ( (*p) == 45u )
		goto st64;
	goto tr0;
st64:
	if ( ++p == pe )
		goto _test_eof64;
case 64:
	_ps = 64;
	switch( (*p) ) {
		case 48u: goto st65;
		case 49u: goto st62;
	}
	goto tr0;
st65:
	if ( ++p == pe )
		goto _test_eof65;
case 65:
	_ps = 65;
	switch( (*p) ) {
		case 50u: goto st66;
		case 52u: goto st59;
		case 54u: goto st59;
		case 57u: goto st59;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st49;
	goto tr0;
st66:
	if ( ++p == pe )
		goto _test_eof66;
case 66:
	_ps = 66;
	if ( (*p) == 45u )
		goto st67;
	goto tr0;
st67:
	if ( ++p == pe )
		goto _test_eof67;
case 67:
	_ps = 67;
	if ( (*p) == 48u )
		goto st51;
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st54;
	goto tr0;
st68:
	if ( ++p == pe )
		goto _test_eof68;
case 68:
	_ps = 68;
	switch( (*p) ) {
		case 50u: goto st63;
		case 54u: goto st63;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st46;
	goto tr0;
st69:
	if ( ++p == pe )
		goto _test_eof69;
case 69:
	_ps = 69;
	switch( (*p) ) {
		case 48u: goto st63;
		case 52u: goto st63;
		case 56u: goto st63;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st46;
	goto tr0;
st70:
	if ( ++p == pe )
		goto _test_eof70;
case 70:
	_ps = 70;
	switch( (*p) ) {
		case 48u: goto st71;
		case 50u: goto st69;
		case 52u: goto st69;
		case 54u: goto st69;
		case 56u: goto st69;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st68;
	goto tr0;
st71:
	if ( ++p == pe )
		goto _test_eof71;
case 71:
	_ps = 71;
	switch( (*p) ) {
		case 52u: goto st63;
		case 56u: goto st63;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st46;
	goto tr0;
st72:
	if ( ++p == pe )
		goto _test_eof72;
case 72:
	_ps = 72;
	switch( (*p) ) {
		case 49u: goto st68;
		case 51u: goto st68;
		case 53u: goto st68;
		case 55u: goto st68;
		case 57u: goto st68;
	}
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st69;
	goto tr0;
st73:
	if ( ++p == pe )
		goto _test_eof73;
case 73:
	_ps = 73;
	switch( (*p) ) {
		case 50u: goto st72;
		case 54u: goto st72;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st70;
	goto tr0;
st74:
	if ( ++p == pe )
		goto _test_eof74;
case 74:
	_ps = 74;
	switch( (*p) ) {
		case 48u: goto st72;
		case 52u: goto st72;
		case 56u: goto st72;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st70;
	goto tr0;
tr58:
	{ text_byte(decoder); }
	goto st75;
st75:
	if ( ++p == pe )
		goto _test_eof75;
case 75:
	_ps = 75;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr57;
	goto tr102;
tr59:
	{ text_byte(decoder); }
	goto st76;
st76:
	if ( ++p == pe )
		goto _test_eof76;
case 76:
	_ps = 76;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr57;
	goto tr103;
tr60:
	{ text_byte(decoder); }
	goto st77;
st77:
	if ( ++p == pe )
		goto _test_eof77;
case 77:
	_ps = 77;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr59;
	goto tr103;
tr61:
	{ text_byte(decoder); }
	goto st78;
st78:
	if ( ++p == pe )
		goto _test_eof78;
case 78:
	_ps = 78;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr59;
	goto tr103;
tr62:
	{ text_byte(decoder); }
	goto st79;
st79:
	if ( ++p == pe )
		goto _test_eof79;
case 79:
	_ps = 79;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr59;
	goto tr103;
tr63:
	{ text_byte(decoder); }
	goto st80;
st80:
	if ( ++p == pe )
		goto _test_eof80;
case 80:
	_ps = 80;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr61;
	goto tr103;
tr64:
	{ text_byte(decoder); }
	goto st81;
st81:
	if ( ++p == pe )
		goto _test_eof81;
case 81:
	_ps = 81;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr61;
	goto tr103;
tr65:
	{ text_byte(decoder); }
	goto st82;
st82:
	if ( ++p == pe )
		goto _test_eof82;
case 82:
	_ps = 82;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr61;
	goto tr103;
tr47:
	{ text_byte(decoder); }
	goto st83;
st83:
	if ( ++p == pe )
		goto _test_eof83;
case 83:
	_ps = 83;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr45;
	goto tr104;
tr48:
	{ text_byte(decoder); }
	goto st84;
st84:
	if ( ++p == pe )
		goto _test_eof84;
case 84:
	_ps = 84;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr45;
	goto tr105;
tr49:
	{ text_byte(decoder); }
	goto st85;
st85:
	if ( ++p == pe )
		goto _test_eof85;
case 85:
	_ps = 85;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr48;
	goto tr105;
tr50:
	{ text_byte(decoder); }
	goto st86;
st86:
	if ( ++p == pe )
		goto _test_eof86;
case 86:
	_ps = 86;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr48;
	goto tr105;
tr51:
	{ text_byte(decoder); }
	goto st87;
st87:
	if ( ++p == pe )
		goto _test_eof87;
case 87:
	_ps = 87;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr48;
	goto tr105;
tr52:
	{ text_byte(decoder); }
	goto st88;
st88:
	if ( ++p == pe )
		goto _test_eof88;
case 88:
	_ps = 88;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr50;
	goto tr105;
tr53:
	{ text_byte(decoder); }
	goto st89;
st89:
	if ( ++p == pe )
		goto _test_eof89;
case 89:
	_ps = 89;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr50;
	goto tr105;
tr54:
	{ text_byte(decoder); }
	goto st90;
st90:
	if ( ++p == pe )
		goto _test_eof90;
case 90:
	_ps = 90;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr50;
	goto tr105;
tr41:
	{ items_byte(decoder, *p); }
	goto st91;
st91:
	if ( ++p == pe )
		goto _test_eof91;
case 91:
	_ps = 91;
	_widec = (*p);
	_widec = (short)(256u + ((*p) - 0u));
	if (
 n_bets_fits(decoder, *p)  ) _widec += 256;
	if ( 512 <= _widec && _widec <= 767 )
		goto tr34;
	goto tr33;
tr153:
	{ number_byte(decoder, *p); }
	{ single_end(decoder); {p++; ( decoder->state) = 162; goto _out;} }
	goto st162;
st162:
	if ( ++p == pe )
		goto _test_eof162;
case 162:
	_ps = 162;
	_widec = (*p);
	_widec = (short)(14080u + ((*p) - 0u));
	if (
 single_fits(decoder)  ) _widec += 256;
	if ( 14336 <= _widec && _widec <= 14591 )
		goto tr175;
	goto tr174;
tr175:
	{ single_begin(decoder); }
	{ bet_begin(decoder, position(decoder, begin, p)); }
	{ agency_byte(decoder, *p); }
	goto st92;
st92:
	if ( ++p == pe )
		goto _test_eof92;
case 92:
	_ps = 92;
	_widec = (*p);
	_widec = (short)(1280u + ((*p) - 0u));
	if (
 length_fits(decoder, *p)  ) _widec += 256;
	if ( 1536 <= _widec && _widec <= 1791 )
		goto tr106;
	goto tr42;
tr106:
	{ length_byte(decoder, *p); }
	{
        name_n(decoder, position(decoder, begin, p));
        if (compact_takes_plain_names)
            p = skip_text(decoder, p, pe);
    }
	goto st93;
tr107:
	{ text_byte(decoder); }
	goto st93;
st93:
	if ( ++p == pe )
		goto _test_eof93;
case 93:
	_ps = 93;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(5376u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(5376u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 length_fits(decoder, *p)  ) _widec += 512;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(6400u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(8448u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else {
				_widec = (short)(6400u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
				if (
 length_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(5376u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 length_fits(decoder, *p)  ) _widec += 512;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(8448u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(8448u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
				if (
 length_fits(decoder, *p)  ) _widec += 1024;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(10496u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
					if (
 length_fits(decoder, *p)  ) _widec += 1024;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(5376u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 length_fits(decoder, *p)  ) _widec += 512;
				}
			} else {
				_widec = (short)(10496u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
				if (
 length_fits(decoder, *p)  ) _widec += 1024;
			}
		} else {
			_widec = (short)(10496u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
			if (
 length_fits(decoder, *p)  ) _widec += 1024;
		}
	} else {
		_widec = (short)(8448u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
		if (
 length_fits(decoder, *p)  ) _widec += 1024;
	}
	switch( _widec ) {
		case 7362: goto tr109;
		case 8386: goto tr109;
		case 9440: goto tr111;
		case 9453: goto tr113;
		case 10464: goto tr111;
		case 10477: goto tr113;
		case 11504: goto tr114;
		case 11508: goto tr116;
		case 12528: goto tr114;
		case 12532: goto tr116;
	}
	if ( _widec < 8387 ) {
		if ( _widec < 6176 ) {
			if ( _widec < 5888 ) {
				if ( 5664 <= _widec && _widec <= 5758 )
					goto tr107;
			} else if ( _widec > 6081 ) {
				if ( 6133 <= _widec && _widec <= 6143 )
					goto tr108;
			} else
				goto tr108;
		} else if ( _widec > 6270 ) {
			if ( _widec < 7618 ) {
				if ( 7363 <= _widec && _widec <= 7391 )
					goto tr110;
			} else if ( _widec > 7647 ) {
				if ( 8130 <= _widec && _widec <= 8159 )
					goto tr108;
			} else
				goto tr108;
		} else
			goto tr107;
	} else if ( _widec > 8415 ) {
		if ( _widec < 10465 ) {
			if ( _widec < 9696 ) {
				if ( 9441 <= _widec && _widec <= 9455 )
					goto tr112;
			} else if ( _widec > 9711 ) {
				if ( 10208 <= _widec && _widec <= 10223 )
					goto tr108;
			} else
				goto tr108;
		} else if ( _widec > 10479 ) {
			if ( _widec < 11760 ) {
				if ( 11505 <= _widec && _widec <= 11507 )
					goto tr115;
			} else if ( _widec > 11764 ) {
				if ( _widec > 12276 ) {
					if ( 12529 <= _widec && _widec <= 12531 )
						goto tr115;
				} else if ( _widec >= 12272 )
					goto tr108;
			} else
				goto tr108;
		} else
			goto tr112;
	} else
		goto tr110;
	goto tr44;
tr118:
	{ text_byte(decoder); }
	goto st94;
tr108:
	{ length_byte(decoder, *p); }
	{
        surname_n(decoder, position(decoder, begin, p));
        if (compact_takes_plain_surnames)
            p = skip_text(decoder, p, pe);
    }
	goto st94;
st94:
	if ( ++p == pe )
		goto _test_eof94;
case 94:
	_ps = 94;
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 127u ) {
			if ( (*p) > 31u ) {
				if ( 32u <= (*p) && (*p) <= 126u ) {
					_widec = (short)(1792u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(1792u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
			}
		} else if ( (*p) > 193u ) {
			if ( (*p) < 195u ) {
				if ( 194u <= (*p) && (*p) <= 194u ) {
					_widec = (short)(2304u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 2)  ) _widec += 512;
				}
			} else if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(3328u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else {
				_widec = (short)(2304u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
			}
		} else {
			_widec = (short)(1792u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(3328u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(3328u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) < 244u ) {
				if ( 241u <= (*p) && (*p) <= 243u ) {
					_widec = (short)(4352u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
				}
			} else if ( (*p) > 244u ) {
				if ( 245u <= (*p) )
 {					_widec = (short)(1792u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
				}
			} else {
				_widec = (short)(4352u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
			}
		} else {
			_widec = (short)(4352u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
		}
	} else {
		_widec = (short)(3328u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
	}
	switch( _widec ) {
		case 3266: goto tr119;
		case 4320: goto tr121;
		case 4333: goto tr123;
		case 5360: goto tr124;
		case 5364: goto tr126;
	}
	if ( _widec < 3267 ) {
		if ( _widec < 2080 ) {
			if ( _widec > 1985 ) {
				if ( 2037 <= _widec && _widec <= 2047 )
					goto tr117;
			} else if ( _widec >= 1792 )
				goto tr117;
		} else if ( _widec > 2174 ) {
			if ( _widec > 2527 ) {
				if ( 3010 <= _widec && _widec <= 3039 )
					goto tr117;
			} else if ( _widec >= 2498 )
				goto tr117;
		} else
			goto tr118;
	} else if ( _widec > 3295 ) {
		if ( _widec < 4321 ) {
			if ( _widec > 3567 ) {
				if ( 4064 <= _widec && _widec <= 4079 )
					goto tr117;
			} else if ( _widec >= 3552 )
				goto tr117;
		} else if ( _widec > 4335 ) {
			if ( _widec < 5104 ) {
				if ( 4592 <= _widec && _widec <= 4596 )
					goto tr117;
			} else if ( _widec > 5108 ) {
				if ( 5361 <= _widec && _widec <= 5363 )
					goto tr125;
			} else
				goto tr117;
		} else
			goto tr122;
	} else
		goto tr120;
	goto tr55;
tr117:
	{ document_byte(decoder, *p); }
	goto st95;
st95:
	if ( ++p == pe )
		goto _test_eof95;
case 95:
	goto tr127;
tr127:
	{ document_byte(decoder, *p); }
	goto st96;
st96:
	if ( ++p == pe )
		goto _test_eof96;
case 96:
	goto tr128;
tr128:
	{ document_byte(decoder, *p); }
	goto st97;
st97:
	if ( ++p == pe )
		goto _test_eof97;
case 97:
	goto tr129;
tr129:
	{ document_byte(decoder, *p); }
	goto st98;
st98:
	if ( ++p == pe )
		goto _test_eof98;
case 98:
	_ps = 98;
	switch( (*p) ) {
		case 48u: goto st99;
		case 50u: goto st130;
		case 52u: goto st130;
		case 54u: goto st130;
		case 56u: goto st130;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st129;
	goto tr0;
st99:
	if ( ++p == pe )
		goto _test_eof99;
case 99:
	_ps = 99;
	switch( (*p) ) {
		case 48u: goto st100;
		case 52u: goto st128;
		case 56u: goto st128;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st126;
	goto tr0;
st100:
	if ( ++p == pe )
		goto _test_eof100;
case 100:
	_ps = 100;
	switch( (*p) ) {
		case 48u: goto st101;
		case 50u: goto st125;
		case 52u: goto st125;
		case 54u: goto st125;
		case 56u: goto st125;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st124;
	goto tr0;
st101:
	if ( ++p == pe )
		goto _test_eof101;
case 101:
	_ps = 101;
	switch( (*p) ) {
		case 52u: goto st119;
		case 56u: goto st119;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st102;
	goto tr0;
st102:
	if ( ++p == pe )
		goto _test_eof102;
case 102:
	_ps = 102;
	if ( (*p) == 45u )
		goto st103;
	goto tr0;
st103:
	if ( ++p == pe )
		goto _test_eof103;
case 103:
	_ps = 103;
	switch( (*p) ) {
		case 48u: goto st104;
		case 49u: goto st118;
	}
	goto tr0;
st104:
	if ( ++p == pe )
		goto _test_eof104;
case 104:
	_ps = 104;
	switch( (*p) ) {
		case 50u: goto st112;
		case 52u: goto st115;
		case 54u: goto st115;
		case 57u: goto st115;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st105;
	goto tr0;
st105:
	if ( ++p == pe )
		goto _test_eof105;
case 105:
	_ps = 105;
	if ( (*p) == 45u )
		goto st106;
	goto tr0;
st106:
	if ( ++p == pe )
		goto _test_eof106;
case 106:
	_ps = 106;
	switch( (*p) ) {
		case 48u: goto st107;
		case 51u: goto st111;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st110;
	goto tr0;
st107:
	if ( ++p == pe )
		goto _test_eof107;
case 107:
	_ps = 107;
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st108;
	goto tr0;
st108:
	if ( ++p == pe )
		goto _test_eof108;
case 108:
	goto tr152;
tr152:
	{ number_byte(decoder, *p); }
	goto st109;
st109:
	if ( ++p == pe )
		goto _test_eof109;
case 109:
	goto tr153;
st110:
	if ( ++p == pe )
		goto _test_eof110;
case 110:
	_ps = 110;
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st108;
	goto tr0;
st111:
	if ( ++p == pe )
		goto _test_eof111;
case 111:
	_ps = 111;
	if ( 48u <= (*p) && (*p) <= 49u )
		goto st108;
	goto tr0;
st112:
	if ( ++p == pe )
		goto _test_eof112;
case 112:
	_ps = 112;
	if ( (*p) == 45u )
		goto st113;
	goto tr0;
st113:
	if ( ++p == pe )
		goto _test_eof113;
case 113:
	_ps = 113;
	switch( (*p) ) {
		case 48u: goto st107;
		case 49u: goto st110;
		case 50u: goto st114;
	}
	goto tr0;
st114:
	if ( ++p == pe )
		goto _test_eof114;
case 114:
	_ps = 114;
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st108;
	goto tr0;
st115:
	if ( ++p == pe )
		goto _test_eof115;
case 115:
	_ps = 115;
	if ( (*p) == 45u )
		goto st116;
	goto tr0;
st116:
	if ( ++p == pe )
		goto _test_eof116;
case 116:
	_ps = 116;
	switch( (*p) ) {
		case 48u: goto st107;
		case 51u: goto st117;
	}
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st110;
	goto tr0;
st117:
	if ( ++p == pe )
		goto _test_eof117;
case 117:
	_ps = 117;
	if ( (*p) == 48u )
		goto st108;
	goto tr0;
st118:
	if ( ++p == pe )
		goto _test_eof118;
case 118:
	_ps = 118;
	if ( (*p) == 49u )
		goto st115;
	if ( 48u <= (*p) && (*p) <= 50u )
		goto st105;
	goto tr0;
st119:
	if ( ++p == pe )
		goto _test_eof119;
case 119:
	_ps = 119;
	if ( (*p) == 45u )
		goto st120;
	goto tr0;
st120:
	if ( ++p == pe )
		goto _test_eof120;
case 120:
	_ps = 120;
	switch( (*p) ) {
		case 48u: goto st121;
		case 49u: goto st118;
	}
	goto tr0;
st121:
	if ( ++p == pe )
		goto _test_eof121;
case 121:
	_ps = 121;
	switch( (*p) ) {
		case 50u: goto st122;
		case 52u: goto st115;
		case 54u: goto st115;
		case 57u: goto st115;
	}
	if ( 49u <= (*p) && (*p) <= 56u )
		goto st105;
	goto tr0;
st122:
	if ( ++p == pe )
		goto _test_eof122;
case 122:
	_ps = 122;
	if ( (*p) == 45u )
		goto st123;
	goto tr0;
st123:
	if ( ++p == pe )
		goto _test_eof123;
case 123:
	_ps = 123;
	if ( (*p) == 48u )
		goto st107;
	if ( 49u <= (*p) && (*p) <= 50u )
		goto st110;
	goto tr0;
st124:
	if ( ++p == pe )
		goto _test_eof124;
case 124:
	_ps = 124;
	switch( (*p) ) {
		case 50u: goto st119;
		case 54u: goto st119;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st102;
	goto tr0;
st125:
	if ( ++p == pe )
		goto _test_eof125;
case 125:
	_ps = 125;
	switch( (*p) ) {
		case 48u: goto st119;
		case 52u: goto st119;
		case 56u: goto st119;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st102;
	goto tr0;
st126:
	if ( ++p == pe )
		goto _test_eof126;
case 126:
	_ps = 126;
	switch( (*p) ) {
		case 48u: goto st127;
		case 50u: goto st125;
		case 52u: goto st125;
		case 54u: goto st125;
		case 56u: goto st125;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st124;
	goto tr0;
st127:
	if ( ++p == pe )
		goto _test_eof127;
case 127:
	_ps = 127;
	switch( (*p) ) {
		case 52u: goto st119;
		case 56u: goto st119;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st102;
	goto tr0;
st128:
	if ( ++p == pe )
		goto _test_eof128;
case 128:
	_ps = 128;
	switch( (*p) ) {
		case 49u: goto st124;
		case 51u: goto st124;
		case 53u: goto st124;
		case 55u: goto st124;
		case 57u: goto st124;
	}
	if ( 48u <= (*p) && (*p) <= 56u )
		goto st125;
	goto tr0;
st129:
	if ( ++p == pe )
		goto _test_eof129;
case 129:
	_ps = 129;
	switch( (*p) ) {
		case 50u: goto st128;
		case 54u: goto st128;
	}
	if ( 48u <= (*p) && (*p) <= 57u )
		goto st126;
	goto tr0;
st130:
	if ( ++p == pe )
		goto _test_eof130;
case 130:
	_ps = 130;
	switch( (*p) ) {
		case 48u: goto st128;
		case 52u: goto st128;
		case 56u: goto st128;
	}
	if ( 49u <= (*p) && (*p) <= 57u )
		goto st126;
	goto tr0;
tr119:
	{ text_byte(decoder); }
	goto st131;
st131:
	if ( ++p == pe )
		goto _test_eof131;
case 131:
	_ps = 131;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr118;
	goto tr102;
tr120:
	{ text_byte(decoder); }
	goto st132;
st132:
	if ( ++p == pe )
		goto _test_eof132;
case 132:
	_ps = 132;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr118;
	goto tr103;
tr121:
	{ text_byte(decoder); }
	goto st133;
st133:
	if ( ++p == pe )
		goto _test_eof133;
case 133:
	_ps = 133;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr120;
	goto tr103;
tr122:
	{ text_byte(decoder); }
	goto st134;
st134:
	if ( ++p == pe )
		goto _test_eof134;
case 134:
	_ps = 134;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr120;
	goto tr103;
tr123:
	{ text_byte(decoder); }
	goto st135;
st135:
	if ( ++p == pe )
		goto _test_eof135;
case 135:
	_ps = 135;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr120;
	goto tr103;
tr124:
	{ text_byte(decoder); }
	goto st136;
st136:
	if ( ++p == pe )
		goto _test_eof136;
case 136:
	_ps = 136;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr122;
	goto tr103;
tr125:
	{ text_byte(decoder); }
	goto st137;
st137:
	if ( ++p == pe )
		goto _test_eof137;
case 137:
	_ps = 137;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr122;
	goto tr103;
tr126:
	{ text_byte(decoder); }
	goto st138;
st138:
	if ( ++p == pe )
		goto _test_eof138;
case 138:
	_ps = 138;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr122;
	goto tr103;
tr109:
	{ text_byte(decoder); }
	goto st139;
st139:
	if ( ++p == pe )
		goto _test_eof139;
case 139:
	_ps = 139;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr107;
	goto tr104;
tr110:
	{ text_byte(decoder); }
	goto st140;
st140:
	if ( ++p == pe )
		goto _test_eof140;
case 140:
	_ps = 140;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr107;
	goto tr105;
tr111:
	{ text_byte(decoder); }
	goto st141;
st141:
	if ( ++p == pe )
		goto _test_eof141;
case 141:
	_ps = 141;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr110;
	goto tr105;
tr112:
	{ text_byte(decoder); }
	goto st142;
st142:
	if ( ++p == pe )
		goto _test_eof142;
case 142:
	_ps = 142;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr110;
	goto tr105;
tr113:
	{ text_byte(decoder); }
	goto st143;
st143:
	if ( ++p == pe )
		goto _test_eof143;
case 143:
	_ps = 143;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr110;
	goto tr105;
tr114:
	{ text_byte(decoder); }
	goto st144;
st144:
	if ( ++p == pe )
		goto _test_eof144;
case 144:
	_ps = 144;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr112;
	goto tr105;
tr115:
	{ text_byte(decoder); }
	goto st145;
st145:
	if ( ++p == pe )
		goto _test_eof145;
case 145:
	_ps = 145;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr112;
	goto tr105;
tr116:
	{ text_byte(decoder); }
	goto st146;
st146:
	if ( ++p == pe )
		goto _test_eof146;
case 146:
	_ps = 146;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr112;
	goto tr105;
case 165:
	goto st0;
tr170:
	{ text_byte(decoder); }
	goto st166;
st166:
	if ( ++p == pe )
		goto _test_eof166;
case 166:
	_widec = (*p);
	if ( (*p) < 225u ) {
		if ( (*p) < 194u ) {
			if ( 32u <= (*p) && (*p) <= 126u ) {
				_widec = (short)(1792u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
			}
		} else if ( (*p) > 194u ) {
			if ( (*p) > 223u ) {
				if ( 224u <= (*p) && (*p) <= 224u ) {
					_widec = (short)(3328u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 195u ) {
				_widec = (short)(2304u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 2)  ) _widec += 512;
			}
		} else {
			_widec = (short)(2304u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 2)  ) _widec += 512;
		}
	} else if ( (*p) > 236u ) {
		if ( (*p) < 240u ) {
			if ( (*p) > 237u ) {
				if ( 238u <= (*p) && (*p) <= 239u ) {
					_widec = (short)(3328u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 3)  ) _widec += 512;
				}
			} else if ( (*p) >= 237u ) {
				_widec = (short)(3328u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 3)  ) _widec += 512;
			}
		} else if ( (*p) > 240u ) {
			if ( (*p) > 243u ) {
				if ( 244u <= (*p) && (*p) <= 244u ) {
					_widec = (short)(4352u + ((*p) - 0u));
					if (
 in_text(decoder)  ) _widec += 256;
					if (
 has_room(decoder, 4)  ) _widec += 512;
				}
			} else if ( (*p) >= 241u ) {
				_widec = (short)(4352u + ((*p) - 0u));
				if (
 in_text(decoder)  ) _widec += 256;
				if (
 has_room(decoder, 4)  ) _widec += 512;
			}
		} else {
			_widec = (short)(4352u + ((*p) - 0u));
			if (
 in_text(decoder)  ) _widec += 256;
			if (
 has_room(decoder, 4)  ) _widec += 512;
		}
	} else {
		_widec = (short)(3328u + ((*p) - 0u));
		if (
 in_text(decoder)  ) _widec += 256;
		if (
 has_room(decoder, 3)  ) _widec += 512;
	}
	switch( _widec ) {
		case 3266: goto tr179;
		case 4320: goto tr180;
		case 4333: goto tr181;
		case 5360: goto tr182;
		case 5364: goto tr184;
	}
	if ( _widec < 3267 ) {
		if ( 2080 <= _widec && _widec <= 2174 )
			goto tr170;
	} else if ( _widec > 3295 ) {
		if ( _widec > 4335 ) {
			if ( 5361 <= _widec && _widec <= 5363 )
				goto tr183;
		} else if ( _widec >= 4321 )
			goto tr172;
	} else
		goto tr171;
	goto tr178;
tr179:
	{ text_byte(decoder); }
	goto st152;
st152:
	if ( ++p == pe )
		goto _test_eof152;
case 152:
	_ps = 152;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr170;
	goto tr104;
tr171:
	{ text_byte(decoder); }
	goto st153;
st153:
	if ( ++p == pe )
		goto _test_eof153;
case 153:
	_ps = 153;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr170;
	goto tr105;
tr180:
	{ text_byte(decoder); }
	goto st154;
st154:
	if ( ++p == pe )
		goto _test_eof154;
case 154:
	_ps = 154;
	if ( 160u <= (*p) && (*p) <= 191u )
		goto tr171;
	goto tr105;
tr172:
	{ text_byte(decoder); }
	goto st155;
st155:
	if ( ++p == pe )
		goto _test_eof155;
case 155:
	_ps = 155;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr171;
	goto tr105;
tr181:
	{ text_byte(decoder); }
	goto st156;
st156:
	if ( ++p == pe )
		goto _test_eof156;
case 156:
	_ps = 156;
	if ( 128u <= (*p) && (*p) <= 159u )
		goto tr171;
	goto tr105;
tr182:
	{ text_byte(decoder); }
	goto st157;
st157:
	if ( ++p == pe )
		goto _test_eof157;
case 157:
	_ps = 157;
	if ( 144u <= (*p) && (*p) <= 191u )
		goto tr172;
	goto tr105;
tr183:
	{ text_byte(decoder); }
	goto st158;
st158:
	if ( ++p == pe )
		goto _test_eof158;
case 158:
	_ps = 158;
	if ( 128u <= (*p) && (*p) <= 191u )
		goto tr172;
	goto tr105;
tr184:
	{ text_byte(decoder); }
	goto st159;
st159:
	if ( ++p == pe )
		goto _test_eof159;
case 159:
	_ps = 159;
	if ( 128u <= (*p) && (*p) <= 143u )
		goto tr172;
	goto tr105;
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
	_test_eof160: ( decoder->state) = 160; goto _test_eof;
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
	_test_eof163: ( decoder->state) = 163; goto _test_eof;
	_test_eof164: ( decoder->state) = 164; goto _test_eof;
	_test_eof149: ( decoder->state) = 149; goto _test_eof;
	_test_eof150: ( decoder->state) = 150; goto _test_eof;
	_test_eof151: ( decoder->state) = 151; goto _test_eof;
	_test_eof161: ( decoder->state) = 161; goto _test_eof;
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
	_test_eof162: ( decoder->state) = 162; goto _test_eof;
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
	_test_eof166: ( decoder->state) = 166; goto _test_eof;
	_test_eof152: ( decoder->state) = 152; goto _test_eof;
	_test_eof153: ( decoder->state) = 153; goto _test_eof;
	_test_eof154: ( decoder->state) = 154; goto _test_eof;
	_test_eof155: ( decoder->state) = 155; goto _test_eof;
	_test_eof156: ( decoder->state) = 156; goto _test_eof;
	_test_eof157: ( decoder->state) = 157; goto _test_eof;
	_test_eof158: ( decoder->state) = 158; goto _test_eof;
	_test_eof159: ( decoder->state) = 159; goto _test_eof;

	_test_eof: {}
	if ( p == eof )
	{
	switch ( ( decoder->state) ) {
	case 147:
	{ refuse(decoder, SORTEO_E_ANSWER, SORTEO_F_ANSWER); }
	break;
	case 34:
	{ refuse(decoder, SORTEO_E_RECEIPT, SORTEO_F_RECEIPT); }
	break;
	case 33:
	{ value_error(decoder, (_ps), SORTEO_F_AGENCY); }
	break;
	case 39:
	case 40:
	case 41:
	case 95:
	case 96:
	case 97:
	case 149:
	case 150:
	case 151:
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	break;
	case 52:
	case 53:
	case 108:
	case 109:
	{ value_error(decoder, (_ps), SORTEO_F_NUMBER); }
	break;
	case 148:
	{ value_error(decoder, (_ps), SORTEO_F_N_WINNERS); }
	break;
	case 84:
	case 85:
	case 86:
	case 87:
	case 88:
	case 89:
	case 90:
	case 140:
	case 141:
	case 142:
	case 143:
	case 144:
	case 145:
	case 146:
	case 153:
	case 154:
	case 155:
	case 156:
	case 157:
	case 158:
	case 159:
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	break;
	case 36:
	case 92:
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_NAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME_N); }
	break;
	case 76:
	case 77:
	case 78:
	case 79:
	case 80:
	case 81:
	case 82:
	case 132:
	case 133:
	case 134:
	case 135:
	case 136:
	case 137:
	case 138:
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	break;
	case 32:
	case 91:
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
	case 42:
	case 43:
	case 44:
	case 45:
	case 46:
	case 47:
	case 48:
	case 49:
	case 50:
	case 51:
	case 54:
	case 55:
	case 56:
	case 57:
	case 58:
	case 59:
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
	case 70:
	case 71:
	case 72:
	case 73:
	case 74:
	case 98:
	case 99:
	case 100:
	case 101:
	case 102:
	case 103:
	case 104:
	case 105:
	case 106:
	case 107:
	case 110:
	case 111:
	case 112:
	case 113:
	case 114:
	case 115:
	case 116:
	case 117:
	case 118:
	case 119:
	case 120:
	case 121:
	case 122:
	case 123:
	case 124:
	case 125:
	case 126:
	case 127:
	case 128:
	case 129:
	case 130:
	{ refuse(decoder, SORTEO_E_DATE, SORTEO_F_BIRTHDATE); }
	{ value_error(decoder, (_ps), SORTEO_F_BIRTHDATE); }
	break;
	case 38:
	case 94:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_DOCUMENT); }
	break;
	case 83:
	case 139:
	case 152:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ value_error(decoder, (_ps), SORTEO_F_NAME); }
	break;
	case 75:
	case 131:
	{ c1_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_SURNAME); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME); }
	break;
	case 37:
	case 93:
	{ c0_error(decoder, *p); }
	{ text_error(decoder, SORTEO_F_NAME); }
	{ refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_SURNAME_N); }
	{ value_error(decoder, (_ps), SORTEO_F_SURNAME_N); }
	break;
	case 35:
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
