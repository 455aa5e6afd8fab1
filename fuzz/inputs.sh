#!/bin/bash
#
# Prints the folders of a target's inputs: the corpus, and the inputs that once found something.
#
#   inputs.sh TARGET

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -eq 1 ] || fuzz_fail "which target? There are: $(fuzz_targets | tr '\n' ' ')"
fuzz_choose "$1" >/dev/null
fuzz_inputs "$1"
