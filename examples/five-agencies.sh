#!/bin/bash
#
# five-agencies.sh: a draw with the files in data/: a server and five clients, their logs as they come, and then what
# the server stored. Run `make` first; BUILD is the folder of the programs (default: build/).

set -eu
unset CDPATH
here=$(cd "$(dirname "$0")" && pwd)
programs=${BUILD:-$here/../build}
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

# Port 0 picks a free port; the server logs which one. --rounds 1: it stops after one draw.
"$programs/sorteo-server" --listen 127.0.0.1:0 --store "$work/bets.db" --winning-number 7574 --rounds 1 >"$work/log" &
server=$!
tail -n +1 -F --pid=$server "$work/log" 2>/dev/null | sed -u 's/^/server    /' &
until address=$(grep -om1 '127.0.0.1:[0-9]*' "$work/log"); do
    kill -0 $server
    sleep 0.1
done

# Each client sends its file, waits for the draw, and writes who won.
for i in 1 2 3 4 5; do
    "$programs/sorteo-client" --agency $i --server "$address" --batch 10 --winners "$work/winners-$i" \
        "$here/data/agency-$i.csv" | sed -u "s/^/agency $i  /" &
done
wait    # the server ends once every agency has its winners

echo
for i in 1 2 3 4 5; do
    echo "winners of agency $i: $(tr '\n' ' ' <"$work/winners-$i")"
done
echo
echo "The winning bets, as the store has them:"
"$programs/sorteo" export --store "$work/bets.db" --winners
