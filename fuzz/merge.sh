#!/bin/bash
#
# Folds what campaigns found into fuzz/corpus/: the fewest and smallest inputs that together reach every edge of every
# target that takes them. How often a loop runs does not count as coverage here; otherwise the corpus would be ten times
# as large.
#
#   merge.sh [FOLDER...]    also takes inputs from these, which have a subfolder for each kind of input

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
tests/tools/need.sh build gen fuzz
campaign=${FUZZ_CAMPAIGN:-build/campaign}
mapfile -t targets < <(fuzz_targets)
echo "building ${#targets[@]} targets for libFuzzer …"
fuzz_build libfuzzer "${targets[@]}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All candidates of this kind, the smallest first.
candidates() {
    local kind=$1 target folder
    shift
    echo "fuzz/corpus/$kind"
    for folder in "$@"; do echo "$folder/$kind"; done
    for target in "${targets[@]}"; do
        [ "$(fuzz_kind "$target")" = "$kind" ] || continue
        echo "$campaign/$target/libfuzzer"
        for folder in "$campaign/$target"/afl/*/queue; do echo "$folder"; done
    done
}

merge() {
    local kind=$1 target folders=() folder before now bytes
    shift
    mkdir -p "$work/$kind" "fuzz/corpus/$kind"
    before=$(find "fuzz/corpus/$kind" -type f | wc -l)
    while read -r folder; do
        if [ -d "$folder" ]; then folders+=("$folder"); fi
    done < <(candidates "$kind" "$@")
    for target in "${targets[@]}"; do
        [ "$(fuzz_kind "$target")" = "$kind" ] || continue
        "build/libfuzzer/fuzz/$target" -set_cover_merge=1 -use_counters=0 -max_len=8192 \
            "$work/$kind" "${folders[@]}" >"$work/$target.log" 2>&1 ||
            { tail -n 5 "$work/$target.log" >&2; fuzz_fail "$target: the merge failed"; }
    done
    find "fuzz/corpus/$kind" -type f -delete
    find "$work/$kind" -type f -exec cp {} "fuzz/corpus/$kind/" \;
    now=$(find "fuzz/corpus/$kind" -type f | wc -l)
    bytes=$(find "fuzz/corpus/$kind" -type f -printf '%s\n' | awk '{s+=$1} END {print s+0}')
    echo "$kind: $before inputs before, $now now, $bytes bytes"
}

for kind in $(for target in "${targets[@]}"; do fuzz_kind "$target"; done | sort -u); do
    merge "$kind" "$@"
done
# One edge, as libFuzzer counts them, can be several transitions of the grammar.
fuzz/transitions.sh --complete
