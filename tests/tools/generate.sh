#!/usr/bin/env bash
# Makes what stands in gen/ from grammar/, the same bytes from every folder and on every machine.
#
#   generate.sh          writes gen/
#   generate.sh --check  makes it elsewhere, compares, and says what differs
set -euo pipefail
export LC_ALL=C TZ=UTC
unset GREP_OPTIONS CDPATH

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root"

DIALECTS="wide compact keyed"
STATES_MAX=240      # of one machine: it must fit a byte, and an ambiguous guard shows as an explosion
MEMORY_KB=2000000   # an ambiguous guard can also take all there is
SECONDS_MAX=60

fail() { echo "generate.sh: $*" >&2; exit 1; }

need() {
    local tool
    for tool in ragel dot python3 sha256sum; do
        command -v "$tool" > /dev/null || fail "$tool is not installed; it is needed to generate, never to build"
    done
    local version
    version=$(ragel --version | sed -n 's/^Ragel.* version \([0-9.]*\).*/\1/p')
    case $version in
        6.*) ;;
        *) fail "ragel $version will not do: the grammar is written for Ragel 6, and Ragel 7 is another program" ;;
    esac
}

limited() { ( ulimit -v "$MEMORY_KB"; ulimit -t "$SECONDS_MAX"; exec "$@" ); }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/gen
mkdir -p "$out"

# The host file with the dialect's name in it. It must not be named as the dialect's own file is.
host_file() { sed "s/@DIALECT@/$1/g" src/codec/machine.rl > "$work/$1_host.rl"; }

# Warnings of Ragel are errors; paths and line marks stay out of what it writes.
run_ragel() {
    limited ragel -I "$root/grammar" "$@" 2> "$work/ragel.err" || fail "ragel $*: $(cat "$work/ragel.err")"
    [ ! -s "$work/ragel.err" ] || fail "ragel $*: $(cat "$work/ragel.err")"
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
        sed -e '/^#line /d' -e 's/[ \t]*$//' "$work/$dialect.c.raw" | cat -s
    } > "$out/$dialect.c"
    echo "$dialect: $states states"
}

checksums() {
    sha256sum grammar/*.rl src/codec/machine.rl tests/tools/generate.sh > "$out/CHECKSUMS"
}

generate() {
    local dialect
    for dialect in $DIALECTS; do
        decoder "$dialect"
    done
    checksums
}

# Each file is complete before it takes its name.
install_all() {
    local file
    mkdir -p gen
    for file in "$out"/*; do
        cp "$file" "gen/.${file##*/}.new"
        mv "gen/.${file##*/}.new" "gen/${file##*/}"
    done
}

need
case ${1-} in
    "") generate; install_all ;;
    --check)
        generate > "$work/log"
        if ! diff -ru gen "$out" > "$work/diff"; then
            head -n 60 "$work/diff"
            fail "gen/ is not what grammar/ makes: run make gen, and commit what it changes"
        fi
        echo "gen/ is what grammar/ makes" ;;
    *) fail "unknown argument '$1': nothing, or --check" ;;
esac
