#!/usr/bin/env bash
# Does `check-gen` notice errors? Plants faults in a copy of what it reads, and prints TAP.
set -euo pipefail
unset CDPATH
root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# A copy without the fault of the test before.
fresh() {
    rm -rf "$work/copy"
    mkdir -p "$work/copy/src/codec" "$work/copy/src/generator"
    cp -R "$root/grammar" "$root/gen" "$work/copy"
    cp "$root"/src/codec/{machine.rl,shortcuts.rl,sorteo.h} "$work/copy/src/codec"
    cp "$root"/src/generator/{generate.sh,*.py} "$work/copy/src/generator"
}

check() { (cd "${1:-$work/copy}" && "$work/copy/src/generator/generate.sh" --check) > "$work/out" 2>&1; }

# ok NAME COMMAND...: a test that passes if the command succeeds.
ok() {
    local name=$1
    shift
    number=$((number + 1))
    if "$@"; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' "$work/out"
        failed=1
    fi
}

is_refused() { ! check && grep -q "run make gen" "$work/out" && grep -q "$1" "$work/out"; }

# plant FILE SED-EXPRESSION: fails if it changes nothing.
plant() {
    fresh
    sed -i "$2" "$work/copy/$1"
    ! cmp -s "$root/$1" "$work/copy/$1" || { echo "not ok - no fault was planted in $1"; exit 1; }
}

leaves_gen() { ! (cd "$work/copy" && src/generator/generate.sh) > "$work/out" 2>&1 && diff -r "$root/gen" "$work/copy/gen" >> "$work/out"; }

has_ragel_7() { # an impostor in front of the real one
    mkdir -p "$work/bin"
    printf '#!/bin/sh\necho "Ragel State Machine Compiler version 7.0.4 February 2021"\n' > "$work/bin/ragel"
    chmod +x "$work/bin/ragel"
    ! PATH="$work/bin:$PATH" check && grep -q "Ragel 7 is another program" "$work/out"
}

fresh
ok gen_is_what_the_grammar_makes check
ok gen_is_the_same_from_another_folder check /

plant gen/wide.c '0,/160u/s//161u/'
ok check_gen_refuses_a_changed_byte_in_a_decoder is_refused gen/wide.c
plant gen/streams.svg '0,/BIRTHDATE/s//BIRTHDATO/'
ok check_gen_refuses_a_changed_byte_in_a_diagram is_refused gen/streams.svg
plant gen/sorteo.dict '1s/x/X/'
ok check_gen_refuses_a_changed_byte_in_the_dictionary is_refused gen/sorteo.dict
plant gen/compact.vectors '0,/ truncated/s// ok/'
sed -i '0,/room_2/s//room_3/' "$work/copy/gen/never.txt"
ok check_gen_refuses_a_changed_byte_in_the_vectors is_refused gen/compact.vectors
ok check_gen_refuses_a_changed_byte_in_what_can_never_happen grep -q gen/never.txt "$work/out"
fresh
echo > "$work/copy/gen/keyed.c.orig"
ok check_gen_refuses_a_file_that_nothing_makes is_refused keyed.c.orig
fresh
rm "$work/copy/gen/compact.svg"
ok check_gen_refuses_a_file_that_is_missing is_refused compact.svg

plant grammar/fields.rl 's/0xa0\.\.0xbf/0xa1..0xbf/'
ok check_gen_refuses_a_grammar_changed_without_generating is_refused CHECKSUMS
plant grammar/compact.rl 's/0x03/0x02/'
ok check_gen_refuses_a_dialect_changed_without_generating is_refused gen/compact.c
plant grammar/frames.rl '0,/# /s//#  /'
ok check_gen_refuses_a_changed_comment_by_its_checksum is_refused CHECKSUMS
plant src/codec/machine.rl 's/length_byte(decoder/ agency_byte(decoder/'
ok check_gen_refuses_a_host_file_changed_without_generating is_refused gen/keyed.c

plant gen/protocol.json '0,/65535/s//65534/'
ok check_gen_refuses_a_changed_range_in_the_description is_refused gen/protocol.json
plant gen/dialects.h '0,/bet_fixed = 21/s//bet_fixed = 22/'
ok check_gen_refuses_a_changed_size_in_the_description is_refused gen/dialects.h
fresh
sed 's/machine wide/machine tiny/' "$root/grammar/wide.rl" > "$work/copy/grammar/tiny.rl"
ok check_gen_refuses_a_dialect_that_was_not_generated is_refused tiny
fresh
echo '# no machine' > "$work/copy/grammar/notes.rl"
is_no_dialect() { ! check && grep -q 'grammar/notes.rl includes no frames' "$work/out"; }
ok generating_refuses_a_file_that_is_no_dialect is_no_dialect
fresh
rm "$work/copy/grammar/compact.rl"
is_missing() { ! check && grep -q 'grammar/compact.rl is missing' "$work/out"; }
ok generating_refuses_to_lose_a_released_dialect is_missing

# What `make gen` leaves behind, and what plain `make` says.
is_behind() { ! (cd "$work/copy" && sha256sum --check --status gen/CHECKSUMS); }
fresh
ok checksums_are_of_what_gen_was_made_from test -z "$(cd "$work/copy" && sha256sum --check --quiet gen/CHECKSUMS 2>&1)"
echo '# more' >> "$work/copy/grammar/fields.rl"
ok checksums_show_that_gen_is_behind is_behind
fresh
echo > "$work/copy/gen/tiny.vectors"
removes() { (cd "$work/copy" && src/generator/generate.sh > "$work/out" 2>&1) && [ ! -e "$work/copy/gen/tiny.vectors" ] && grep -q 'gen/tiny.vectors is removed' "$work/out"; }
ok generating_removes_what_has_no_source removes
fresh
rm "$work/copy/src/codec/sorteo.h"
ok generating_that_fails_leaves_gen_as_it_was leaves_gen

plant grammar/frames.rl 's/outwhen !in_list//'
is_stopped() { ! check && grep -q "ambiguous\|generate.sh: ragel" "$work/out"; }
ok generating_refuses_a_guard_left_out is_stopped
fresh
ok generating_refuses_ragel_7 has_ragel_7

# Shortcuts: which are on, and what a changed grammar does to them.
plant gen/shortcuts.h '0,/plain_bets = 1/s//plain_bets = 0/'
ok check_gen_refuses_a_changed_list_of_shortcuts is_refused gen/shortcuts.h

# turns_off DIALECT SHORTCUT...: those, and no others, are off in the dialect after the change, each with a line that
# says so.
turns_off() {
    local dialect=$1 shortcut
    shift
    (cd "$work/copy" && src/generator/generate.sh --codec) > "$work/out" 2>&1 || return 1
    [ "$(sed -n "s/^ *${dialect}_\([a-z_]*\) = 0,/\1/p" "$work/copy/gen/shortcuts.h" | xargs)" = "$*" ] || return 1
    [ "$(grep -c "^$dialect: no shortcut" "$work/out")" = $# ]
}
plant grammar/fields.rl 's/\(NUMBER *= \)any{2}/\1( 0x00..0x26 any | 0x27 0x00..0x0f )/'
ok a_range_that_narrows_turns_off_whole_bets turns_off wide takes_plain_bets takes_plain_singles
plant grammar/fields.rl 's/\(^ *NAME *= text\)\*/\1+/'
ok a_name_that_must_not_be_empty_is_not_skipped turns_off compact takes_plain_names takes_plain_bets takes_plain_singles
plant grammar/fields.rl 's/0xa0\.\.0xbf/0xa1..0xbf/'
ok utf8_that_narrows_turns_off_all_texts turns_off keyed takes_plain_names takes_plain_surnames takes_plain_bets takes_plain_singles
plant grammar/fields.rl 's/0x20\.\.0x7e/0x20..0x7f/'
ok utf8_that_widens_turns_off_nothing turns_off wide
plant src/codec/shortcuts.rl 's/one *= 0x20..0x7e/one = 0x20..0x7f/'
ok a_rule_that_says_too_much_turns_off_what_needs_it turns_off wide takes_plain_names takes_plain_surnames takes_plain_bets takes_plain_singles

echo "1..$number"
exit $failed
