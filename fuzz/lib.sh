# Functions for the scripts of this folder: which targets exist, what input they take, and how they are built with an
# engine. To be sourced.

set -euo pipefail
export LC_ALL=C
unset CDPATH
fuzz_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$fuzz_root"

fuzz_fail() { echo "${0##*/}: $*" >&2; exit 1; }

fuzz_targets() { local file; for file in fuzz/targets/*.c; do basename "$file" .c; done; }

# The kind of a target's inputs, which is the name of its folders in corpus/ and regressions/.
fuzz_kind() {
    case $1 in
        decode | split | roundtrip | oracle | styles | tool) echo frames ;;
        *) echo "$1" ;;
    esac
}

# The existing folders of a target's inputs.
fuzz_inputs() {
    local folder
    for folder in fuzz/corpus/$(fuzz_kind "$1") fuzz/regressions/$(fuzz_kind "$1"); do
        if [ -d "$folder" ]; then echo "$folder"; fi
    done
}

# Checks that the given targets exist and prints them; without names, prints all targets.
fuzz_choose() {
    local name
    if [ $# -eq 0 ]; then
        fuzz_targets
        return
    fi
    for name in "$@"; do
        [ -f "fuzz/targets/$name.c" ] ||
            fuzz_fail "there is no target '$name'; there are: $(fuzz_targets | tr '\n' ' ')"
        echo "$name"
    done
}

FUZZ_WARN_FLAGS="-O2 -g -fno-omit-frame-pointer"
FUZZ_SANITIZERS="-fsanitize=address,undefined -fno-sanitize-recover=all"

# fuzz_make BUILD-FOLDER MAKE-ARGUMENT...: runs make, without the flags of a make that called this script.
fuzz_make() {
    local folder=$1
    shift
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
        make --no-print-directory -s -C "${FUZZ_TREE:-$fuzz_root}" BUILD="$folder" "$@"
}

# Builds targets for an engine and prints where. Comparisons are not traced: the dictionary already has what tracing
# would find, and tracing costs two thirds of the speed.
fuzz_build() {
    local engine=$1 target targets=() mutator=()
    shift
    for target in "$@"; do targets+=("build/$engine/fuzz/$target"); done
    case $engine in
        libfuzzer)
            fuzz_make build/libfuzzer CC="${CLANG:-clang}" \
                CFLAGS="$FUZZ_WARN_FLAGS -fsanitize=fuzzer-no-link $FUZZ_SANITIZERS -fno-sanitize-coverage=trace-cmp" \
                FUZZ_ENGINE=-fsanitize=fuzzer FUZZ_MUTATOR=libfuzzer_adapter -j2 "${targets[@]}" ;;
        afl)
            AFL_QUIET=1 AFL_USE_ASAN=1 AFL_USE_UBSAN=1 fuzz_make build/afl CC=afl-clang-fast CFLAGS="$FUZZ_WARN_FLAGS" \
                FUZZ_ENGINE=-fsanitize=fuzzer -j2 "${targets[@]}"
            AFL_QUIET=1 AFL_LLVM_CMPLOG=1 fuzz_make build/afl-cmplog CC=afl-clang-fast CFLAGS="$FUZZ_WARN_FLAGS" \
                FUZZ_ENGINE=-fsanitize=fuzzer -j2 "${targets[@]/#build\/afl/build/afl-cmplog}"
            fuzz_make build/afl-mutator CFLAGS=-O2 build/afl-mutator/fuzz/mutator.so ;;
        replay)
            fuzz_make build/replay CC="${CC:-gcc}" CFLAGS="-O1 -g $FUZZ_SANITIZERS" -j2 "${targets[@]}" ;;
        *) fuzz_fail "there is no engine '$engine'; there are: libfuzzer afl" ;;
    esac
}
