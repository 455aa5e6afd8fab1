#!/usr/bin/env bash
# Do the codec's tests see what they are there to see? Plants a fault in a copy of the codec, in its grammar or in its C,
# and looks whether the test turns red that is there for it. Prints TAP. The copy without a fault must be green.
set -euo pipefail
export SORTEO_SEED=1 CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C
unset CDPATH
root=$(cd "$(dirname "$0")/../../.." && pwd -P)
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

fresh() {
    rm -rf "$work/copy"
    mkdir -p "$work/copy/src"
    if [ -d "$work/good" ]; then cp "$work"/good/*.o "$work/copy"; fi
    cp -R "$root/grammar" "$work/copy"
    cp -R "$root/src/codec" "$work/copy/src"
    mkdir "$work/copy/gen"
    cp "$root"/gen/*.h "$root/gen/protocol.c" "$work/copy/gen"
}

# The copy's machines, as generate.sh makes them but for what people read.
machines() {
    local dialect
    for dialect in $(cat "$root/gen/dialects"); do
        sed "s/@DIALECT@/$dialect/g" "$work/copy/src/codec/machine.rl" > "$work/copy/${dialect}_host.rl"
        (ulimit -v 2000000; ulimit -t 10; exec ragel -G2 -L -I "$work/copy/grammar" "$work/copy/${dialect}_host.rl" \
            -o "$work/copy/$dialect.c")
    done
}

compile() { "$CC" -std=c11 -D_GNU_SOURCE -w -O1 "$@"; }

# library [FLAG...]
library() {
    machines && (cd "$work/copy" && compile "$@" -Isrc -c src/codec/*.c gen/protocol.c ./*.c)
}

# rebuild TEST FILE: what the test is linked with of the copy, which had no fault before the one in FILE.
rebuild() {
    case $1/$2 in
    plain/*)   ;;                                                           # it includes what it tests
    */src/*.c) (cd "$work/copy" && compile -Isrc -c "$2") ;;
    */grammar/*) library -DSORTEO_PORTABLE ;;                               # shortcuts would hide what the grammar does wrong
    *)         library ;;
    esac
}

# What some tests are linked with: the codec without shortcuts, in which no fault is planted, and the oracle's inputs.
beside() {
    mkdir "$work/beside"
    cd "$work/beside"
    compile -I"$root/src" -I"$root/tests" -c "$root"/tests/conformance/oracle/{inputs,inputs_random,stream}.c
    compile -I"$root/src" -I"$root/tests" -DSORTEO_PORTABLE -DSECOND_CODEC=portable_ -include "$root/tests/unit/codec/second_codec_names.h" \
        -c "$root"/src/codec/{decoder,dialect}.c $(sed "s|.*|$root/gen/&.c|" "$root/gen/dialects")
}

# How much of what it can do a test is asked for: enough to see its faults.
rounds() { if [ "$1" = plain ]; then echo 100000; else echo 2000; fi; }

# The test's program with the copy's codec, run from the project's folder.
run() {
    compile -I"$work/copy/src" -I"$root/tests" "$root/tests/unit/codec/test_$1.c" \
        "$work"/copy/*.o "$work"/beside/*.o -lcmocka -o "$work/copy/test"
    (cd "$root" && SORTEO_ROUNDS=$(rounds "$1") "$work/copy/test") > "$work/out" 2>&1
}

say() {
    number=$((number + 1))
    echo "$1 $number - $2"
    [ "$1" = ok ] || failed=1
}

# sees TEST NAME FILE SED-EXPRESSION: with the fault in it, the test must fail, and not for want of a build.
sees() {
    fresh
    sed -i "$4" "$work/copy/$3"
    if cmp -s "$root/$3" "$work/copy/$3"; then
        echo "# nothing in $3 was changed by $4"
        say "not ok" "$1_sees_$2"
    elif ! rebuild "$1" "$3"; then
        say "not ok" "$1_sees_$2"
    elif run "$1"; then
        echo "# all of it passed"
        say "not ok" "$1_sees_$2"
    elif ! grep -q '^not ok' "$work/out"; then
        echo "# it did not run"
        say "not ok" "$1_sees_$2"
    else
        say ok "$1_sees_$2"
    fi
}

(beside)
fresh
library
mkdir "$work/good"
cp "$work"/copy/*.o "$work/good"
for test in vectors calendar utf8 roundtrip encoder decoder plain shortcuts; do
    if run "$test"; then say ok "${test}_passes_without_a_fault"; else say "not ok" "${test}_passes_without_a_fault"; fi
done

fields=grammar/fields.rl frames=grammar/frames.rl actions=src/codec/actions.h shell=src/codec/decoder.c
sees calendar  leap_centuries            $fields  's/( by_4 - "00" ) "00"/by_4 "00"/'
sees calendar  thirty_one_days_of_june   $fields  's/\[469\]/[49]/; s/\[13578\]/[135678]/'
sees utf8      surrogates                $fields  's/0x80\.\.0x9f   tail/0x80..0xa0   tail/'
sees utf8      an_overlong_form          $fields  's/0xe0       0xa0/0xe0       0x9f/'
sees utf8      a_missing_last_plane      $fields  's/0x80\.\.0x8f   tail tail/0x80..0x8e   tail tail/'
sees vectors   c1_controls               $fields  's/(0xa0\.\.0xbf)/(0x9f..0xbf)/'
sees vectors   room_that_is_not_asked    src/codec/machine.rl 's/has_room(decoder, 3)/has_room(decoder, 2)/'
sees vectors   an_event_one_byte_late    $frames  's/@finish;/%finish;/'
sees vectors   another_receipt           grammar/compact.rl 's/0x03/0x01/'
sees vectors   a_limit_off_by_one        $actions 's/return more <= decoder->frame_limit/return more < decoder->frame_limit/'
sees vectors   a_limit_that_forgets_names $actions '0,/frame_least += decoder->text_left/s//frame_least += 0u/'
sees vectors   a_keep_that_forgets_names $shell   's/return decoder->in_bet ? decoder->bet_begin : /return /'
sees vectors   an_error_that_is_forgotten $shell  's/if (decoder->error.code != SORTEO_E_OK)/if (0)/'
sees roundtrip a_wrong_byte_order        src/codec/bet.h 's/8 \* (left - 1)/8 * (size - left)/'
sees roundtrip a_key_cut_short           $actions 's/0xffffffffffffffu/0xffffffffffffu/'
sees encoder   a_packet_of_8001_bytes    src/codec/packet.c 's/: SORTEO_PACKET_MAX/: SORTEO_PACKET_MAX + 1/'
sees encoder   a_size_that_wraps         src/codec/bet.c 's/a > SIZE_MAX - b/a == 0 \&\& b == 1/'
sees encoder   a_count_that_is_not_asked src/codec/encoder.c 's/count < 1 ||//'
sees decoder   a_window_that_is_not_asked $shell  's/window->base > keep/0 \&\& keep/'

plain=src/codec/plain.h shortcut=src/codec/shortcut.h
sees plain     a_thirty_first_of_april   $plain   's/28, 31, 30,/28, 31, 31,/'
sees plain     a_leap_day_in_any_year    $plain   's/31, 28,/31, 29,/'
sees plain     the_year_0                $plain   's/ && year != 0//'
sees plain     a_dash_that_may_be_a_digit $plain  's/767676767f76767f/767676767676767f/'
sees plain     a_day_of_any_two_bytes    $plain   's/(not_digits | not_day_digits)/not_digits/'
sees plain     a_delete_in_a_name        $plain   's/0x20, 0x7e/0x20, 0x7f/'
sees plain     a_c1_control              $plain   's/(lanes)(before == 0xc2) | //'
sees plain     a_surrogate               $plain   's/ | low | surrogate | plane/ | low | plane/'
sees plain     a_character_cut_off       $plain   's/at <= len;/at < len;/'
sees plain     a_narrow_one_cut_off      $plain   's/ \&\& text\[len - 1\] < 0xc0//'
sees plain     characters_across_lanes   $plain   's/earlier = bytes;//'
sees plain     a_second_text_left_out    $plain   's/ ^ lanes_below(pair->second_end, at)//'
sees plain     a_byte_too_much_of_a_text $plain   's/8 \* (15 - len)/8 * (14 - len)/'
sees plain     a_text_read_behind_its_end $plain  's/(a_len - 4 < LANES - 4) \& //'
sees shortcuts a_tail_with_bytes_missing $shortcut 's/if (names_max < decoder->bet_least)/if (names_max + 2 < decoder->bet_least)/'
sees shortcuts a_name_without_its_tail   $shortcut 's/if (parts->name_len > names_max)/if (parts->name_len > names_max + 4)/'
sees shortcuts a_skip_that_leaves_a_byte $shortcut 's/decoder->text_left = 0;/decoder->text_left = 1;/'
sees shortcuts a_skip_that_looks_too_far $shortcut 's/<= len + PLAIN_TEXT_SLACK/<= len/'
sees shortcuts a_limit_that_is_not_asked $shortcut 's/parts.name_len + parts.surname_len > decoder->frame_limit - least/false/'
sees shortcuts names_that_count_twice    $shortcut 's/ - decoder->name_len - decoder->surname_len//'
sees shortcuts a_bet_in_the_other_direction $shortcut 's/ \&\& decoder->bet_state != MACHINE_ERROR_STATE//'
sees shortcuts a_state_inside_of_the_bet $shortcut 's/decoder->state = decoder->bet_state;//'
sees shortcuts a_day_that_is_not_asked   $shortcut 's/!is_plain_date(parts.tail + 4)/false/'
sees shortcuts a_surname_that_is_not_asked $shortcut 's/ \&\& is_plain_text(parts->surname, parts->surname_len)//'
sees shortcuts names_that_are_not_asked  $shortcut 's/are_narrow_texts(parts->name, \&pair))/true)/'
sees shortcuts a_pair_that_looks_too_far $shortcut 's/(size_t)(end - parts->name) > PLAIN_PAIR_MAX/true/'

bet=src/codec/bet.c
sees utf8      a_name_sent_unasked       $bet     's/return is_plain_text(copy, name->len);/return true;/'
sees calendar  a_day_sent_unasked        $bet     's/ \&\& is_plain_date((const uint8_t \*)bet->birthdate.bytes)//'
sees encoder   a_length_that_is_not_asked $bet    's/bet->name.len <= PLAIN_NAME_MAX \&\& bet->surname.len <= PLAIN_NAME_MAX/true/'
sees roundtrip a_word_from_elsewhere     $bet     's/bytes + len - 4 - middle/bytes + middle/'
sees roundtrip a_length_of_another_order src/codec/bet.h 's/out\[0\] = (uint8_t)(value >> 8);/out[0] = (uint8_t)value;/'

echo "1..$number"
exit $failed
