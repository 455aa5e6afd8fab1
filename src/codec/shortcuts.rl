# What the shortcuts of plain.h and shortcut.h take for granted, in the words of the grammar: the bytes that
# they take, which actions of the grammar each does, and under which conditions.
#
# `make gen` compares these rules with the machine of each dialect (src/generator/shortcuts.py). Where the
# machine does not take every byte that they take, with the same actions in the same order, the shortcut is off
# in that dialect, and the grammar reads alone. So nothing here decides what is accepted: what is wrong here
# makes a decoder slower, never different. Change a shortcut and its rule here together.
#
# Of a dialect only sizes are taken over, as C has them: what stands between two @ is replaced by so many bytes of
# any value, whatever the dialect allows there.

%%{
    machine shortcuts;
    alphtype unsigned char;

    # Actions and conditions have the grammar's names; what they do is of no matter here.
    action in_text          { 0 }
    action room_2           { 0 }
    action room_3           { 0 }
    action room_4           { 0 }
    action length_high_fits { 0 }
    action length_fits      { 0 }
    action single_fits      { 0 }
    action in_list          { 0 }
    action agency_byte      { }
    action length_byte      { }
    action name_n           { }
    action surname_n        { }
    action text_byte        { }
    action document_byte    { }
    action number_byte      { }
    action key_byte         { }
    action bet_begin        { }
    action batch_bet        { }
    action single_begin     { }
    action single_end       { }
    action winner           { }

    # ---- is_plain_text: every character of RFC 3629, but for C0, DEL and C1 ---------------------------

    tail  = 0x80..0xbf;
    one   = 0x20..0x7e;
    two   = 0xc2 0xa0..0xbf | 0xc3..0xdf tail;
    three = 0xe0 0xa0..0xbf tail | 0xe1..0xec tail tail | 0xed 0x80..0x9f tail | 0xee..0xef tail tail;
    four  = 0xf0 0x90..0xbf tail tail | 0xf1..0xf3 tail tail tail | 0xf4 0x80..0x8f tail tail;

    text  = ( one inwhen in_text | two inwhen in_text inwhen room_2 | three inwhen in_text inwhen room_3
            | four inwhen in_text inwhen room_4 ) $text_byte;

    # ---- is_plain_date: every day but 29 February -----------------------------------------------------

    year  = digit{4} - "0000";
    to_28 = "0" [1-9] | "1" digit | "2" [0-8];
    to_30 = "0" [1-9] | [12] digit | "30";
    to_31 = to_30 | "31";
    date  = year "-" ( "02-" to_28 | ( "0" [13578] | "10" | "12" ) "-" to_31 | ( "0" [469] | "11" ) "-" to_30 );

    # ---- take_bet, and what the encoder does not ask ----------------------------------------------------

    length = ( @LENGTH_HIGH@ when length_high_fits  any when length_fits ) $length_byte;
    person = ( length @name_n ) ( text* outwhen !in_text ) ( length @surname_n ) ( text* outwhen !in_text )
             ( any{4} $document_byte ) date ( any{2} $number_byte );

    # ---- Each is compared from its first byte on; where one of its states is final, the machine must be in the
    #      state in which it was then: between two characters, after a bet, after a document ------------------------

    plain_text     := text*;
    plain_bet      := ( ( @BET_AGENCY@ $agency_byte ) person ) >bet_begin inwhen in_list @batch_bet;
    plain_single   := ( ( @KEY@ $key_byte ) ( ( any $agency_byte ) person ) >bet_begin )
                      inwhen single_fits >single_begin @single_end;
    plain_document := ( any{4} $document_byte ) inwhen in_list @winner;
}%%

%% write data nofinal;
