#!/bin/bash
#
# Runs targets over files and folders, without an engine, under AddressSanitizer and
# UndefinedBehaviorSanitizer; without any, over the corpus and the inputs that once found something. Prints
# TAP.
#
#   replay.sh [TARGET [INPUT...]]

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
names=$(fuzz_choose "${@:1:1}")
mapfile -t targets <<<"$names"
fuzz_build replay "${targets[@]}"
status=0
for target in "${targets[@]}"; do
    inputs=("${@:2}")
    if [ ${#inputs[@]} -eq 0 ]; then mapfile -t inputs < <(fuzz_inputs "$target"); fi
    "build/replay/fuzz/$target" "${inputs[@]}" || status=1
done
exit $status
