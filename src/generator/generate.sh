#!/usr/bin/env bash
# Makes gen/ from grammar/: the same bytes from every folder and on every machine.
#
#   generate.sh          writes gen/
#   generate.sh --check  makes it in another folder, compares, and says what differs
#   generate.sh --codec  writes only what the codec is built of, and leaves the rest of gen/ as it is (diagrams, vectors
#                        and checksums): for tests of changed grammars, in a copy of the tree
set -euo pipefail
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
unset GREP_OPTIONS CDPATH

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root"

STATES_MAX=240      # of one machine: it must fit a byte, and an ambiguous guard shows as an explosion
MEMORY_KB=2000000   # an ambiguous guard can also use up all memory
SECONDS_MAX=10      # usually a tenth of a second
PYTHON=(description.py probes.py describe.py bet_fields.py machine.py field_actions.py name_refusals.py shortcuts.py
        diagram.py dictionary.py meaning.py bounds.py walker.py transitions.py conformance.py)

fail() { echo "generate.sh: $*" >&2; exit 1; }

need() {
    local tool
    for tool in ragel dot python3 sha256sum; do
        command -v "$tool" > /dev/null || fail "$tool is not installed; make gen needs it (building does not)"
    done
    local version
    version=$(ragel --version | sed -n 's/^Ragel.* version \([0-9.]*\).*/\1/p')
    case $version in
        6.*) ;;
        *) fail "ragel $version does not work: the grammar needs Ragel 6; Ragel 7 is another program" ;;
    esac
}

# Every file that includes the frames is a dialect. Those in sorteo.h have the numbers that they have there, which
# programs were built with; the others follow by name.
list_dialects() {
    local released file name
    released=$(sed -n 's/^enum sorteo_dialect { \(.*\) };/\1/p' src/codec/sorteo.h |
        tr -d ' ' | tr ',' '\n' | sed 's/^SORTEO_//' | tr '[:upper:]' '[:lower:]')
    DIALECTS=$released
    for name in $released; do
        [ -f "grammar/$name.rl" ] ||
            fail "grammar/$name.rl is missing: the dialect $name is released, and its number in sorteo.h stays"
    done
    for file in grammar/*.rl; do
        name=$(basename "$file" .rl)
        if ! grep -q '^ *include  *frames  *"frames\.rl" *;' "$file"; then
            case $name in
                fields | frames) ;;
                *)
                    fail "$file includes no frames, and nothing uses it: move it elsewhere, or make it a dialect by" \
                        "the line include frames \"frames.rl\";" ;;
            esac
        elif ! grep -qx "$name" <<< "$released"; then
            DIALECTS+=" $name"
        fi
    done
    DIALECTS=$(echo $DIALECTS)
}

limited() { ( ulimit -v "$MEMORY_KB"; ulimit -t "$SECONDS_MAX"; exec "$@" ); }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/gen
mkdir -p "$out"

# The host file with the dialect's name in it. It must not be named as the dialect's own file is.
host_file() { sed "s/@DIALECT@/$1/g" "$work/machine.rl" > "$work/$1_host.rl"; }

# Warnings of Ragel are errors; paths and line marks stay out of what it writes.
run_ragel() { # the limits stop it where a guard is ambiguous
    local status=0
    limited ragel "$@" -I "$work/grammar" 2> "$work/ragel.err" || status=$?
    [ "$status" = 0 ] && [ ! -s "$work/ragel.err" ] || fail "$(sed "s|$work/grammar/|grammar/|g" "$work/ragel.err")
ragel ${*//"$work/"} ended with $status (limits: $MEMORY_KB kB, $SECONDS_MAX s)"
}

decoder() {
    local dialect=$1 states
    host_file "$dialect"
    run_ragel -x "$work/${dialect}_host.rl" -o "$work/$dialect.xml"
    states=$(grep -c '<state ' "$work/$dialect.xml")
    [ "$states" -le "$STATES_MAX" ] || fail "$dialect has $states states, more than $STATES_MAX: is a guard ambiguous?"
    run_ragel -G2 -L "$work/${dialect}_host.rl" -o "$work/$dialect.c.raw"
    {
        echo "/* Generated from grammar/$dialect.rl and src/codec/machine.rl by \`make gen\`. Do not edit. */"
        sed -e '\@^/\* #line .* \*/$@d' -e 's/[ \t]*$//' "$work/$dialect.c.raw" | cat -s
    } > "$out/$dialect.c"
    echo "$dialect: $states states"
}

# What fields, frames and streams are: Ragel is asked for each rule (src/generator/probes.py writes the questions).
describe() {
    local dialect probes
    for dialect in $DIALECTS; do
        probes=$work/probes/$dialect
        src/generator/probes.py "$work/${dialect}_host.rl" grammar "$probes" fields
        run_ragel -x "$probes/fields.rl" -o "$probes/fields.xml"
        src/generator/probes.py "$work/${dialect}_host.rl" grammar "$probes" frames "$probes/fields.xml"
        cp grammar/frames.rl "grammar/$dialect.rl" "$probes/grammar"
        run_ragel -I "$probes/grammar" -x "$probes/frames.rl" -o "$probes/frames.xml"
        src/generator/probes.py "$work/${dialect}_host.rl" grammar "$probes" streams
        run_ragel -x "$probes/streams.rl" -o "$probes/streams.xml"
    done
    # shellcheck disable=SC2086
    src/generator/describe.py "$work/probes" grammar "$out" $DIALECTS
    export PROTOCOL=$out/protocol.json
}

# Which shortcuts the grammar of each dialect allows, and a line for each that is off there.
shortcuts() {
    local dialect
    cat > "$out/shortcuts.h" << 'HEAD'
/*
 * Which shortcuts past the grammar of each dialect change nothing: 1 where `make gen` has shown it
 * (src/generator/shortcuts.py), 0 where it could not. Generated from grammar/ and src/codec/shortcuts.rl. Do not edit.
 */
#ifndef GEN_SHORTCUTS_H
#define GEN_SHORTCUTS_H
HEAD
    for dialect in $DIALECTS; do
        src/generator/shortcuts.py rules "$dialect" src/codec/shortcuts.rl > "$work/${dialect}_shortcuts.rl"
        run_ragel -x "$work/${dialect}_shortcuts.rl" -o "$work/${dialect}_shortcuts.xml"
        src/generator/shortcuts.py show "$dialect" "$work/$dialect.xml" "$work/${dialect}_shortcuts.xml" \
            >> "$out/shortcuts.h"
    done
    printf '\n#endif\n' >> "$out/shortcuts.h"
}

# Without its pango plugin graphviz estimates the width of texts, so the fonts of this machine do not matter.
private_graphviz() {
    local plugins plugin
    plugins=$(dirname "$(ldd "$(command -v dot)" | sed -n 's/.*libgvc\.so[^ ]* => \([^ ]*\) .*/\1/p')")/graphviz
    mkdir "$work/graphviz"
    for plugin in core dot_layout; do
        ln -s "$plugins"/libgvplugin_$plugin.so.6 "$work/graphviz/" || fail "graphviz has no plugin $plugin in $plugins"
    done
    export GVBINDIR=$work/graphviz
    dot -c
}

# What dot writes, but for its version.
draw() { limited dot -Tsvg "$1" | sed '/^<!-- Generated by graphviz/,/-->$/d' > "$2"; }

machine_diagram() {
    src/generator/diagram.py "$work/$1.xml" "$1" > "$work/$1.dot"
    draw "$work/$1.dot" "$out/$1.svg"
}

# The frames as describe() has compiled them, each field one symbol.
stream_diagram() {
    local dialect=$1 names=() receipt
    mapfile -t names < <(src/generator/probes.py - grammar "$work" names)
    receipt=$(sed -n 's/^ *receipt *= \(0x[0-9a-f]*\);.*/\1/p' "grammar/$dialect.rl")
    names+=("$((receipt))=RECEIPT")
    src/generator/diagram.py "$work/probes/$dialect/frames.xml" "sorteo, $dialect: what may follow what" \
        agency_stream bet_stream answer winners -- "${names[@]}" > "$work/streams.dot"
    draw "$work/streams.dot" "$out/streams.svg"
}

dictionary() { src/generator/dictionary.py $(printf "$work/%s.xml " $DIALECTS) > "$out/sorteo.dict"; }

checksums() {
    sha256sum grammar/*.rl src/codec/{machine,shortcuts}.rl src/generator/generate.sh "${PYTHON[@]/#/src/generator/}" \
        > "$out/CHECKSUMS"
}

# What every byte must do in every state, and what no input can reach.
conformance() {
    local dialect
    cat > "$out/never.txt" << 'HEAD'
What no input can reach, in each state of each machine: conditions that never hold together there, with the bytes for
which they do not, if not for all. Made by `make gen` from grammar/ (src/generator/bounds.py says how); not to be
edited. A change of the grammar that changes this list makes something possible that was not, or the other way round.

The values of the counts in a state hold for every input. `least` is how many bytes the frame must have at least,
judging by what was read.

HEAD
    for dialect in $DIALECTS; do
        src/generator/conformance.py "$work/$dialect.xml" "$out/$dialect.c" "$out/$dialect.vectors" >> "$out/never.txt"
    done
}

# What the codec is built of.
codec() {
    local dialect
    for dialect in $DIALECTS; do
        decoder "$dialect"
    done
    describe
    shortcuts
}

# All but the vectors: these take a second or two each, and are not needed if the comparison of the rest has failed.
generate() {
    local dialect
    codec
    private_graphviz
    for dialect in $DIALECTS; do
        machine_diagram "$dialect"
    done
    stream_diagram wide
    dictionary
    checksums
}

# Says what of gen/ differs, each file and then the first lines, and fails if anything does.
compare() {
    if ! diff -ru "$@" gen "$out" > "$work/diff"; then
        sed -n -e 's|^diff .* gen/\([^ ]*\) .*|gen/\1 differs|p' -e 's|^Only in gen: |gen/ has what nothing makes: |p' \
            -e 's|^Only in .*: |gen/ lacks |p' "$work/diff"
        head -n 60 "$work/diff"
        fail "gen/ is not what grammar/ makes: run make gen, and commit what it changes"
    fi
}

# Each file is complete before it gets its name.
install_file() {
    cp "$out/$1" "gen/.$1.new"
    mv "gen/.$1.new" "gen/$1"
}

# All files but CHECKSUMS: until that is written, gen/ counts as out of date.
install_files() {
    local file name
    mkdir -p gen
    for file in "$out"/*; do
        name=${file##*/}
        [ "$name" = CHECKSUMS ] || install_file "$name"
    done
}

# What has no source any more goes, and CHECKSUMS is last.
install_all() {
    local file
    install_files
    for file in gen/*; do
        if [ ! -e "$out/${file##*/}" ]; then
            rm "$file"
            echo "$file is removed: nothing in grammar/ makes it any more"
        fi
    done
    install_file CHECKSUMS
}

# The grammar as it is compiled: each field names itself when it refuses a byte.
compiled_grammar() {
    mkdir "$work/grammar"
    cp grammar/*.rl "$work/grammar"
    src/generator/field_actions.py grammar/fields.rl src/codec/machine.rl > "$work/machine.rl"
    src/generator/name_refusals.py grammar/fields.rl "$work/machine.rl" > "$work/grammar/fields.rl"
}

need
list_dialects
compiled_grammar
case ${1-} in
    "") generate; conformance; install_all ;;
    --codec) codec; install_files ;;
    --check)
        generate > "$work/log"
        compare --exclude='*.vectors' --exclude=never.txt
        conformance
        compare
        echo "gen/ is what grammar/ makes" ;;
    *) fail "unknown argument '$1'; give --check, --codec or nothing" ;;
esac
