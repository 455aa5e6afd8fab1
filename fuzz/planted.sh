#!/bin/bash
#
# Does every target find the bug that is planted for it? Makes the edit of fuzz/planted/TARGET in a copy of the sources,
# builds the target with libFuzzer, and runs it from an empty corpus for at most FUZZ_SECONDS (120). Prints TAP, and how
# long it took. The unchanged sources must pass the inputs that found the bug.
#
#   planted.sh [TARGET...]

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
seconds=${FUZZ_SECONDS:-120} seed=${FUZZ_SEED:-1}
names=$(fuzz_choose "$@")
mapfile -t targets <<<"$names"
tests/tools/need.sh build gen fuzz
fuzz_build libfuzzer "${targets[@]}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Copies the sources and what was built from them, with their times, so that only what the edit touches is rebuilt.
copy_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/build"
    cp -Rp Makefile src gen grammar fuzz tests "$work/tree"
    cp -Rp build/libfuzzer "$work/tree/build"
}

plant() { # TARGET; sets bug
    local file edit
    { read -r bug; read -r file; read -r edit; } <"fuzz/planted/$1"
    sed -i "$edit" "$work/tree/$file"
    ! cmp -s "$file" "$work/tree/$file" || { echo "# the edit changes nothing in $file"; return 1; }
    if [ "${file%%/*}" = grammar ]; then (cd "$work/tree" && src/generator/generate.sh >/dev/null); fi
    FUZZ_TREE=$work/tree fuzz_build libfuzzer "$1"
}

# Runs the target until it aborts; the log has the number of executions.
look() {
    local target=$1 dictionary=""
    if [ "$(fuzz_kind "$target")" = frames ]; then dictionary=-dict=gen/sorteo.dict; fi
    mkdir -p "$work/$target"
    # shellcheck disable=SC2086 # nothing or one word
    "$work/tree/build/libfuzzer/fuzz/$target" -seed="$seed" -max_total_time="$seconds" -max_len=256 -len_control=100 \
        $dictionary -artifact_prefix="$work/$target/" "$work/$target" >"$work/$target.log" 2>&1
}

# The property, or what a sanitizer says.
what_was_found() { sed -n 's/.*violated: //p; s/.*runtime error: //p; s/.*ERROR: AddressSanitizer: //p' "$work/$1.log" | head -n 1; }

number=0 failed=0
say() { number=$((number + 1)); echo "$1 $number - $2"; if [ "$1" != ok ]; then failed=1; fi; }

for target in "${targets[@]}"; do
    copy_tree
    if ! plant "$target"; then
        say "not ok" "${target}_can_be_given_its_bug"
        continue
    fi
    started=$SECONDS
    if look "$target"; then
        tail -n 1 "$work/$target.log" | sed 's/^/# /'
        say "not ok" "${target}_finds_${bug}_in_${seconds}_seconds"
        continue
    fi
    echo "# $target: after $((SECONDS - started)) s and $(sed -n 's/^#\([0-9]*\)\t.*/\1/p' "$work/$target.log" | tail -n 1) executions or a few more: $(what_was_found "$target")"
    if [ -z "$(what_was_found "$target")" ]; then
        tail -n 5 "$work/$target.log" | sed 's/^/# /'
        say "not ok" "${target}_says_what_is_wrong_with_${bug}"
    elif ! "build/libfuzzer/fuzz/$target" "$work/$target"/crash-* >/dev/null 2>&1; then
        say "not ok" "${target}_holds_without_${bug}"
    else
        say ok "${target}_finds_${bug}"
    fi
done
echo "1..$number"
exit $failed
