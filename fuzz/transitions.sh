#!/bin/bash
#
# How many of the grammar's transitions does the corpus take? Runs its frames through the decoder and its values through
# the encoder, one byte at a time, and counts for each dialect.
#
#   transitions.sh [FRAMES VALUES]              prints the counts
#   transitions.sh --all [FRAMES VALUES]        fails unless all are taken, and lists the others
#   transitions.sh --complete [FRAMES VALUES]   adds the shortest inputs that take the others
#
# FRAMES and VALUES are folders (or files) of inputs, by default fuzz/corpus/frames and fuzz/corpus/encode. Builds into
# build/transitions, without shortcuts, which bypass the machine.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mode=
case ${1-} in
    --all | --complete) mode=$1; shift ;;
esac
[ $# -eq 0 ] || [ $# -eq 2 ] || fuzz_fail "either no inputs, or frames and values"
frames=${1-fuzz/corpus/frames} values=${2-fuzz/corpus/encode}
build=build/transitions
recorder=$build/tests/tools/coverage/recorder.o       # linked between the machines and what calls them
mapfile -t dialects < gen/dialects
machines=("${dialects[@]/#/$build/fuzz/xml/}")
machines=("${machines[@]/%/.xml}")
# shellcheck disable=SC2016 # it is make that expands it
fuzz_make "$build" CC="${CC:-gcc}" CFLAGS="-O0 -w" CODEC_CFLAGS=-DSORTEO_PORTABLE PARTS_OBJECTS='$(CODEC_OBJECTS)' \
    LDFLAGS="$recorder $build/parts.a $(printf -- '-Wl,--wrap=sorteo_%s_exec ' "${dialects[@]}")" \
    "$recorder" "${machines[@]}" "$build"/fuzz/{decode,encode}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SORTEO_TRANSITIONS=$work/notes
for run in "decode $frames" "encode $values"; do
    "$build/fuzz/${run%% *}" "${run#* }" > "$work/log" 2>&1 || { tail -n 3 "$work/log" >&2; fuzz_fail "$run failed"; }
done
case $mode in
    --complete) fuzz/complete.py "$build" "$frames" "$values" "$work/notes" "${machines[@]}" ;;
    --all) src/generator/transitions.py --all "$work/notes" "${machines[@]}" ;;
    *) src/generator/transitions.py "$work/notes" "${machines[@]}" ;;
esac
