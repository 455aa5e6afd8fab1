# For tests of `make gen`: copies of what it reads, verdicts, and cases that run two at a time. Prints TAP.
#
# Sourced by a script that defines functions, each a case, and then calls run_cases with their names. Most copies have
# one dialect alone, because the time goes with their number. Each case has a copy of its own.
unset CDPATH
root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- Copies: a case has one in $copy -------------------------------------------------------------------------------

# All that is read, and gen/ as it is.
copy_all() {
    rm -rf "$copy"
    mkdir -p "$copy/src/codec" "$copy/src/generator"
    cp -R "$root/grammar" "$root/gen" "$copy"
    cp "$root"/src/codec/{machine.rl,shortcuts.rl,sorteo.h} "$copy/src/codec"
    cp -R "$root"/src/generator/{generate.sh,*.py,dissector} "$copy/src/generator"
}

# The same with no dialect but this one. What gen/ has is of the others, too.
copy_one_dialect() {
    copy_all
    find "$copy/grammar" -name '*.rl' ! -name fields.rl ! -name frames.rl ! -name "$1.rl" -delete
    sed -i "s/^\(enum sorteo_dialect {\).*/\1 SORTEO_${1^^} };/" "$copy/src/codec/sorteo.h"
}

# With `wide` alone, and the gen/ that belongs to it.
copy_wide() {
    rm -rf "$copy"
    cp -R "$work/wide" "$copy"
}

generate() { (cd "$copy" && src/generator/generate.sh "$@") > "$out" 2>&1; }

check() { generate --check; }

# plant FILE SED-EXPRESSION: fails if it changes nothing.
plant() {
    cp "$copy/$1" "$copy.before"
    sed -i "$2" "$copy/$1"
    ! cmp -s "$copy.before" "$copy/$1" || { echo "not ok - no fault was planted in $1 by $2"; return 1; }
}

# ---- Verdicts ------------------------------------------------------------------------------------------------------

# ok NAME COMMAND...: a test that passes if the command succeeds.
ok() {
    if "${@:2}"; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' "$out"
    fi
}

is_told() { grep -q -e "$1" "$out"; }

# ---- Running -------------------------------------------------------------------------------------------------------

# Its last line says that it came to its end.
run_case() (
    mkdir "$work/$1"
    copy=$work/$1/copy out=$work/$1/out
    touch "$out"
    "$1"
    echo "# end"
)

# tell NAME...: all verdicts numbered; a case that ended early is one that failed.
tell() {
    local name
    for name in "$@"; do
        if [ "$(tail -n 1 "$work/$name.tap")" = "# end" ]; then
            sed '$d' "$work/$name.tap"
        else
            cat "$work/$name.tap"
            echo "not ok - ${name}_comes_to_its_end"
            sed 's/^/# /' "$work/$name/out"
        fi
    done | awk '/^(not )?ok - / { sub(/ok/, "ok " ++number) }
                /^not ok/       { failed = 1 }
                                { print }
                END             { print "1.." number; exit failed }'
}

# run_cases NAME...: those that take long first.
run_cases() {
    local name
    copy=$work/wide out=$work/out
    copy_one_dialect wide
    generate || { sed 's/^/# /' "$out"; echo "Bail out! wide cannot be generated alone"; exit 1; }
    for name in "$@"; do
        while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
        run_case "$name" > "$work/$name.tap" 2>&1 &
    done
    wait
    tell "$@"
}
