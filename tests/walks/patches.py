"""The changes that the walks make, as (file, regular expression that matches once, replacement). Each is as small as it
can be: the grammar, and the code that goes with it.
"""
FIELDS, FRAMES = "grammar/fields.rl", "grammar/frames.rl"
HEADER, LABELS, ENCODER = "src/codec/sorteo.h", "src/codec/labels.h", "src/codec/encoder.c"
RULING, JUDGE = "src/lottery/ruling.h", "src/lottery/judge.c"
ANSWERS, CLIENT = "src/server/worker/session_answers.c", "src/client/finish_round.c"

# ---- a: a rule -------------------------------------------------------------------------------------------------------

NUMBERS_UP_TO_9999 = [(FIELDS, r"(NUMBER +=) any\{2\}", r"\1 ( 0x00..0x26 any | 0x27 0x00..0x0f )")]

# ---- c: two fields, each in front of DOCUMENT ------------------------------------------------------------------------

TEXT_FIELD = [
    (FIELDS, r"( +DOCUMENT +=)", r"    PHONE_N   = length @phone_n @err(phone_n_error);\n"
     r"    PHONE     = text* $text_byte outwhen !in_text $err(phone_error);\n\1"),
    (FRAMES, r"SURNAME DOCUMENT", "SURNAME PHONE_N PHONE DOCUMENT"),
    (HEADER, r'( +X\(DOCUMENT, "DOCUMENT"\))', r'    X(PHONE_N, "PHONE_N") X(PHONE, "PHONE") \\\n\1'),
    (HEADER, r"(    struct sorteo_text surname;\n)", r"\1    struct sorteo_text phone;\n"),
    (HEADER, r"(    uint64_t surname_begin; .*\n)", r"\1    uint64_t phone_begin;\n"),
    (HEADER, r"(    uint16_t surname_len;\n)", r"\1    uint16_t phone_len;\n"),
    (LABELS, r"(#define BET_LABEL_document)", r'#define BET_LABEL_phone "phone", "TELEFONO", NULL\n\1'),
]
INTEGER_FIELD = [
    (FIELDS, r"( +DOCUMENT +=)", r"    STAKE     = any{3} $stake_byte;\n\1"),
    (FRAMES, r"(?<= )DOCUMENT BIRTHDATE", "STAKE DOCUMENT BIRTHDATE"),
    (HEADER, r'( +X\(DOCUMENT, "DOCUMENT"\))', r'    X(STAKE, "STAKE") \\\n\1'),
    (HEADER, r"(    uint32_t document;\n)(    struct sorteo_text birthdate)", r"    uint32_t stake;\n\1\2"),
    (HEADER, r"(    uint32_t document; +/\* DOCUMENT)", r"    uint32_t stake;\n\1"),
    (LABELS, r"(#define BET_LABEL_document)", r'#define BET_LABEL_stake "stake", "APUESTA", NULL\n\1'),
]

# ---- d: a frame: how many bets of mine are stored? -------------------------------------------------------------------

FRAME = [
    (FIELDS, r"( +NAME_N +=)", r"    FINISH_AGENCY = 0x01..0xff $agency_byte;\n    NO_AGENCY = 0x00;\n\1"),
    (FIELDS, r"( +STORED +=)", r"    BETS_STORED = any{4} $bets_stored_byte;\n\1"),
    (FRAMES, r"FINISH  = \( NO_BETS KEY AGENCY \) @finish;\n",
     "FINISH  = ( NO_BETS KEY FINISH_AGENCY ) @finish;\n    QUERY   = ( NO_BETS KEY NO_AGENCY ) @query;\n"
     "    COUNT   = BETS_STORED @count;\n"),
    (FRAMES, r"\( BATCH\* FINISH RECEIPT \)\*", "( ( BATCH | QUERY )* FINISH RECEIPT )*"),
    (FRAMES, r"(    silence :=)", r"    count   := COUNT;\n\1"),
    (HEADER, r'( +X\(ANSWER, "ANSWER"\))', r'    X(BETS_STORED, "BETS_STORED") \\\n\1'),
    (HEADER, r"( +X\(RECEIPT\) )", r"    X(QUERY) /* nothing */ \\\n    X(COUNT) /* .bets_stored */ \\\n\1"),
    (HEADER, r"(        uint32_t document;\n)", r"\1        uint32_t bets_stored;\n"),
    (HEADER, r"(    uint32_t document; +/\* DOCUMENT)", r"    uint32_t bets_stored;\n\1"),
    (HEADER, r"SORTEO_REPLY_WINNERS \};", "SORTEO_REPLY_WINNERS, SORTEO_REPLY_COUNT };"),
    (HEADER, r"(/\* ANSWER, 0 if stored)",
     r"""/* QUERY = 0 KEY 0: how many bets of the connection's agency are stored? Fails with VALUE or SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_query(enum sorteo_dialect dialect, uint64_t key, uint8_t *out,
                                                     size_t cap, size_t *len);

/* COUNT, which answers it. Fails only with SPACE. */
SORTEO_MUST_USE enum sorteo_code sorteo_encode_count(enum sorteo_dialect dialect, uint32_t bets_stored, uint8_t *out,
                                                     size_t cap, size_t *len);

\1"""),
    (ENCODER, r"(enum sorteo_code sorteo_encode_receipt)",
     r"""enum sorteo_code sorteo_encode_query(enum sorteo_dialect dialect, uint64_t key, uint8_t *out, size_t cap,
                                     size_t *len)
{
    const struct plain frame = plain_request(dialect, key, 0);

    if (!key_fits(key, sorteo_dialect_parameters(dialect)->key_size))
        return SORTEO_E_VALUE;
    return plain_send(dialect, MACHINE_AGENCY_STREAM, SORTEO_QUERY, &frame, out, cap, len);
}

enum sorteo_code sorteo_encode_count(enum sorteo_dialect dialect, uint32_t bets_stored, uint8_t *out, size_t cap,
                                     size_t *len)
{
    struct plain frame = { .len = sizeof(bets_stored) };

    put_integer(frame.bytes, bets_stored, sizeof(bets_stored));
    return plain_send(dialect, MACHINE_COUNT, SORTEO_COUNT, &frame, out, cap, len);
}

\1"""),
    (RULING, r"(    VERDICT_COLLECTED,)", r"    VERDICT_COUNTED,   /* QUERY: COUNT */\n\1"),
    (RULING, r"(    uint32_t round;     /\* WAITING, DRAWN: whose winners) \*/", r"\1; COUNTED: how many bets */"),
    (JUDGE, r"(static enum store_code judge_receipt)",
     r"""/* Whose bets, says the connection: bets of its agency were taken there before. */
static enum store_code judge_query(struct judge *judge, struct peer *peer, struct judgement *judgement)
{
    if (peer->agency == 0)
        return close_peer(peer, judgement, "no agency has spoken on the connection");
    if (is_older(judge, peer, peer->agency))
        return abort_peer(peer, judgement);
    judgement->facts.agency = peer->agency;
    judgement->facts.round = judge->rounds.agency[peer->agency].round;
    judgement->ruling = ruling_if_committed(VERDICT_COUNTED, VERDICT_CLOSE);
    judgement->ruling.round = (uint32_t)judge->rounds.agency[peer->agency].bets;
    return STORE_OK;
}

\1"""),
    (JUDGE, r"(    if \(kind == FRAME_FINISH\)\n        return judge_finish)",
     r"    if (kind == FRAME_QUERY)\n        return judge_query(judge, peer, judgement);\n\1"),
    (ANSWERS, r"(static void note_taken)",
     r"""static void count(struct session *session, uint32_t bets, uint64_t now_ms)
{
    uint8_t frame[16];
    size_t len;

    if (sorteo_encode_count(session->rules->dialect, bets, frame, sizeof frame, &len) != SORTEO_E_OK ||
        !buffer_append(&session->out, frame, len))
        session_abort_now(session, "no memory");
    else
        session_clock_queued(&session->clock, now_ms);
}

\1"""),
    (ANSWERS, r"(    case VERDICT_COLLECTED:)",
     r"    case VERDICT_COUNTED:\n        count(session, round, now_ms);\n        break;\n\1"),
    (CLIENT, r'(#include "base/fault.h"\n)', r'#include <inttypes.h>\n\n\1#include "base/log.h"\n'),
    (CLIENT, r"(static enum upstream_outcome send_receipt)",
     r"""/* Only where an ANSWER came: there the server knows whose connection it is. */
static enum upstream_outcome ask_count(struct finish *finish)
{
    struct sorteo_event event;
    uint8_t frame[16];
    size_t len;
    if (finish->link->answers == 0)
        return UPSTREAM_OK;
    if (sorteo_encode_query(finish->settings->dialect, finish->settings->key, frame, sizeof frame, &len) !=
        SORTEO_E_OK)
        return upstream_nonsense(finish->link, "a QUERY of more than 16 bytes");
    enum upstream_outcome outcome = send_whole(finish, frame, len);
    finish->asked = false;
    upstream_expect(finish->link, SORTEO_REPLY_COUNT);
    while (outcome == UPSTREAM_OK && (outcome = upstream_next(finish->link, &event)) == UPSTREAM_AGAIN)
        outcome = upstream_await(finish->link, false);
    if (outcome == UPSTREAM_OK)
        log_event(LOG_INFO, "count", LOG_SUCCESS, "cantidad: %" PRIu32, event.bets_stored);
    return outcome;
}

\1"""),
    (CLIENT, r"(    enum upstream_outcome outcome = UPSTREAM_OK;\n    \*last = false;\n)",
     r"    enum upstream_outcome outcome = ask_count(finish);\n    *last = false;\n"
     r"    if (outcome != UPSTREAM_OK)\n        return outcome;\n"),
]
