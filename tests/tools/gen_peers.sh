#!/usr/bin/env bash
# What `make gen` says a change does to peers: narrower, wider or other, with the shortest input that shows it. TAP.
#
#   gen_peers.sh [CASE...]
set -euo pipefail
# shellcheck source=tests/tools/gen_copies.sh
. "$(dirname "$0")/gen_copies.sh"

BET='AGENCY 0, NAME_N 0, SURNAME_N 0, DOCUMENT 0, BIRTHDATE "0001-01-01"'

# says FILE SED-EXPRESSION TEXT...: what is generated after the change says each text, and nothing else of peers.
says() {
    local text
    copy_wide
    plant "$1" "$2" > "$out" || return 1
    generate --codec || return 1
    for text in "${@:3}"; do
        grep -qF -e "$text" "$out" || { echo "it does not say: $text" >> "$out"; return 1; }
    done
    [ "$(grep -c 'for peers' "$out")" = 1 ]
}

comment() {
    ok a_comment_changes_nothing says grammar/fields.rl '1s/^# /#  /' 'for peers nothing changes'
}

# The same language, in other words.
other_words() {
    ok other_words_change_nothing says grammar/fields.rl 's/^\( *NUMBER *=\) any{2}/\1 ( any any | 0x00 0x07 )/' \
        'for peers nothing changes'
}

narrower() {
    ok a_narrower_range_is_told says grammar/fields.rl \
        's/^\( *NUMBER *=\) any{2}/\1 ( 0x00..0x26 any | 0x27 0x00..0x0f )/' \
        'wide: for peers narrower' 'the new grammar refuses what the old one takes, in bet_stream:' \
        "in bet_stream: 00 00 00 00 00 00 00 00 00 30 30 30 31 2d 30 31 2d 30 31 28" "$BET, NUMBER beginning 28"
}

# The first byte that the old one refuses is that of the text.
wider() {
    ok a_wider_range_is_told says grammar/fields.rl 's/0x20\.\.0x7e/0x20..0x7f/' 'wide: for peers wider' \
        'the new grammar takes what the old one refuses, in bet_stream: 00 00 01 7f' \
        'AGENCY 0, NAME_N 1, NAME beginning 7f'
}

# The same bytes, but fields change places: numbers are read as documents.
other() {
    ok a_moved_field_is_told says grammar/frames.rl 's/DOCUMENT BIRTHDATE NUMBER/NUMBER DOCUMENT BIRTHDATE/' \
        'wide: for peers other' 'the new grammar refuses what the old one takes' \
        'the new grammar takes what the old one refuses'
}

# Two fields of one size: every stream of the old grammar is one of the new, and each bet another one.
other_meaning() {
    ok fields_of_one_size_that_change_places_are_told says grammar/frames.rl \
        's/NAME_N NAME SURNAME_N SURNAME/SURNAME_N SURNAME NAME_N NAME/' 'wide: for peers other' \
        'both take it, as something else' 'before: BET [' 'now: BET ['
}

# The same bytes and the same events, but for a value: when it is told, the byte that made it differ is long gone.
value() {
    ok a_byte_that_counts_no_longer_is_told says grammar/fields.rl \
        's/^\( *DOCUMENT *=\) any{4}/\1 any any{3}/' 'wide: for peers other' 'both take it, as something else' \
        'document=4278190080' 'document=0'
}

# A frame of one byte that may be any of several.
other_answers() {
    ok an_answer_of_several_values_is_told says grammar/fields.rl 's/^\( *REFUSED *=\) 0x01/\1 0x01..0x54/' \
        'wide: for peers wider' 'in answer: 02' 'REFUSED'
}

changed_parameter() {
    ok a_changed_receipt_is_told says grammar/wide.rl 's/0x01/0x02/' 'wide: for peers other' \
        'agency_stream: 00 00 00 01' 'NO_BETS 0, AGENCY 0, RECEIPT 1' 'agency_stream: 00 00 00 02' 'RECEIPT 2'
}

dialects() {
    copy_wide
    sed 's/machine wide/machine tiny/' "$copy/grammar/wide.rl" > "$copy/grammar/tiny.rl"
    is_new() { generate --codec && is_told '^tiny: new to peers$'; }
    ok a_new_dialect_is_told is_new
    rm "$copy/grammar/tiny.rl"
    is_gone() { generate --codec && is_told '^tiny: is gone'; }
    ok a_dialect_that_is_gone_is_told is_gone
}

CASES=(comment other_words narrower wider other other_meaning value other_answers changed_parameter dialects)
[ $# = 0 ] || CASES=("$@")
run_cases "${CASES[@]}"
