#!/bin/bash
#
# A whole draw on this machine: a server, a client for each agency file, the winners. Then compares the store with the
# files, row for row, and the winners with those that awk finds in the files.
#
# From the environment: DATA (folder of agency-1.csv …; empty: generated), AGENCIES (empty: as many as DATA has, or 5),
# DIALECT, BATCH, TLS (yes: over TLS, with certificates made for this), STORE (postgresql: in a PostgreSQL that is
# started for this), SERVERS (how many share it; each agency is at the next one), PATIENCE (seconds), BUILD (where the
# programs are). Exits 0 only if everything matches. Needs bash, coreutils and awk; leaves no process and, unless
# something failed, no file.

set -eu -o pipefail
export LC_ALL=C
unset CDPATH
cd "$(dirname "$0")/../.."

build=${BUILD:-build}
dialect=${DIALECT:-wide}
batch=${BATCH:-auto}
data=${DATA:-}
tls=${TLS:-no}
store=${STORE:-sqlite}
server_count=${SERVERS:-1}
winning_number=7574
patience_s=${PATIENCE:-120}    # for the draw and the server's end

work=$(mktemp -d "${TMPDIR:-/tmp}/sorteo-demo.XXXXXX")
store_path=$work/bets.db
cluster=''          # the process that keeps PostgreSQL
processes=()        # started, and possibly still running
servers=()          # those of the servers …
addresses=()        # … and where they listen
clients=()          # those of the clients, by agency
microseconds=()     # that each client took

clean_up() {
    local status=$? pid
    trap - EXIT
    for pid in "${processes[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "${processes[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    stop_cluster || status=$?
    if [ $status -eq 0 ]; then
        rm -rf "$work"
    else
        echo "demo: what there is of it is kept in $work" >&2
    fi
    exit $status
}
# A PostgreSQL of its own, which ends with this program at the latest; sets store_path.
start_cluster() {
    local i
    chmod 711 "$work" # root runs it as another user
    mkfifo "$work/cluster-ends"
    tests/tools/postgresql-cluster "$work/cluster" <"$work/cluster-ends" >"$work/cluster.log" 2>&1 &
    cluster=$!
    exec {cluster_end}>"$work/cluster-ends"
    for ((i = 0; i < patience_s * 20; i++)); do
        [ ! -e "$work/cluster/ready" ] || break
        kill -0 "$cluster" 2>/dev/null || { show_log "$work/cluster.log"; fail "there is no PostgreSQL"; }
        sleep 0.05
    done
    store_path="postgresql://sorteo@/postgres?host=$work/cluster"
}

stop_cluster() {
    local process=$cluster
    cluster=''
    [ -n "$process" ] || return 0
    exec {cluster_end}>&-
    wait "$process"
}

trap clean_up EXIT
trap 'exit 130' INT TERM HUP

fail() {
    echo "demo: $*" >&2
    exit 1
}

show_log() {
    echo "---- the last lines of ${1##*/}:" >&2
    tail -n 20 "$1" >&2
}

check_settings() {
    local i
    if [ -z "$data" ]; then
        agencies=${AGENCIES:-5}
    else
        [ -d "$data" ] || fail "DATA=$data is no folder"
        agencies=${AGENCIES:-$(find "$data" -maxdepth 1 -name 'agency-*.csv' | wc -l)}
    fi
    [[ $store =~ ^(sqlite|postgresql)$ ]] || fail "STORE=$store: sqlite or postgresql"
    [[ $server_count =~ ^[1-9]$ ]] || fail "SERVERS=$server_count: 1 to 9"
    [ "$server_count" -eq 1 ] || [ "$store" = postgresql ] ||
        fail "SERVERS=$server_count: only STORE=postgresql is shared"
    [[ $tls =~ ^(yes|no)$ ]] || fail "TLS=$tls: yes or no"
    [[ $agencies =~ ^[1-9][0-9]{0,2}$ ]] && [ "$agencies" -le 255 ] ||
        fail "AGENCIES=$agencies: there must be 1 to 255 agencies${data:+, and $data to have a file for each}"
    for ((i = 1; i <= agencies; i++)); do
        [ -z "$data" ] || [ -r "$data/agency-$i.csv" ] || fail "$data/agency-$i.csv is not there or not readable"
    done
}

# Some thousand bets for each agency, from a fixed seed, with 2, 3, 3, 2, 0, 2, 3 … winners.
generate_data() {
    local i bets=() winners=() winners_of=(2 3 3 2 0)
    for ((i = 0; i < agencies; i++)); do
        bets+=($((8000 / (i % 5 + 1))))
        winners+=("${winners_of[i % 5]}")
    done
    data=$work/data
    mkdir "$data"
    "$build/sorteo" generate --output "$data" --agencies "$agencies" --seed 1 --winning-number $winning_number \
        --bets "$(IFS=,; echo "${bets[*]}")" --winners "$(IFS=,; echo "${winners[*]}")" >"$work/generate.log"
}

# A CA, and a certificate for each; sets where the server listens, and what both sides need for it.
make_certificates() {
    examples/certificates.sh "$work/tls" "$agencies" 127.0.0.1 >"$work/certificates.log" 2>&1 ||
        { show_log "$work/certificates.log"; fail "no certificates"; }
    listen=(--tls-listen 127.0.0.1:0 --tls-cert "$work/tls/server.crt" --tls-key "$work/tls/server.key"
        --tls-client-ca "$work/tls/ca.crt")
    stream=agency_tls
}

# start_server NAME: starts one, with the log NAME.log; adds to addresses and servers.
start_server() {
    local i address server log=$work/$1.log
    : >"$log"
    "$build/sorteo-server" "${listen[@]}" --agencies "$agencies" --dialect "$dialect" --store "$store_path" \
        --winning-number $winning_number --rounds 1 --config /dev/null >"$log" 2>&1 &
    server=$!
    processes+=("$server")
    servers+=("$server")
    for ((i = 0; i < 200; i++)); do
        address=$(sed -n "s/.*action: listen | result: success | stream: $stream | address: \([^ ]*\).*/\1/p" \
            "$log")
        [ -z "$address" ] || { addresses+=("$address"); return 0; }
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    show_log "$log"
    fail "$1 does not listen"
}

start_clients() {
    local i secure=()
    began=${EPOCHREALTIME/./}
    for ((i = 1; i <= agencies; i++)); do
        [ "$tls" = no ] || secure=(--tls --tls-ca "$work/tls/ca.crt" --tls-cert "$work/tls/agency-$i.crt" --tls-key
            "$work/tls/agency-$i.key")
        "$build/sorteo-client" --agency "$i" --config /dev/null \
            --server "${addresses[(i - 1) % server_count]}" --dialect "$dialect" \
            --batch "$batch" "${secure[@]}" --winners "$work/winners-$i" "$data/agency-$i.csv" \
            >"$work/client-$i.log" 2>&1 &
        clients[i]=$!
        processes+=($!)
    done
}

# has_ended NAME PROCESS: waits for it, and fails unless its status is 0.
has_ended() {
    local status=0
    ! kill -0 "$2" 2>/dev/null || return 1
    wait "$2" || status=$?
    [ $status -eq 0 ] || { show_log "$work/$1.log"; fail "$1 exited with status $status"; }
}

# Waits for the clients (setting microseconds[N], the time of each) and then for the servers, which stop after the
# round.
wait_for_all() {
    local i deadline=$((SECONDS + patience_s))
    until [ ${#clients[@]} -eq 0 ] && [ ${#servers[@]} -eq 0 ]; do
        for i in "${!clients[@]}"; do
            if has_ended "client-$i" "${clients[i]}"; then
                microseconds[i]=$((${EPOCHREALTIME/./} - began))
                unset "clients[i]"
            fi
        done
        for i in "${!servers[@]}"; do
            if [ ${#clients[@]} -eq 0 ] && has_ended "server-$((i + 1))" "${servers[i]}"; then
                unset "servers[i]"
            fi
        done
        [ $SECONDS -lt $deadline ] || {
            show_log "$work/server-1.log"
            fail "the draw is not over after $patience_s s; clients that still wait: ${!clients[*]}"
        }
        sleep 0.02
    done
    processes=()
}

# CSV on standard input (RFC 4180 quoting, lines that end in CRLF, LF or CR, BOM, blank lines) to tab-separated fields,
# numbers without leading zeros. A bet ends in document, birth date and number, whatever else it has.
plain_rows() {
    tr '\r' '\n' | awk -v prefix="$1" '
        function unquote(line,   out, c, i, quoted) {
            for (i = 1; i <= length(line); i++) {
                c = substr(line, i, 1)
                if (c == "\"" && quoted && substr(line, i + 1, 1) == "\"") { out = out c; i++ }
                else if (c == "\"") quoted = !quoted
                else out = out (c == "," && !quoted ? "\t" : c)
            }
            return out
        }
        NR == 1 { sub(/^\357\273\277/, "") }
        $0 == "" { next }
        index($0, "\"") { $0 = unquote($0) }
        !index($0, "\t") { gsub(/,/, "\t") }
        {
            n = split(prefix $0, field, "\t")
            for (i = 1; i <= n; i++) {
                if (field[i] ~ /^0+[0-9]/) sub(/^0+/, "", field[i])
                if (field[i] == "" && (i == n || i == n - 2)) field[i] = 0
                printf "%s%s", field[i], i < n ? "\t" : "\n"
            }
        }'
}

compare_agency() {
    local i=$1
    plain_rows "$i"$'\t' <"$data/agency-$i.csv" >"$work/input-$i"
    "$build/sorteo" export --store "$store_path" --agency "$i" | plain_rows "" >"$work/stored-$i"
    cmp -s "$work/input-$i" "$work/stored-$i" || {
        diff "$work/input-$i" "$work/stored-$i" | head -n 6 >&2 || true
        fail "agency $i: the store does not hold the rows of its file (< in the file, > in the store)"
    }
    awk -F '\t' -v number=$winning_number '$NF == number { print $(NF - 2) }' "$work/input-$i" >"$work/expected-$i"
    cmp -s "$work/expected-$i" "$work/winners-$i" || {
        diff "$work/expected-$i" "$work/winners-$i" | head -n 6 >&2 || true
        fail "agency $i: other winners than in its file (< in the file, > by the draw)"
    }
}

compare_rest() {
    local draws rows
    draws=$(cat "$work"/server-*.log | grep -c 'action: sorteo | result: success' || true)
    [ "$draws" -eq 1 ] || fail "the servers' logs tell of $draws draws"
    rows=$("$build/sorteo" export --store "$store_path" | wc -l)
    [ "$rows" -eq "$total_bets" ] || fail "the store holds $rows rows, and the files $total_bets"
}

print_row() {
    printf '%8s %8s %8s %8s %8s.%02d\n' "$1" "$2" "$3" "$4" $(($5 / 1000000)) $(($5 / 10000 % 100))
}

# Prints an agency's line, after its rows were compared.
tell_agency() {
    local i=$1 bets batches winners
    bets=$(wc -l <"$work/input-$i")
    batches=$(grep -c 'action: apuesta_enviada | result: success' "$work/client-$i.log" || true)
    winners=$(wc -l <"$work/winners-$i")
    print_row "$i" "$bets" "$batches" "$winners" "${microseconds[i]}"
    total_bets=$((total_bets + bets))
    total_batches=$((total_batches + batches))
    total_winners=$((total_winners + winners))
}

check_settings
[ -n "$data" ] || generate_data
listen=(--listen 127.0.0.1:0)
stream=agency
[ "$tls" = no ] || make_certificates
[ "$store" = sqlite ] || start_cluster
for ((s = 1; s <= server_count; s++)); do
    start_server "server-$s"
done
start_clients
wait_for_all
took=$((${EPOCHREALTIME/./} - began))

total_bets=0 total_batches=0 total_winners=0
over=$([ "$tls" = no ] || echo ", over TLS")$([ "$store" = sqlite ] || echo ", in PostgreSQL")
[ "$server_count" -eq 1 ] || over+=", by $server_count servers"
echo "$agencies agencies, dialect $dialect, batch $batch, winning number $winning_number$over"
echo
printf '%8s %8s %8s %8s %11s\n' agency bets batches winners seconds
for ((i = 1; i <= agencies; i++)); do
    compare_agency "$i"
    tell_agency "$i"
done
compare_rest
print_row all "$total_bets" "$total_batches" "$total_winners" "$took"
echo
echo "The store holds the rows of the files, in their order; the winners are those that the files say."
