# The frames of section 2, and the streams of section 4, in their order and words.
#
# Every event is raised on the last byte of what it tells of, never on the byte after: a peer that waits for
# an answer sends none.

%%{
    machine frames;
    include fields "fields.rl";

    # ---- Frames (section 2) ---------------------------------------------------------------------------

    person  = NAME_N NAME SURNAME_N SURNAME DOCUMENT BIRTHDATE NUMBER;
    BET     = ( AGENCY person ) >bet_begin;
    ITEM    = ( BET_AGENCY person ) >bet_begin;
    SINGLE  = ( KEY BET ) inwhen single_fits >single_begin >err(single_error) @single_end;
    BATCH   = ( N_BETS KEY BATCH_AGENCY ) @batch_begin
              ( ITEM inwhen in_list >err(item_error) @batch_bet )* outwhen !in_list;
    FINISH  = ( NO_BETS KEY AGENCY ) @finish;
    ANSWER  = ( STORED @stored | REFUSED @refused ) >err(answer_error);
    WINNERS = N_WINNERS @winners_begin  ( DOCUMENT inwhen in_list >err(item_error) @winner )*;
    RECEIPT = receipt @receipt >err(receipt_error);

    # ---- Streams (section 4) --------------------------------------------------------------------------

    agency_stream := ( BATCH* FINISH RECEIPT )*;
    bet_stream    := SINGLE*;

    # The other direction, in which each frame is announced; and nothing, while none is.
    answer  := ANSWER;
    winners := WINNERS;
    silence := "";

    # What a sender asks before it sends.
    name      := NAME;
    birthdate := BIRTHDATE;
}%%
