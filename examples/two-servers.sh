#!/bin/bash
#
# two-servers.sh: a draw with the files in data/ that survives the loss of a disk and of a server. Two servers share a
# PostgreSQL whose commits a standby confirms. Four agencies send their bets and wait. Then the primary is killed, the
# standby takes its place, and one of the servers is killed, too; the fifth agency comes, and all get their winners.
#
# Run `make` first; BUILD is the folder of the programs (default: build/). It needs PostgreSQL's server (Debian:
# postgresql), of which it runs two in a folder of its own; nothing of the system's is touched.

set -eu
unset CDPATH
here=$(cd "$(dirname "$0")" && pwd)
programs=${BUILD:-$here/../build}
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || bin=$(pg_config --bindir)
[ -x "$bin/initdb" ] || { echo "PostgreSQL's server is not here (Debian: postgresql)" >&2; exit 1; }
work=$(mktemp -d)
chmod 711 "$work"
declare -A servers

# PostgreSQL refuses to run as root.
as=()
[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
pg() { (cd "$work/pg" && "${as[@]}" env PATH="$bin:/usr/bin:/bin" "$@" >>"$work/pg/log" 2>&1); }

end() {
    trap - EXIT
    jobs -p | xargs -r kill 2>/dev/null || true
    wait
    for data in first second; do
        pg pg_ctl -D "$work/pg/$data" -m immediate -w stop || true
    done
    rm -rf "$work"
}
trap end EXIT

# ---- A primary, and a standby that has to confirm each commit -----------------------------------------------------

mkdir "$work/pg"
touch "$work/pg/log"
[ "$(id -u)" -ne 0 ] || chown -R nobody:nogroup "$work/pg"
pg initdb -D first -U sorteo --auth=trust --encoding=UTF8 --locale=C --no-sync

# start NAME PORT SETTING...: reached through the folder alone
start() {
    pg pg_ctl -D "$1" -w start -o "-p $2 -c listen_addresses= -c unix_socket_directories=$work/pg ${*:3}"
}
start first 5441 -c synchronous_standby_names=second
# The standby has no such setting: when it is the primary, nothing has to confirm. A cluster that goes on keeping its
# promise then has a second standby, or waits for one.
pg pg_basebackup -D second -R -X stream -d "host=$work/pg port=5441 user=sorteo application_name=second"
start second 5442
echo "PostgreSQL: a primary, and a standby that confirms"

# ---- Two servers that share it --------------------------------------------------------------------------------------

# Every host of the cluster is named, so that the primary is found. Given to both, with the same options.
store="postgresql://sorteo@/postgres?host=$work/pg,$work/pg&port=5441,5442"

serve() {
    "$programs/sorteo-server" --listen 127.0.0.1:0 --store "$store" --winning-number 7574 --rounds 1 >"$work/$1" &
    servers[$1]=$!
    until address=$(grep -om1 '127.0.0.1:[0-9]*' "$work/$1"); do
        kill -0 "${servers[$1]}"
        sleep 0.1
    done
    tail -n +1 -F --pid="${servers[$1]}" "$work/$1" 2>/dev/null | sed -u "s/^/$1  /" &
}
serve server-1 && first=$address
serve server-2 && second=$address

# An agency knows both, and goes on at the next one where one does not answer.
send() {
    "$programs/sorteo-client" --agency "$1" --server "$2" --batch 10 --winners "$work/winners-$1" \
        "$here/data/agency-$1.csv" >"$work/client-$1" 2>&1 &
    clients+=($!)
}
clients=()
send 1 "$first,$second"
send 2 "$second,$first"
send 3 "$first,$second"
send 4 "$second,$first"
until [ "$(cat "$work"/server-? | grep -c 'action: finish | result: success')" -eq 4 ]; do sleep 0.1; done

# ---- What may happen ------------------------------------------------------------------------------------------------

echo "PostgreSQL: the primary is gone, and the standby takes its place"
pg pg_ctl -D first -m immediate -w stop
pg pg_ctl -D second -w promote
echo "server-1 is killed, too"
kill -KILL "${servers[server-1]}"
wait "${servers[server-1]}" 2>/dev/null || true

send 5 "$second,$first"
for client in "${clients[@]}"; do wait "$client"; done
wait "${servers[server-2]}"

echo
for i in 1 2 3 4 5; do
    echo "winners of agency $i: $(tr '\n' ' ' <"$work/winners-$i")"
done
echo
echo "The winning bets, as the store has them:"
"$programs/sorteo" export --store "$store" --winners
