#!/bin/bash
#
# What `make fuzz` runs: builds the targets for an engine, attacks each of them for a while, reports progress, and ends
# with a table: executions, executions per second, new coverage, and findings.
#
#   FUZZ_ENGINE=libfuzzer|afl FUZZ_SECONDS=60 FUZZ_QUIET=0 FUZZ_JOBS=1 FUZZ_MAX_LEN=4096 fuzz.sh [TARGET...]
#
# With FUZZ_QUIET, a target continues after FUZZ_SECONDS until that many seconds have passed without new coverage (AFL++
# uses FUZZ_QUIET alone).
#
# New inputs go to build/campaign/, for `make fuzz-merge`; inputs that violate a property go to build/findings/. Exits 1
# if something was found.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
engine=${FUZZ_ENGINE:-libfuzzer} seconds=${FUZZ_SECONDS:-60} quiet=${FUZZ_QUIET:-0} jobs=${FUZZ_JOBS:-1}
max_len=${FUZZ_MAX_LEN:-4096}
campaign=${FUZZ_CAMPAIGN:-build/campaign} findings=${FUZZ_FINDINGS:-build/findings}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fuzz_fail "SECONDS is '$seconds'; a whole number from 1 is due"
[[ $quiet =~ ^[0-9]+$ ]] || fuzz_fail "QUIET is '$quiet'; a whole number of seconds is due, 0 for none"
[[ $jobs =~ ^[1-9][0-9]*$ ]] || fuzz_fail "JOBS is '$jobs'; a whole number from 1 is due"
[[ $max_len =~ ^[1-9][0-9]*$ ]] || fuzz_fail "MAX_LEN is '$max_len'; a whole number of bytes from 1 is due"
names=$(fuzz_choose "$@")
mapfile -t targets <<<"$names"
case $engine in
    libfuzzer) tests/tools/need.sh build gen fuzz ;;
    afl)       tests/tools/need.sh build gen fuzz afl ;;
    *)         fuzz_fail "ENGINE is '$engine'; libfuzzer or afl is due" ;;
esac

dictionary_of() { if [ "$(fuzz_kind "$1")" = frames ]; then echo "$2gen/sorteo.dict"; fi; }

# ---- libFuzzer ----------------------------------------------------------------------------------------------------

INTERRUPTED=72  # libFuzzer's exit status when it was interrupted

# Pauses without starting a process that could outlive this one: reads from a pipe that only this process holds.
exec {never}<> <(:)
pause() { read -rt "$1" -u "$never" || true; }

# watch TARGET PROCESS...: prints a line every ten seconds, from the log of the last job; ends all jobs once there has
# been no new coverage for long enough.
watch() {
    local target=$1 began=$SECONDS since=$SECONDS known=0 edges log line
    shift
    while pause 10; do
        edges=0
        for log in "$campaign/$target".*.log; do
            line=$(grep -aE '^#[0-9]+.* cov: ' "$log" | tail -n 1)
            [[ ! $line =~ cov:\ ([0-9]+) ]] || edges=$((edges + BASH_REMATCH[1]))
        done
        [ -z "$line" ] || echo "    ${line//$'\t'/ }"
        if ((edges > known)); then known=$edges since=$SECONDS; fi
        if ((quiet > 0 && SECONDS - since >= quiet && SECONDS - began >= seconds)); then
            echo "    nothing new for $((SECONDS - since)) s"
            kill "$@" 2>/dev/null || true
            return
        fi
    done
}

last() { sed -n "s/$2/\1/p" "$1" | tail -n 1; }

libfuzzer() {
    local target=$1 job log pids=() status=0 started=$SECONDS watch_pid
    local limit=$((quiet > 0 ? 0 : seconds))
    local new=$campaign/$target/libfuzzer found=$findings/$target/
    mkdir -p "$new" "$found"
    rm -f "$campaign/$target".*.log
    for ((job = 1; job <= jobs; job++)); do
        log=$campaign/$target.$job.log
        # shellcheck disable=SC2046 # folders and options are words
        "build/libfuzzer/fuzz/$target" -max_total_time="$limit" -max_len="$max_len" -len_control=100 -entropic=0 \
            -timeout=20 -reload=1 $(dictionary_of "$target" -dict=) -artifact_prefix="$found" -print_final_stats=1 \
            "$new" $(fuzz_inputs "$target") \
            >"$log" 2>&1 &
        pids+=($!)
    done
    watch "$target" "${pids[@]}" & watch_pid=$!
    for job in "${pids[@]}"; do wait "$job" || [ $? -eq "$INTERRUPTED" ] || status=1; done
    kill "$watch_pid" 2>/dev/null || true
    wait "$watch_pid" 2>/dev/null || true
    libfuzzer_summary "$target" $((SECONDS - started)) "$status"
}

libfuzzer_summary() {
    local target=$1 took=$2 status=$3 log executions=0 before after file
    for log in "$campaign/$target".*.log; do
        executions=$((executions + $(last "$log" '^stat::number_of_executed_units: *\([0-9]*\).*' || true) + 0))
    done
    log=$campaign/$target.1.log
    before=$(last "$log" '^#[0-9]*[[:space:]]*INITED cov: \([0-9]*\) .*')
    after=$(last "$log" '^#[0-9]*[[:space:]].* cov: \([0-9]*\) .*')
    report "$target" "$executions" "$took" "${before:-0}" "${after:-0}" \
        "$(find "$campaign/$target/libfuzzer" -type f | wc -l)"
    if [ "$status" -ne 0 ]; then
        grep -haE 'violated:|runtime error:|ERROR: |SUMMARY: ' "$campaign/$target".*.log |
            sort -u | sed 's/^/    /' || true
    fi
}

# ---- AFL++ -----------------------------------------------------------------------------------------------------------

afl() {
    local target=$1 job pids=() options mutator="" seeds bound=(-V "$seconds")
    local out=$campaign/$target/afl
    if ((quiet > 0)); then bound=() && export AFL_EXIT_ON_TIME=$quiet; fi
    seeds=$(mktemp -d)
    # shellcheck disable=SC2046 # folders are words
    find $(fuzz_inputs "$target") -type f -exec cp {} "$seeds" \;
    [ -n "$(ls "$seeds")" ] || printf '\0' >"$seeds/empty"
    if [ "$(fuzz_kind "$target")" = frames ]; then mutator=$fuzz_root/build/afl-mutator/fuzz/mutator.so; fi
    rm -rf "$out"
    mkdir -p "$out"
    for ((job = 1; job <= jobs; job++)); do
        options=(-S "job$job")
        if [ "$job" -eq 1 ]; then options=(-M job1 -c "build/afl-cmplog/fuzz/$target"); fi
        # shellcheck disable=SC2046 # the option and its value are words
        AFL_CUSTOM_MUTATOR_LIBRARY=$mutator AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 \
        AFL_NO_STARTUP_CALIBRATION=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
        ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 \
            afl-fuzz "${options[@]}" -i "$seeds" -o "$out" "${bound[@]}" -m none -t 2000+ \
            $(dictionary_of "$target" "-x ") -G "$max_len" -- "build/afl/fuzz/$target" \
            >"$campaign/$target.afl.$job.log" 2>&1 &
        pids+=($!)
    done
    for job in "${pids[@]}"; do
        wait "$job" || echo "    afl-fuzz ended with status $?; see $campaign/$target.afl.*.log"
    done
    rm -rf "$seeds"
    afl_summary "$target" "$out"
}

afl_stat() { sed -n "s/^$2 *: *\([0-9]*\).*/\1/p" "$1"; }

afl_summary() {
    local target=$1 out=$2 file executions=0 edges=0 new=0 took=1
    for file in "$out"/*/fuzzer_stats; do
        [ -f "$file" ] || fuzz_fail "AFL++ did not run: $(tail -n 5 "$campaign/$target.afl.1.log")"
        executions=$((executions + $(afl_stat "$file" execs_done)))
        new=$((new + $(afl_stat "$file" corpus_found)))
        took=$(afl_stat "$file" run_time)
        edges=$(afl_stat "$file" edges_found)
    done
    mkdir -p "$findings/$target"
    for file in "$out"/*/crashes/id* "$out"/*/hangs/id*; do
        if [ -f "$file" ]; then cp "$file" "$findings/$target/afl-$(sha1sum <"$file" | cut -c 1-40)"; fi
    done
    report "$target" "$executions" "$took" "-" "$edges" "$new"
}

# ---- Both ------------------------------------------------------------------------------------------------------------

report() { # TARGET EXECUTIONS SECONDS EDGES-BEFORE EDGES-AFTER NEW-INPUTS
    local took=$(($3 > 0 ? $3 : 1)) found
    found=$(find "$findings/$1" -type f -newer "$findings/.began" | wc -l)
    rows+=("$(printf '%-10s %12s %10s %8s %8s %8s %8s' "$1" "$2" $(($2 / took)) "$4" "$5" "$6" "$found")")
    total=$((total + $2))
    if [ "$found" -gt 0 ]; then
        failed=1
        find "$findings/$1" -type f -newer "$findings/.began" \
            -printf "    FOUND %p; again: make fuzz-replay TARGET=$1 INPUT=%p\n"
    fi
}

rows=() failed=0 total=0
mkdir -p "$campaign" "$findings"
touch "$findings/.began"
echo "building ${#targets[@]} target(s) for $engine …"
fuzz_build "$engine" "${targets[@]}"
for target in "${targets[@]}"; do
    echo "$target: $seconds s by $engine, $jobs job(s), from $(find $(fuzz_inputs "$target") -type f | wc -l) inputs …"
    "$engine" "$target"
done
echo
printf '%-10s %12s %10s %8s %8s %8s %8s\n' target executions per-second edges now new found
printf '%s\n' "${rows[@]}"
echo
echo "$total executions. New inputs: $campaign (make fuzz-merge keeps those that reach more); findings: $findings"
exit $failed
