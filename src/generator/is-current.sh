#!/bin/sh
# is-current.sh GRAMMAR GEN: was GEN made from GRAMMAR as it is now? By checksums, without Ragel. Called in the
# project's folder. A grammar file that is new, or gone, counts too. So does what is not a file: reading a pipe would
# wait for ever, and `make gen` says what it is.
set -eu
export LC_ALL=C
command -v sha256sum > /dev/null || exit 0 # without it, there is no telling
for file in "$1"/*.rl; do
    [ -f "$file" ]
done
sha256sum --check --status "$2/CHECKSUMS" 2> /dev/null
[ "$(printf '%s\n' "$1"/*.rl)" = "$(sed -n 's/^[0-9a-f]*  //p' "$2/CHECKSUMS" | grep -F "$1/")" ]
