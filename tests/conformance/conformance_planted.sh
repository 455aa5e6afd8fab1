#!/usr/bin/env bash
# Do the conformance tests notice errors? Plants faults in copies: in the generated decoder and its actions, which the
# vectors must notice; in the walker and in the vectors, which must leave nothing out; and in the grammar, where a
# dropped or weakened condition must change the list of what can never happen. Prints TAP.
set -euo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1 CMOCKA_MESSAGE_OUTPUT=TAP SORTEO_ROUNDS=2000
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# ok NAME COMMAND...: a test that passes if the command does.
ok() {
    local name=$1
    shift
    number=$((number + 1))
    if "$@"; then
        echo "ok $number - $name"
    else
        failed=1
        echo "not ok $number - $name"
        if [ -f "$work/out" ]; then head -n 20 "$work/out" | sed 's/^/# /'; fi
    fi
}

# plant COPY ORIGINAL SED-EXPRESSION: a fault that is none is a failure too.
plant() {
    sed "$3" "$2" > "$1"
    ! cmp -s "$1" "$2" || { echo "Bail out! no fault was planted in $2 by $3"; exit 1; }
}

# ---- The decoder ----------------------------------------------------------------------------------------------------

compile() { "$CC" -std=c11 -D_GNU_SOURCE -w -O0 -I"${2:-src}" -Isrc -Itests -c "$1" -o "$3"; }

objects() {
    local source
    for source in src/codec/*.c gen/*.c tests/unit/codec/test_conformance.c; do
        compile "$source" src "$work/$(basename "$source" .c).o"
    done
}

# The test with the object given in the place of the one for `wide`, from the folder given.
runs() {
    local others=("$work"/*.o)
    "$CC" -o "$work/test" "${others[@]/#"$work/wide.o"/$1}" -lcmocka
    (cd "${2:-.}" && "$work/test") > "$work/out" 2>&1
}

is_red() { ! runs "$@" && grep -q '^not ok' "$work/out"; }

# decoder NAME SED-EXPRESSION: an edit of gen/wide.c.
decoder() {
    mkdir -p "$work/faulty"
    plant "$work/faulty/wide.c" gen/wide.c "$2"
    compile "$work/faulty/wide.c" src "$work/faulty/wide.o"
    ok "vectors_see_$1" is_red "$work/faulty/wide.o"
}

# action NAME SED-EXPRESSION: an edit of actions.h, under wide alone.
action() {
    mkdir -p "$work/actions/codec"
    plant "$work/actions/codec/actions.h" src/codec/actions.h "$2"
    cp src/codec/{machine,shortcut,plain}.h "$work/actions/codec"
    compile gen/wide.c "$work/actions" "$work/actions/wide.o"
    ok "vectors_see_$1" is_red "$work/actions/wide.o"
}

objects
ok vectors_pass_without_a_fault runs "$work/wide.o"
decoder a_transition_to_another_state      '0,/goto st2;/s//goto st3;/'
decoder a_range_that_is_short_by_one       '0,/(\*p) <= 57u/s//(*p) <= 56u/'
decoder a_range_that_is_long_by_one        '0,/(\*p) <= 57u/s//(*p) <= 58u/'
decoder an_action_that_is_dropped          '0,/{ document_byte(decoder, \*p); }/s///'
decoder a_length_whose_high_byte_is_lost   '0,/{ length_byte(decoder, \*p); }/s///'
decoder room_for_a_character_too_many      '0,/has_room(decoder, 3)/s//has_room(decoder, 2)/'
decoder a_field_that_is_called_otherwise   '0,/SORTEO_F_SURNAME_N/s//SORTEO_F_NAME_N/'
action  a_control_character_that_is_missed 's/byte <= 0x9f/byte <= 0x9e/'
action  a_limit_that_is_off_by_one         's/return more <= decoder->frame_limit/return more < decoder->frame_limit/'
action  a_list_that_ends_one_late          's/items_left = decoder->items;/items_left = (uint16_t)(decoder->items + 1);/'

# ---- The vectors -----------------------------------------------------------------------------------------------------

mkdir -p "$work/less/gen"
cp gen/*.vectors "$work/less/gen"
plant "$work/less/gen/wide.vectors" gen/wide.vectors '/^row 5$/,/^$/d'
ok the_test_sees_a_state_without_vectors is_red "$work/wide.o" "$work/less"
plant "$work/less/gen/wide.vectors" gen/wide.vectors '0,/^3a\.\.ff error/s//3b..ff error/'
ok the_test_sees_a_vector_that_is_missing is_red "$work/wide.o" "$work/less"

# ---- The walker ------------------------------------------------------------------------------------------------------

# machine GRAMMAR-FOLDER XML
machine() {
    sed 's/@DIALECT@/wide/g' src/codec/machine.rl > "$work/wide_host.rl"
    (ulimit -v 2000000; ulimit -t 10; exec ragel -x -I "$1" "$work/wide_host.rl" -o "$2") > "$work/out" 2>&1
}

# walker NAME FILE SED-EXPRESSION PATTERN: with a fault in one of the tools, it must say so.
walker() {
    rm -rf "$work/tools"
    mkdir "$work/tools"
    cp src/generator/*.py "$work/tools"
    plant "$work/tools/$2" "src/generator/$2" "$3"
    ok "the_walker_refuses_$1" says_no "$work/tools/conformance.py" "$work/wide.xml" gen/wide.c "$4"
}

says_no() { ! "$1" "$2" "$3" "$work/vectors" > "$work/out" 2>&1 && grep -q "$4" "$work/out"; }

machine grammar "$work/wide.xml"
walker a_state_that_is_skipped          walker.py 's/    for state, readings in search(machine, sizes).items():/&\n        if state == 38: continue/' \
                                        'state 38.*not reached, nor impossible'
walker a_valuation_that_is_skipped      walker.py 's/ in chosen.items()\]$/ in list(chosen.items())[:3]]/' \
                                        'not reached, nor impossible'
walker a_proof_of_too_much              bounds.py '0,/one=-2/s//one=-3/' 'said to be impossible'
walker a_count_that_is_never_counted    bounds.py 's/"length_byte": Bounds._length_byte, //' 'said to be impossible'
walker an_action_that_it_does_not_know  meaning.py 's/"winner": _winner,//' 'does not know what it means'
sed 's/^case 5:/case 250:/' gen/wide.c > "$work/other.c"
ok the_walker_refuses_code_of_other_states says_no src/generator/conformance.py "$work/wide.xml" "$work/other.c" 'not those of the XML'

# ---- The grammar -----------------------------------------------------------------------------------------------------

# A mutant's own list, or its refusal: not the committed one.
changes_what_can_never_happen() {
    machine "$1" "$work/mutant/wide.xml" || return 1
    src/generator/conformance.py "$work/mutant/wide.xml" > "$work/mutant/never.txt" 2> "$work/out" || return 1
    ! cmp -s "$work/mutant/never.txt" "$work/never.txt"
}

# grammar NAME FILE SED-EXPRESSION: a condition that is dropped or weakened.
grammar() {
    rm -rf "$work/mutant"
    mkdir "$work/mutant"
    cp grammar/*.rl "$work/mutant"
    plant "$work/mutant/$2" "grammar/$2" "$3"
    ok "what_can_never_happen_changes_with_$1" changes_what_can_never_happen "$work/mutant"
}

src/generator/conformance.py "$work/wide.xml" > "$work/never.txt"
sed -n '/^wide:/,/^compact:/{/^compact:/!p}' gen/never.txt > "$work/committed.txt"
ok what_can_never_happen_is_what_is_committed cmp "$work/never.txt" "$work/committed.txt"
grammar room_2_not_asked            fields.rl 's/inwhen room_2//'
grammar room_3_not_asked            fields.rl 's/inwhen room_3//'
grammar room_4_not_asked            fields.rl 's/inwhen room_4//'
grammar room_2_asked_of_three       fields.rl 's/inwhen room_3/inwhen room_2/'
grammar room_3_asked_of_four        fields.rl 's/inwhen room_4/inwhen room_3/'
grammar length_high_unlimited       fields.rl 's/length_high when length_high_fits/length_high/'
grammar length_low_unlimited        fields.rl 's/any when length_fits/any/'
grammar n_bets_unlimited            fields.rl 's/0x01\.\.0xff when n_bets_fits/0x01..0xff/'
grammar n_bets_high_unlimited       fields.rl 's/0x01\.\.0xff when n_bets_high_fits/0x01..0xff/'
grammar single_unlimited            frames.rl 's/inwhen single_fits//'
grammar winners_without_end         frames.rl 's/DOCUMENT inwhen in_list >err/DOCUMENT >err/'

# ---- The corpus ------------------------------------------------------------------------------------------------------

misses_all() { ! src/generator/transitions.py --all /dev/null "$work/wide.xml" > "$work/out" && grep -q 'left: 38 ' "$work/out"; }
ok a_corpus_that_takes_nothing_is_refused misses_all

echo "1..$number"
exit $failed
