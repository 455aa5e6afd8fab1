#!/bin/bash
#
# Lets a target look for something wrong, from an empty corpus, for at most FUZZ_SECONDS (120), and says what it found.
# Exits 0 if it found nothing, or something that the same target in build/right takes for wrong, too. For planted
# faults: tests/tools/plant-faults --kinds fuzz.
#
#   look.sh TARGET

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -eq 1 ] || fuzz_fail "which target? There are: $(fuzz_targets | tr '\n' ' ')"
target=$(fuzz_choose "$1")
fuzz_build libfuzzer "$target"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dictionary=()
if [ "$(fuzz_kind "$target")" = frames ]; then dictionary=(-dict=gen/sorteo.dict); fi
mkdir "$work/inputs"
status=0
"build/libfuzzer/fuzz/$target" -seed="${FUZZ_SEED:-1}" -max_total_time="${FUZZ_SECONDS:-120}" -max_len=256 \
    -len_control=100 "${dictionary[@]}" -artifact_prefix="$work/" "$work/inputs" >"$work/log" 2>&1 || status=$?
# The property, or what a sanitizer says.
found=$(sed -n 's/.*violated: //p; s/.*runtime error: //p; s/.*ERROR: AddressSanitizer: //p' "$work/log" | head -n 1)
if [ "$status" -eq 0 ]; then
    tail -n 1 "$work/log"
elif [ -z "$found" ]; then
    tail -n 5 "$work/log"
    echo "$target ended with status $status, and does not say what is wrong"
    exit 0
elif [ -x "build/right/$target" ] && ! "build/right/$target" "$work"/crash-* >/dev/null 2>&1; then
    echo "$target takes for wrong what is right: $found"
    exit 0
else
    echo "$target found after about $(sed -n 's/^#\([0-9]*\)\t.*/\1/p' "$work/log" | tail -n 1) executions: $found"
    exit 1
fi
