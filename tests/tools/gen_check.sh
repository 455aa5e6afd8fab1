#!/usr/bin/env bash
# Does `check-gen` notice errors? Plants faults in copies of what it reads, and prints TAP.
#
# Most copies have one dialect alone, because the time goes with their number. Each case has a copy of its own, so that
# two can run at a time.
set -euo pipefail
unset CDPATH
root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- Copies: a case has one in $copy -------------------------------------------------------------------------------

# All that is read, and gen/ as it is.
copy_all() {
    rm -rf "$copy"
    mkdir -p "$copy/src/codec" "$copy/src/generator"
    cp -R "$root/grammar" "$root/gen" "$copy"
    cp "$root"/src/codec/{machine.rl,shortcuts.rl,sorteo.h} "$copy/src/codec"
    cp "$root"/src/generator/{generate.sh,*.py} "$copy/src/generator"
}

# The same with no dialect but this one. What gen/ has is of the others, too.
copy_one_dialect() {
    copy_all
    find "$copy/grammar" -name '*.rl' ! -name fields.rl ! -name frames.rl ! -name "$1.rl" -delete
    sed -i "s/^\(enum sorteo_dialect {\).*/\1 SORTEO_${1^^} };/" "$copy/src/codec/sorteo.h"
}

# With `wide` alone, and the gen/ that belongs to it.
copy_wide() {
    rm -rf "$copy"
    cp -R "$work/wide" "$copy"
}

generate() { (cd "$copy" && src/generator/generate.sh "$@") > "$out" 2>&1; }

check() { generate --check; }

# plant FILE SED-EXPRESSION: fails if it changes nothing.
plant() {
    cp "$copy/$1" "$copy.before"
    sed -i "$2" "$copy/$1"
    ! cmp -s "$copy.before" "$copy/$1" || { echo "not ok - no fault was planted in $1 by $2"; return 1; }
}

# ---- Verdicts ------------------------------------------------------------------------------------------------------

# ok NAME COMMAND...: a test that passes if the command succeeds.
ok() {
    if "${@:2}"; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' "$out"
    fi
}

# For several faults in one copy: it is checked once, and each must be told.
is_refused() { ! check && grep -q "run make gen" "$out"; }
is_told() { grep -q "$1" "$out"; }
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

no_dialect() {
    copy_wide
    echo '# no machine' > "$copy/grammar/notes.rl"
    is_no_dialect() { ! check && is_told 'grammar/notes.rl includes no frames'; }
    ok generating_refuses_a_file_that_is_no_dialect is_no_dialect
}

lost_dialect() {
    copy_all
    rm "$copy/grammar/compact.rl"
    is_missing() { ! check && is_told 'grammar/compact.rl is missing'; }
    ok generating_refuses_to_lose_a_released_dialect is_missing
}

guard_left_out() {
    copy_wide
    plant grammar/frames.rl 's/outwhen !in_list//'
    is_stopped() { ! check && is_told 'is a guard ambiguous?\|(limits: '; }
    ok generating_refuses_a_guard_left_out is_stopped
}

ragel_7() { # an impostor in front of the real one
    copy_wide
    mkdir "$copy/bin"
    printf '#!/bin/sh\necho "Ragel State Machine Compiler version 7.0.4 February 2021"\n' > "$copy/bin/ragel"
    chmod +x "$copy/bin/ragel"
    is_another_program() { ! PATH="$copy/bin:$PATH" check && is_told 'Ragel 7 is another program'; }
    ok generating_refuses_ragel_7 is_another_program
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
    gen_is_right guard_left_out vectors_changed_in_gen files_changed_in_gen changed_field changed_dialect
    changed_comment changed_host_file no_dialect lost_dialect ragel_7 checksums what_has_no_source failure
    codec_alone narrowed_range name_not_empty narrowed_utf8 widened_utf8 rule_that_says_too_much
)

# Its last line says that it came to its end.
run_case() (
    mkdir "$work/$1"
    copy=$work/$1/copy out=$work/$1/out
    touch "$out"
    "$1"
    echo "# end"
)

# All verdicts numbered; a case that ended early is one that failed.
tell() {
    local name
    for name in "${CASES[@]}"; do
        if [ "$(tail -n 1 "$work/$name.tap")" = "# end" ]; then
            sed '$d' "$work/$name.tap"
        else
            cat "$work/$name.tap"
            echo "not ok - ${name}_comes_to_its_end"
            sed 's/^/# /' "$work/$name/out"
        fi
    done | awk '/^(not )?ok - / { sub(/ok/, "ok " ++number) }
                /^not ok/       { failed = 1 }
                                { print }
                END             { print "1.." number; exit failed }'
}

copy=$work/wide out=$work/out
copy_one_dialect wide
generate || { sed 's/^/# /' "$out"; echo "Bail out! wide cannot be generated alone"; exit 1; }
for name in "${CASES[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
    run_case "$name" > "$work/$name.tap" 2>&1 &
done
wait
tell
