#!/usr/bin/env bash
# What `make gen` says to bad input: each time a message with file and line, an exit code that is not 0, and gen/ byte
# for byte as it was. Prints TAP.
#
#   gen_bad_input.sh [CASE...]
set -euo pipefail
# shellcheck source=tests/tools/gen_copies.sh
. "$(dirname "$0")/gen_copies.sh"

# ---- What must be so each time -------------------------------------------------------------------------------------

# fails_with MESSAGE [GENERATE...]: generating fails with the message, a regular expression, and leaves gen/ as it was.
fails_with() {
    local status=0
    rm -rf "$copy.gen"
    cp -R "$copy/gen" "$copy.gen"
    "${@:2}" || status=$?
    [ "$status" != 0 ] || { echo "it did not fail" >> "$out"; return 1; }
    is_told "$1" && ! is_told Traceback && diff -r "$copy.gen" "$copy/gen" >> "$out"
}

# refuses NAME MESSAGE: the copy as it is now.
refuses() { ok "generating_refuses_$1" fails_with "$2" generate; }

# refuses_at_once NAME MESSAGE: where it might wait for ever, or take all memory.
refuses_at_once() { ok "generating_refuses_$1" fails_with "$2" generate_with_limits; }
generate_with_limits() {
    local seconds=$((6 * ${TEST_PATIENCE:-60}))
    (cd "$copy" && ulimit -v 1000000 && timeout "$seconds" src/generator/generate.sh) > "$out" 2>&1
}

# changed FILE SED-EXPRESSION: a fresh copy with wide alone, changed.
changed() {
    copy_wide
    plant "$1" "$2"
}

# line FILE TEXT: FILE:LINE of the first line with the text.
line() { echo "grammar/$1:$(grep -n -m 1 -e "$2" "$copy/grammar/$1" | cut -d : -f 1)"; }

# ---- A dialect's file ----------------------------------------------------------------------------------------------

unknown_parameter() {
    changed grammar/wide.rl 's/^ *receipt .*/&\n    colour = any;/'
    refuses an_unknown_parameter \
        "^$(line wide.rl colour): colour is no parameter of a dialect: the parameters are .*key"
}

missing_parameter() {
    copy_all
    plant grammar/wide.rl '/ key /d'
    refuses a_missing_parameter \
        "^$(line wide.rl 'machine wide'): the dialect wide has no key, which KEY in $(line fields.rl '  KEY ')"
}

parameter_twice() {
    changed grammar/wide.rl 's/^ *receipt .*/&\n    key = any;/'
    refuses a_parameter_twice \
        "^$(line wide.rl 'key = any'): key is defined a second time; the first is in $(line wide.rl ' key  ')"
}

parameter_that_is_a_rule() {
    changed grammar/wide.rl 's/^ *receipt .*/&\n    tail = any;/'
    refuses a_parameter_that_is_a_rule \
        "^$(line fields.rl 'tail *=').*tail is defined a second time; the first is in $(line wide.rl 'tail *=')"
}

length_of_3_bytes() {
    changed grammar/wide.rl 's/\(length_high *=\) any/\1 any{2}/'
    refuses a_length_of_3_bytes "^$(line wide.rl length_high): wide: a length has 3 bytes"
}

key_of_9_bytes() {
    changed grammar/wide.rl 's/\(key *=\) ""/\1 any{9}/'
    refuses a_key_of_9_bytes "^$(line wide.rl 'key *='): wide: KEY is an integer of 9 bytes"
}

key_of_no_fixed_size() {
    changed grammar/wide.rl 's/\(key *=\) ""/\1 any{2,4}/'
    refuses a_key_of_no_fixed_size "^$(line wide.rl 'key *='): wide: KEY has 2 to 4 bytes, and no length says how many"
}

receipt_of_two() {
    changed grammar/wide.rl 's/\(receipt *=\) 0x01/\1 0x01 | 0x02/'
    refuses a_receipt_of_two_values "^$(line wide.rl 'receipt *='): receipt is 0x01 | 0x02; it must be one byte"
    changed grammar/wide.rl 's/\(receipt *=\) 0x01/\1 0x01 0x02/'
    refuses a_receipt_of_two_bytes "^$(line wide.rl 'receipt *='): receipt is 0x01 0x02; it must be one byte"
    changed grammar/wide.rl 's/\(receipt *=\) 0x01/\1 any/'
    refuses a_receipt_of_any_byte "^$(line wide.rl 'receipt *='): receipt is any; it must be one byte"
    changed grammar/frames.rl 's/= receipt @/= ( receipt | 0x02 ) @/'
    refuses a_receipt_beside_that_of_the_dialect "^$(line wide.rl 'receipt *='): wide: RECEIPT is 01 or 02; a dialect"
}

# A dialect's receipt may be any byte, also one by which fields are told apart while the frames are looked at.
receipt_of_any_value() {
    changed grammar/wide.rl 's/\(receipt *=\) 0x01/\1 0x45/'
    makes_it() { generate --codec && grep -q '\.receipt = 69,' "$copy/gen/dialects.h"; }
    ok a_receipt_may_be_any_byte makes_it
}

machine_name() {
    changed grammar/wide.rl 's/machine wide/machine wyde/'
    refuses a_machine_that_is_not_called_as_its_file \
        "^$(line wide.rl machine): the machine is called wyde; it must be called wide"
    copy_all
    sed 's/machine wide/machine compact/' "$copy/grammar/wide.rl" > "$copy/grammar/tiny.rl"
    refuses a_machine_that_exists_already \
        "^$(line tiny.rl machine): the machine is called compact; it must be called tiny"
    copy_all
    sed 's/machine wide/machine streams/' "$copy/grammar/wide.rl" > "$copy/grammar/streams.rl"
    refuses a_name_that_gen_has_already "^grammar/streams.rl:1: the name streams is taken"
    copy_all
    cp "$copy/grammar/wide.rl" "$copy/grammar/Tiny.rl"
    refuses a_name_that_is_none "^grammar/Tiny.rl:1: Tiny is no name for a dialect"
    changed grammar/wide.rl '/machine wide/d'
    refuses a_dialect_without_a_machine "^grammar/wide.rl:1: has no machine"
}

unreadable_file() {
    copy_all
    ln -s nowhere "$copy/grammar/tiny.rl"
    refuses a_file_that_leads_nowhere "^grammar/tiny.rl:1: cannot be read: No such file"
    copy_all
    rm -r "$copy/grammar"
    refuses a_grammar_that_is_not_there "^grammar: cannot be read: No such file"
    touch "$copy/grammar"
    refuses a_file_for_a_grammar "^grammar: cannot be read: Not a directory"
    copy_all
    rm "$copy/grammar/keyed.rl"
    mkdir "$copy/grammar/keyed.rl"
    refuses a_folder_for_a_file "^grammar/keyed.rl:1: cannot be read: Is a directory"
    copy_all
    printf '\377' >> "$copy/grammar/keyed.rl"
    refuses a_file_that_is_no_text "^grammar/keyed.rl:1: cannot be read: byte [0-9]* is not UTF-8"
    copy_all
    rm "$copy/grammar/fields.rl"
    refuses a_grammar_without_fields "^grammar/fields.rl:1: is missing"
}

# Whoever reads these waits for ever, or never comes to an end.
special_file() {
    copy_all
    mkfifo "$copy/grammar/tiny.rl"
    refuses_at_once a_pipe_for_a_dialect "^grammar/tiny.rl:1: cannot be read: it is a named pipe, not a file"
    copy_all
    rm "$copy/grammar/fields.rl"
    mkfifo "$copy/grammar/fields.rl"
    refuses_at_once a_pipe_for_fields "^grammar/fields.rl:1: cannot be read: it is a named pipe, not a file"
    copy_all
    mkfifo "$copy/pipe"
    ln -sf ../pipe "$copy/grammar/frames.rl"
    refuses_at_once a_link_to_a_pipe "^grammar/frames.rl:1: cannot be read: it is a named pipe, not a file"
    copy_all
    ln -s /dev/zero "$copy/grammar/tiny.rl"
    refuses_at_once a_link_to_a_device "^grammar/tiny.rl:1: cannot be read: it is a device, not a file"
    copy_all
    python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$copy/grammar/tiny.rl"
    refuses_at_once a_socket_for_a_dialect "^grammar/tiny.rl:1: cannot be read: it is a socket, not a file"
}

# Root may read all, until it gives that up.
forbidden_file() {
    local as=()
    copy_all
    chmod 0 "$copy/grammar/compact.rl"
    [ "$(id -u)" != 0 ] || as=(setpriv "--bounding-set=-dac_override,-dac_read_search")
    generate_as_owner() { (cd "$copy" && "${as[@]}" src/generator/generate.sh) > "$out" 2>&1; }
    ok generating_refuses_a_file_that_may_not_be_read \
        fails_with "^grammar/compact.rl:1: cannot be read: Permission denied" generate_as_owner
}

no_dialect() {
    copy_wide
    echo '# no machine' > "$copy/grammar/notes.rl"
    refuses a_file_that_is_no_dialect "^grammar/notes.rl:1: includes no frames"
}

lost_dialect() {
    copy_all
    rm "$copy/grammar/compact.rl"
    refuses to_lose_a_released_dialect "grammar/compact.rl is missing: the dialect compact is released"
}

# Where BIRTHDATE is anything but the calendar, what it refuses may be a day, and is not called anything else.
rule_of_days() {
    local rule
    text_is() { generate --codec && grep -q "^#define CODEC_DATE_TEXT(text) $1" "$copy/gen/dialects.h"; }
    copy_wide
    plant grammar/fields.rl 's/\[1-9\] | \[12\] digit/[1-9] | ( "1" | "2" ) digit/'
    ok the_calendar_may_be_written_in_other_words text_is text
    for rule in 's/digit{4} - "0000"/digit{4}/' 's/digit{4} - "0000"/( "19" | "20" ) digit{2}/' \
        's/leap "-02-29" )/leap "-02-29" ) - "2000-02-29"/' 's/BIRTHDATE = (/BIRTHDATE = "+" (/'; do
        changed grammar/fields.rl "$rule"
        ok "a_rule_of_other_days_is_told_by_its_name_after_$rule" text_is '"not a date that the grammar'
    done
}

# ---- Fields and frames ---------------------------------------------------------------------------------------------

field_twice() {
    changed grammar/fields.rl 's/^ *NUMBER .*/&\n    NUMBER = any{4};/'
    refuses a_field_twice \
        "^$(line fields.rl 'NUMBER = any{4}'): NUMBER is defined a second time; .* in $(line fields.rl 'NUMBER  ')"
}

unknown_names() {
    changed grammar/fields.rl 's/number_byte/nmber_byte/'
    refuses an_action_that_nobody_knows \
        "^$(line fields.rl nmber_byte): NUMBER has the action or condition nmber_byte, which is not defined"
    changed grammar/fields.rl 's/key_byte/key_sum/'
    plant src/codec/machine.rl 's/action key_byte /action key_sum /'
    refuses an_action_whose_meaning_nobody_knows \
        "^$(line fields.rl key_sum): KEY has the action or condition key_sum, which the vectors do not know"
    changed grammar/frames.rl 's/DOCUMENT BIRTHDATE/DOCUMENT BIRTHDAY/'
    refuses a_field_that_there_is_not \
        "^$(line frames.rl BIRTHDAY): person uses BIRTHDAY, which neither a rule nor a dialect defines"
    changed grammar/fields.rl 's/^ *tail *= .*//; s/^ *one *= .*/&\n    tail = 0x80..0xbf;/'
    plant grammar/fields.rl 's/^ *one *= .*/    one = 0x20..0x7e - tail;/'
    refuses a_rule_that_is_used_too_early \
        "^$(line fields.rl 'one = '): one uses tail, which is defined only later, in $(line fields.rl 'tail = ')"
    changed grammar/fields.rl 's/any{2} \$number_byte/any{{2} $number_byte/'
    refuses what_is_no_rule "^$(line fields.rl 'any{{2}'):[0-9]*: .*parse error"
}

# Of these neither the vectors nor the comparison with shortcuts would know.
actions_of_states() {
    local kinds=(to from eof another_to another_from another_eof) kind
    local embedded=('$to(document_byte)' '<>from(text_byte)' '%eof( text_byte )' '>~text_byte' '@*text_byte'
        '$\/text_byte')
    for kind in "${!kinds[@]}"; do
        changed grammar/fields.rl "s/\(^ *NAME *= text[*] \$text_byte\)/\1 ${embedded[kind]}/"
        refuses "a_${kinds[kind]}_action" \
            "^$(line fields.rl '^ *NAME *='): .* is an action of states, or of an end: give [a-z]*_byte to bytes"
    done
    changed grammar/fields.rl 's/any{2} $number_byte/any{2} $number_byte @{ decoder->agency = 7; }/'
    refuses code_in_a_rule "^$(line fields.rl 'decoder->agency'): has code in it"
    changed grammar/fields.rl 's/^ *NUMBER *=/    action other { decoder->agency = 7; }\n&/'
    refuses code_of_an_action "^$(line fields.rl 'decoder->agency'): has code in it"
}

# What the codec writes by hand around the fields of a bet.
other_orders() {
    changed grammar/frames.rl 's/( NO_BETS KEY AGENCY )/( NO_BETS AGENCY KEY )/'
    plant grammar/wide.rl 's/\(key *=\) ""/\1 any{8}/'
    refuses a_key_after_the_agency "^$(line frames.rl ' FINISH *='): wide: FINISH has the fields NO_BETS AGENCY KEY, .*\
 NO_BETS KEY AGENCY"
    changed grammar/frames.rl 's/( BET_AGENCY person )/( person BET_AGENCY )/'
    refuses an_agency_after_a_person \
        "^$(line frames.rl ' ITEM *='): wide: ITEM has the fields NAME_N .* AGENCY, and"
    changed grammar/frames.rl 's/^\( *BET *=\) ( AGENCY person )/\1 ( AGENCY person NUMBER )/'
    refuses a_single_that_is_not_as_a_bet_of_a_batch "^$(line frames.rl ' SINGLE *='): wide: SINGLE has the fields"
    changed grammar/frames.rl 's/WINNERS = N_WINNERS/WINNERS = N_WINNERS KEY AGENCY/'
    refuses winners_of_an_agency "^$(line frames.rl ' WINNERS *='): wide: WINNERS has the fields N_WINNERS AGENCY,"
}

other_sizes() {
    changed grammar/fields.rl 's/^\( *AGENCY *=\) any/\1 any{2}/; s/any? - batch_agency/any{2}? - batch_agency/'
    refuses an_agency_of_2_bytes "^$(line fields.rl '^ *AGENCY *='): wide: AGENCY has 2 bytes; the codec counts with 1"
    changed grammar/fields.rl 's/any? - batch_agency/any{2}? - batch_agency/'
    refuses an_agency_of_2_bytes_in_a_batch \
        "^$(line wide.rl 'batch_agency'): wide: BET_AGENCY has 2 bytes; the codec counts with 0 to 1"
    changed grammar/fields.rl 's/^\( *DOCUMENT *=\) any{4}/\1 any{8}/'
    refuses a_document_of_8_bytes "^$(line fields.rl '^ *DOCUMENT *='): wide: DOCUMENT has 8 bytes; the codec .* 4"
    changed grammar/fields.rl 's/^\( *STORED *=\) 0x00/\1 0x00{2}/'
    refuses an_answer_of_2_bytes "^grammar/f[a-z]*.rl:[0-9]*: wide: STORED has 2 bytes; the codec writes 1"
}

frame_without_an_end() {
    changed grammar/frames.rl 's/\( FINISH *= ( NO_BETS KEY AGENCY\) )/\1* )/'
    refuses a_frame_that_may_go_on \
        "^$(line frames.rl ' FINISH '): wide: nothing says where FINISH ends: after NO_BETS it may .* AGENCY"
    changed grammar/frames.rl 's/\( FINISH *=\) .*/\1 ( NO_BETS KEY AGENCY ) @finish - any*;/'
    refuses a_frame_without_an_end "^$(line frames.rl ' FINISH '): wide: FINISH has no end"
}

item_that_ends_in_a_text() {
    changed grammar/frames.rl 's/\(person *=\) .*/\1 NAME_N NAME DOCUMENT BIRTHDATE NUMBER SURNAME_N SURNAME;/'
    refuses an_item_that_ends_in_a_text "^$(line frames.rl ' BET *='): wide: BET ends in the text SURNAME"
}

text_without_a_length() {
    changed grammar/frames.rl 's/NAME_N NAME SURNAME_N SURNAME/NAME_N NAME SURNAME/'
    plant grammar/fields.rl 's/length @surname_n/length/'
    refuses a_text_without_a_length "^$(line fields.rl '  SURNAME '): wide: no length says where SURNAME ends"
}

# The decoder would look for a text where none is.
text_apart_from_its_length() {
    changed grammar/frames.rl 's/NAME_N NAME SURNAME_N SURNAME/NAME_N SURNAME_N NAME SURNAME/'
    refuses a_length_apart_from_its_text \
        "^$(line frames.rl ' BET *='): wide: in BET, NAME_N and the text NAME must come one right after the other"
    changed grammar/frames.rl 's/NAME_N NAME SURNAME_N SURNAME/NAME_N SURNAME_N SURNAME/'
    refuses a_length_without_its_text \
        "^$(line frames.rl ' BET *='): wide: in BET, NAME_N and the text NAME must come one right after the other"
    changed grammar/frames.rl 's/NAME_N NAME SURNAME_N SURNAME/NAME_N NAME NAME SURNAME_N SURNAME/'
    refuses a_text_twice "^grammar/f[a-z]*.rl:[0-9]*: wide: .*NAME"
}

# Before the machine over bytes is made, which could take all memory.
fields_alike() {
    changed grammar/fields.rl 's/^ *NO_BETS .*/&\n    CANCEL = 0xff{2};/'
    plant grammar/frames.rl 's/^ *RECEIPT .*/&\n    STOP = CANCEL @finish;/'
    plant grammar/frames.rl 's/FINISH RECEIPT )/( FINISH RECEIPT | STOP ) )/'
    refuses fields_that_begin_alike \
        "^$(line fields.rl CANCEL): wide: N_BETS and CANCEL both begin ff ff, .* at its beginning"
}

frames_alike() {
    changed grammar/frames.rl 's/^ *FINISH .*/&\n    STOP = ( NO_BETS KEY AGENCY ) @receipt;/'
    plant grammar/frames.rl 's/FINISH RECEIPT )/( FINISH | STOP ) RECEIPT )/'
    refuses frames_that_are_alike "wide: NO_BETS AGENCY is finish and receipt at once: two frames are the same bytes"
}

guard_left_out() {
    changed grammar/frames.rl 's/outwhen !in_list//'
    refuses a_guard_left_out \
        "^$(line fields.rl ' N_BETS *='): wide: BET_AGENCY and N_BETS both begin 00, .* after N_BETS"
}

# ---- Too large -----------------------------------------------------------------------------------------------------

out_of_memory() {
    changed grammar/fields.rl 's/^\( *NUMBER *=\) any{2}/\1 ( any* "a" any{22} )/'
    refuses a_rule_for_which_memory_is_short \
        "^generate.sh: $(line fields.rl ' NUMBER *='): NUMBER alone needs more than .* seconds or .* MB"
}

# So many integers of 8 bytes in every bet, of which there are two kinds.
more_fields() {
    local number
    copy_wide
    for ((number = 1; number <= $1; number++)); do
        plant grammar/fields.rl "s/^ *NUMBER .*/&\n    STAKE_$number = any{8} \$stake_${number}_byte;/"
        plant grammar/frames.rl "s/ DOCUMENT BIRTHDATE/ STAKE_$number&/"
    done
}

too_many_ranges() {
    changed grammar/fields.rl 's/^\( *DOCUMENT *=\) any{4}/\1 ( any{3} 0x01..0x7f )/'
    refuses_at_once more_ranges_than_memory_has_room_for \
        "^$(line fields.rl ' DOCUMENT *='): wide: the values of DOCUMENT are more than 4096 ranges"
}

too_many_states() {
    more_fields 5
    refuses more_states_than_fit '^generate.sh: wide has 2[0-9]* states, more than 240'
    ok the_rules_that_cost_most_are_told \
        is_told "$(line fields.rl ' BIRTHDATE *='): BIRTHDATE costs about 62: 31 in each of 2 places"
}

many_states() {
    more_fields 3
    says_so() { generate --codec && is_told 'wide has 2[0-9]* states; 240 are possible' && is_told 'STAKE_1 costs'; }
    ok near_the_bound_the_costs_are_told says_so
}

# ---- What it runs on -----------------------------------------------------------------------------------------------

# Beside all others in the path.
other_program() {
    mkdir -p "$copy/bin"
    printf '%s\n' '#!/bin/sh' "$2" > "$copy/bin/$1"
    chmod +x "$copy/bin/$1"
}
with_others() { PATH="$copy/bin:$PATH" generate; }

ragel_7() {
    copy_wide
    other_program ragel 'echo "Ragel State Machine Compiler version 7.0.4 February 2021"'
    ok generating_refuses_ragel_7 fails_with 'Ragel 7 is another program' with_others
}

no_ragel() {
    copy_wide
    mkdir "$copy/all"
    ln -s /usr/bin/* /bin/* "$copy/all" 2> /dev/null || true
    rm "$copy/all/ragel"
    without_it() { PATH=$copy/all generate; }
    ok generating_needs_ragel fails_with 'ragel is not installed; make gen needs it' without_it
}

no_diagram() {
    copy_wide
    ln -s "$(command -v dot)" "$copy.dot"
    other_program dot 'case $1 in -c) exec '"$copy"'.dot -c ;; esac; kill -KILL $$'
    other_program ldd "exec $(command -v ldd) $copy.dot"
    ok generating_says_that_a_diagram_needs_too_much \
        fails_with '^generate.sh: dot ended with 137; for wide.svg' with_others
}

# A signal comes while it works.
interrupted() {
    copy_wide
    mkdir "$copy/tmp"
    is_stopped() {
        local pid status=0
        (cd "$copy" && TMPDIR=$copy/tmp exec src/generator/generate.sh) > "$out" 2>&1 &
        pid=$!
        until is_told states; do kill -0 "$pid" && sleep 0.1 || return 0; done
        kill -TERM "$pid"
        wait "$pid" || status=$?
        return "$status"
    }
    ok generating_that_is_interrupted_leaves_gen fails_with 'interrupted: gen/ is as it was' is_stopped
    ok generating_that_is_interrupted_leaves_no_files test -z "$(ls "$copy/tmp")"
}

# One that comes while files get their places waits for the last one.
interrupted_at_the_end() {
    copy_wide
    plant gen/wide.c '0,/160u/s//161u/'
    other_program mv 'kill -TERM $PPID; exec /bin/mv "$@"'
    is_complete() { with_others; diff -r "$work/wide/gen" "$copy/gen" >> "$out"; }
    ok generating_is_not_interrupted_between_two_files is_complete
}

no_room() {
    copy_wide
    plant gen/wide.c '0,/160u/s//161u/'
    other_program cp 'case $2 in gen/.wide.vectors.new) echo "no space left" >&2; exit 1 ;; esac; exec /bin/cp "$@"'
    ok generating_without_room_leaves_gen fails_with 'gen/ is as it was: it cannot be written' with_others
}

# ---- All of them, those that take long first -----------------------------------------------------------------------

CASES=(
    out_of_memory interrupted interrupted_at_the_end no_room too_many_states many_states unknown_names fields_alike
    frames_alike guard_left_out frame_without_an_end item_that_ends_in_a_text text_without_a_length receipt_of_two
    receipt_of_any_value length_of_3_bytes key_of_9_bytes key_of_no_fixed_size machine_name unreadable_file
    special_file forbidden_file rule_of_days
    text_apart_from_its_length actions_of_states other_orders other_sizes too_many_ranges
    unknown_parameter missing_parameter parameter_twice parameter_that_is_a_rule no_dialect lost_dialect field_twice
    ragel_7 no_ragel no_diagram
)

[ $# = 0 ] || CASES=("$@")
run_cases "${CASES[@]}"
