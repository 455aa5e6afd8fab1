/*
 * `sorteo decode`: what it prints, of events and of errors, and what it exits with.
 */
#include "unit/tool/decode_fixture.h"

/* ---- Events ---------------------------------------------------------------------------------- */

static void agency_stream_is_printed_event_by_event(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" BET "\x00\x00\x01"
                            "\x01"
                            "\x00\x00\x01",
                            "--dialect", "wide"),
                     0);
    assert_string_equal(
        output.text,
        "BATCH_BEGIN bets=1 [0,2)\n"
        "BET agency=1 name=\"A\" surname=\"\\\"\\\\ñ\" document=7 birthdate=1999-03-17 number=2201 [2,28)\n"
        "BATCH_END bets=1 [0,28)\n"
        "FINISH agency=1 [28,31)\n"
        "RECEIPT [31,32)\n"
        "FINISH agency=1 [32,35)\n");
    assert_string_equal(errors.text, "");
}

static void agency_stream_is_printed_as_json(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" BET "\x00\x00\x01"
                            "\x01",
                            "--json"),
                     0);
    assert_string_equal(
        output.text, "{\"event\":\"BATCH_BEGIN\",\"begin\":0,\"end\":2,\"bets\":1}\n"
                     "{\"event\":\"BET\",\"begin\":2,\"end\":28,\"agency\":1,\"name\":\"A\",\"surname\":\"\\\"\\\\ñ\","
                     "\"document\":7,\"birthdate\":\"1999-03-17\",\"number\":2201}\n"
                     "{\"event\":\"BATCH_END\",\"begin\":0,\"end\":28,\"bets\":1}\n"
                     "{\"event\":\"FINISH\",\"begin\":28,\"end\":31,\"agency\":1}\n"
                     "{\"event\":\"RECEIPT\",\"begin\":31,\"end\":32}\n");
}

static void bet_stream_is_printed_with_keys_where_the_dialect_has_them(void **state)
{
    (void)state;
    assert_int_equal(DECODE(KEY BET KEY BET, "--dialect", "keyed", "--stream", "bet"), 0);
    assert_string_equal(output.text, "BET key=72623859790382856 agency=1 name=\"A\" surname=\"\\\"\\\\ñ\" document=7 "
                                     "birthdate=1999-03-17 number=2201 [0,34)\n"
                                     "BET key=72623859790382856 agency=1 name=\"A\" surname=\"\\\"\\\\ñ\" document=7 "
                                     "birthdate=1999-03-17 number=2201 [34,68)\n");
    assert_int_equal(DECODE("\x00\x00" KEY "\x05", "--dialect", "keyed", "--json"), 0);
    assert_string_equal(output.text, "{\"event\":\"FINISH\",\"begin\":0,\"end\":11,\"key\":\"72623859790382856\","
                                     "\"agency\":5}\n");
}

static void compact_is_printed_with_its_largest_values(void **state)
{
    (void)state;
    assert_int_equal(DECODE(COMPACT_BET, "--dialect", "compact", "--stream", "bet"), 0);
    assert_string_equal(output.text, "BET agency=2 name=\"A\" surname=\"\" document=4294967295 birthdate=2000-02-29 "
                                     "number=65535 [0,20)\n");
}

static void marks_of_direction_and_line_are_printed_as_escapes(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x02"
                            "\x0a"
                            "\xd8\x9c"
                            "A\xe2\x80\xae"
                            "B\xe2\x81\xa9"
                            "\x06"
                            "\xe2\x80\x8d"
                            "\xe2\x80\xa8"
                            "\x00\x00\x00\x07"
                            "2000-02-29"
                            "\x00\x01",
                            "--dialect", "compact", "--stream", "bet"),
                     0);
    assert_string_equal(output.text, "BET agency=2 name=\"\\u061cA\\u202eB\\u2069\" surname=\"\xe2\x80\x8d\\u2028\" "
                                     "document=7 birthdate=2000-02-29 number=1 [0,35)\n");
}

static void replies_are_printed_in_the_order_that_was_asked_for(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01\x00"
                            "\x00\x02"
                            "\x01\xd7\x90\x91"
                            "\x02\x10\x00\x10"
                            "\x00\x00"
                            "\x00",
                            "--stream", "reply", "--replies", "3,winners,winners,answers"),
                     0);
    assert_string_equal(output.text, "ANSWER stored=true [0,1)\n"
                                     "ANSWER stored=false [1,2)\n"
                                     "ANSWER stored=true [2,3)\n"
                                     "WINNERS_BEGIN winners=2 [3,5)\n"
                                     "WINNER document=30904465 [5,9)\n"
                                     "WINNER document=34603024 [9,13)\n"
                                     "WINNERS_END winners=2 [3,13)\n"
                                     "WINNERS_BEGIN winners=0 [13,15)\n"
                                     "WINNERS_END winners=0 [13,15)\n"
                                     "ANSWER stored=true [15,16)\n");
    /* The bytes of winners are those of answers, so somebody must say which they are. */
    assert_int_equal(DECODE("\x00\x00", "--stream", "reply"), 2);
    assert_string_equal(output.text, "");
    assert_non_null(strstr(errors.text, "--stream reply needs --replies"));
    assert_int_equal(DECODE("\x00", "--stream", "reply", "--replies", "answers", "--json"), 0);
    assert_string_equal(output.text, "{\"event\":\"ANSWER\",\"begin\":0,\"end\":1,\"stored\":true}\n");
}

static void stream_without_a_byte_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(DECODE("", "--stream", "agency"), 0);
    assert_string_equal(output.text, "");
    assert_string_equal(errors.text, "");
}

/* ---- Errors ---------------------------------------------------------------------------------- */

/* Standard error without the path in front of ": byte". */
static const char *complaint(void)
{
    const char *place = strstr(errors.text, "frames: ");

    assert_non_null(place);
    return place + strlen("frames: ");
}

static void error_is_marked_under_its_byte(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" CUT_BET, "--dialect", "wide"), 1);
    assert_string_equal(output.text, "BATCH_BEGIN bets=1 [0,2)\n");
    assert_string_equal(
        complaint(),
        "byte 11, SURNAME: utf8: not well-formed UTF-8, or a character that does not fit its name's length\n"
        "In the frame that began at byte 0:\n"
        "  0000000000000000  00 01 01 00 01 41 00 04  42 22 5c c3 00 00 00 07  |.....A..B\"\\.....|\n"
        "                                                      ^^\n"
        "  0000000000000010  31 39 39 39 2d 30 33 2d  31 37 08                 |1999-03-17.     |\n");
}

static void error_deep_in_a_stream_is_shown_with_what_is_around_it(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x00\x01\x01"
                            "\x00\x01" BET "\x00\x01" BET "\x00\x00\x01"
                            "\x07"
                            "0123456789",
                            "--json"),
                     1);
    assert_string_equal(complaint(),
                        "byte 63, RECEIPT: receipt: not the receipt of this dialect\n"
                        "In the frame that began at byte 63:\n"
                        "  0000000000000010                                                99  |               .|\n"
                        "  0000000000000020  00 01 01 00 01 41 00 04  22 5c c3 b1 00 00 00 07  |.....A..\"\\......|\n"
                        "  0000000000000030  31 39 39 39 2d 30 33 2d  31 37 08 99 00 00 01 07  |1999-03-17......|\n"
                        "                                                                  ^^\n"
                        "  0000000000000040  30 31 32 33 34 35 36 37  38 39                    |0123456789      |\n");
}

static void error_names_where_its_single_bet_began(void **state)
{
    (void)state;
    assert_int_equal(DECODE(COMPACT_BET "\x02"
                                        "\x01"
                                        "\x07",
                            "--dialect", "compact", "--stream", "bet"),
                     1);
    assert_non_null(strstr(complaint(), "byte 22, NAME: control: "));
    assert_non_null(strstr(complaint(), "In the frame that began at byte 20:\n"));
}

static void error_is_a_line_of_json_too(void **state)
{
    const char *last;

    (void)state;
    assert_int_equal(DECODE("\x00\x00\x01"
                            "\x07",
                            "--json"),
                     1);
    last = strchr(output.text, '\n') + 1;
    assert_string_equal(
        last, "{\"event\":\"ERROR\",\"offset\":3,\"frame_begin\":3,\"code\":\"receipt\",\"field\":\"RECEIPT\","
              "\"text\":\"not the receipt of this dialect\",\"bytes_begin\":0,\"bytes\":\"00000107\"}\n");
}

static void stream_that_ends_inside_a_frame_is_marked_behind_its_last_byte(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x00\x01"
                            "\x01"
                            "\x00",
                            "--dialect", "wide"),
                     1);
    assert_string_equal(output.text, "FINISH agency=1 [0,3)\nRECEIPT [3,4)\n");
    assert_non_null(strstr(complaint(), "byte 5"));
    assert_non_null(strstr(complaint(),
                           ": truncated: the stream ended inside a frame\n"
                           "In the frame that began at byte 4:\n"
                           "  0000000000000000  00 00 01 01 00                                    |.....           |\n"
                           "                                   ^^\n"));
    assert_int_equal(DECODE("\x00\x10"
                            "\x01"
                            "\x00\x09"
                            "abcdefghi"
                            "\x00\x05",
                            "--dialect", "wide"),
                     1);
    assert_non_null(strstr(complaint(),
                           "  0000000000000010                                                    |                |\n"
                           "                    ^^\n"));
}

static void reply_that_nobody_asked_for_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x00", "--stream", "reply", "--replies", "1"), 1);
    assert_string_equal(output.text, "ANSWER stored=true [0,1)\n");
    assert_memory_equal(complaint(), "byte 1: unexpected: a byte where no frame is due\n", 49);
}

static void frame_beyond_the_limit_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x00\x01" BET, "--max-frame", "28"), 0);
    assert_int_equal(DECODE("\x00\x01" BET, "--max-frame", "27"), 1);
    assert_non_null(strstr(complaint(), ": limit: "));
}

/* ---- Lists of replies ------------------------------------------------------------------------ */

static void replies_follow_their_list(void **state)
{
    struct replies replies;

    (void)state;
    assert_true(replies_init(&replies, "2,winners,0,1"));
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_WINNERS);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_NONE);
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_NONE);
    assert_true(replies_init(&replies, "winners,answers"));
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_WINNERS);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);
}

/* A grammar may have others: tests/walks/walk frame adds one. */
static void each_reply_of_the_grammar_can_be_named(void **state)
{
    struct replies replies;

    (void)state;
#define X(frame, name)                                                                                                 \
    assert_true(replies_init(&replies, "1," #name));                                                                   \
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_ANSWER);                                                     \
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_##frame);                                                    \
    assert_int_equal(replies_next(&replies), SORTEO_REPLY_NONE);
    REPLIES(X)
#undef X
}

static void lists_of_replies_are_refused_when_wrong(void **state)
{
    static const char *const wrong[] = { "",       ",",         "1,", ",1",   "-1",
                                         "winner", "answers,1", "1 ", "1,,2", "99999999999999999999999999999" };
    struct replies replies;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(replies_init(&replies, wrong[i]));
    assert_int_equal(DECODE("", "--replies", "soon"), 2);
    assert_string_equal(errors.text,
                        "sorteo decode: --replies: expected a list such as 5,winners or winners,3 or answers; the "
                        "replies are called: answer winners\n");
}

/* SORTEO_PORT is a container platform's, which names a service called sorteo with it. */
static void port_has_a_variable_that_no_platform_sets(void **state)
{
    (void)state;
    (void)setenv("SORTEO_PORT", "tcp://10.0.0.7:12345", 1);
    assert_int_equal(DECODE("", "--json"), 0);
    (void)setenv("SORTEO_PCAP_PORT", "12345", 1); /* of no effect without a capture, as it may be everybody's */
    assert_int_equal(DECODE("", "--json"), 0);
    assert_int_equal(DECODE("", "--port", "12345"), 2);
    assert_string_equal(errors.text, "sorteo decode: --port needs --pcap. Try 'sorteo decode --help'.\n");
    (void)setenv("SORTEO_PCAP_PORT", "tcp://10.0.0.7:12345", 1);
    assert_int_equal(DECODE("", "--json"), 2);
    assert_string_equal(errors.text, "sorteo decode: SORTEO_PCAP_PORT: 'tcp://10.0.0.7:12345' is not a whole number "
                                     "from 1 to 65535. Try 'sorteo decode --help'.\n");
    (void)unsetenv("SORTEO_PCAP_PORT");
    (void)unsetenv("SORTEO_PORT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(agency_stream_is_printed_event_by_event, begin, end),
        cmocka_unit_test_setup_teardown(agency_stream_is_printed_as_json, begin, end),
        cmocka_unit_test_setup_teardown(bet_stream_is_printed_with_keys_where_the_dialect_has_them, begin, end),
        cmocka_unit_test_setup_teardown(compact_is_printed_with_its_largest_values, begin, end),
        cmocka_unit_test_setup_teardown(marks_of_direction_and_line_are_printed_as_escapes, begin, end),
        cmocka_unit_test_setup_teardown(replies_are_printed_in_the_order_that_was_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(stream_without_a_byte_is_no_error, begin, end),
        cmocka_unit_test_setup_teardown(error_is_marked_under_its_byte, begin, end),
        cmocka_unit_test_setup_teardown(error_deep_in_a_stream_is_shown_with_what_is_around_it, begin, end),
        cmocka_unit_test_setup_teardown(error_names_where_its_single_bet_began, begin, end),
        cmocka_unit_test_setup_teardown(error_is_a_line_of_json_too, begin, end),
        cmocka_unit_test_setup_teardown(stream_that_ends_inside_a_frame_is_marked_behind_its_last_byte, begin, end),
        cmocka_unit_test_setup_teardown(reply_that_nobody_asked_for_is_an_error, begin, end),
        cmocka_unit_test_setup_teardown(frame_beyond_the_limit_is_an_error, begin, end),
        cmocka_unit_test(replies_follow_their_list),
        cmocka_unit_test(each_reply_of_the_grammar_can_be_named),
        cmocka_unit_test_setup_teardown(lists_of_replies_are_refused_when_wrong, begin, end),
        cmocka_unit_test_setup_teardown(port_has_a_variable_that_no_platform_sets, begin, end),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
