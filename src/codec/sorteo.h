/*
 * sorteo.h: decode and encode the frames of the sorteo protocol.
 *
 * The decoder is generated from the Ragel grammar in grammar/; the encoder is its inverse, and asks
 * the same grammar whether a name or a date may be sent. Nothing here allocates, performs I/O,
 * keeps global state or calls libc beyond memory functions. A decoder is about 120 bytes,
 * whatever a length field claims. Different decoders may be used by different threads; a single one
 * must not be shared. Section numbers are those of the protocol's description, PROTOCOL.md.
 *
 * Decoding is *pull*: you own a buffer that holds a window of the stream, and ask for the next
 * event.
 *
 *     struct sorteo_decoder decoder;
 *     struct sorteo_window window = { .bytes = buf, .len = 0, .base = 0 };
 *     struct sorteo_event event;
 *
 *     sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
 *     for (;;) {
 *         switch (sorteo_decoder_next(&decoder, &window, &event)) {
 *         case SORTEO_BET: // names point into buf
 *             use(&event.bet);
 *             break;
 *         case SORTEO_ERROR:
 *             report(&decoder.error);
 *             return false;
 *         case SORTEO_MORE: // drop what is before keep; append
 *             if (!refill(&window, sorteo_decoder_keep(&decoder)))
 *                 return sorteo_decoder_end(&decoder) == SORTEO_E_OK;
 *             break;
 *         default: // a batch begins or ends, finish …
 *             break;
 *         }
 *     }
 *
 * INPUT   00 01 | 01 | 00 01 41 | 00 01 42 | 00 00 00 07 | "1999-03-17"
 * (wide)  08 99 | 00 00 01
 *
 * OUTPUT  BATCH_BEGIN bets=1 [0,2)
 *         BET agency=1 name="A" … number=2201 [2,25)
 *         BATCH_END [0,25)
 *         FINISH agency=1 [25,28)
 *         MORE
 */
#ifndef SORTEO_H
#define SORTEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SORTEO_MUST_USE __attribute__((warn_unused_result))
#else
#define SORTEO_MUST_USE
#endif

/* ---- Limits (section 1 and section 4) -------------------------------------------------------- */

#define SORTEO_PACKET_MAX 8000u /* bytes of one SINGLE or BATCH that a client may send */
#define SORTEO_BATCH_MAX 65535u /* bets of one BATCH */
#define SORTEO_DATE_LEN 10u     /* bytes of a BIRTHDATE, "YYYY-MM-DD" */

/* ---- Errors ---------------------------------------------------------------------------------- */

/* code, name, what it means. The decoder reports those up to WINDOW, and VALUE; the encoder may
 * report all. */
#define SORTEO_CODES(X)                                                                                                \
    X(OK, "ok", "no error")                                                                                            \
    X(UTF8, "utf8", "not well-formed UTF-8, or a character that does not fit its name's length")                       \
    X(CONTROL, "control", "a control character in a name")                                                             \
    X(DATE, "date", "not a day of the calendar, YYYY-MM-DD")                                                           \
    X(LIMIT, "limit", "the frame must become longer than the limit")                                                   \
    X(ANSWER, "answer", "an answer is 0 or 1")                                                                         \
    X(RECEIPT, "receipt", "not the receipt of this dialect")                                                           \
    X(UNEXPECTED, "unexpected", "a byte where no frame is due")                                                        \
    X(TRUNCATED, "truncated", "the stream ended inside a frame")                                                       \
    X(WINDOW, "window", "the caller dropped bytes that the decoder had asked to keep")                                 \
    X(LENGTH, "length", "longer than its length field can say in this dialect")                                        \
    X(COUNT, "count", "a count that its field cannot say, or a batch without a bet")                                   \
    X(PACKET, "packet", "does not fit into the packet")                                                                \
    X(SPACE, "space", "the caller's buffer is too small")                                                              \
    X(VALUE, "value", "a value that its field cannot have in this dialect")                                            \
    X(AGENCY, "agency", "the batch names its agency once, and a bet in it is of another")

enum sorteo_code {
#define X(code, name, text) SORTEO_E_##code,
    SORTEO_CODES(X)
#undef X
};

/* Fields in the order of section 1; NONE where an error is of a whole frame. */
#define SORTEO_FIELDS(X)                                                                                               \
    X(NONE, "-")                                                                                                       \
    X(AGENCY, "AGENCY")                                                                                                \
    X(NAME_N, "NAME_N")                                                                                                \
    X(NAME, "NAME")                                                                                                    \
    X(SURNAME_N, "SURNAME_N")                                                                                          \
    X(SURNAME, "SURNAME")                                                                                              \
    X(DOCUMENT, "DOCUMENT")                                                                                            \
    X(BIRTHDATE, "BIRTHDATE")                                                                                          \
    X(NUMBER, "NUMBER")                                                                                                \
    X(N_BETS, "N_BETS")                                                                                                \
    X(KEY, "KEY")                                                                                                      \
    X(N_WINNERS, "N_WINNERS")                                                                                          \
    X(ANSWER, "ANSWER")                                                                                                \
    X(RECEIPT, "RECEIPT")

enum sorteo_field {
#define X(field, name) SORTEO_F_##field,
    SORTEO_FIELDS(X)
#undef X
};

/* What is wrong, and where. `offset` is the stream offset of the first byte that no valid
 * continuation has (section 6); for the encoder, the offset inside the text that was refused. */
struct sorteo_error {
    enum sorteo_code code;
    enum sorteo_field field;
    uint64_t offset;
};

/* The short name ("utf8") and the one-line text of a code, and the name of a field ("NAME_N").
 * Static strings; "?" for an unknown value. */
const char *sorteo_code_name(enum sorteo_code code);
const char *sorteo_code_text(enum sorteo_code code);
const char *sorteo_field_name(enum sorteo_field field);

/* ---- Dialects (section 3) and streams (section 4) -------------------------------------------- */

enum sorteo_dialect { SORTEO_WIDE, SORTEO_COMPACT, SORTEO_KEYED, SORTEO_GROUPED };

/* The dialect to use by default. */
#define SORTEO_DIALECT_DEFAULT SORTEO_WIDE

/* What the dialect's parameters are. `receipt` is the byte r, the others are sizes in bytes. */
struct sorteo_parameters {
    uint8_t length_size;       /* s: bytes of NAME_N and SURNAME_N */
    uint8_t key_size;          /* k: bytes of KEY */
    uint8_t winners_size;      /* w: bytes of N_WINNERS */
    uint8_t receipt;           /* r */
    uint8_t batch_agency_size; /* a: bytes of AGENCY before a batch's bets, which then have none */
};

/* The parameters of a dialect; a static object. */
const struct sorteo_parameters *sorteo_dialect_parameters(enum sorteo_dialect dialect);

/* How many dialects there are; they are numbered from 0. Those in the enumeration keep their
 * numbers for ever; find others by name. Only sorteo_dialect_name takes any other number. */
unsigned sorteo_dialect_count(void);

/* The name of a dialect: "wide", "compact", "keyed", "grouped"; "?" for an unknown number. */
const char *sorteo_dialect_name(enum sorteo_dialect dialect);

/* The names of all dialects, in the order of their numbers, and NULL after the last; a static
 * array. */
const char *const *sorteo_dialect_names(void);

/* Finds a dialect by its name. False, and *dialect unchanged, if there is none of that name. */
SORTEO_MUST_USE bool sorteo_dialect_find(const char *name, enum sorteo_dialect *dialect);

/* The most winners that one WINNERS frame of the dialect can list: 65,535 or 255. */
uint32_t sorteo_winners_max(enum sorteo_dialect dialect);

enum sorteo_stream {
    SORTEO_AGENCY_STREAM, /* agency to server: ( BATCH* FINISH RECEIPT )*, cut at any frame's end */
    SORTEO_BET_STREAM,    /* agency to server: SINGLE* */
    SORTEO_REPLY_STREAM   /* server to agency: what sorteo_decoder_expect announced */
};

/* ---- Values ---------------------------------------------------------------------------------- */

/* Borrowed text: not NUL-terminated, never owned. From the decoder it points into the window and is
 * valid until the caller moves or overwrites those bytes. */
struct sorteo_text {
    const char *bytes;
    size_t len; /* in bytes */
};

/* One BET (section 2). Each member has its field's name. (A field that is added to the grammar
 * needs its names above, a member here, and what the decoder notes of it: an integer itself, of a
 * text where it begins and its length.) */
struct sorteo_bet {
    uint8_t agency;
    struct sorteo_text name;
    struct sorteo_text surname;
    uint32_t document;
    struct sorteo_text birthdate; /* SORTEO_DATE_LEN bytes, "YYYY-MM-DD" */
    uint16_t number;
};

/* ---- Decoder --------------------------------------------------------------------------------- */

/* kind, and which members of the event it fills beside begin, end and key. */
#define SORTEO_EVENTS(X)                                                                                               \
    X(MORE)          /* every byte of the window was read; not an error */                                             \
    X(ERROR)         /* decoder->error says which; the same for ever after */                                          \
    X(BATCH_BEGIN)   /* .bets; [begin, end) is N_BETS KEY */                                                           \
    X(BET)           /* .bet; in the bet stream [begin, end) is the whole SINGLE */                                    \
    X(BATCH_END)     /* .bets; [begin, end) is the whole BATCH */                                                      \
    X(FINISH)        /* .agency */                                                                                     \
    X(RECEIPT)       /* nothing */                                                                                     \
    X(ANSWER)        /* .stored */                                                                                     \
    X(WINNERS_BEGIN) /* .winners; [begin, end) is N_WINNERS */                                                         \
    X(WINNER)        /* .document */                                                                                   \
    X(WINNERS_END)   /* .winners; [begin, end) is the whole WINNERS */

enum sorteo_event_kind {
#define X(kind) SORTEO_##kind,
    SORTEO_EVENTS(X)
#undef X
};

/* The name of an event, as tests and `sorteo decode` print it ("BATCH_BEGIN"); "?" for an unknown
 * number. */
const char *sorteo_event_name(enum sorteo_event_kind kind);

/* Is an event of this kind the last one of its frame? (On the bet stream a BET is. In a batch none
 * is: BATCH_END follows the last BET, on the same byte.) */
bool sorteo_ends_frame(enum sorteo_stream stream, enum sorteo_event_kind kind);

struct sorteo_event {
    enum sorteo_event_kind kind;
    uint64_t begin; /* stream offset of the first byte that the event is about … */
    uint64_t end;   /* … and of the byte after the last */
    uint64_t key;   /* of the frame; 0 in dialects without keys */
    union {
        uint16_t bets;
        struct sorteo_bet bet;
        uint8_t agency;
        bool stored; /* ANSWER 0 is true, ANSWER 1 false */
        uint16_t winners;
        uint32_t document;
    };
};

/* A piece of the stream in the caller's memory: bytes[i] is the byte at stream offset base + i. */
struct sorteo_window {
    const uint8_t *bytes;
    size_t len;    /* bytes present */
    uint64_t base; /* stream offset of bytes[0] */
};

/* Embed it, and treat all of it as read-only; members under "private" may change in any version. */
struct sorteo_decoder {
    /* read-only */
    uint64_t offset;           /* stream offset of the next byte to look at */
    struct sorteo_error error; /* code is OK until SORTEO_ERROR was returned */

    /* private */
    uint64_t frame_begin;   /* where the current frame began */
    uint64_t bet_begin;     /* where the current bet began … */
    uint64_t name_begin;    /* … its NAME … */
    uint64_t surname_begin; /* … and its SURNAME */
    uint64_t key;           /* KEY, as far as it was read */
    uint64_t frame_least;   /* the fewest bytes that the frame can have, by what was read */
    uint64_t frame_limit;   /* bytes that a SINGLE or BATCH may have; UINT64_MAX if unlimited */
    uint32_t document;      /* DOCUMENT, as far as it was read */
    uint16_t items;         /* N_BETS or N_WINNERS, as far as it was read … */
    uint16_t items_left;    /* … and bets or documents that are still to end */
    uint16_t text_left;     /* a length, as far as it was read; then bytes of the name still to come */
    uint16_t name_len;
    uint16_t surname_len;
    uint16_t number; /* NUMBER, as far as it was read */
    uint8_t agency;
    uint8_t batch_head;   /* bytes of a BATCH before its bets in this dialect, … */
    uint8_t bet_fixed;    /* … a bet in it has without names … */
    uint8_t bet_least;    /* … and with the shortest ones, … */
    uint8_t bet_agency;   /* … of which so many are AGENCY, … */
    uint8_t single_fixed; /* … and a SINGLE has without names … */
    uint8_t single_least; /* … and with the shortest ones */
    uint8_t dialect;
    uint8_t stream;
    uint8_t state;     /* of the generated machine … */
    uint8_t bet_state; /* … and the one in which a bet of the batch is due */
    uint8_t event;     /* raised by the machine on the byte just read */
    uint8_t pending;   /* an event that ends on the same byte as the one before it */
    bool between_frames;
    bool in_bet;            /* names may have been noted that the caller must keep */
    bool stored;            /* the ANSWER */
    uint8_t refused_field;  /* of the byte that is an error: the field whose rule excludes it … */
    uint8_t refused_in;     /* … and the state of the machine there */
    bool refused_elsewhere; /* the field that is asked next is not due */
};

/* Starts at offset 0 of a stream in a dialect. `frame_limit` is the largest size of a SINGLE or
 * BATCH in bytes, 0 for no limit: the error LIMIT is reported at the first byte that shows that the
 * frame must be longer (section 4). Cannot fail. */
void sorteo_decoder_init(struct sorteo_decoder *decoder, enum sorteo_dialect dialect, enum sorteo_stream stream,
                         uint32_t frame_limit);

/* Announces which reply is due next on a reply stream (section 4). Call it between frames: before
 * each ANSWER and each WINNERS. Ignored inside a frame and on other streams. At the start and after
 * each reply nothing is due; bytes that arrive then are an error UNEXPECTED. */
enum sorteo_reply { SORTEO_REPLY_NONE, SORTEO_REPLY_ANSWER, SORTEO_REPLY_WINNERS };
void sorteo_decoder_expect(struct sorteo_decoder *decoder, enum sorteo_reply reply);

/* Reads on from decoder->offset, and returns
 *   - an event, which is also in *event, with its texts borrowed from the window; or
 *   - SORTEO_MORE, when every byte of the window was read: append and call again; or
 *   - SORTEO_ERROR: see decoder->error (UTF8, CONTROL, DATE, VALUE, LIMIT, ANSWER, RECEIPT,
 *     UNEXPECTED, TRUNCATED after sorteo_decoder_end, WINDOW), the same at each later call. VALUE
 *     means that the grammar's rule for the field excludes the byte.
 * *event is changed only with an event. The window must hold every byte from sorteo_decoder_keep on
 * to decoder->offset; it may hold more on either side. The events are the same however the stream
 * is cut. */
SORTEO_MUST_USE enum sorteo_event_kind sorteo_decoder_next(struct sorteo_decoder *decoder,
                                                           const struct sorteo_window *window,
                                                           struct sorteo_event *event);

/* The stream offset from which on the caller must keep bytes for the next call. */
uint64_t sorteo_decoder_keep(const struct sorteo_decoder *decoder);

/* Is every byte that was read part of a whole frame? (A stream may end here: section 4.) */
bool sorteo_decoder_is_between_frames(const struct sorteo_decoder *decoder);

/* The stream has ended at decoder->offset. Returns OK, or makes TRUNCATED (at that offset) the
 * decoder's error, or returns the error that it already has. */
enum sorteo_code sorteo_decoder_end(struct sorteo_decoder *decoder);

/* ---- Encoder --------------------------------------------------------------------------------- */

/* Each writes a whole frame, or the part of one that it is for, to out[0..cap) and sets *len to its
 * size in bytes. On failure it returns the code, fills *error if it takes one that is not NULL, and
 * leaves out and *len as they were. Keys are ignored in dialects without keys; elsewhere one that
 * does not fit KEY is refused, with VALUE. Texts are copied; they may not lie in out.
 *
 * What the decoder would refuse is refused with the same code, the offset counted from the field's
 * first byte: UTF8, CONTROL, VALUE, DATE (also for a birthdate that is not SORTEO_DATE_LEN bytes).
 * Further: LENGTH for a name longer than its length field can say (the offset is its first byte too
 * many), SPACE if cap is too small, COUNT and AGENCY as noted. */

/* SINGLE = KEY BET. Fails with UTF8, CONTROL, DATE, LENGTH, VALUE or SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_single(enum sorteo_dialect dialect, uint64_t key,
                                                      const struct sorteo_bet *bet, uint8_t *out, size_t cap,
                                                      size_t *len, struct sorteo_error *error);

/* BATCH = N_BETS KEY BET × N_BETS; where a = batch: N_BETS KEY AGENCY (BET without AGENCY) ×
 * N_BETS. Fails with COUNT unless 1 ≤ count ≤ SORTEO_BATCH_MAX; where the batch names the agency,
 * with AGENCY if a bet has another one than the first (the offset is that bet's index); or as
 * sorteo_encode_single does. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_batch(enum sorteo_dialect dialect, uint64_t key,
                                                     const struct sorteo_bet *bets, size_t count, uint8_t *out,
                                                     size_t cap, size_t *len, struct sorteo_error *error);

/* FINISH = 0 KEY AGENCY. Fails with VALUE or SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_finish(enum sorteo_dialect dialect, uint64_t key, uint8_t agency,
                                                      uint8_t *out, size_t cap, size_t *len);

/* ANSWER, 0 if stored and 1 if refused. Fails only with SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_answer(bool stored, uint8_t *out, size_t cap, size_t *len);

/* N_WINNERS alone, for a sender that sends the documents piece by piece. Fails with COUNT, VALUE or
 * SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_winners_count(enum sorteo_dialect dialect, size_t count, uint8_t *out,
                                                             size_t cap, size_t *len);

/* DOCUMENT × count, without N_WINNERS. Fails with VALUE or SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_documents(enum sorteo_dialect dialect, const uint32_t *documents,
                                                         size_t count, uint8_t *out, size_t cap, size_t *len);

/* WINNERS = N_WINNERS DOCUMENT × N_WINNERS. Fails with COUNT if there are more than
 * sorteo_winners_max, or with VALUE or SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_winners(enum sorteo_dialect dialect, const uint32_t *documents,
                                                       size_t count, uint8_t *out, size_t cap, size_t *len);

/* RECEIPT, the byte r of the dialect. Fails only with SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_receipt(enum sorteo_dialect dialect, uint8_t *out, size_t cap,
                                                       size_t *len);

/* ---- Sizes ----------------------------------------------------------------------------------- */

/* The size of a bet in a BATCH in bytes, whether or not it may be sent. */
size_t sorteo_bet_size(enum sorteo_dialect dialect, const struct sorteo_bet *bet);

/* The size of a whole SINGLE in bytes, KEY and AGENCY included, whether or not it may be sent. */
size_t sorteo_single_size(enum sorteo_dialect dialect, const struct sorteo_bet *bet);

/* ---- Packet writer (section 4: one SINGLE or BATCH is at most 8,000 bytes) ------------------- */

/* Fills one BATCH bet by bet in the caller's memory. */
struct sorteo_packet {
    /* read-only */
    size_t bets; /* bets in it so far: how many fit, once an add returned PACKET */
    size_t len;  /* bytes so far, the header counted */

    /* private */
    uint8_t *buf;
    size_t cap;
    enum sorteo_dialect dialect;
    uint8_t agency; /* of its first bet */
};

/* Begins an empty BATCH in buf[0..cap), which the packet borrows until the last call on it. No more
 * than SORTEO_PACKET_MAX bytes are ever used. Fails with SPACE if cap cannot hold the header. */
SORTEO_MUST_USE enum sorteo_code sorteo_packet_begin(struct sorteo_packet *packet, enum sorteo_dialect dialect,
                                                     uint8_t *buf, size_t cap);

/* Appends a bet; its texts are copied. On failure the packet is unchanged, and *error is filled if
 * that is not NULL. Fails with PACKET if the bet no longer fits, and packet->bets says how many do
 * (0: this one fits into no packet of this cap); where the dialect's batches name their agency,
 * with AGENCY if this bet has another one than the first (the offset is its index); or with UTF8,
 * CONTROL, DATE, LENGTH or VALUE, as sorteo_encode_single does. */
SORTEO_MUST_USE enum sorteo_code sorteo_packet_add(struct sorteo_packet *packet, const struct sorteo_bet *bet,
                                                   struct sorteo_error *error);

/* Writes the header and sets *len to the frame's size in bytes. Fails with COUNT if the packet is
 * empty, or with VALUE if the key does not fit. The packet may be ended again with another key, or
 * begun anew. */
SORTEO_MUST_USE enum sorteo_code sorteo_packet_end(struct sorteo_packet *packet, uint64_t key, size_t *len);

/* ---- Version --------------------------------------------------------------------------------- */

#define SORTEO_VERSION "0.1.0"

/* The version of the linked library, in the form of SORTEO_VERSION. */
const char *sorteo_version(void);

#ifdef __cplusplus
}
#endif

#endif
