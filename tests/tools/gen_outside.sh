#!/usr/bin/env bash
# Does plain make notice that gen/ is out of date? And does `make GRAMMAR=folder` build from a grammar outside the tree,
# and leave the tree's gen/ as it was? Does each rule that grammar/README.md gives make a gen/? In a copy of the tree.
# Prints TAP.
#
#   gen_outside.sh [behind] [tool] [outside] [rules]       all if none is named
set -euo pipefail
unset CDPATH MAKEFLAGS MFLAGS MAKELEVEL
root=$(cd "$(dirname "$0")/../.." && pwd -P)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree other=$scratch/other
out=$scratch/out

mkdir "$tree"
cp -Rp "$root"/{Makefile,src,gen,grammar,tests,fuzz,examples} "$tree"
cp -R "$root/grammar" "$other"

# Two of the changes of grammar/README.md, a dialect more and a rule; and days from 1900 on.
sed -e 's/machine wide/machine tiny/' -e 's/\(length_high *=\) any/\1 ""/' -e 's/\(key *=\) ""/\1 any{4}/' \
    -e 's/\(receipt *=\) 0x01/\1 0x07/' "$root/grammar/wide.rl" > "$other/tiny.rl"
sed -i -e 's/^\( *NUMBER *=\) any{2}/\1 ( 0x00..0x26 any | 0x27 0x00..0x0f )/' \
    -e 's/^\( *year *=\) .*/\1 ( "19" | "20" ) digit{2};/' "$other/fields.rl"

number=0 failed=0
check() {
    local status=0
    number=$((number + 1))
    "${@:2}" > "$out" 2>&1 || status=$?
    if [ "$status" = 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        tail -n 30 "$out" | sed 's/^/# /'
        failed=1
    fi
}

# Quickly compiled: it is used for a moment.
in_tree() {
    make -C "$tree" --no-print-directory -s -j2 GRAMMAR="$other" BUILD=build/other CFLAGS=-O0 HARDEN=no "$@"
}
fails() { ! "$@"; }

# ---- Behind, without Ragel -----------------------------------------------------------------------------------------

is_current() { (cd "$tree" && src/generator/is-current.sh grammar gen); }
# A pipe that it waits for must not keep the test.
is_behind() {
    local status=0
    (cd "$tree" && exec timeout "${TEST_PATIENCE:-60}" src/generator/is-current.sh grammar gen) || status=$?
    [ "$status" != 0 ] && [ "$status" != 124 ]
}
# says_behind COMMAND...: once it was done in the tree; then the grammar is as before.
says_behind() {
    (cd "$tree" && "$@") || return 1
    local said=0
    is_behind || said=1
    rm -rf "$tree/grammar"
    cp -Rp "$root/grammar" "$tree"
    return "$said"
}

behind() {
    check gen_is_current is_current
    check a_changed_rule_is_behind says_behind sed -i 's/0xa0\.\.0xbf/0xa1..0xbf/' grammar/fields.rl
    check a_dialect_more_is_behind says_behind cp "$other/tiny.rl" grammar
    check a_dialect_less_is_behind says_behind rm grammar/keyed.rl
    check a_pipe_for_a_file_is_behind says_behind eval 'rm grammar/fields.rl && mkfifo grammar/fields.rl'
    check a_missing_list_of_checksums_is_behind fails "$root/src/generator/is-current.sh" grammar "$scratch"
}

# ---- Outside -------------------------------------------------------------------------------------------------------

builds_the_tool() { in_tree build/other/sorteo; }
builds() { in_tree all build/other/tests/unit/codec/test_conformance; }
is_current_then() { in_tree -q all; }
gen_stays() { diff -r "$root/gen" "$tree/gen"; }
describes() { "$tree/build/other/sorteo" describe | grep -q tiny; }
# Numbers up to 9999, where the tree's own grammar takes 65535.
refuses() {
    printf 'Santiago,Lorca,30904465,1999-03-17,%s\n' "$1" > "$scratch/bets.csv"
    ! "$tree/build/other/sorteo" encode --agency 1 --dialect tiny "$scratch/bets.csv" > "$scratch/bytes"
}
takes() { ! refuses "$1"; }
# A day of the calendar: only the grammar's rule can be why it is refused.
names_the_rule_of() {
    printf 'Santiago,Lorca,30904465,%s,7\n' "$1" > "$scratch/bets.csv"
    ! "$tree/build/other/sorteo" encode --agency 1 "$scratch/bets.csv" > "$scratch/bytes" 2> "$scratch/said" || return 1
    grep "birth date (field 4): \"$1\": not a date that the grammar's rule BIRTHDATE takes" "$scratch/said"
}
dissector_names_the_rule() {
    grep "\"date\", \"not a date that the grammar's rule BIRTHDATE takes\"" "$tree/build/other/grammar/gen/sorteo.lua"
}
conforms() { (cd "$tree" && build/other/tests/unit/codec/test_conformance); }

no_such_folder() {
    ! make -C "$tree" -s GRAMMAR="$scratch/nowhere" BUILD=build/nowhere 2> "$scratch/said" || return 1
    grep "nowhere.*makes no codec" "$scratch/said"
}

tool() {
    check a_tool_of_a_grammar_outside_is_built builds_the_tool
    check a_dialect_of_the_grammar_outside_is_known describes
    check a_number_that_its_rule_takes_is_taken takes 9999
    check a_number_that_its_rule_excludes_is_refused refuses 10000
    check a_day_that_its_rule_excludes_is_told_by_the_rule names_the_rule_of 1899-03-17
    check the_dissector_tells_it_by_the_rule_too dissector_names_the_rule
}

outside() {
    check a_grammar_outside_is_built builds
    check nothing_is_built_again is_current_then
    check the_gen_of_the_tree_stays_as_it_was gen_stays
    check its_vectors_are_those_of_the_grammar_outside conforms
    check a_grammar_that_is_not_there_is_refused no_such_folder
}

# ---- Rules of the tutorial -----------------------------------------------------------------------------------------

# generates RULE: in the tree's grammar with this line of grammar/README.md in the place of the line of the same field.
generates() {
    local field=${1%% *}
    grep -qF "    $1" "$root/grammar/README.md" || return 1
    rm -rf "$scratch/ruled"
    cp -R "$root/grammar" "$scratch/ruled"
    sed -i "s/^ *$field .*/    $1/" "$scratch/ruled/fields.rl"
    mkdir -p "$scratch/ruled.gen"
    (cd "$tree" && src/generator/generate.sh '' "$scratch/ruled" "$scratch/ruled.gen") || return 1
    ! cmp -s "$root/gen/wide.c" "$scratch/ruled.gen/wide.c"
}

rules() {
    check names_that_may_not_be_empty_have_a_gen generates 'NAME_N    = ( length - 0x00+ ) @name_n @err(name_n_error);'
}

[ $# != 0 ] || set -- behind tool outside rules
for part in "$@"; do
    "$part"
done

echo "1..$number"
exit "$failed"
