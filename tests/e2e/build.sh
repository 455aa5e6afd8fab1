#!/bin/bash
#
# Does the Makefile do what it is told? In a copy of the project, in a folder whose name has a space, beside what BUILD
# holds: flags, clean, static programs, what hardens a binary. Prints TAP. CC is the compiler that BUILD was built with.
#
#   build.sh [CHECK...]     these checks alone

set -eu -o pipefail
unset CDPATH
cd "$(dirname "$0")/../.."
build=$(cd "${BUILD:-build}" && pwd)
export CC=${CC:-cc}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree="$scratch/a tree"
wanted=" $* "
number=0
failures=0

is_wanted() {
    [ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]]
}

# check NAME COMMAND...: the command, and if it is a function each line of it, must succeed.
check() {
    local name=$1
    shift
    is_wanted "$name" || return 0
    number=$((number + 1))
    "$@" >"$scratch/output" 2>&1 &      # not in the condition itself: there, a line that fails would go unnoticed
    if wait $!; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' "$scratch/output"
        failures=1
    fi
}

# skip NAME REASON
skip() {
    is_wanted "$1" || return 0
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# The sources, and what was built of them with its times: nothing in it is to be built again.
copy_tree() {
    mkdir -p "$tree/build"
    cp -Rp Makefile src gen grammar examples "$tree"
    tar -cf - --exclude=fuzz/corpus --exclude='__pycache__' fuzz tests | tar -xf - -C "$tree"
    (cd "$build" && cp -Rp src gen page ./*-with ./libsorteo* ./sorteo ./sorteo-client ./sorteo-server "$tree/build")
}

in_tree() {
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u BUILD make -C "$tree" --no-print-directory -s "$@"
}

# is_current TARGET [VARIABLE=VALUE...]: would make leave it as it is?
is_current() {
    local status=0
    in_tree -q "$@" || status=$?
    [ $status -le 1 ] || { echo "make -q $* exited with status $status"; exit 1; }
    return $status
}

# ---- What is built again -------------------------------------------------------------------------------------------

other_flags_build_again() {
    local flag
    is_current all
    for flag in CC=other CFLAGS=-O1 CPPFLAGS=-DANY CODEC_CFLAGS=-DANY HARDEN=no; do
        if is_current build/src/codec/encoder.o "$flag"; then
            echo "with $flag, nothing is compiled again"
            return 1
        fi
    done
    for flag in LDFLAGS=-s LDLIBS=-lm AR=other; do
        is_current build/src/codec/encoder.o "$flag"
        if is_current build/sorteo "$flag"; then
            echo "with $flag, nothing is linked again"
            return 1
        fi
    done
}

# It is said, and nothing more: it is no reason to build anything again.
gen_out_of_date_is_said() {
    cp -p "$tree/grammar/wide.rl" "$scratch/wide.rl"
    in_tree all 2>"$scratch/said"
    [ ! -s "$scratch/said" ]
    echo >>"$tree/grammar/wide.rl"
    in_tree all 2>"$scratch/said"
    is_current all
    mv "$scratch/wide.rl" "$tree/grammar/wide.rl"
    grep 'gen/ is out of date' "$scratch/said"
}

# They are a whole tree, with folders for the shells' completions.
packages_stop_no_build() {
    mkdir -p "$tree/build/deb/sorteo-0.1.0/build" "$tree/build/deb/vendor_completions.d"
    echo 'build/sorteo: nowhere' >"$tree/build/deb/sorteo-0.1.0/build/main.d"
    is_current all
    rm -r "$tree/build/deb"
}

# As on a Debian without libuv: nothing is compiled or installed here.
#
# tools_without LIBRARY: a machine that lacks it, as a folder for PATH: a compiler "no-LIBRARY", no package, an apt-get.
tools_without() {
    tools="$scratch/tools-$1"
    mkdir -p "$tools"
    printf '#!/bin/sh\n' >"$tools/dpkg-query"
    printf '#!/bin/sh\ntouch "%s/installed"\n' "$scratch" >"$tools/apt-get"
    printf '#!/bin/sh\ncase "$*" in *-l%s*) exit 1 ;; esac\nexec "%s" "$@"\n' "$1" "$(command -v "$CC")" >"$tools/no-$1"
    chmod +x "$tools"/*
}

missing_library_is_said_before_the_first_build() {
    local tools
    tools_without uv
    CC=no-uv PATH="$tools:$PATH" in_tree -n BUILD=first all >/dev/null 2>"$scratch/said"
    cat "$scratch/said"
    [ "$(grep -c '^    [a-z0-9.-]*-dev' "$scratch/said")" -eq 1 ]
    grep -q '^    libuv1-dev .*event loop' "$scratch/said"
    grep -q 'apt-get install .*libuv1-dev' "$scratch/said"
    [ ! -e "$scratch/installed" ]
    CC=no-uv PATH="$tools:$PATH" in_tree -n all 2>&1 >/dev/null | tee "$scratch/said"
    [ ! -s "$scratch/said" ]
}

missing_cmocka_is_said_before_the_first_test() {
    local tools
    tools_without cmocka
    CC=no-cmocka PATH="$tools:$PATH" in_tree -n BUILD=first tests >/dev/null 2>"$scratch/said"
    cat "$scratch/said"
    grep -q '^    libcmocka-dev .*the unit tests' "$scratch/said"
    grep -q 'apt-get install .*libcmocka-dev' "$scratch/said"
    [ ! -e "$scratch/installed" ]
}

missing_compiler_ends_the_build_at_once() {
    ! CC=no-such-cc in_tree BUILD=first all >"$scratch/said" 2>&1 || return 1
    cat "$scratch/said"
    [ "$(grep -c 'no-such-cc' "$scratch/said")" -eq 1 ]
    grep -q 'the compiler no-such-cc is not installed' "$scratch/said"
}

# ---- What is passed on ---------------------------------------------------------------------------------------------

archiver_and_libraries_are_used() {
    printf '#!/bin/sh\necho "$@" >>"%s/archived"\nexec ar "$@"\n' "$scratch" >"$scratch/archiver"
    chmod +x "$scratch/archiver"
    in_tree AR="$scratch/archiver" LDFLAGS=-Wl,--no-as-needed LDLIBS=-lresolv all
    grep -q 'build/libsorteo.a' "$scratch/archived"
    [[ $(readelf -d "$tree/build/sorteo") = *NEEDED*libresolv* ]]
    [[ $(readelf -d "$tree/build/libsorteo.so") = *NEEDED*libresolv* ]]
}

# A library that is loaded late is loaded by the name that a program linked with it would have in it.
library_elsewhere_is_asked_for_its_name() {
    mkdir -p "$scratch/elsewhere"
    "$CC" -shared -nostdlib -Wl,-soname,libpq.so.77 -o "$scratch/elsewhere/libpq.so" -x c /dev/null
    in_tree BUILD=other POSTGRESQL="-L$scratch/elsewhere -lpq" other/src/store/postgresql/libpq.o
    strings -a "$tree/other/src/store/postgresql/libpq.o" | grep -xF libpq.so.77
    rm -r "$tree/other"
}

static_programs_need_no_library() {
    local program
    in_tree LDFLAGS=-static all
    for program in sorteo sorteo-client sorteo-server; do
        [ -z "$(readelf -d "$tree/build/$program" | grep NEEDED)" ] || { echo "$program needs a library"; return 1; }
        [[ $("$tree/build/$program" --version) = sorteo* ]]
        [[ $(readelf -h "$tree/build/$program") = *Type:*DYN* ]]
    done
    [[ $(readelf -d "$tree/build/libsorteo.so") = *SONAME*libsorteo.so.0* ]]
    "$tree/build/sorteo" encode --agency 1 examples/data/agency-1.csv | "$tree/build/sorteo" decode | grep BATCH_END
}

# ---- clean ----------------------------------------------------------------------------------------------------------

# Each job of make's at the same time, and without a warning although nothing is optimised.
clean_comes_before_all_in_parallel() {
    touch "$tree/build/left-over"
    in_tree -j8 CC=gcc CFLAGS=-O0 clean all
    [ ! -e "$tree/build/left-over" ] && [ -x "$tree/build/sorteo" ]
    is_current all CC=gcc CFLAGS=-O0
}

gcc_builds_for_debugging() {
    in_tree -j2 BUILD=debug CC=gcc CFLAGS=-g all
    [ -x "$tree/debug/sorteo-server" ]
}

clang_builds_for_debugging() {
    in_tree -j2 BUILD=debug CC=clang CFLAGS=-g all
    [ -x "$tree/debug/sorteo-server" ]
}

clean_removes_what_it_is_told() {
    in_tree BUILD=debug clean
    [ ! -e "$tree/debug" ] && [ -x "$tree/build/sorteo" ]
}

clean_removes_nothing_else() {
    local folder
    mkdir "$tree/mine"
    echo precious >"$tree/mine/file"
    for folder in mine . .. src "$tree/tests" "" "build mine" /; do
        if in_tree BUILD="$folder" clean; then
            echo "make clean BUILD=$folder succeeded"
            return 1
        fi
    done
    [ -e "$tree/mine/file" ] && [ -e "$tree/build/sorteo" ] &&
        [ -e "$tree/src/codec/sorteo.h" ] && [ -e "$tree/tests/e2e" ]
}

# ---- Hardening -------------------------------------------------------------------------------------------------------

# lacks_of FILE [FUNCTION]: what a program, or a library with this function, does not have of what makes a fault harder
# to exploit, in one line.
lacks_of() {
    local header dynamic segments symbols code function=${2:-main}
    header=$(readelf -h "$1") dynamic=$(readelf -d "$1") segments=$(readelf -lW "$1") symbols=$(nm -D "$1")
    code=$(objdump -d --no-show-raw-insn --disassemble="$function" "$1")
    grep -q 'Type:.*DYN' <<<"$header" || printf 'PIE '
    grep -q 'GNU_RELRO' <<<"$segments" || printf 'RELRO '
    grep -q 'BIND_NOW\|FLAGS_1.*NOW' <<<"$dynamic" || printf 'NOW '
    ! grep -q 'GNU_STACK.*E' <<<"$segments" || printf 'NX '
    ! grep -q 'LOAD.*WE\|LOAD.*RWE' <<<"$segments" || printf 'W^X '
    grep -q ' U __stack_chk_fail' <<<"$symbols" || printf 'PROTECTOR '
    grep -q ' U __[a-z]*printf_chk' <<<"$symbols" || printf 'FORTIFY '
    grep -A1 "<$function>:" <<<"$code" | grep 'endbr' >/dev/null || printf 'CET '
}

has_cet() {
    echo 'int a;' | "$CC" -fcf-protection -Werror -x c -c -o /dev/null - 2>/dev/null
}

programs_are_hardened() {
    local program lacks
    for program in sorteo sorteo-client sorteo-server; do
        lacks=$(lacks_of "$build/$program")
        has_cet || lacks=${lacks/CET /}
        [ -z "$lacks" ] || { echo "$program has no $lacks"; return 1; }
    done
}

# FORTIFY replaces calls that neither of them makes.
libraries_are_hardened() {
    local library function lacks
    for library in libsorteo.so/sorteo_decoder_next libsorteo_sqlite.so/sqlite3_sorteosqlite_init; do
        function=${library#*/} library=${library%/*}
        nm -D --defined-only "$build/$library" | grep " T $function\($\|@\)" >/dev/null
        lacks=$(lacks_of "$build/$library" "$function")
        has_cet || lacks=${lacks/CET /}
        lacks=${lacks/FORTIFY /}
        [ -z "$lacks" ] || { echo "$library has no $lacks"; return 1; }
    done
}

# Planted: programs without, each of which must be noticed.
what_a_program_lacks_is_noticed() {
    local without lacks name options
    cat >"$scratch/probe.c" <<'END'
#include <stdio.h>
int main(int n, char **a) { char b[99]; sprintf(b, "%.9s", a[n - 1]); return printf("%s", b); }
END
    for without in 'PIE -no-pie -fno-pie' 'RELRO -Wl,-z,norelro' 'NOW -Wl,-z,lazy' 'NX -Wl,-z,execstack' \
        'PROTECTOR -fno-stack-protector' 'FORTIFY -U_FORTIFY_SOURCE' 'CET -fcf-protection=none'; do
        name=${without%% *} options=${without#* }
        if [ "$name" = CET ] && ! has_cet; then continue; fi
        # shellcheck disable=SC2086 # options are words
        "$CC" -O2 -fPIE -pie -fstack-protector-all -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
            $(! has_cet || echo -fcf-protection) -Wl,-z,relro,-z,now $options \
            -o "$scratch/probe" "$scratch/probe.c" 2>"$scratch/said"
        lacks=$(lacks_of "$scratch/probe")
        [ "$lacks" = "$name " ] || { echo "without $name: '$lacks' is noticed"; return 1; }
    done
}

# ---- Surroundings ----------------------------------------------------------------------------------------------------

scripts_are_not_led_elsewhere() {
    local script
    mkdir -p "$scratch/decoy/tests/e2e" "$scratch/decoy/tests/tools" "$scratch/decoy/src"
    (cd "$tree" && CDPATH="$scratch/decoy" BUILD="$build" DATA=examples/data bash tests/e2e/demo.sh) >"$scratch/demo"
    grep -q 'The store holds the rows' "$scratch/demo"
    for script in $(grep -rlE 'cd "\$\(dirname' --include='*' .ci src fuzz tests examples); do
        if [ "$script" != tests/e2e/build.sh ] && ! grep -q '^unset.*CDPATH' "$script"; then
            echo "$script follows CDPATH"
            return 1
        fi
    done
}

# What src/base/system.h asserts can be seen with 32 bits alone.
files_may_have_more_than_2_gib() {
    local flag
    for flag in -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64; do grep -qw -- "$flag" "$build/compiled-with"; done
}

# Only compiled: libraries of 32 bits are rarely there, nor can each kernel run such programs.
sources_compile_for_32_bits() {
    in_tree -j2 BUILD=narrow CC='gcc -m32' CFLAGS=-O0 narrow/libsorteo.a narrow/parts.a
}

copy_tree
check other_flags_build_again other_flags_build_again
check gen_out_of_date_is_said gen_out_of_date_is_said
check packages_stop_no_build packages_stop_no_build
check missing_library_is_said_before_the_first_build missing_library_is_said_before_the_first_build
check missing_cmocka_is_said_before_the_first_test missing_cmocka_is_said_before_the_first_test
check missing_compiler_ends_the_build_at_once missing_compiler_ends_the_build_at_once
check archiver_and_libraries_are_used archiver_and_libraries_are_used
check library_elsewhere_is_asked_for_its_name library_elsewhere_is_asked_for_its_name
check programs_are_hardened programs_are_hardened
check libraries_are_hardened libraries_are_hardened
check what_a_program_lacks_is_noticed what_a_program_lacks_is_noticed
if [ -e "$("$CC" -print-file-name=libuv_a.a)" ] && [ -e "$("$CC" -print-file-name=libsqlite3.a)" ]; then
    check static_programs_need_no_library static_programs_need_no_library
else
    skip static_programs_need_no_library "libuv or SQLite is not here as an archive"
fi
check clean_comes_before_all_in_parallel clean_comes_before_all_in_parallel
check gcc_builds_for_debugging gcc_builds_for_debugging
check clang_builds_for_debugging clang_builds_for_debugging
check clean_removes_what_it_is_told clean_removes_what_it_is_told
check clean_removes_nothing_else clean_removes_nothing_else
check scripts_are_not_led_elsewhere scripts_are_not_led_elsewhere
check files_may_have_more_than_2_gib files_may_have_more_than_2_gib
if echo '#include <stdio.h>' | gcc -m32 -x c -c -o /dev/null - 2>/dev/null; then
    check sources_compile_for_32_bits sources_compile_for_32_bits
else
    skip sources_compile_for_32_bits "gcc -m32 finds no headers"
fi
echo "1..$number"
exit $failures
