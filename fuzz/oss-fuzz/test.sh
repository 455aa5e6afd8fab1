#!/bin/bash
#
# Runs build.sh as OSS-Fuzz does, with the compiler, flags and engine of this machine, and checks that each target is
# self-contained and passes its seed corpus. Prints TAP.

unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
set -euo pipefail
OUT=$(mktemp -d)
WORK=$(mktemp -d)
trap 'rm -rf "$OUT" "$WORK"' EXIT
export OUT WORK CC=clang
export CFLAGS="-O1 -fno-omit-frame-pointer -gline-tables-only -fsanitize=address -fsanitize=fuzzer-no-link"
export LIB_FUZZING_ENGINE=-fsanitize=fuzzer FUZZING_ENGINE=libfuzzer

number=0 failed=0
say() { number=$((number + 1)); echo "$1 $number - $2"; if [ "$1" != ok ]; then failed=1; fi; }

if fuzz/oss-fuzz/build.sh >"$WORK/log" 2>&1; then
    say ok build_script_succeeds
else
    tail -n 20 "$WORK/log" | sed 's/^/# /'
    say "not ok" build_script_succeeds
fi
for source in fuzz/targets/*.c; do
    target=$(basename "$source" .c)
    mkdir -p "$WORK/$target"
    if ldd "$OUT/$target" 2>/dev/null | grep -qE 'lib(uv|sqlite3|csv|xxhash)'; then
        say "not ok" "${target}_needs_no_library_that_another_machine_lacks"
    elif python3 -m zipfile -e "$OUT/${target}_seed_corpus.zip" "$WORK/$target" &&
         [ -f "$OUT/$target.options" ] && "$OUT/$target" -runs=0 "$WORK/$target" >"$WORK/$target.log" 2>&1; then
        say ok "${target}_runs_over_its_$(find "$WORK/$target" -type f | wc -l)_seeds"
    else
        tail -n 5 "$WORK/$target.log" 2>/dev/null | sed 's/^/# /'
        say "not ok" "${target}_runs_over_its_seeds"
    fi
done
echo "1..$number"
exit $failed
