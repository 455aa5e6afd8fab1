#!/bin/bash
#
# certificates.sh FOLDER AGENCIES [HOST...]: makes a CA, a certificate for the server, and one for each agency.
#
# HOST are the names and addresses to which clients connect (default: localhost and 127.0.0.1). In FOLDER, which must be
# new or empty, it makes ca.crt, server.crt, agency-1.crt … and their keys, valid for $DAYS days (365). Anyone with
# ca.key can issue certificates for every agency: keep it off the server. Needs openssl, version 3.

set -eu -o pipefail
export LC_ALL=C

[ $# -ge 2 ] || { sed -n '3,7s/^# \?//p' "$0" >&2; exit 2; }
folder=$1
agencies=$2
shift 2
hosts=("$@")
days=${DAYS:-365}

[ ${#hosts[@]} -gt 0 ] || hosts=(localhost 127.0.0.1)
[[ $agencies =~ ^[1-9][0-9]{0,2}$ ]] && [ "$agencies" -le 255 ] || { echo "AGENCIES: 1 to 255" >&2; exit 2; }
mkdir -p "$folder"
[ -z "$(ls -A "$folder")" ] || { echo "$folder is not empty" >&2; exit 1; }
cd "$folder"
umask 077

# Prints the SANs of the server: DNS:localhost,IP:127.0.0.1
server_names() {
    local host names=()
    for host in "${hosts[@]}"; do
        if [[ $host == *:* || $host =~ ^[0-9.]+$ ]]; then
            names+=("IP:$host")
        else
            names+=("DNS:$host")
        fi
    done
    (IFS=,; echo "${names[*]}")
}

# make NAME SUBJECT [OPTION...]: NAME.key, and NAME.crt of it.
make() {
    local name=$1 subject=$2
    shift 2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.crt" \
        -subj "/CN=$subject" -days "$days" "$@" 2>openssl.log || { cat openssl.log >&2; exit 1; }
    chmod 644 "$name.crt"
}

by_ca=(-CA ca.crt -CAkey ca.key -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature)
make ca "sorteo CA" -addext keyUsage=critical,keyCertSign,cRLSign
make server "sorteo server" "${by_ca[@]}" -addext extendedKeyUsage=serverAuth -addext "subjectAltName=$(server_names)"
for ((i = 1; i <= agencies; i++)); do
    make "agency-$i" "agency $i" "${by_ca[@]}" -addext extendedKeyUsage=clientAuth \
        -addext "subjectAltName=URI:urn:sorteo:agency:$i"
done
rm -f openssl.log
echo "In $folder: ca.crt, server.crt and agency-1.crt to agency-$agencies.crt, and the key of each"
