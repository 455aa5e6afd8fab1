#!/bin/bash
#
# The `sorteo` command as users and scripts call it: subcommands, exit statuses, standard input and output; and what all
# programs do on a full disk. Prints TAP. BUILD is the folder of the programs (default: build); tests/unit/tool/ has the
# details of each subcommand.

set -u -o pipefail
unset CDPATH
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
[[ $build == /* ]] || build=$root/$build
sorteo=$build/sorteo
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
number=0
failures=0

# check NAME COMMAND...: the command must succeed.
check() {
    local name=$1
    shift
    number=$((number + 1))
    if "$@" >output 2>&1; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' output
        failures=1
    fi
}

# exits STATUS ERROR COMMAND...: the command must end with that status, and with ERROR somewhere on its standard error,
# or nothing at all there when ERROR is empty.
exits() {
    local expected=$1 error=$2 status=0
    shift 2
    "$@" >stdout 2>stderr || status=$?
    if [[ $status != "$expected" ]]; then
        echo "status $status, expected $expected"
        cat stderr
        return 1
    fi
    if [[ -z $error ]]; then
        [[ ! -s stderr ]] || { cat stderr; return 1; }
    else
        grep -qF -- "$error" stderr || { cat stderr; return 1; }
    fi
}

every_subcommand_has_help() {
    local subcommand
    for subcommand in generate encode decode export backup describe finish conform load; do
        exits 0 '' "$sorteo" "$subcommand" --help || return 1
        grep -q "^Usage: sorteo $subcommand " stdout || return 1
        awk 'length > 80 { exit 1 }' stdout || { echo "$subcommand: a line of more than 80 columns"; return 1; }
        cp stdout by_option
        exits 0 '' "$sorteo" help "$subcommand" && cmp stdout by_option || return 1
        "$sorteo" --help | grep -q "^  $subcommand " || return 1
    done
}

version_is_the_librarys() {
    exits 0 '' "$sorteo" --version
    grep -qx "sorteo $(sed -n 's/^#define SORTEO_VERSION "\(.*\)"/\1/p' "$root/src/codec/sorteo.h")" stdout
}

full_disk_is_a_failure() {
    local words
    for words in --help --version 'help decode' 'generate --bets 1 --output more' 'encode --agency 1 agency-1.csv' \
                 'encode --agency 1 agency-2.csv' 'decode frames' describe; do
        # shellcheck disable=SC2086
        fails_on_a_full_disk "$sorteo" $words || return 1
    done
}

# fails_on_a_full_disk COMMAND...: it must say so and end with status 1.
fails_on_a_full_disk() {
    local status=0
    "$@" >/dev/full 2>stderr || status=$?
    [[ $status == 1 ]] || { echo "$*: exit status $status"; return 1; }
    grep -q 'No space left on device\|standard output cannot be written' stderr || { echo "$*"; cat stderr; return 1; }
}

full_disk_is_a_failure_of_each_program() {
    local program option
    for program in sorteo sorteo-server sorteo-client; do
        for option in --help --version; do
            fails_on_a_full_disk "$build/$program" $option || return 1
        done
    done
}

closed_pipe_is_no_failure() {
    "$sorteo" decode frames 2>stderr | true
    [[ ${PIPESTATUS[0]} == 0 && ! -s stderr ]]
}

# The pipe has no reader from the start; a pipeline's reader might go too late.
closed_pipe_is_no_failure_of_help() {
    local program option status
    mkfifo closed
    exec 3<>closed 4>closed 3<&-
    for program in sorteo 'sorteo decode' sorteo-server sorteo-client; do
        for option in --help --version; do
            status=0
            "$build"/$program $option >&4 2>stderr || status=$?
            [[ $status == 0 && ! -s stderr ]] || { echo "$program $option: status $status"; cat stderr; return 1; }
        done
    done
    exec 4>&-
}

pipes_carry_files_to_frames_and_back() {
    "$sorteo" encode --agency 2 --finish - <agency-2.csv | "$sorteo" decode >lines || return 1
    [[ $(grep -c '^BET agency=2 ' lines) == 3000 ]] && tail -1 lines | grep -q '^FINISH agency=2 \['
}

json_is_json() {
    "$sorteo" decode --json frames | python3 -c '
import csv, json, sys
events = [json.loads(line) for line in sys.stdin.buffer]
bets = [e for e in events if e["event"] == "BET"]
rows = list(csv.reader(open("agency-2.csv", encoding="utf-8", newline="")))
got = [[b["name"], b["surname"], str(b["document"]), b["birthdate"], str(b["number"])] for b in bets]
assert got == rows, "the bets are not the rows"
assert events[0]["begin"] == 0 and events[-1]["event"] == "BATCH_END"
'
}

bad_stream_is_a_failure() {
    printf '\0\0\1\7' >bad
    exits 1 'sorteo decode: bad: byte 3, RECEIPT: receipt: not the receipt of this dialect' "$sorteo" decode bad
    grep -qx 'FINISH agency=1 \[0,3)' stdout
}

"$sorteo" generate --agencies 2 --bets 10,3000 --quoted --other-scripts 30 >/dev/null || exit 1
"$sorteo" encode --agency 2 agency-2.csv >frames || exit 1

check "subcommand_is_refused_when_missing" exits 2 'Usage: sorteo COMMAND' "$sorteo"
check "subcommand_is_refused_when_unknown" exits 2 "sorteo: 'foo': unknown command" "$sorteo" foo
check "help_is_refused_for_an_unknown_subcommand" exits 2 "sorteo: 'foo': unknown command" "$sorteo" help foo
check "help_is_printed_for_every_subcommand" every_subcommand_has_help
check "version_is_the_librarys" version_is_the_librarys
check "full_disk_is_a_failure_of_every_subcommand" full_disk_is_a_failure
check "full_disk_is_a_failure_of_each_program" full_disk_is_a_failure_of_each_program
check "closed_pipe_is_no_failure" closed_pipe_is_no_failure
check "closed_pipe_is_no_failure_of_help" closed_pipe_is_no_failure_of_help
check "pipes_carry_files_to_frames_and_back" pipes_carry_files_to_frames_and_back
check "json_holds_the_rows_of_the_file" json_is_json
check "bad_stream_is_a_failure_behind_its_good_events" bad_stream_is_a_failure
check "missing_file_is_bad_input" exits 2 'nowhere: No such file or directory' "$sorteo" decode nowhere

echo "1..$number"
exit $failures
