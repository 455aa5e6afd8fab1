#!/bin/bash
#
# need.sh GROUP...: makes sure that what a group of targets needs is on this system.
#
# Says nothing if all of it is there. Otherwise says what is missing and why, and on a system with apt installs it (as
# root, or by a sudo that asks nothing), or prints the one command that does. Elsewhere it names what to install.
# SORTEO_INSTALL=no never installs. Knows nothing of what is built.

set -eu
export LC_ALL=C

# Group, Debian package, what shows that it is there (for systems without dpkg), and what it is for.
packages() {
    cat <<'END'
build  gcc              command:gcc                the compiler
build  libc6-dev        header:stdio.h             the C library's headers
build  libuv1-dev       library:uv:uv.h            the server's event loop
build  libsqlite3-dev   library:sqlite3:sqlite3.h  the store
build  libxxhash-dev    library:xxhash:xxhash.h    the digests that know a repeated request and a damaged resume file
build  libcsv-dev       library:csv:csv.h          quoting in agency files
gen    ragel            command:ragel              the decoder's generator, version 6
gen    graphviz         command:dot                the state diagrams
gen    python3          command:python3            what turns a machine into diagrams and a dictionary
check  libcmocka-dev    library:cmocka:            the unit tests
check  clang            command:clang              the second compiler, and MSan
check  libclang-rt-dev  sanitizer:memory           the run-time library of MSan
check  valgrind         command:valgrind           memory errors in the binaries that are shipped
check  python3          command:python3            the end-to-end tests, and what runs all the checks
check  pkgconf          command:pkg-config         how the examples find the installed library
check  strace           command:strace             system calls that fail
check  iproute2         command:ip                 two hosts with a cable between them
check  spin             command:spin               the model of the protocol
model  spin             command:spin               what searches it
model  gcc              command:gcc                what compiles the search
model  python3          command:python3            what runs all searches
fuzz   clang            command:clang              libFuzzer's compiler
fuzz   libclang-rt-dev  sanitizer:address          libFuzzer and the sanitizers
fuzz   zip              command:zip                the seed corpora of OSS-Fuzz
coverage clang-19            command:clang-19           the first compiler with MC/DC to rely on
coverage llvm-19             command:llvm-cov-19        what reads its counts
coverage libclang-rt-19-dev  profile:clang-19           what counts
prove  frama-c-base     command:frama-c            EVA and WP
prove  why3             command:why3               how WP speaks to provers
prove  cvc4             command:cvc4               a prover
prove  z3               command:z3                 a prover
afl    afl++            command:afl-clang-fast     the other fuzzing engine
crash  python3          command:python3            the rigs
crash  strace           command:strace             system calls that fail
crash  e2fsprogs        command:mkfs.ext4          the file system whose power is cut
crash  util-linux       command:losetup            its image as a disk
crash  mount            command:mount              its image in a folder
bench  libpq-dev        command:pg_config          how the bench speaks with PostgreSQL
bench  postgresql       command:psql               a peer of the server
bench  redis-server     command:redis-server       a peer of the server
bench  gnuplot-nox      command:gnuplot            the plots
bench  g++              command:c++                the C++ that FlatBuffers is
bench  python3          command:python3            what runs the measurements and prints them
bench  protobuf-c-compiler command:protoc-c           a peer of the codec
bench  libprotobuf-c-dev library:protobuf-c:protobuf-c/protobuf-c.h its library
bench  nanopb           command:nanopb_generator.py a peer of the codec
bench  libnanopb-dev    library:protobuf-nanopb:pb.h its library
bench  libmsgpack-dev   library:msgpackc:msgpack.h a peer of the codec
bench  flatbuffers-compiler command:flatc              a peer of the codec
bench  libflatbuffers-dev command:flatc              its headers
END
}

# Debian names this one after clang's version.
debian_name() {
    local version
    if [ "$1" != libclang-rt-dev ]; then
        echo "$1"
        return
    fi
    version=$(dpkg-query -W -f '${Depends}' clang 2>/dev/null || apt-cache depends clang 2>/dev/null || true)
    version=$(sed -n 's/.*clang-\([0-9]\+\).*/\1/p' <<<"$version" | head -n 1)
    echo "libclang-rt-${version:-14}-dev"
}

# The missing ones, in one line.
debian_names() {
    local package
    for package in "${missing[@]}"; do
        printf '%s ' "$(debian_name "$package")"
    done
}

has_package() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Is COMMAND, HEADER, or LIBRARY:HEADER there? Asked by using it.
has_probe() {
    local kind=${1%%:*} rest=${1#*:}
    case $kind in
    command)   command -v "$rest" >/dev/null ;;
    header)    compiles "$rest" -c ;;
    library)   compiles "${rest#*:}" "-l${rest%%:*}" ;;
    sanitizer) CC=clang compiles "" "-fsanitize=$rest" ;;
    profile)   CC=$rest compiles "" -fprofile-instr-generate ;;
    esac
}

# compiles HEADER OPTION: does a program with that header and option build?
compiles() {
    local compiler scratch header=${1:+"#include <$1>"} result=0
    compiler=$(command -v "${CC:-cc}" || command -v gcc || command -v clang) || return 1
    scratch=$(mktemp)
    printf '%s\n' "$header" 'int main(void) { return 0; }' |
        "$compiler" -x c - "$2" -o "$scratch" 2>/dev/null || result=1
    rm -f "$scratch"
    return $result
}

has_apt() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null
}

is_here() {
    { has_apt && has_package "$(debian_name "$1")"; } || has_probe "$2"
}

say_missing() {
    local i
    echo "$1"
    for i in "${!missing[@]}"; do
        printf '    %-18s %s\n' "${missing[i]}" "${reasons[i]}"
    done
}

# Runs apt-get install, by way of "$@" (sudo or nothing).
apt_install() {
    # shellcheck disable=SC2046 # names are words
    "$@" apt-get install -y -q --no-install-recommends $(debian_names) >"$output" 2>&1 </dev/null
}

install_missing() {
    local by=()
    if [ "$(id -u)" -ne 0 ]; then
        by=(sudo -n)
    fi
    if [ "${SORTEO_INSTALL:-yes}" = no ] || ! "${by[@]}" true 2>/dev/null; then
        say_missing "Needed, and not here:" >&2
        echo "Install it by:  sudo apt-get install --no-install-recommends $(debian_names)" >&2
        return 1
    fi
    say_missing "Needed, and not here; installing it:"
    export DEBIAN_FRONTEND=noninteractive
    output=$(mktemp)
    trap 'rm -f "$output"' EXIT
    # A system without package lists, or with old ones, learns them first.
    if ! apt_install "${by[@]}" && ! { "${by[@]}" apt-get update -qq && apt_install "${by[@]}"; } >>"$output" 2>&1; then
        tail -n 5 "$output" >&2
        echo "The installation failed. Install the packages by hand, or see to the package sources, and try again." >&2
        return 1
    fi
}

if [ $# -eq 0 ]; then
    echo "Usage: need.sh GROUP...   where GROUP is one of: $(packages | cut -d ' ' -f 1 | uniq | tr '\n' ' ')" >&2
    exit 2
fi
missing=()
reasons=()
while read -r group package probe reason; do
    if [[ " $* " = *" $group "* && " ${missing[*]} " != *" $package "* ]] && ! is_here "$package" "$probe"; then
        missing+=("$package")
        reasons+=("$reason")
    fi
done < <(packages)

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
elif has_apt; then
    install_missing
else
    say_missing "Needed, and not here (by its name in Debian):" >&2
    echo "Install it with this system's package manager, development files included, and try again." >&2
    exit 1
fi
