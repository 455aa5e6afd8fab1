#!/bin/bash
#
# Does the demo notice errors? Replaces each of the three programs with a faulty one, and expects that the demo fails
# and says why. Prints TAP. BUILD is the folder of the correct programs.

set -eu -o pipefail
unset CDPATH
cd "$(dirname "$0")/../.."
right=$(cd "${BUILD:-build}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
failures=0

# A folder with the three programs, in which one is replaced.
fresh() {
    rm -rf "$scratch/programs"
    mkdir "$scratch/programs"
    ln -s "$right"/sorteo{,-server,-client} "$scratch/programs"
}

# plant PROGRAM: replaces it with the script on standard input; $right is the folder of the correct programs.
plant() {
    rm "$scratch/programs/$1"
    { printf '#!/bin/bash\nset -eu\nright=%q\n' "$right"; cat; } >"$scratch/programs/$1"
    chmod +x "$scratch/programs/$1"
}

run_demo() {
    TMPDIR=$scratch BUILD=$scratch/programs DATA=${DATA:-examples/data} PATIENCE=${PATIENCE:-20} tests/e2e/demo.sh >"$scratch/output" 2>&1
}

# judge NAME WORDS: the demo must fail, and its output must contain WORDS.
judge() {
    number=$((number + 1))
    if ! run_demo && grep -qF -e "$2" "$scratch/output"; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' "$scratch/output"
        failures=1
    fi
    fresh
}

# passes NAME: the demo must succeed.
passes() {
    number=$((number + 1))
    if run_demo; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' "$scratch/output"
        failures=1
    fi
}

fresh
passes demo_passes_without_a_fault

mkdir "$scratch/cr"
for file in examples/data/agency-*.csv; do
    tr '\n' '\r' <"$file" >"$scratch/cr/${file##*/}"
done
DATA=$scratch/cr passes demo_passes_with_lines_that_end_in_cr

DIALECT=latin judge demo_says_why_when_there_is_no_such_dialect "'latin' is not one of wide"
BATCH=many judge demo_says_why_when_the_batch_is_no_number "'many' is neither auto nor a number from 1 to 65535"

plant sorteo <<'END'
"$right/sorteo" "$@" | sed '7d'
END
judge demo_fails_when_a_row_is_lost "agency 1: the store does not hold the rows of its file"

plant sorteo <<'END'
"$right/sorteo" "$@" | sed '7{h;d};8{G}'
END
judge demo_fails_when_two_rows_change_places "agency 1: the store does not hold the rows of its file"

plant sorteo <<'END'
"$right/sorteo" "$@" | sed '7p'
END
judge demo_fails_when_a_row_is_stored_twice "agency 1: the store does not hold the rows of its file"

plant sorteo <<'END'
"$right/sorteo" "$@" | sed '7s/[0-9]\r$/x\r/'
END
judge demo_fails_when_a_byte_is_changed "agency 1: the store does not hold the rows of its file"

plant sorteo <<'END'
"$right/sorteo" "$@"
case "$*" in *--agency*) ;; *) echo 9,A,B,1,2000-01-01,1 ;; esac
END
judge demo_fails_when_the_store_has_rows_of_nobody "rows, and the files"

plant sorteo-client <<'END'
"$right/sorteo-client" "$@"
for file in "${@/#*agency-?.csv/}"; do case $file in */winners-3) sed -i '1d' "$file" ;; esac; done
END
judge demo_fails_when_a_winner_is_missing "agency 3: other winners than in its file"

plant sorteo-client <<'END'
"$right/sorteo-client" "$@" || true
exit 1
END
judge demo_fails_when_a_client_fails "exited with status 1"

plant sorteo-server <<'END'
echo "sorteo-server: port in use"
exit 1
END
judge demo_fails_when_the_server_does_not_start "the server does not listen"

plant sorteo-server <<'END'
"$right/sorteo-server" "$@" | sed -u '/action: sorteo/p'
END
judge demo_fails_when_the_log_tells_of_two_draws "tells of 2 draws"

plant sorteo-server <<'END'
"$right/sorteo-server" "$@"
exit 1
END
judge demo_fails_when_the_server_ends_badly "server exited with status 1"

plant sorteo-client <<'END'
exec sleep 60
END
PATIENCE=1 judge demo_fails_when_the_draw_does_not_come "clients that still wait: 1 2 3 4 5"

echo "1..$number"
exit $failures
