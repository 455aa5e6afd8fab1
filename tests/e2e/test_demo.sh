#!/bin/bash
#
# The demo with settings and files that its users may give it. Prints TAP. BUILD is the folder of the programs;
# faults_demo.ini has what must turn the demo red.

set -eu -o pipefail
unset CDPATH
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TMPDIR=$scratch PATIENCE=${PATIENCE:-60}
number=0
failures=0

# ok NAME COMMAND...: the command must succeed.
ok() {
    local name=$1
    shift
    number=$((number + 1))
    if "$@"; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' "$scratch/output"
        failures=1
    fi
}

# demo SETTING...: a demo over the examples' files, or the DATA given.
demo() { env DATA=examples/data "$@" tests/e2e/demo.sh >"$scratch/output" 2>&1; }

# refuses WORDS SETTING...: the demo must fail and say WORDS.
refuses() {
    local words=$1
    shift
    ! demo "$@" && grep -qF -e "$words" "$scratch/output"
}

mkdir "$scratch/cr"
for file in examples/data/agency-*.csv; do
    tr '\n' '\r' <"$file" >"$scratch/cr/${file##*/}"
done

ok demo_passes_over_the_examples demo
ok demo_passes_with_lines_that_end_in_cr demo DATA="$scratch/cr"
ok demo_reads_no_configuration_file demo SORTEO_CONFIG="$scratch/none"
ok demo_says_why_when_there_is_no_such_dialect refuses "'latin' is not one of" DIALECT=latin
ok demo_says_why_when_the_batch_is_no_number refuses "'many' is neither auto nor a number from 1 to 65535" BATCH=many
ok demo_says_why_when_there_is_no_such_folder refuses "is no folder" DATA="$scratch/none"
ok demo_passes_over_tls_in_compact demo TLS=yes DIALECT=compact
ok demo_says_why_when_tls_is_neither_yes_nor_no refuses "yes or no" TLS=maybe
ok demo_says_why_when_there_are_too_many_agencies refuses "there must be 1 to 255 agencies" AGENCIES=256
ok demo_says_why_when_there_are_no_servers refuses "SERVERS=0: 1 to 9" SERVERS=0
ok demo_says_why_when_servers_cannot_share_a_file refuses "only STORE=postgresql is shared" SERVERS=2
echo "1..$number"
exit $failures
