#!/bin/bash
#
# Installs into a scratch folder and uses the result as another project would: the examples with the compile line in
# their comments, the README's C, the header from C++, the programs' --version. Prints TAP. CC is the compiler; uses
# nothing of src/.

set -eu -o pipefail
unset CDPATH
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
number=0
failures=0
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib PATH=$prefix/bin:$PATH

# check NAME COMMAND...: the command must succeed; if it is a function, so must each of its lines.
check() {
    local name=$1
    shift
    number=$((number + 1))
    "$@" >"$scratch/output" 2>&1 &      # not as the condition itself: bash would ignore the failure of a single line
    if wait $!; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' "$scratch/output"
        failures=1
    fi
}

make_target() {
    make -C "$root" --no-print-directory -s "$@" PREFIX="$prefix" ${BUILD:+BUILD="$BUILD"}
}

installed_files() {
    (cd "$1" && find . -type f -o -type l | sort | tr '\n' ' ')
}

all_files_are_there() {
    local version
    version=$(pkg-config --modversion sorteo)
    [ "$(installed_files "$prefix" | sed 's|[.]/share/[^ ]* ||g')" = "./bin/sorteo ./bin/sorteo-client \
./bin/sorteo-server ./include/sorteo.h ./lib/libsorteo.a ./lib/libsorteo.so ./lib/libsorteo.so.0 \
./lib/libsorteo.so.$version ./lib/libsorteo_sqlite.so ./lib/pkgconfig/sorteo.pc \
./lib/wireshark/plugins/sorteo.lua " ] ||
        { installed_files "$prefix"; return 1; }
}

# A page for each program, command and function, and completions for three shells. tests/tools/check-manual reads them.
manual_is_there() {
    {
        sorteo --help | sed -n 's/^  \([a-z]*\)  .*/man1\/sorteo-\1.1/p' | grep -v help
        grep -oE '\bsorteo_[a-z_]+\(' "$prefix/include/sorteo.h" | tr -d '(' | sed 's/.*/man3\/&.3/'
        printf 'man%s\n' 1/sorteo.1 1/sorteo-client.1 3/sorteo.3 7/sorteo.7 7/sorteo_sqlite.7 8/sorteo-server.8
    } | sort -u >"$scratch/pages"
    (cd "$prefix/share/man" && find . -type f -o -type l | sed 's|^[.]/||' | sort) | diff "$scratch/pages" -
    for program in sorteo sorteo-client sorteo-server; do
        [ -s "$prefix/share/bash-completion/completions/$program" ]
        [ -s "$prefix/share/zsh/site-functions/_$program" ]
        [ -s "$prefix/share/fish/vendor_completions.d/$program.fish" ]
    done
}

programs_tell_their_version() {
    local program version
    version=$(pkg-config --modversion sorteo)
    for program in sorteo sorteo-client sorteo-server; do
        "$prefix/bin/$program" --version | grep -qF "$version" || return 1
    done
}

# Compiles an example with the line in its own comment.
compile_example() {
    local line
    line=$(sed -n "s/^ \*     \(cc -o $1 .*\)/\1/p" "$root/examples/$1.c")
    [ "$line" ] || { echo "$1.c has no compile line"; return 1; }
    cp "$root/examples/$1.c" "$scratch"
    (cd "$scratch" && eval "${line/#cc/${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror}")
}

example_writes_what_the_tool_reads() {
    "$scratch/write-batch" | sorteo decode >"$scratch/decoded"
    grep -q Lorca "$scratch/decoded" && grep -q FINISH "$scratch/decoded"
}

example_prints_what_the_tool_wrote() {
    sorteo encode --agency 1 "$root/examples/data/agency-1.csv" | "$scratch/print-bets" >"$scratch/bets"
    [ "$(wc -l <"$scratch/bets")" -eq "$(grep -c . "$root/examples/data/agency-1.csv")" ]
}

# A planted fault: the last byte is missing.
example_refuses_a_cut_stream() {
    if "$scratch/write-batch" | head -c -1 | "$scratch/print-bets" 2>"$scratch/error"; then
        return 1
    fi
    grep -q 'byte 8[0-9], .*ended inside a frame' "$scratch/error" || { cat "$scratch/error"; return 1; }
}

# Compiles the README's C code, and checks what it prints.
readme_code_reads_bets() {
    sed -n '/^```c$/,/^```$/p' "$root/README.md" | sed '/^```/d' >"$scratch/readme.c"
    cat >>"$scratch/readme.c" <<'END'

int main(void)
{
    static uint8_t bytes[4096];
    return read_bets(bytes, fread(bytes, 1, sizeof bytes, stdin));
}
END
    "${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -o "$scratch/readme" "$scratch/readme.c" \
        $(pkg-config --cflags --libs sorteo)
    [ "$("$scratch/write-batch" | "$scratch/readme" | head -n 1)" = "Santiago Lionel bets on 2201" ]
}

header_compiles_as_cxx() {
    printf '#include <sorteo.h>\nint main() { return sorteo_version() == nullptr; }\n' >"$scratch/user.cc"
    clang++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -o "$scratch/user" "$scratch/user.cc" \
        $(pkg-config --cflags --libs sorteo)
    "$scratch/user"
}

library_links_statically() {
    "${CC:-cc}" -o "$scratch/static" "$root/examples/write-batch.c" \
        $(pkg-config --cflags sorteo) "$prefix/lib/libsorteo.a"
    cmp <("$scratch/static") <("$scratch/write-batch")
}

# The library exports what the header declares, and nothing else.
library_exports_what_the_header_declares() {
    nm -D --defined-only "$prefix/lib/libsorteo.so" |
        sed -n 's/.* T \(sorteo_[a-z_]*\).*/\1/p' | sort >"$scratch/exported"
    grep -oE '\bsorteo_[a-z_]+\(' "$prefix/include/sorteo.h" | tr -d '(' | sort -u >"$scratch/declared"
    diff "$scratch/declared" "$scratch/exported"
    [ "$(nm -D --defined-only "$prefix/lib/libsorteo.so" | grep -c ' T ')" -eq "$(wc -l <"$scratch/exported")" ]
}

# One function, and no library but C's: SQLite is the program's that loads it.
extension_stands_alone() {
    [ "$(nm -D --defined-only "$prefix/lib/libsorteo_sqlite.so" | sed 's/^[0-9a-f]* //')" = \
        "T sqlite3_sorteosqlite_init" ]
    [ "$(readelf -d "$prefix/lib/libsorteo_sqlite.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')" = libc.so.6 ]
}

# By the name of its file alone, as SQLite and the loader find it. Debian's Python can load one; not every other can.
extension_is_loaded_from_python() {
    /usr/bin/python3 - >"$scratch/columns" <<'END'
import sqlite3
db = sqlite3.connect(":memory:")
db.enable_load_extension(True)
db.load_extension("libsorteo_sqlite")
print(*(row[1] for row in db.execute("PRAGMA table_info(sorteo_bets)")))
END
    [ "$(cat "$scratch/columns")" = "id round agency name surname document birthdate number" ]
}

stage_is_relocated_and_leaves_the_prefix_alone() {
    local before
    before=$(stat -c %z /opt/sorteo/lib/libsorteo.a 2>&1 || true)      # somebody may have installed there
    make -C "$root" --no-print-directory -s install PREFIX=/opt/sorteo DESTDIR="$scratch/stage" ${BUILD:+BUILD="$BUILD"}
    grep -qx 'prefix=/opt/sorteo' "$scratch/stage/opt/sorteo/lib/pkgconfig/sorteo.pc" &&
        [ "$(stat -c %z /opt/sorteo/lib/libsorteo.a 2>&1 || true)" = "$before" ]
}

# What others cannot read below a folder.
unreadable() {
    find "$1" ! -type l ! -perm -a+r -o -type d ! -perm -a+x
}

installed_files_are_readable_whatever_the_umask() {
    (umask 077 && make -C "$root" --no-print-directory -s install \
        PREFIX=/opt/sorteo DESTDIR="$scratch/private" ${BUILD:+BUILD="$BUILD"})
    [ "$(installed_files "$scratch/private/opt/sorteo")" = "$(installed_files "$prefix")" ]
    [ -z "$(unreadable "$scratch/private/opt")" ] || { unreadable "$scratch/private/opt"; return 1; }
    [ "$(find "$scratch/private/opt/sorteo/bin" -perm 755 -type f | wc -l)" -eq 3 ]
    chmod 600 "$scratch/private/opt/sorteo/lib/pkgconfig/sorteo.pc"        # planted
    [ "$(unreadable "$scratch/private/opt")" ]
}

# What install says where the loader does not look: each way by itself, and without any, as a control, none.
library_is_found_as_install_says() {
    local words
    make_target install >"$scratch/advice"
    words=$(sed -n 's/.*link programs with *//p' "$scratch/advice")
    [ "$words" ] && grep -qF "LD_LIBRARY_PATH=$prefix/lib" "$scratch/advice"
    grep -qxF "    or, as root, once:  echo $prefix/lib >/etc/ld.so.conf.d/sorteo.conf && ldconfig" "$scratch/advice"
    # shellcheck disable=SC2046,SC2086 # options are words
    "${CC:-cc}" -o "$scratch/found" "$root/examples/write-batch.c" $(pkg-config --cflags --libs sorteo) $words
    env -u LD_LIBRARY_PATH "$scratch/found" >/dev/null
    ! env -u LD_LIBRARY_PATH "$scratch/write-batch" >/dev/null
}

prefix_must_be_absolute() {
    ! make -C "$root" --no-print-directory -s install PREFIX=relative ${BUILD:+BUILD="$BUILD"} &&
        [ ! -e "$root/relative" ]
}

uninstall_leaves_nothing() {
    make_target uninstall
    [ -z "$(installed_files "$prefix")" ] || { installed_files "$prefix"; return 1; }
}

check install_succeeds make_target install
check install_installs_all_files all_files_are_there
check install_installs_the_manual_and_completions manual_is_there
check programs_tell_their_version_when_asked programs_tell_their_version
check example_print_bets_compiles_by_its_comment compile_example print-bets
check example_write_batch_compiles_by_its_comment compile_example write-batch
check example_writes_what_the_tool_reads example_writes_what_the_tool_reads
check example_prints_what_the_tool_wrote example_prints_what_the_tool_wrote
check example_refuses_a_cut_stream example_refuses_a_cut_stream
check readme_code_reads_bets readme_code_reads_bets
check header_compiles_as_cxx header_compiles_as_cxx
check library_links_statically library_links_statically
check library_exports_what_the_header_declares library_exports_what_the_header_declares
check extension_stands_alone extension_stands_alone
check extension_is_loaded_from_python extension_is_loaded_from_python
check install_stages_below_destdir stage_is_relocated_and_leaves_the_prefix_alone
check installed_files_are_readable_whatever_the_umask installed_files_are_readable_whatever_the_umask
check library_is_found_as_install_says library_is_found_as_install_says
check install_refuses_a_prefix_that_is_not_absolute prefix_must_be_absolute
check uninstall_leaves_nothing uninstall_leaves_nothing
echo "1..$number"
exit $failures
