/*
 * A proxy's header (PROXY protocol, version 2): whom it names, and what is refused at which byte.
 * Each header is given whole, byte by byte, and in two pieces at every cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/worker/proxy_header.h"

#define TCP4 "\x11"
#define TCP6 "\x21"
#define FOUR "\x0a\x01\x02\x03\xc0\x00\x02\x01\x30\x39\x01\xbb" /* 10.1.2.3:12345 to 192.0.2.1:443 */
#define SIX                                                                                                            \
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\7"                                                                         \
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x30\x39\x01\xbb"
#define MAPPED                                                                                                         \
    "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\x01\x02\x03"                                                                     \
    "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01\x30\x39\x01\xbb"
#define CRC32C "\x03\0\x04\1\2\3\4"
#define NOOP "\x04\0\0"

struct input {
    uint8_t bytes[1024];
    size_t len;
};

static void append(struct input *input, const void *bytes, size_t len)
{
    assert_true(len <= sizeof input->bytes - input->len);
    memcpy(input->bytes + input->len, bytes, len);
    input->len += len;
}

/* A header of this command and family, whose length says `said`. */
static struct input header_that_says(const char *command, const char *family, const void *rest, size_t len, size_t said)
{
    struct input input = { .len = 0 };
    const uint8_t length[2] = { (uint8_t)(said >> 8), (uint8_t)said };

    append(&input, PROXY_SIGNATURE, PROXY_SIGNATURE_LEN);
    append(&input, command, 1);
    append(&input, family, 1);
    append(&input, length, 2);
    append(&input, rest, len);
    return input;
}

#define HEADER(command, family, rest) header_that_says(command, family, rest, sizeof(rest) - 1, sizeof(rest) - 1)

/* Feeds what is in it from its `from`-th byte to its `to`-th, as far as it wants more. */
static enum proxy_header_state feed(struct proxy_header *header, const struct input *input, size_t *from, size_t to)
{
    enum proxy_header_state state = PROXY_HEADER_MORE;

    while (state == PROXY_HEADER_MORE && *from < to) {
        size_t wants = proxy_header_wants(header), len = wants < to - *from ? wants : to - *from;
        assert_true(wants > 0);
        state = proxy_header_feed(header, input->bytes + *from, len);
        *from += len;
    }
    return state;
}

/* In pieces of which the first has `cut` bytes, and the others `step`. */
static enum proxy_header_state read_in_pieces(struct proxy_header *header, const struct input *input, size_t cut,
                                              size_t step)
{
    enum proxy_header_state state = PROXY_HEADER_MORE;
    size_t at = 0;

    *header = (struct proxy_header){ .len = 0 };
    for (size_t to = cut; state == PROXY_HEADER_MORE && at < input->len; to += step)
        state = feed(header, input, &at, to < input->len ? to : input->len);
    if (state == PROXY_HEADER_DONE)
        assert_int_equal(at, header->len);
    return state;
}

static void assert_done(struct input input, const char *peer)
{
    struct proxy_header header;
    char text[PEER_NAME_TEXT_MAX];
    size_t whole = input.len;

    append(&input, "\0\0\1", 3); /* a frame follows: none of its bytes is taken */
    for (size_t cut = 0; cut <= input.len; cut++) {
        for (size_t step = 1; step <= input.len; step += input.len - 1) {
            assert_int_equal(read_in_pieces(&header, &input, cut, step), PROXY_HEADER_DONE);
            assert_int_equal(header.len, whole);
            assert_int_equal(header.names_peer, peer != NULL);
            if (peer != NULL)
                assert_string_equal(peer_name_text(&header.peer, text), peer);
        }
    }
    for (size_t len = 0; len < whole; len++) {
        input.len = len;
        assert_int_equal(read_in_pieces(&header, &input, len, 1), PROXY_HEADER_MORE);
    }
}

static void assert_refused(struct input input, size_t byte, const char *why)
{
    struct proxy_header header;

    for (size_t cut = 0; cut <= input.len; cut++) {
        for (size_t step = 1; step <= input.len; step += input.len - 1) {
            assert_int_equal(read_in_pieces(&header, &input, cut, step), PROXY_HEADER_REFUSED);
            assert_non_null(strstr(header.why, why));
            assert_int_equal(header.byte, byte);
            assert_int_equal(proxy_header_wants(&header), 0);
        }
    }
}

static struct input text(const char *text, size_t len)
{
    struct input input = { .len = 0 };

    append(&input, text, len);
    return input;
}

static void header_names_its_source(void **state)
{
    (void)state;
    assert_done(HEADER("\x21", TCP4, FOUR), "10.1.2.3:12345");
    assert_done(HEADER("\x21", TCP6, SIX), "[2001:db8::7]:12345");
    assert_done(HEADER("\x21", TCP6, MAPPED), "10.1.2.3:12345");
}

static void tlvs_are_skipped(void **state)
{
    (void)state;
    assert_done(HEADER("\x21", TCP4, FOUR CRC32C), "10.1.2.3:12345"); /* though the sum is wrong */
    assert_done(HEADER("\x21", TCP6, SIX NOOP CRC32C NOOP), "[2001:db8::7]:12345");
}

static void header_without_a_tcp_connection_names_nobody(void **state)
{
    (void)state;
    assert_done(HEADER("\x20", "\0", ""), NULL);
    assert_done(HEADER("\x20", TCP4, FOUR CRC32C), NULL);
    assert_done(HEADER("\x20", "\xff", "\1"), NULL); /* a family does not matter there */
    assert_done(HEADER("\x21", "\0", ""), NULL);
    assert_done(HEADER("\x21", "\0", "\1\2\3\4\5"), NULL);
    char paths[216] = "/run/one";
    assert_done(header_that_says("\x21", "\x31", paths, sizeof paths, sizeof paths), NULL);
}

static void header_of_another_form_is_refused_where_it_differs(void **state)
{
    (void)state;
    assert_refused(text("\0\1\2", 3), 0, "no PROXY protocol header");
    assert_refused(text("\r\n\r\n\1", 5), 4, "no PROXY protocol header");
    assert_refused(text("PROXIES", 7), 4, "no PROXY protocol header");
    assert_refused(text("PROXY TCP4 10.1.2.3 192.0.2.1 1 2\r\n", 35), 5, "version 1 is not supported");
    assert_refused(HEADER("\x11", TCP4, FOUR), 12, "version of the PROXY protocol other than 2");
    assert_refused(HEADER("\x31", TCP4, FOUR), 12, "version of the PROXY protocol other than 2");
    assert_refused(HEADER("\x22", TCP4, FOUR), 12, "unknown command");
    assert_refused(HEADER("\x21", "\x12", FOUR), 13, "datagrams");
    assert_refused(HEADER("\x21", "\x22", SIX), 13, "datagrams");
    assert_refused(HEADER("\x21", "\x32", FOUR), 13, "datagrams");
    assert_refused(HEADER("\x21", "\x13", FOUR), 13, "unknown family");
    assert_refused(HEADER("\x21", "\x41", FOUR), 13, "unknown family");
    assert_refused(HEADER("\x21", "\x10", FOUR), 13, "unknown family");
}

static void length_that_does_not_fit_is_refused(void **state)
{
    static const uint8_t zeros[PROXY_HEADER_MAX];
    const size_t most = PROXY_HEADER_MAX - 16, tlv = most - 12;
    struct input longest = HEADER("\x21", TCP4, FOUR);

    (void)state;
    assert_refused(header_that_says("\x21", TCP4, FOUR, 12, 11), 15, "too short for its addresses");
    assert_refused(header_that_says("\x21", TCP6, SIX, 36, 35), 15, "too short for its addresses");
    assert_refused(header_that_says("\x21", "\x31", zeros, 215, 215), 15, "too short for its addresses");
    assert_refused(header_that_says("\x21", TCP4, FOUR, 12, most + 1), 15, "longer than 536 bytes");
    assert_refused(header_that_says("\x20", "\0", FOUR, 12, UINT16_MAX), 15, "longer than 536 bytes");
    longest = header_that_says("\x21", TCP4, FOUR, 12, most);
    append(&longest, (const uint8_t[]){ 0xe0, (uint8_t)((tlv - 3) >> 8), (uint8_t)(tlv - 3) }, 3);
    append(&longest, zeros, tlv - 3);
    assert_int_equal(longest.len, PROXY_HEADER_MAX);
    struct proxy_header header;
    assert_int_equal(read_in_pieces(&header, &longest, 0, 1), PROXY_HEADER_DONE);
}

static void tlv_that_does_not_end_where_the_header_does_is_refused(void **state)
{
    (void)state;
    assert_refused(HEADER("\x21", TCP4, FOUR "\x04"), 28, "TLV");
    assert_refused(HEADER("\x21", TCP4, FOUR "\x04\0"), 28, "TLV");
    assert_refused(HEADER("\x21", TCP4, FOUR NOOP "\x04\0\1"), 31, "TLV");
    assert_refused(HEADER("\x21", TCP4, FOUR NOOP "\x04\xff\xff\1"), 31, "TLV");
    assert_refused(HEADER("\x21", TCP6, SIX CRC32C "\x04"), 59, "TLV");
}

static void stream_that_begins_like_a_header_is_known(void **state)
{
    struct input input = HEADER("\x21", TCP4, FOUR);

    (void)state;
    assert_true(proxy_header_begins(input.bytes, input.len));
    assert_true(proxy_header_begins(input.bytes, PROXY_SIGNATURE_LEN));
    assert_false(proxy_header_begins(input.bytes, PROXY_SIGNATURE_LEN - 1));
    input.bytes[4] ^= 1;
    assert_false(proxy_header_begins(input.bytes, input.len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_names_its_source),
        cmocka_unit_test(tlvs_are_skipped),
        cmocka_unit_test(header_without_a_tcp_connection_names_nobody),
        cmocka_unit_test(header_of_another_form_is_refused_where_it_differs),
        cmocka_unit_test(length_that_does_not_fit_is_refused),
        cmocka_unit_test(tlv_that_does_not_end_where_the_header_does_is_refused),
        cmocka_unit_test(stream_that_begins_like_a_header_is_known),
    };
    return cmocka_run_group_tests_name("server_proxy_header", tests, NULL, NULL);
}
