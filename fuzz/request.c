/* What the target `encode` asks the encoder for: see request.h. */
#include "request.h"

#include <string.h>

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

/* Usually few documents, because each takes time; but also as many as N_WINNERS can count in each
 * dialect, some more, and some fewer. */
static size_t read_count(struct values *values)
{
    const size_t few = (size_t)values_integer(values, 1);
    const size_t many = few < 255 ? 0 : (size_t)values_integer(values, 3);

    if (few < 255)
        return few % 16;
    return many % 64 == 0 ? 65530 + many / 64 % 12 : many % 300;
}

struct request request_read(enum sorteo_dialect dialect, uint64_t what, struct values *values)
{
    struct request request = { .dialect = dialect,
                               .what = (enum request_what)(what % REQUEST_WHATS),
                               .key = values_integer(values, 8) };
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(request.dialect);

    request.size = parameters->key_size + (request.what == REQUEST_SINGLE ? 0u : 2u) + (request.what == REQUEST_FINISH);
    if (request.what == REQUEST_BATCH)
        request.size += parameters->batch_agency_size;
    if (request.what == REQUEST_WINNERS) {
        request.count = read_count(values);
        request.documents = (void *)fuzz_memory(2, (request.count + 1) * sizeof *request.documents);
        memset(request.documents, 0, request.count * sizeof *request.documents);
        for (size_t i = 0; i < request.count && values->len > 0; i++)
            request.documents[i] = (uint32_t)values_integer(values, 4);
        request.size = parameters->winners_size + 4 * request.count;
    }
    while (request.what < REQUEST_FINISH && request.count < REQUEST_BETS &&
           (values->len > 0 || request.what == REQUEST_SINGLE)) {
        request.bets[request.count++] = read_bet(values);
        if (request.what == REQUEST_SINGLE) {
            request.size = sorteo_single_size(dialect, &request.bets[0]);
            break;
        }
        request.size += sorteo_bet_size(dialect, &request.bets[request.count - 1]);
    }
    return request;
}

enum sorteo_code request_encode(const struct request *request, uint8_t *out, size_t cap, size_t *len)
{
    struct sorteo_error error;

    switch (request->what) {
    case REQUEST_SINGLE:
        return sorteo_encode_single(request->dialect, request->key, request->bets, out, cap, len, &error);
    case REQUEST_BATCH:
        return sorteo_encode_batch(request->dialect, request->key, request->bets, request->count, out, cap, len,
                                   &error);
    case REQUEST_FINISH:
        return sorteo_encode_finish(request->dialect, request->key, (uint8_t)request->key, out, cap, len);
    default:
        return sorteo_encode_winners(request->dialect, request->documents, request->count, out, cap, len);
    }
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

void request_must_be(const struct request *request, const struct sorteo_event *event, size_t item)
{
    const bool has_key = sorteo_dialect_parameters(request->dialect)->key_size > 0;

    if (request->what != REQUEST_WINNERS)
        FUZZ_MUST(event->key == (has_key ? request->key : 0), "a KEY decodes to itself");
    if (event->kind == SORTEO_BET)
        FUZZ_MUST(item < request->count && is_bet(&event->bet, &request->bets[item]), "a bet decodes to itself");
    if (event->kind == SORTEO_WINNER)
        FUZZ_MUST(item < request->count && event->document == request->documents[item], "a document decodes to itself");
    if (event->kind == SORTEO_FINISH)
        FUZZ_MUST(event->agency == (uint8_t)request->key, "an agency decodes to itself");
}
