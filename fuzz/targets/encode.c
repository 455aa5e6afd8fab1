/*
 * encode: any value is refused with the outputs unchanged, or its frame has exactly the size that was asked for, does not fit
 * one byte less, and decodes to itself.
 *
 * Input: what to encode and in which dialect, a KEY, then the fields of bets or documents; see read_bet.
 */
#include "events.h"
#include "values.h"

#include <string.h>

#define BETS_MAX 12u
#define CANARY 0xa5

enum { AS_SINGLE, AS_BATCH, AS_FINISH, AS_WINNERS, AS_COUNT };

struct request {
    enum sorteo_dialect dialect;
    unsigned what;
    uint64_t key;
    struct sorteo_bet bets[BETS_MAX];
    size_t count;                   /* of bets or documents */
    uint32_t *documents;
    size_t size;                    /* of the frame, if it may be sent */
};

static struct sorteo_bet read_bet(struct values *values)
{
    struct sorteo_bet bet = { .agency = (uint8_t)values_integer(values, 1) };
    bet.name = values_text(values, (size_t)values_integer(values, 2));
    bet.surname = values_text(values, (size_t)values_integer(values, 2));
    bet.document = (uint32_t)values_integer(values, 4);
    const size_t date = (size_t)values_integer(values, 1);
    bet.birthdate = values_text(values, date < 224 ? SORTEO_DATE_LEN : date - 224);
    bet.number = (uint16_t)values_integer(values, 2);
    return bet;
}

/* Few documents most of the time: much memory takes much time. */
static size_t read_count(struct values *values)
{
    const size_t few = (size_t)values_integer(values, 1);

    return few < 255 ? few % 16 : (size_t)values_integer(values, 3) % 66000;
}

static struct request read_request(struct values *values)
{
    const uint64_t what = values_integer(values, 1);
    struct request request = { .dialect = (enum sorteo_dialect)(what % 3), .what = what / 3 % AS_COUNT,
                               .key = values_integer(values, 8) };
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(request.dialect);

    request.size = parameters->key_size + (request.what == AS_SINGLE ? 0u : 2u) + (request.what == AS_FINISH);
    if (request.what == AS_WINNERS) {
        request.count = read_count(values);
        request.documents = (void *)fuzz_memory(2, (request.count + 1) * sizeof *request.documents);
        memset(request.documents, 0, request.count * sizeof *request.documents);
        for (size_t i = 0; i < request.count && values->len > 0; i++)
            request.documents[i] = (uint32_t)values_integer(values, 4);
        request.size = parameters->winners_size + 4 * request.count;
    }
    while (request.what < AS_FINISH && request.count < BETS_MAX && (values->len > 0 || request.what == AS_SINGLE)) {
        request.bets[request.count++] = read_bet(values);
        request.size += sorteo_bet_size(request.dialect, &request.bets[request.count - 1]);
        if (request.what == AS_SINGLE)
            break;
    }
    return request;
}

static enum sorteo_code encode(const struct request *request, uint8_t *out, size_t cap, size_t *len)
{
    struct sorteo_error error;

    switch (request->what) {
    case AS_SINGLE:
        return sorteo_encode_single(request->dialect, request->key, request->bets, out, cap, len, &error);
    case AS_BATCH:
        return sorteo_encode_batch(request->dialect, request->key, request->bets, request->count, out, cap, len, &error);
    case AS_FINISH:
        return sorteo_encode_finish(request->dialect, request->key, (uint8_t)request->key, out, cap, len);
    default:
        return sorteo_encode_winners(request->dialect, request->documents, request->count, out, cap, len);
    }
}

/* Encodes into memory of exactly `cap` bytes; what is refused leaves it as it was. */
static enum sorteo_code try(const struct request *request, uint8_t *out, size_t cap)
{
    size_t len = SIZE_MAX;

    memset(out, CANARY, cap);
    const enum sorteo_code code = encode(request, out, cap, &len);
    FUZZ_MUST(code == SORTEO_E_OK ? len == request->size : len == SIZE_MAX,
              "a length is set to the frame's bytes, or not at all");
    for (size_t i = 0; code != SORTEO_E_OK && i < cap; i++)
        FUZZ_MUST(out[i] == CANARY, "what is refused leaves the output as it was");
    return code;
}

static bool is_text(struct sorteo_text one, struct sorteo_text other)
{
    return one.len == other.len && (one.len == 0 || memcmp(one.bytes, other.bytes, one.len) == 0);
}

static bool is_bet(const struct sorteo_bet *one, const struct sorteo_bet *other)
{
    return one->agency == other->agency && one->document == other->document && one->number == other->number &&
           is_text(one->name, other->name) && is_text(one->surname, other->surname) &&
           is_text(one->birthdate, other->birthdate);
}

static void check_event(const struct request *request, const struct sorteo_event *event, size_t item)
{
    const bool has_key = sorteo_dialect_parameters(request->dialect)->key_size > 0;

    if (request->what != AS_WINNERS)
        FUZZ_MUST(event->key == (has_key ? request->key : 0), "a KEY decodes to itself");
    if (event->kind == SORTEO_BET)
        FUZZ_MUST(item < request->count && is_bet(&event->bet, &request->bets[item]), "a bet decodes to itself");
    if (event->kind == SORTEO_WINNER)
        FUZZ_MUST(item < request->count && event->document == request->documents[item], "a document decodes to itself");
    if (event->kind == SORTEO_FINISH)
        FUZZ_MUST(event->agency == (uint8_t)request->key, "an agency decodes to itself");
}

static void check_frame(const struct request *request, const uint8_t *out)
{
    static const enum sorteo_stream streams[] = { SORTEO_BET_STREAM, SORTEO_AGENCY_STREAM, SORTEO_AGENCY_STREAM,
                                                  SORTEO_REPLY_STREAM };
    const struct sorteo_window window = { .bytes = out, .len = request->size };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind kind;
    size_t items = 0;

    sorteo_decoder_init(&decoder, request->dialect, streams[request->what], 0);
    sorteo_decoder_expect(&decoder, SORTEO_REPLY_WINNERS);
    while (kind = sorteo_decoder_next(&decoder, &window, &event), kind != SORTEO_MORE && kind != SORTEO_ERROR) {
        check_event(request, &event, items);
        items += kind == SORTEO_BET || kind == SORTEO_WINNER;
    }
    FUZZ_MUST(kind == SORTEO_MORE && sorteo_decoder_end(&decoder) == SORTEO_E_OK, "what was encoded is a whole frame");
    FUZZ_MUST(items == request->count, "as many bets or documents come back as were sent");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct values values = { bytes, len };
    const struct request request = read_request(&values);
    uint8_t *out = fuzz_memory(0, request.size);

    if (try(&request, out, request.size) == SORTEO_E_OK) {
        check_frame(&request, out);
        FUZZ_MUST(try(&request, fuzz_memory(1, request.size - 1), request.size - 1) == SORTEO_E_SPACE,
                  "a frame does not fit one byte less");
    }
    return 0;
}
