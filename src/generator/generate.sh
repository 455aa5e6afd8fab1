#!/usr/bin/env bash
# Makes gen/ from grammar/: the same bytes from every folder and on every machine.
#
#   generate.sh [WHAT [GRAMMAR GEN]]      from grammar/ to gen/ if no others are given
#
#   no WHAT, or ""  writes gen/
#   --check         makes it in another folder, compares, and says what differs
#   --codec         writes only what the codec is built of, and leaves the rest of gen/ as it is (diagrams, vectors and
#                   checksums): for tests of changed grammars, in a copy of the tree
#
# If it fails, it says why and gen/ is as it was.
set -euo pipefail
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
unset GREP_OPTIONS CDPATH

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root"
grammar=${2:-grammar} gen=${3:-gen}

STATES_MAX=240      # of one machine: it must fit a byte, and an ambiguous guard shows as an explosion
STATES_NEAR=216     # above, a run says which fields cost most
MEMORY_KB=500000    # an ambiguous guard can also use up all memory
SECONDS_MAX=10      # usually a tenth of a second
PYTHON=(grammar.py check_grammar.py days.py description.py follows.py probes.py describe.py bet_fields.py
        plain_frames.py costs.py machine.py field_actions.py name_refusals.py states.py witness.py peers.py
        shortcuts.py diagram.py dictionary.py meaning.py bounds.py walker.py transitions.py conformance.py
        dissector.py)
DISSECTOR=(decoder fields tree conversations dissector)     # as dissector.py has them

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

# Every file beside fields.rl and frames.rl is a dialect (check_grammar.py says so). Those in sorteo.h have the numbers
# that they have there, which programs were built with; the others follow by name.
list_dialects() {
    local released file name
    released=$(sed -n 's/^enum sorteo_dialect { \(.*\) };/\1/p' src/codec/sorteo.h |
        tr -d ' ' | tr ',' '\n' | sed 's/^SORTEO_//' | tr '[:upper:]' '[:lower:]')
    DIALECTS=$released
    for name in $released; do
        [ -f "$grammar/$name.rl" ] ||
            fail "$grammar/$name.rl is missing: the dialect $name is released, and its number in sorteo.h stays"
    done
    for file in "$grammar"/*.rl; do
        name=$(basename "$file" .rl)
        [ "$name" = fields ] || [ "$name" = frames ] || grep -qx "$name" <<< "$released" || DIALECTS+=" $name"
    done
    DIALECTS=$(echo $DIALECTS)
}

# The shell's word of how a program was killed is not the message.
limited() { { ( ulimit -c 0; ulimit -v "$MEMORY_KB"; ulimit -t "$SECONDS_MAX"; exec "$@" 2>&3 ); } 3>&2 2> /dev/null; }

# What an interrupted job had started may still write there for a moment.
remove_work() {
    for _ in {1..50}; do
        rm -rf "$work" 2> /dev/null && return
        sleep 0.2
    done
}

work=$(mktemp -d)
trap remove_work EXIT
trap 'stop_jobs; fail "interrupted: $gen/ is as it was"' INT TERM HUP
out=$work/gen
mkdir -p "$out"

stop_jobs() {
    local jobs
    jobs=$(jobs -p)
    [ -z "$jobs" ] || kill $jobs 2> /dev/null || true
}

# for_each_dialect COMMAND...: with the dialect as its last argument, as many at a time as there are processors. What
# they say comes in the order of the dialects, up to the first one that fails.
for_each_dialect() {
    local dialect processors said=$work/said
    processors=$(nproc)
    mkdir -p "$said"
    for dialect in $DIALECTS; do
        while [ "$(jobs -rp | wc -l)" -ge "$processors" ]; do
            wait -n || true
        done
        (
            trap 'echo $? > "$said/$dialect.status"' EXIT
            "$@" "$dialect"
        ) > "$said/$dialect.out" 2> "$said/$dialect.err" &
    done
    wait
    for dialect in $DIALECTS; do
        cat "$said/$dialect.out"
        cat "$said/$dialect.err" >&2
        [ "$(cat "$said/$dialect.status")" = 0 ] || exit 1
    done
}

# The host file with the dialect's name in it. It must not be named as the dialect's own file is.
host_file() { sed "s/@DIALECT@/$1/g" "$work/machine.rl" > "$work/$1_host.rl"; }

# Its status. What it says is kept for each of those that run at the same time.
try_ragel() {
    local status=0 said=$work/ragel.$BASHPID
    limited ragel "$@" -I "$work/grammar" 2> "$said" || status=$?
    [ "$status" != 0 ] || [ ! -s "$said" ] || status=1              # its warnings are errors
    return "$status"
}

was_stopped() { [ "$1" -ge 128 ]; } # by a limit

# Paths of this machine stay out of it.
say_error() {
    sed -e "s|$work/grammar/|$grammar/|g" -e "s|$work/probes/[^/]*/[a-z_]*/|$grammar/|g" "$work/ragel.$BASHPID" >&2
}

LIMITS="$SECONDS_MAX seconds or $((MEMORY_KB / 1000)) MB"

# check_ragel STATUS ARGUMENT...: stops here if it failed.
check_ragel() {
    local status=$1
    shift
    [ "$status" != 0 ] || return 0
    ! was_stopped "$status" || fail "ragel ${*//"$work/"} needs more than $LIMITS, and was stopped"
    say_error
    fail "ragel ${*//"$work/"} ended with $status"
}

run_ragel() {
    local status=0
    try_ragel "$@" || status=$?
    check_ragel "$status" "$@"
}

# say_costs DIALECT: which fields cost how many.
say_costs() {
    local probes=$work/probes/$1
    echo "What its fields cost:"
    src/generator/costs.py "$probes/fields.xml" "$probes/frames.xml" "$grammar" "$1"
}

# A machine that is too large, or as good as.
check_states() {
    local dialect=$1 states=$2
    if [ "$states" -gt "$STATES_MAX" ]; then
        say_costs "$dialect" >&2
        fail "$dialect has $states states, more than $STATES_MAX"
    elif [ "$states" -gt "$STATES_NEAR" ]; then
        echo "$dialect has $states states; $STATES_MAX are possible."
        say_costs "$dialect"
    fi
}

# The fields over bytes. Where Ragel is stopped, each is tried alone, so that the message can name it.
fields_probe() {
    local dialect=$1 probes=$2 status=0 name
    local of_fields=(-I "$probes/fields_only" -x "$probes/fields.rl" -o "$probes/fields.xml")
    src/generator/probes.py "$work/${dialect}_host.rl" "$grammar" "$probes" fields
    cp "$work/grammar/fields.rl" "$work/grammar/$dialect.rl" "$probes/fields_only"
    try_ragel "${of_fields[@]}" || status=$?
    was_stopped "$status" || { check_ragel "$status" "${of_fields[@]}"; return; }
    for name in $(src/generator/probes.py - "$grammar" "$probes" rules); do
        status=0
        src/generator/probes.py "$work/${dialect}_host.rl" "$grammar" "$probes" field "$name"
        try_ragel "${of_fields[@]}" || status=$?
        ! was_stopped "$status" || fail "$(src/generator/grammar.py "$grammar" "$dialect" "$name"): $name alone needs" \
            "more than $LIMITS: the rule has too many states"
    done
    fail "the fields of $dialect need more than $LIMITS together"
}

# What fields, frames and streams are: Ragel is asked for each rule (src/generator/probes.py writes the questions).
# This comes first, because what cannot be a language is told here by the names of the grammar.
probe() {
    local dialect=$1 probes=$work/probes/$1
    host_file "$dialect"
    fields_probe "$dialect" "$probes"
    src/generator/probes.py "$work/${dialect}_host.rl" "$grammar" "$probes" frames "$probes/fields.xml" "$dialect"
    cp "$grammar/frames.rl" "$grammar/$dialect.rl" "$probes/grammar"
    run_ragel -I "$probes/grammar" -x "$probes/frames.rl" -o "$probes/frames.xml"
    src/generator/probes.py "$work/${dialect}_host.rl" "$grammar" "$probes" streams
    run_ragel -x "$probes/streams.rl" -o "$probes/streams.xml"
}

describe() {
    for_each_dialect probe
    # shellcheck disable=SC2086
    src/generator/describe.py "$work/probes" "$grammar" "$out" $DIALECTS
    export PROTOCOL=$out/protocol.json
}

decoder() {
    local dialect=$1 states status=0 machine=(-x "$work/${1}_host.rl" -o "$work/$1.xml")
    try_ragel "${machine[@]}" || status=$?
    if was_stopped "$status"; then
        say_costs "$dialect" >&2
        fail "the machine of $dialect needs more than $LIMITS: is a condition missing, or ambiguous?"
    fi
    check_ragel "$status" "${machine[@]}"
    states=$(grep -c '<state ' "$work/$dialect.xml")
    check_states "$dialect" "$states"
    run_ragel -G2 -L "$work/${dialect}_host.rl" -o "$work/$dialect.c.raw"
    {
        echo "/* Generated from grammar/$dialect.rl and src/codec/machine.rl by \`make gen\`. Do not edit. */"
        sed -e '\@^/\* #line .* \*/$@d' -e 's/[ \t]*$//' "$work/$dialect.c.raw" | cat -s
    } > "$out/$dialect.c"
    src/generator/states.py "$work/$dialect.xml" "$dialect" > "$out/$dialect.states"
    echo "$dialect: $states states"
}

# Which shortcuts the grammar of each dialect allows, and a line for each that is off there.
show_shortcuts() {
    local rules=$work/$1_shortcuts
    src/generator/shortcuts.py rules "$1" src/codec/shortcuts.rl > "$rules.rl"
    run_ragel -x "$rules.rl" -o "$rules.xml"
    src/generator/shortcuts.py show "$1" "$work/$1.xml" "$rules.xml" > "$rules.h"
}

shortcuts() {
    local dialect
    for_each_dialect show_shortcuts
    cat > "$out/shortcuts.h" << 'HEAD'
/*
 * Which shortcuts past the grammar of each dialect change nothing: 1 where `make gen` has shown it
 * (src/generator/shortcuts.py), 0 where it could not. Generated from grammar/ and src/codec/shortcuts.rl. Do not edit.
 */
#ifndef GEN_SHORTCUTS_H
#define GEN_SHORTCUTS_H
HEAD
    for dialect in $DIALECTS; do
        cat "$work/${dialect}_shortcuts.h" >> "$out/shortcuts.h"
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
draw() {
    limited dot -Tsvg "$1" > "$1.svg" || fail "dot ended with $?; for $(basename "$2") it may need more than $LIMITS"
    sed '/^<!-- Generated by graphviz/,/-->$/d' "$1.svg" > "$2"
}

machine_diagram() {
    src/generator/diagram.py "$work/$1.xml" "$1" > "$work/$1.dot"
    draw "$work/$1.dot" "$out/$1.svg"
}

# The frames as describe() has compiled them, each field one symbol.
stream_diagram() {
    local dialect=$1 names=() entries=() receipt
    mapfile -t entries < <(src/generator/probes.py - "$grammar" "$work" entries)
    mapfile -t names < <(src/generator/probes.py - "$grammar" "$work" names "$dialect")
    receipt=$(sed -n 's/^ *receipt *= \(0x[0-9a-f]*\);.*/\1/p' "$grammar/$dialect.rl")
    names+=("$((receipt))=RECEIPT")
    src/generator/diagram.py "$work/probes/$dialect/frames.xml" "sorteo, $dialect: what may follow what" \
        "${entries[@]}" -- "${names[@]}" > "$work/streams.dot"
    draw "$work/streams.dot" "$out/streams.svg"
}

dictionary() { src/generator/dictionary.py $(printf "$work/%s.xml " $DIALECTS) > "$out/sorteo.dict"; }

# For Wireshark.
dissector() {
    # shellcheck disable=SC2086
    src/generator/dissector.py src/codec/sorteo.h "$work" $DIALECTS > "$out/sorteo.lua"
}

checksums() {
    local parts=("${DISSECTOR[@]/#/src/generator/dissector/}")
    sha256sum "$grammar"/*.rl src/codec/{machine,shortcuts}.rl src/generator/generate.sh \
        "${PYTHON[@]/#/src/generator/}" "${parts[@]/%/.lua}" > "$out/CHECKSUMS"
}

# What every byte must do in every state, and what no input can reach.
vectors() {
    src/generator/conformance.py "$work/$1.xml" "$out/$1.c" "$out/$1.vectors" > "$work/$1.never"
}

conformance() {
    local dialect
    for_each_dialect vectors
    cat > "$out/never.txt" << 'HEAD'
What no input can reach, in each state of each machine: conditions that never hold together there, with the bytes for
which they do not, if not for all. Made by `make gen` from grammar/ (src/generator/bounds.py says how); not to be
edited. A change of the grammar that changes this list makes something possible that was not, or the other way round.

The values of the counts in a state hold for every input. `least` is how many bytes the frame must have at least,
judging by what was read.

HEAD
    for dialect in $DIALECTS; do
        cat "$work/$dialect.never" >> "$out/never.txt"
    done
}

# What the change does to peers: gen/ is still what it was.
# shellcheck disable=SC2086
peers() { src/generator/peers.py gen "$out" $DIALECTS; }

# What the codec is built of.
codec() {
    describe
    for_each_dialect decoder
    shortcuts
}

# All but the vectors: these take a second or two each, and are not needed if the comparison of the rest has failed.
generate() {
    codec
    private_graphviz
    for_each_dialect machine_diagram
    stream_diagram wide
    dictionary
    dissector
    checksums
}

# Says what of gen/ differs, each file and then the first lines, and fails if anything does.
compare() {
    if ! diff -ru "$@" "$gen" "$out" > "$work/diff"; then
        sed -n -e "s|^diff .* $gen/\([^ ]*\) .*|$gen/\1 differs|p" \
            -e "s|^Only in $gen: |$gen/ has what nothing makes: |p" -e "s|^Only in .*: |$gen/ lacks |p" "$work/diff"
        head -n 60 "$work/diff"
        fail "$gen/ is not what $grammar/ makes: run make gen, and commit what it changes"
    fi
}

made() { (cd "$out" && printf '%s\n' *) | grep -vx CHECKSUMS; }

# Every file is beside its place, complete, before the first one gets its name.
copy_beside() {
    local name
    mkdir -p "$gen"
    for name in "$@"; do
        cp "$out/$name" "$gen/.$name.new" || { rm -f "$gen"/.*.new; fail "$gen/ is as it was: it cannot be written"; }
    done
}

# What is as it was keeps its time, so that make makes nothing anew for it.
put_in_place() {
    local name
    for name in "$@"; do
        if cmp -s "$gen/.$name.new" "$gen/$name"; then
            rm "$gen/.$name.new"
        else
            mv "$gen/.$name.new" "$gen/$name"
        fi
    done
}

# What has no source any more goes.
remove_the_rest() {
    local file
    for file in "$gen"/*; do
        if [ ! -e "$out/${file##*/}" ]; then
            rm "$file"
            echo "$file is removed: nothing in $grammar/ makes it any more"
        fi
    done
}

# No signal stops it between two files. After a crash plain make says that gen/ is old: CHECKSUMS is last.
install_all() {
    local names
    mapfile -t names < <(made)
    copy_beside "${names[@]}" CHECKSUMS
    trap '' INT TERM HUP
    put_in_place "${names[@]}"
    remove_the_rest
    put_in_place CHECKSUMS
}

install_codec() {
    local names
    mapfile -t names < <(made)
    copy_beside "${names[@]}"
    trap '' INT TERM HUP
    put_in_place "${names[@]}"
}

# The grammar as it is compiled: each field names itself when it refuses a byte.
compiled_grammar() {
    mkdir "$work/grammar"
    cp "$grammar"/*.rl "$work/grammar"
    src/generator/field_actions.py "$grammar/fields.rl" src/codec/machine.rl > "$work/machine.rl"
    src/generator/name_refusals.py "$grammar/fields.rl" "$work/machine.rl" > "$work/grammar/fields.rl"
}

begin() {
    need
    src/generator/check_grammar.py "$grammar" src/codec/machine.rl "$@"
    list_dialects
    compiled_grammar
}

case ${1-} in
    "")
        begin --meaning
        generate
        conformance
        peers
        install_all ;;
    --codec)
        begin
        codec
        peers
        install_codec ;;
    --check)
        begin --meaning
        generate > "$work/log"
        compare --exclude='*.vectors' --exclude=never.txt
        conformance
        compare
        echo "$gen/ is what $grammar/ makes" ;;
    *) fail "unknown argument '$1'; give --check, --codec or nothing" ;;
esac
