#!/bin/bash -eu
#
# What OSS-Fuzz and ClusterFuzzLite run in the project's folder: builds every target into $OUT with $CC, $CFLAGS and
# $LIB_FUZZING_ENGINE, and puts its corpus and dictionary beside it. test.sh beside it runs it too.

source fuzz/lib.sh
build=${WORK:-build}/oss-fuzz
mapfile -t targets < <(fuzz_targets)

# The machines that run the targets do not have the libraries, so these are linked statically.
static() {
    local path
    path=$($CC -print-file-name="$1")
    [ "$path" != "$1" ] || fuzz_fail "there is no $1; install the library's development package"
    echo "$path"
}

engine=$LIB_FUZZING_ENGINE adapter=""
case ${FUZZING_ENGINE:-libfuzzer} in
    libfuzzer) adapter=libfuzzer_adapter ;;    # other engines have no LLVMFuzzerMutate to fall back on
esac
fuzz_make "$build" CC="$CC" CFLAGS="$CFLAGS" FUZZ_ENGINE="$engine" FUZZ_MUTATOR="$adapter" \
    FUZZ_LIBS_csv="$(static libcsv.a) $(static libxxhash.a)" FUZZ_LIBS_session="$(static libxxhash.a)" \
    FUZZ_LIBS_resume="$(static libcsv.a) $(static libxxhash.a)" \
    POSTGRESQL='' FUZZ_LIBS_store="$(static libsqlite3.a) -lm -lpthread -ldl" \
    -j"$(nproc)" "${targets[@]/#/$build/fuzz/}"

for target in "${targets[@]}"; do
    cp "$build/fuzz/$target" "$OUT/$target"
    # shellcheck disable=SC2046 # folders are words
    find $(fuzz_inputs "$target") -type f -exec zip -q -j "$OUT/${target}_seed_corpus.zip" {} +
    if [ "$(fuzz_kind "$target")" = frames ]; then
        cp gen/sorteo.dict "$OUT/$target.dict"
    fi
    printf '[libfuzzer]\nmax_len = 4096\nlen_control = 100\n' >"$OUT/$target.options"
done
