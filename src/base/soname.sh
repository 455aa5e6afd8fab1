#!/bin/sh
#
# soname.sh LIBRARY CC [FLAG...]: prints the soname ("libpq.so.5") that a program would have in it which this compiler
# links with a library ("-lpq", or "-L/opt/lib -lpq"). Fails, and says why, if it cannot be linked.

set -eu
library=$1
shift
linked=$(mktemp)
trap 'rm -f "$linked"' EXIT
# shellcheck disable=SC2086
"$@" -shared -nostdlib -o "$linked" -x c /dev/null -x none -Wl,--no-as-needed $library >&2
LC_ALL=C readelf -d "$linked" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' | grep -F "lib${library##*-l}."
