#!/bin/bash
#
# need.sh GROUP...: makes sure that this system has the packages that a group of make targets needs.
#
# Silent if nothing is missing. Otherwise, on a system with apt, it says which packages it is going to install, why, and
# how to prevent that, and installs them (as root, or with passwordless sudo); if it may not, it prints the command to
# run. On other systems it lists the packages. With SORTEO_INSTALL=no it never installs. Knows nothing of the build.

set -eu
export LC_ALL=C
# sbin has apt's helpers, and tools that are looked for below, and is not in the PATH that `su` leaves root.
export PATH=$PATH:/usr/sbin:/sbin

# Chromium and Prometheus are not listed: they are large, and few tests need them. Without them these tests are skipped
# and say so.
# Group, Debian package, how to tell that it is there (on systems without dpkg), and what it is for.
packages() {
    cat <<'END'
build     gcc                   command:gcc                                 the compiler
build     libc6-dev             header:stdio.h                              the C library's headers
build     libuv1-dev            library:uv:uv.h                             the server's event loop
build     libssl-dev            library:ssl:openssl/ssl.h                   TLS of server and client (OpenSSL 3)
build     libsqlite3-dev        library:sqlite3:sqlite3.h                   the store
build     libxxhash-dev         library:xxhash:xxhash.h                     digests of requests and of resume files
build     libseccomp-dev        library:seccomp:seccomp.h                   the server's filters of system calls
build     libcsv-dev            library:csv:csv.h                           quoting in agency files
build     libyaml-dev           library:yaml:yaml.h                         the client's config.yaml
build     libinih-dev           library:inih:ini.h                          the server's config.ini
build     libmicrohttpd-dev     library:microhttpd:microhttpd.h             the server's numbers over HTTP
build     libpq-dev             command:pg_config                           the store in PostgreSQL
build     libpcap0.8-dev        library:pcap:pcap/pcap.h                    captures that sorteo decode shows
gen       ragel                 command:ragel                               the parser generator, version 6
gen       graphviz              command:dot                                 the state diagrams
gen       python3               command:python3                             makes gen/ from the compiled grammar
test      libcmocka-dev         library:cmocka:                             the unit tests
test      python3               command:python3                             the test runner
check     libcmocka-dev         library:cmocka:                             the unit tests
check     python3               command:python3                             the end-to-end tests and the test runner
check     openssl               command:openssl                             makes certificates
check     clang                 command:clang                               the public header as C++
check     clang-format-14       command:clang-format-14                     the format of the C code
check     sqlite3               command:sqlite3                             the queries of examples/sql.md
check     pkgconf               command:pkg-config                          finds the installed library for the examples
check     systemtap-sdt-dev     header:sys/sdt.h                            the server's probes
full      clang                 command:clang                               the second compiler, and MSan
full      libclang-rt-dev       sanitizer:memory                            the run-time library of MSan
full      valgrind              command:valgrind                            finds memory errors without instrumentation
full      strace                command:strace                              makes system calls fail
full      iproute2              command:ip                                  network namespaces: two hosts and a cable
full      spin                  command:spin                                model checker for the model of the protocol
full      abigail-tools         command:abidiff                             compares the library with the last release
full      python3-yaml          module:yaml                                 reads the compose file
full      mandoc                command:mandoc                              the manual's lint
full      zsh                   command:zsh                                 its completions
full      fish                  command:fish                                its completions
full      bpftrace              command:bpftrace                            parses the examples for it
deb       debhelper             command:dh                                  builds the Debian packages
deb       build-essential       command:g++                                 what every Debian package is built with
deb       libcmocka-dev         library:cmocka:                             the unit tests, which the build runs
deb       python3               command:python3                             their runner
deb       systemtap-sdt-dev     header:sys/sdt.h                            the server's probes
full      postgresql            command:psql                                the other store, in a cluster of its own
full      haproxy               command:haproxy                             a proxy for the server that others wrote
full      tshark                command:tshark                              the dissector is compared with the tool
full      openssl               command:openssl                             a certificate for what tshark decrypts
full      gnutls-bin            command:gnutls-cli                          a client over another TLS library
full      curl                  command:curl                                a client of another protocol on a TLS port
full      sslscan               command:sslscan                             what a scanner finds on a TLS port
model     spin                  command:spin                                the model checker
model     gcc                   command:gcc                                 compiles the model checker's search
model     python3               command:python3                             runs the searches
fuzz      clang                 command:clang                               the compiler that has libFuzzer
fuzz      libclang-rt-dev       sanitizer:address                           libFuzzer and the sanitizers
fuzz      zip                   command:zip                                 packs the seed corpora for OSS-Fuzz
coverage  clang-19              command:clang-19                            measures MC/DC coverage reliably
coverage  llvm-19               command:llvm-cov-19                         reads the coverage counts
coverage  libclang-rt-19-dev    profile:clang-19                            counts at run time
prove     frama-c-base          command:frama-c                             the proofs, by EVA and WP
prove     why3                  command:why3                                connects WP to the provers
prove     cvc4                  command:cvc4                                a prover
prove     z3                    command:z3                                  a prover
processors qemu-user            command:qemu-s390x                          runs programs of other processors
processors gcc-aarch64-linux-gnu command:aarch64-linux-gnu-gcc              builds for arm64
processors libc6-dev-arm64-cross command:aarch64-linux-gnu-gcc              its C library
processors gcc-s390x-linux-gnu  command:s390x-linux-gnu-gcc                 builds for s390x, which is big-endian
processors libc6-dev-s390x-cross command:s390x-linux-gnu-gcc                its C library
processors ragel                command:ragel                               the second decoder of a target
afl       afl++                 command:afl-clang-fast                      the other fuzzing engine
pg        postgresql            command:psql                                a cluster of the demo's own
tls       openssl               command:openssl                             makes certificates
crash     python3               command:python3                             the rigs
crash     postgresql            command:psql                                several servers on one database
crash     strace                command:strace                              makes system calls fail
crash     e2fsprogs             command:mkfs.ext4                           the file system in the power-cut rig
crash     xfsprogs              command:mkfs.xfs                            another file system in the power-cut rig
crash     util-linux            command:losetup                             makes a disk of a file
crash     mount                 command:mount                               mounts that disk
crash     iproute2              command:tc                                  two hosts, and a cable that loses packets
bench     libpq-dev             command:pg_config                           the bench's PostgreSQL client
bench     postgresql            command:psql                                the server is compared with it
bench     redis-server          command:redis-server                        the server is compared with it
bench     gnuplot-nox           command:gnuplot                             the plots
bench     g++                   command:c++                                 compiles FlatBuffers' C++
bench     openssl               command:openssl                             makes certificates
bench     python3               command:python3                             runs the measurements and prints the results
bench     protobuf-c-compiler   command:protoc-c                            the codec is compared with it
bench     libprotobuf-c-dev     library:protobuf-c:protobuf-c/protobuf-c.h  its library
bench     nanopb                command:nanopb_generator.py                 the codec is compared with it
bench     libnanopb-dev         library:protobuf-nanopb:pb.h                its library
bench     libmsgpack-dev        library:msgpackc:msgpack.h                  the codec is compared with it
bench     flatbuffers-compiler  command:flatc                               the codec is compared with it
bench     libflatbuffers-dev    command:flatc                               its headers
END
}

# Prints a package's name in Debian, which has clang's version in this one.
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

# Prints the names of all missing packages in one line.
debian_names() {
    local package
    for package in "${missing[@]}"; do
        printf '%s ' "$(debian_name "$package")"
    done
}

has_package() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Is it there? Tries it: command:NAME, header:FILE, library:NAME:HEADER, sanitizer:NAME, profile:COMPILER, module:NAME
# (of Debian's own Python).
has_probe() {
    local kind=${1%%:*} rest=${1#*:}
    case $kind in
    command)   command -v "$rest" >/dev/null ;;
    module)    /usr/bin/python3 -c "import $rest" 2>/dev/null ;;
    header)    compiles "$rest" -c ;;
    library)   compiles "${rest#*:}" "-l${rest%%:*}" ;;
    sanitizer) CC=clang compiles "" "-fsanitize=$rest" ;;
    profile)   CC=$rest compiles "" -fprofile-instr-generate ;;
    esac
}

# compiles HEADER OPTION: does a program with this header compile with this option?
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

# list_missing TITLE: the title, and below it a line for each missing package.
list_missing() {
    local i
    echo "$1"
    for i in "${!missing[@]}"; do
        printf '    %-18s %s\n' "${missing[i]}" "${reasons[i]}"
    done
}

# Runs apt-get install, with "$@" (sudo, or nothing) before it.
apt_install() {
    # shellcheck disable=SC2046 # names are words
    "$@" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 \
        $(debian_names) >"$output" 2>&1 </dev/null
}

# For the operator: works without package lists, and for root without sudo.
command_to_run() {
    local words
    words="apt-get update && apt-get install -y --no-install-recommends $(debian_names)"
    if [ "$(id -u)" -eq 0 ]; then
        echo "$words"
    elif command -v sudo >/dev/null; then
        echo "sudo sh -c '$words'"
    else
        echo "su -c '$words'"
    fi
}

install_missing() {
    local by=()
    if [ "$(id -u)" -ne 0 ]; then
        by=(sudo -n)
    fi
    if [ "${SORTEO_INSTALL:-yes}" = no ] || ! "${by[@]}" true 2>/dev/null; then
        list_missing "These packages are missing:" >&2
        echo "Install them with this command, and try again:" >&2
        echo "    $(command_to_run)" >&2
        return 1
    fi
    list_missing "Installing $(debian_names)(for: ${groups[*]}; to prevent this, set SORTEO_INSTALL=no):"
    output=$(mktemp)
    trap 'rm -f "$output"' EXIT
    # On a system without package lists, or with outdated ones, the first attempt fails: update them and try again.
    if ! apt_install "${by[@]}" && ! { "${by[@]}" apt-get update -qq && apt_install "${by[@]}"; } >>"$output" 2>&1; then
        tail -n 5 "$output" >&2
        echo "The installation failed. Check the package sources, or install the packages by hand; then try again." >&2
        return 1
    fi
}

if [ $# -eq 0 ]; then
    echo "Usage: need.sh GROUP...   where GROUP is one of: $(packages | cut -d ' ' -f 1 | uniq | tr '\n' ' ')" >&2
    exit 2
fi
groups=("$@")
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
    list_missing "These packages are missing (by their names in Debian):" >&2
    echo "Install them and their development files with this system's package manager, and try again." >&2
    exit 1
fi
