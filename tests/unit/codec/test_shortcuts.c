/*
 * The decoder as it is shipped beside the same one without shortcuts: after each call both have
 * returned the same, and every byte of the one is the other's. (An event is made of a decoder and
 * its window, by what both have in common.)
 *
 * And plain bets are taken by the shortcuts at all: a codec in which they take nothing would be as
 * right.
 *
 * Inputs are those of the oracle, the vectors, the fuzz corpus, and batches of names in many
 * scripts; whole, in random pieces, and where they are few at every cut. The window ends at a page
 * that may not be touched.
 *
 * TEST_ROUNDS is how many random streams there are; below 150,000 the other sets are taken in
 * part, for slow instruments.
 */
#include "conformance/oracle/inputs.h"
#include "unit/codec/codec_random.h"
#include "unit/codec/guarded_window.h"
#include "unit/codec/second_codec.h"
#include "unit/codec/vector_input.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROUNDS 150000u
#define BRIEF_BELOW ROUNDS
#define CUT_ALL_MAX 400u /* bytes of an input that is cut at every place */
#define PIECE_MAX 64u

static uint64_t rounds;

/* ---- Both, side by side ---------------------------------------------------------------------- */

struct pair {
    const struct oracle_input *input;
    struct sorteo_decoder shipped, portable;
    size_t frames; /* that have ended */
    size_t held;   /* bytes of the window before */
};

static void announce(struct pair *pair)
{
    const struct oracle_input *input = pair->input;
    const enum sorteo_reply reply =
        pair->frames < input->reply_count ? input->replies[pair->frames] : SORTEO_REPLY_NONE;

    sorteo_decoder_expect(&pair->shipped, reply);
    portable_decoder_expect(&pair->portable, reply);
}

static void pair_begin(struct pair *pair, const struct oracle_input *input)
{
    *pair = (struct pair){ .input = input };
    sorteo_decoder_init(&pair->shipped, input->dialect, input->stream, input->frame_limit);
    portable_decoder_init(&pair->portable, input->dialect, input->stream, input->frame_limit);
    announce(pair);
}

static void fail_with(const struct pair *pair, const char *what, size_t to)
{
    const struct oracle_input *input = pair->input;

    (void)printf("# %s, stream %d, limit %u, window up to %zu; at %llu and %llu:", sorteo_dialect_name(input->dialect),
                 (int)input->stream, input->frame_limit, to, (unsigned long long)pair->shipped.offset,
                 (unsigned long long)pair->portable.offset);
    for (size_t i = 0; i < input->len && i < 500; i++)
        (void)printf(" %02x", input->bytes[i]);
    (void)printf("\n");
    fail_msg("%s", what);
}

/* Lets the stream arrive up to its to-th byte. False if it was refused. */
static bool pair_run_to(struct pair *pair, size_t to)
{
    const size_t from = (size_t)portable_decoder_keep(&pair->portable);
    const struct sorteo_window window = guarded_window(pair->input->bytes, from, to, &pair->held);
    struct sorteo_event event;

    for (;;) {
        const enum sorteo_event_kind kind = sorteo_decoder_next(&pair->shipped, &window, &event);

        if (portable_decoder_next(&pair->portable, &window, &event) != kind)
            fail_with(pair, "they return different events", to);
        if (memcmp(&pair->shipped, &pair->portable, sizeof(pair->shipped)) != 0)
            fail_with(pair, "they differ after the same event", to);
        if (kind == SORTEO_MORE || kind == SORTEO_ERROR)
            return kind == SORTEO_MORE;
        if (sorteo_decoder_is_between_frames(&pair->shipped)) {
            pair->frames++;
            announce(pair);
        }
    }
}

/* ---- Ways to cut ----------------------------------------------------------------------------- */

static void run_whole(const struct oracle_input *input)
{
    struct pair pair;

    pair_begin(&pair, input);
    (void)pair_run_to(&pair, input->len);
}

static void run_in_pieces(const struct oracle_input *input)
{
    struct pair pair;
    size_t to = 0;

    pair_begin(&pair, input);
    do {
        to += 1 + random_below(PIECE_MAX);
        to = to < input->len ? to : input->len;
    } while (pair_run_to(&pair, to) && to < input->len);
}

static void run_at_every_cut(const struct oracle_input *input)
{
    for (size_t cut = 1; cut < input->len; cut++) {
        struct pair pair;

        pair_begin(&pair, input);
        if (!pair_run_to(&pair, cut) || !pair_run_to(&pair, input->len))
            break;
    }
}

static void compare(void *context, const struct oracle_input *input)
{
    (void)context;
    run_whole(input);
    run_in_pieces(input);
}

static void compare_thoroughly(const struct oracle_input *input)
{
    compare(NULL, input);
    if (input->len <= CUT_ALL_MAX)
        run_at_every_cut(input);
}

/* ---- The oracle's inputs --------------------------------------------------------------------- */

static void same_on(void (*set)(const struct inputs *))
{
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++)
        set(&(struct inputs){ (enum sorteo_dialect)dialect, rounds < BRIEF_BELOW, compare, NULL });
}

static void random_streams(const struct inputs *inputs)
{
    inputs_random(inputs, random_state + inputs->dialect, rounds / 3);
}

static void shortcuts_change_nothing_where_any_byte_is_wrong(void **state)
{
    (void)state;
    same_on(inputs_prefixes);
    same_on(inputs_bytes);
    same_on(inputs_shifts);
}

static void shortcuts_change_nothing_under_any_limit(void **state)
{
    (void)state;
    same_on(inputs_limits);
    same_on(inputs_counts);
}

static void shortcuts_change_nothing_on_any_day_or_character(void **state)
{
    (void)state;
    same_on(inputs_birthdates);
    same_on(inputs_characters);
}

static void shortcuts_change_nothing_on_random_streams(void **state)
{
    (void)state;
    same_on(random_streams);
}

/* ---- Vectors, corpus, and batches of bets ---------------------------------------------------- */

static size_t glob_or_fail(const char *pattern, glob_t *files)
{
    assert_int_equal(glob(pattern, 0, NULL, files), 0); /* run this from the folder of the Makefile */
    return files->gl_pathc;
}

static void shortcuts_change_nothing_in_vectors_at_any_cut(void **state)
{
    struct vector *vectors = NULL;
    size_t count = 0;
    glob_t files;

    (void)state;
    for (size_t i = 0, paths = glob_or_fail("tests/conformance/vectors/*.txt", &files); i < paths; i++)
        vectors_read(files.gl_pathv[i], &vectors, &count);
    for (size_t i = 0; i < count; i++) {
        enum sorteo_reply replies[VECTOR_REPLIES_MAX];
        const struct oracle_input input = vector_input(&vectors[i], replies);

        compare_thoroughly(&input);
    }
    vectors_free(vectors, count);
    globfree(&files);
}

static size_t read_file(const char *path, uint8_t *bytes, size_t cap)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    assert_non_null(file);
    len = fread(bytes, 1, cap, file);
    (void)fclose(file);
    return len;
}

static void shortcuts_change_nothing_in_the_fuzz_corpus_at_any_cut(void **state)
{
    static const enum sorteo_reply replies[] = { SORTEO_REPLY_WINNERS, SORTEO_REPLY_ANSWER, SORTEO_REPLY_WINNERS };
    static uint8_t bytes[1u << 16];
    glob_t files;

    (void)state;
    for (size_t i = 0, paths = glob_or_fail("fuzz/corpus/frames/*", &files); i < paths;
         i += rounds < BRIEF_BELOW ? 37 : 1) {
        const size_t len = read_file(files.gl_pathv[i], bytes, sizeof(bytes));

        for (unsigned way = 0; way < 3 * sorteo_dialect_count(); way++)
            compare_thoroughly(&(struct oracle_input){
                .dialect = (enum sorteo_dialect)(way / 3),
                .stream = (enum sorteo_stream)(way % 3),
                .replies = replies,
                .reply_count = sizeof(replies) / sizeof(replies[0]),
                .bytes = bytes,
                .len = len,
            });
    }
    globfree(&files);
}

/* A batch of three, which fits CUT_ALL_MAX, with one byte changed or none. */
static void shortcuts_change_nothing_in_batches_of_random_bets(void **state)
{
    static struct random_bet random;

    (void)state;
    for (uint64_t round = 0; round < rounds / 50; round++) {
        const enum sorteo_dialect dialect = (enum sorteo_dialect)(round % sorteo_dialect_count());
        uint8_t bytes[SORTEO_PACKET_MAX];
        struct sorteo_packet packet;
        size_t len;

        assert_int_equal(sorteo_packet_begin(&packet, dialect, bytes, sizeof(bytes)), SORTEO_E_OK);
        do {
            random_bet(&random, dialect);
        } while (random.bet.name.len + random.bet.surname.len > 80 ||
                 sorteo_packet_add(&packet, &random.bet, NULL) != SORTEO_E_OK || packet.bets < 3);
        assert_int_equal(sorteo_packet_end(&packet, round, &len), SORTEO_E_OK);
        if (round % 2 == 1)
            bytes[random_below((uint32_t)len)] = (uint8_t)random_below(256);
        compare_thoroughly(
            &(struct oracle_input){ .dialect = dialect,
                                    .stream = SORTEO_AGENCY_STREAM,
                                    .bytes = bytes,
                                    .len = len,
                                    .frame_limit = random_below(2) == 0 ? 0 : (uint32_t)len - random_below(4) });
    }
}

/* ---- Are they taken? ------------------------------------------------------------------------- */

#define PLAIN_NAME_MAX 224u
#define PLAIN_NAME_USUAL 70u

static const char *const characters[] = { "x", "\xc3\xb1", "\xdf\xbf", "\xe4\xb8\xad", "\xf0\x9f\x8e\xb2" };

/* Characters of one, two, three and four bytes, and between them letters up to a length. */
static struct sorteo_text plain_name(char bytes[PLAIN_NAME_MAX], const char *character, size_t len)
{
    const size_t size = strlen(character);

    memset(bytes, 'x', PLAIN_NAME_MAX);
    for (size_t at = len % 3; len >= size && at <= len - size; at += size + len % 2)
        memcpy(bytes + at, character, size);
    return (struct sorteo_text){ .bytes = bytes, .len = len };
}

/* The machine is put where it would refuse every byte, so that the bet must be taken without it; up
 * to the limit's last byte, whatever follows the names. */
static void check_taken(enum sorteo_dialect dialect, const char *character, size_t name_len, size_t surname_len)
{
    char name[PLAIN_NAME_MAX], surname[PLAIN_NAME_MAX];
    const struct sorteo_bet bet = { .agency = 0xff,
                                    .name = plain_name(name, character, name_len),
                                    .surname = plain_name(surname, character, surname_len),
                                    .document = 0xff80c2edu,
                                    .birthdate = { .bytes = "2000-12-31", .len = SORTEO_DATE_LEN },
                                    .number = 0xffff };
    uint8_t bytes[256];
    struct sorteo_window window = { .bytes = bytes };
    struct sorteo_decoder decoder;
    struct sorteo_event event;

    assert_int_equal(sorteo_encode_batch(dialect, 1, &bet, 1, bytes, sizeof(bytes), &window.len, NULL), SORTEO_E_OK);
    sorteo_decoder_init(&decoder, dialect, SORTEO_AGENCY_STREAM, (uint32_t)window.len);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_BATCH_BEGIN);
    decoder.state = 0;
    if (sorteo_decoder_next(&decoder, &window, &event) != SORTEO_BET)
        fail_msg("%s: not taken: names of %zu and %zu bytes with %s", sorteo_dialect_name(dialect), name_len,
                 surname_len, character);
    assert_int_equal(event.bet.document, bet.document);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_BATCH_END);
}

static void shortcuts_take_every_plain_bet(void **state)
{
    (void)state;
#ifdef CODEC_IS_PORTABLE
    skip(); /* it has none */
#endif
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++)
        for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
            for (size_t len = 0; len < PLAIN_NAME_USUAL; len++) {
                check_taken((enum sorteo_dialect)dialect, characters[i], len, PLAIN_NAME_USUAL - 1 - len);
                check_taken((enum sorteo_dialect)dialect, characters[i], len, 0);
            }
}

/* In a SINGLE only the names are skipped, in a BATCH the whole bet is taken: neither over a wrong
 * byte of a name or surname. */
static void check_wrong_bytes(enum sorteo_dialect dialect, enum sorteo_stream stream, const struct sorteo_bet *bet,
                              bool in_surname)
{
    static const uint8_t wrong[] = { 0x00, 0x1f, 0x7f, 0x80, 0x9f, 0xbf, 0xc2, 0xc3, 0xe0, 0xf0, 0xff };
    static uint8_t bytes[1u << 16];
    struct oracle_input input = { .dialect = dialect, .stream = stream, .bytes = bytes };
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
    const size_t name =
        (stream == SORTEO_BET_STREAM ? 1u : 3u) + parameters->key_size + parameters->length_size; /* AGENCY is
                                                                        one byte, of the bet or of its batch */
    const size_t begin = in_surname ? name + bet->name.len + parameters->length_size : name;
    const size_t len = in_surname ? bet->surname.len : bet->name.len;

    if (stream == SORTEO_BET_STREAM)
        assert_int_equal(sorteo_encode_single(dialect, 1, bet, bytes, sizeof(bytes), &input.len, NULL), SORTEO_E_OK);
    else
        assert_int_equal(sorteo_encode_batch(dialect, 1, bet, 1, bytes, sizeof(bytes), &input.len, NULL), SORTEO_E_OK);
    for (size_t at = begin; at < begin + len; at++) {
        const uint8_t right = bytes[at];

        for (size_t i = 0; i < sizeof(wrong); i++) {
            bytes[at] = wrong[i];
            run_whole(&input);
        }
        bytes[at] = right;
    }
}

static void check_wrong_bytes_everywhere(const struct sorteo_bet *bet, bool in_surname)
{
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        check_wrong_bytes((enum sorteo_dialect)dialect, SORTEO_BET_STREAM, bet, in_surname);
        check_wrong_bytes((enum sorteo_dialect)dialect, SORTEO_AGENCY_STREAM, bet, in_surname);
    }
}

static void shortcuts_change_nothing_where_a_byte_of_a_name_is_wrong(void **state)
{
    char name[PLAIN_NAME_MAX];
    struct sorteo_bet bet = { .birthdate = { .bytes = "2000-12-31", .len = SORTEO_DATE_LEN } };

    (void)state;
    for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
        for (size_t len = 1; len < PLAIN_NAME_USUAL; len += 1 + len % 4) {
            bet.name = plain_name(name, characters[i], len);
            bet.surname = (struct sorteo_text){ .bytes = "y", .len = 1 };
            check_wrong_bytes_everywhere(&bet, false);
            bet.surname = bet.name;
            bet.name = (struct sorteo_text){ .bytes = "Ana y", .len = 1 + len % 5 };
            check_wrong_bytes_everywhere(&bet, true);
        }
    /* After these lengths the first byte of a name would do as the second of a character. */
    bet.surname = (struct sorteo_text){ .bytes = "y", .len = 1 };
    for (size_t len = 0xc3; len <= 0xdf; len += 14) {
        bet.name = plain_name(name, "x", len);
        check_wrong_bytes_everywhere(&bet, false);
    }
}

/* In front of a DOCUMENT, or of a length, whose bytes would go on with a character that the end of
 * a name cuts off. */
static void shortcuts_change_nothing_where_what_follows_would_complete_a_name(void **state)
{
    static char long_surname[0x8282];
    char name[PLAIN_NAME_MAX];
    struct sorteo_bet bet = { .document = 0xbf80a0a1, .birthdate = { .bytes = "2000-12-31", .len = SORTEO_DATE_LEN } };

    (void)state;
    memset(long_surname, 'y', sizeof(long_surname));
    for (size_t i = 0; i < 2; i++)
        for (size_t len = 1; len < 40; len++) {
            bet.name = (struct sorteo_text){ .bytes = "Anna", .len = 4 };
            bet.surname = plain_name(name, characters[i], len);
            check_wrong_bytes_everywhere(&bet, true);
            bet.name = bet.surname;
            bet.surname = (struct sorteo_text){ .bytes = long_surname, .len = 0x82 };
            check_wrong_bytes(SORTEO_COMPACT, SORTEO_BET_STREAM, &bet, false);
            check_wrong_bytes(SORTEO_COMPACT, SORTEO_AGENCY_STREAM, &bet, false);
            if (len % 8 == 1) {
                bet.surname.len = sizeof(long_surname);
                check_wrong_bytes(SORTEO_WIDE, len % 16 == 1 ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM, &bet, false);
                check_wrong_bytes(SORTEO_KEYED, len % 16 == 1 ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM, &bet, false);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shortcuts_take_every_plain_bet),
        cmocka_unit_test(shortcuts_change_nothing_where_a_byte_of_a_name_is_wrong),
        cmocka_unit_test(shortcuts_change_nothing_where_what_follows_would_complete_a_name),
        cmocka_unit_test(shortcuts_change_nothing_where_any_byte_is_wrong),
        cmocka_unit_test(shortcuts_change_nothing_under_any_limit),
        cmocka_unit_test(shortcuts_change_nothing_on_any_day_or_character),
        cmocka_unit_test(shortcuts_change_nothing_on_random_streams),
        cmocka_unit_test(shortcuts_change_nothing_in_vectors_at_any_cut),
        cmocka_unit_test(shortcuts_change_nothing_in_the_fuzz_corpus_at_any_cut),
        cmocka_unit_test(shortcuts_change_nothing_in_batches_of_random_bets),
    };

    random_begin();
    rounds = number_from_environment("TEST_ROUNDS", ROUNDS);
    return cmocka_run_group_tests_name("shortcuts", tests, guarded_window_set_up, NULL);
}
