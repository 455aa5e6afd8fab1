#!/usr/bin/env bash
# Does `check-gen` notice errors? Plants faults in copies of what it reads, and prints TAP.
#
#   gen_check.sh [CASE...]
set -euo pipefail
# shellcheck source=tests/tools/gen_copies.sh
. "$(dirname "$0")/gen_copies.sh"

# For several faults in one copy: it is checked once, and each must be told.
is_refused() { ! check && grep -q "run make gen" "$out"; }
is_refused_for() { is_refused && is_told "$1"; }

# CHECKSUMS differs in this line.
sum_differs() { is_told "^+[0-9a-f]*  $1\$"; }
is_refused_by_sum() { is_refused && sum_differs "$1"; }

# ---- What gen/ is --------------------------------------------------------------------------------------------------

# (That it is so from the project's own folder, `make check-gen` has shown.)
gen_is_right() {
    copy_all
    from_another_folder() { (cd / && "$copy/src/generator/generate.sh" --check) > "$out" 2>&1; }
    ok gen_is_the_same_from_another_folder from_another_folder
}

files_changed_in_gen() {
    copy_wide
    plant gen/wide.c '0,/160u/s//161u/'
    plant gen/streams.svg '0,/BIRTHDATE/s//BIRTHDATO/'
    plant gen/sorteo.dict '1s/x/X/'
    plant gen/protocol.json '0,/65535/s//65534/'
    plant gen/dialects.h '0,/bet_fixed = 21/s//bet_fixed = 22/'
    plant gen/shortcuts.h '0,/plain_bets = 1/s//plain_bets = 0/'
    echo > "$copy/gen/keyed.c.orig"
    rm "$copy/gen/wide.svg"
    ok check_gen_refuses_changed_files is_refused
    ok check_gen_refuses_a_changed_byte_in_a_decoder is_told '^gen/wide.c differs'
    ok check_gen_refuses_a_changed_byte_in_a_diagram is_told '^gen/streams.svg differs'
    ok check_gen_refuses_a_changed_byte_in_the_dictionary is_told '^gen/sorteo.dict differs'
    ok check_gen_refuses_a_changed_range_in_the_description is_told '^gen/protocol.json differs'
    ok check_gen_refuses_a_changed_size_in_the_description is_told '^gen/dialects.h differs'
    ok check_gen_refuses_a_changed_list_of_shortcuts is_told '^gen/shortcuts.h differs'
    ok check_gen_refuses_a_file_that_nothing_makes is_told '^gen/ has what nothing makes: keyed.c.orig'
    ok check_gen_refuses_a_file_that_is_missing is_told '^gen/ lacks wide.svg'
    ok check_gen_tells_of_no_other_file test "$(grep -c '^gen/' "$out")" = 8
}

# These are made last, and compared only if all else is right.
vectors_changed_in_gen() {
    copy_wide
    plant gen/wide.vectors '0,/ truncated/s// ok/'
    plant gen/never.txt '0,/room_2/s//room_3/'
    ok check_gen_refuses_changed_vectors is_refused
    ok check_gen_refuses_a_changed_byte_in_the_vectors is_told '^gen/wide.vectors differs'
    ok check_gen_refuses_a_changed_byte_in_what_can_never_happen is_told '^gen/never.txt differs'
}

# ---- What it is made from ------------------------------------------------------------------------------------------

changed_field() {
    copy_wide
    plant grammar/fields.rl 's/0xa0\.\.0xbf/0xa1..0xbf/'
    ok check_gen_refuses_a_grammar_changed_without_generating is_refused_by_sum grammar/fields.rl
    ok check_gen_tells_of_the_decoder_of_a_changed_grammar is_told '^gen/wide.c differs'
}

changed_dialect() {
    copy_wide
    plant grammar/wide.rl 's/0x01/0x02/'
    sed 's/machine wide/machine tiny/' "$root/grammar/wide.rl" > "$copy/grammar/tiny.rl"
    ok check_gen_refuses_changed_dialects is_refused
    ok check_gen_refuses_a_dialect_changed_without_generating is_told '^gen/wide.c differs'
    ok check_gen_refuses_a_dialect_that_was_not_generated is_told '^gen/ lacks tiny.c'
}

changed_comment() {
    copy_wide
    plant grammar/frames.rl '0,/# /s//#  /'
    ok check_gen_refuses_a_changed_comment_by_its_checksum is_refused_by_sum grammar/frames.rl
}

changed_host_file() {
    copy_wide
    plant src/codec/machine.rl 's/length_byte(decoder/ agency_byte(decoder/'
    ok check_gen_refuses_a_host_file_changed_without_generating is_refused_for '^gen/wide.c differs'
}

# ---- What `make gen` leaves behind, and what plain `make` says -----------------------------------------------------

sums_are_right() { (cd "$copy" && sha256sum --check --quiet gen/CHECKSUMS) > "$out" 2>&1; }

checksums() {
    copy_all
    ok checksums_are_of_what_gen_was_made_from sums_are_right
    echo '# more' >> "$copy/grammar/fields.rl"
    is_behind() { ! sums_are_right; }
    ok checksums_show_that_gen_is_behind is_behind
}

what_has_no_source() {
    copy_wide
    echo > "$copy/gen/tiny.vectors"
    removes() {
        generate && is_told 'gen/tiny.vectors is removed' && diff -r "$work/wide/gen" "$copy/gen" >> "$out"
    }
    ok generating_removes_what_has_no_source removes
}

# The part of it that is last fails.
failure() {
    copy_wide
    rm "$copy/src/generator/conformance.py"
    echo >> "$copy/gen/wide.c"
    cp -R "$copy/gen" "$copy/before"
    leaves_gen() { ! generate && diff -r "$copy/before" "$copy/gen" >> "$out"; }
    ok generating_that_fails_leaves_gen_as_it_was leaves_gen
}

codec_alone() {
    copy_wide
    plant gen/wide.c '0,/160u/s//161u/'
    makes_the_codec() { generate --codec && diff -r "$work/wide/gen" "$copy/gen" >> "$out"; }
    ok generating_the_codec_alone_leaves_the_rest_of_gen makes_the_codec
}

# ---- Shortcuts: what a changed grammar does to them ----------------------------------------------------------------

# turns_off DIALECT FILE SED-EXPRESSION SHORTCUT...: those, and no others, are off in the dialect after the change, each
# with a line that says so.
turns_off() {
    copy_one_dialect "$1"
    plant "$2" "$3" > "$out" || return 1
    generate --codec || return 1
    [ "$(sed -n "s/^ *$1_\([a-z_]*\) = 0,/\1/p" "$copy/gen/shortcuts.h" | xargs)" = "${*:4}" ] || return 1
    [ "$(grep -c "^$1: no shortcut" "$out")" = $(($# - 3)) ]
}

narrowed_range() {
    ok a_range_that_narrows_turns_off_whole_bets turns_off wide \
        grammar/fields.rl 's/\(NUMBER *= \)any{2}/\1( 0x00..0x26 any | 0x27 0x00..0x0f )/' \
        takes_plain_bets takes_plain_singles
}

name_not_empty() {
    ok a_name_that_must_not_be_empty_is_not_skipped turns_off compact \
        grammar/fields.rl 's/\(^ *NAME *= text\)\*/\1+/' takes_plain_names takes_plain_bets takes_plain_singles
}

narrowed_utf8() {
    ok utf8_that_narrows_turns_off_all_texts turns_off keyed grammar/fields.rl 's/0xa0\.\.0xbf/0xa1..0xbf/' \
        takes_plain_names takes_plain_surnames takes_plain_bets takes_plain_singles
}

widened_utf8() {
    ok utf8_that_widens_turns_off_nothing turns_off grouped grammar/fields.rl 's/0x20\.\.0x7e/0x20..0x7f/'
}

rule_that_says_too_much() {
    ok a_rule_that_says_too_much_turns_off_what_needs_it turns_off wide \
        src/codec/shortcuts.rl 's/one *= 0x20..0x7e/one = 0x20..0x7f/' \
        takes_plain_names takes_plain_surnames takes_plain_bets takes_plain_singles
}

# ---- All of them, those that take long first -----------------------------------------------------------------------

CASES=(
    gen_is_right vectors_changed_in_gen files_changed_in_gen changed_field changed_dialect
    changed_comment changed_host_file checksums what_has_no_source failure
    codec_alone narrowed_range name_not_empty narrowed_utf8 widened_utf8 rule_that_says_too_much
)

[ $# = 0 ] || CASES=("$@")
run_cases "${CASES[@]}"
