# The fields of section 1, in its order, byte for byte. The language and nothing else: actions and
# conditions appear by name only, and live in src/codec/.
#
# A dialect says first what `length_high`, `key`, `batch_agency`, `winners_high` and `receipt` are.
#
# Text and lists end where a count says so. What belongs to them is guarded by `in_text` or `in_list`, what
# follows by its opposite, so that no byte is ever both. (Room for a longer character implies `in_text`,
# but the compiler of this grammar cannot know, and would look into all that is impossible.)

%%{
    machine fields;
    alphtype unsigned char;

    # ---- Names: RFC 3629 without C0 controls, DEL and C1 controls -----------------------------------

    tail  = 0x80..0xbf;

    one   = 0x20..0x7e;
    two   = 0xc2       (0xa0..0xbf) >err(c1_error)
          | 0xc3..0xdf tail;
    three = 0xe0       0xa0..0xbf   tail
          | 0xe1..0xec tail         tail
          | 0xed       0x80..0x9f   tail
          | 0xee..0xef tail         tail;
    four  = 0xf0       0x90..0xbf   tail tail
          | 0xf1..0xf3 tail         tail tail
          | 0xf4       0x80..0x8f   tail tail;

    text  = ( one   inwhen in_text
            | two   inwhen in_text inwhen room_2
            | three inwhen in_text inwhen room_3
            | four  inwhen in_text inwhen room_4
            ) >err(c0_error);

    length = ( length_high when length_high_fits  any when length_fits ) $length_byte;

    # ---- Days: the proleptic Gregorian calendar, 0001-01-01 to 9999-12-31 ----------------------------

    by_4  = [02468] [048] | [13579] [26];
    year  = digit{4} - "0000";
    leap  = digit{2} ( by_4 - "00" ) | ( by_4 - "00" ) "00";

    to_28 = "0" [1-9] | "1" digit | "2" [0-8];
    to_29 = "0" [1-9] | [12] digit;
    to_30 = to_29 | "30";
    to_31 = to_30 | "31";

    day   = ( "0" [13578] | "10" | "12" ) "-" to_31
          | ( "0" [469] | "11" )          "-" to_30;

    # ---- The fields ---------------------------------------------------------------------------------

    AGENCY    = any $agency_byte;
    # A batch has it once, or each of its bets does.
    BATCH_AGENCY = batch_agency            $agency_byte;
    BET_AGENCY   = ( any? - batch_agency ) $agency_byte;
    NAME_N    = length @name_n @err(name_n_error);
    NAME      = text* $text_byte outwhen !in_text $err(name_error);
    SURNAME_N = length @surname_n @err(surname_n_error);
    SURNAME   = text* $text_byte outwhen !in_text $err(surname_error);
    DOCUMENT  = any{4} $document_byte;
    BIRTHDATE = ( year "-" ( day | "02-" to_28 ) | leap "-02-29" ) @err(birthdate_error);
    NUMBER    = any{2} $number_byte;

    N_BETS    = ( 0x00                                     0x01..0xff when n_bets_fits
                | 0x01..0xff when n_bets_high_fits         any        when n_bets_fits
                ) $n_bets_byte @err(n_bets_error);
    NO_BETS   = 0x00{2};
    KEY       = key $key_byte;
    N_WINNERS = ( winners_high any ) $n_winners_byte;
    STORED    = 0x00;
    REFUSED   = 0x01;
}%%
