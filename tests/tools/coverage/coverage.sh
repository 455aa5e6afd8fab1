#!/usr/bin/env bash
# How much of the codec do its tests reach, and how much the fuzz corpus alone? Builds two codecs: one that counts
# lines, branches and MC/DC of the handwritten code, and one that records the transitions of the grammar that it takes.
# Runs the unit tests and the corpus on both. Prints a table and, as TAP, whether everything was reached but for what
# tests/tools/coverage/allowed.txt says; writes the sources with their counts to COVERAGE_RESULTS (build/coverage).
#
#   coverage.sh [TEST...]       vectors, oracle …; without any, all tests of the codec
set -euo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
build=build/coverage
results=${COVERAGE_RESULTS:-$build}
version=19      # of clang: the first whose MC/DC and report of it are to be relied on
mapfile -t DIALECTS < gen/dialects
# Random inputs reach nothing that the others do not; a few are run so that their own code is.
export TEST_ROUNDS=${TEST_ROUNDS:-2000} TEST_SEED=${TEST_SEED:-1} CMOCKA_MESSAGE_OUTPUT=TAP

# Targets that exercise only the codec.
TARGETS=(decode split roundtrip oracle styles encode)
every_test() { (cd tests/unit/codec && printf '%s\n' test_*.c) | sed 's/^test_\(.*\)\.c$/\1/'; }
if [ $# -eq 0 ]; then mapfile -t TESTS < <(every_test); else TESTS=("$@"); fi

fail() { echo "coverage.sh: $*" >&2; exit 1; }

# make_with FOLDER MAKE-ARGUMENT...: tests and targets, of a codec of their own.
make_with() {
    local folder=$1
    shift
    # shellcheck disable=SC2016 # it is make that expands it
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory -s -j2 BUILD="$folder" CC="clang-$version" \
        CFLAGS="-O1 -g" PARTS_OBJECTS='$(CODEC_OBJECTS)' "$@" \
        "${TESTS[@]/#/$folder/tests/unit/codec/test_}" "${TARGETS[@]/#/$folder/fuzz/}"
}

# A program's output is shown only if it fails.
run() { "$@" > "$results/log" 2>&1 || { tail -n 20 "$results/log" >&2; fail "this failed: $*"; }; }

run_tests() { local test; for test in "${TESTS[@]}"; do run "$1/tests/unit/codec/test_$test"; done; }

run_corpus() {
    local target kind
    for target in "${TARGETS[@]}"; do
        kind=frames
        if [ "$target" = encode ]; then kind=encode; fi
        run "$1/fuzz/$target" "fuzz/corpus/$kind"
    done
}

# ---- What is written by hand -----------------------------------------------------------------------------------------

count() {
    local folder=$build/counted by
    make_with "$folder" LDFLAGS=-fprofile-instr-generate "$folder/libsorteo.so.$(library_version)" \
        CODEC_CFLAGS="-fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc"
    for by in tests corpus; do
        LLVM_PROFILE_FILE=$PWD/$results/$by.profiles/%p "run_$by" "$folder"
        "llvm-profdata-$version" merge -o "$results/$by.profdata" "$results/$by.profiles"
        read_counts export "$by" -format=text > "$results/$by.json"
        read_counts export "$by" -format=lcov > "$results/$by.lcov"
        read_counts show "$by" -format=html -show-mcdc -show-branches=count -show-instantiations=false \
            -output-dir="$results/$by" "$PWD/src/codec" > /dev/null
    done
}

library_version() { sed -n 's/^#define SORTEO_VERSION "\(.*\)"/\1/p' src/codec/sorteo.h; }

# read_counts COMMAND BY OPTION...: of the shared library, which has all of the codec, whatever the tests were linked
# with.
read_counts() {
    "llvm-cov-$version" "$1" build/coverage/counted/libsorteo.so -instr-profile="$results/$2.profdata" "${@:3}"
}

# ---- The grammar's transitions ---------------------------------------------------------------------------------------

note() {
    local folder=$build/noted recorder=$build/noted/tests/tools/coverage/recorder.o dialect by
    mkdir -p "$folder"
    for dialect in "${DIALECTS[@]}"; do
        src/generator/field_actions.py grammar/fields.rl src/codec/machine.rl "$dialect" > "$folder/${dialect}_host.rl"
        ragel -x -I grammar "$folder/${dialect}_host.rl" -o "$results/$dialect.xml"
    done
    make_with "$folder" CODEC_CFLAGS=-DSORTEO_PORTABLE "$recorder" \
        LDFLAGS="$recorder $folder/parts.a $(printf -- '-Wl,--wrap=sorteo_%s_exec ' "${DIALECTS[@]}")"
    for by in tests corpus; do
        SORTEO_TRANSITIONS=$results/$by.transitions "run_$by" "$folder"
    done
}

tests/tools/need.sh build gen check coverage >&2
rm -rf "$results"/{tests,corpus}{,.*}
mkdir -p "$results"
count
note
echo "# every line with its counts: $results/tests/index.html; by the corpus alone: $results/corpus/index.html"
exec tests/tools/coverage/judge.py "$results" "${COVERAGE_ALLOWED:-tests/tools/coverage/allowed.txt}"
