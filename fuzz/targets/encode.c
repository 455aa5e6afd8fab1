/*
 * encode: any value is refused with the outputs unchanged, or its frame has exactly the size that
 * was asked for, does not fit one byte less, and decodes to itself. A bet goes out in a SINGLE if
 * and only if the grammar takes each of its texts by itself, but for names that are too long.
 */
#include "request.h"

#include "codec/machine.h"

#include <string.h>

#define CANARY 0xa5

/* Encodes into memory of exactly `cap` bytes, which a refusal must leave unchanged. */
static enum sorteo_code try(const struct request *request, uint8_t *out, size_t cap)
{
    size_t len = SIZE_MAX;

    memset(out, CANARY, cap);
    const enum sorteo_code code = request_encode(request, out, cap, &len);
    FUZZ_MUST(code == SORTEO_E_OK ? len == request->size : len == SIZE_MAX,
              "a length is set to the frame's bytes, or not at all");
    for (size_t i = 0; code != SORTEO_E_OK && i < cap; i++)
        FUZZ_MUST(out[i] == CANARY, "what is refused leaves the output as it was");
    return code;
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
        request_must_be(request, &event, items);
        items += kind == SORTEO_BET || kind == SORTEO_WINNER;
    }
    FUZZ_MUST(kind == SORTEO_MORE && sorteo_decoder_end(&decoder) == SORTEO_E_OK, "what was encoded is a whole frame");
    FUZZ_MUST(items == request->count, "as many bets or documents come back as were sent");
}

/* Does the machine take all of the text, if that is all that it is asked? */
static bool is_taken(enum sorteo_dialect dialect, enum machine_entry entry, const struct sorteo_text *text)
{
    const uint8_t *const first = (const uint8_t *)text->bytes;
    struct sorteo_decoder decoder;

    if (text->len == 0)
        return true;
    sorteo_decoder_init(&decoder, dialect, SORTEO_REPLY_STREAM, 0);
    decoder.state = machine_entry(dialect, entry);
    decoder.text_left = (uint16_t)text->len;
    return machine_exec(&decoder, first, first + text->len) == first + text->len;
}

static void check_texts(const struct request *request, enum sorteo_code code)
{
    const struct sorteo_bet *bet = &request->bets[0];
    const bool has_name = is_taken(request->dialect, MACHINE_NAME, &bet->name);
    const bool has_surname = is_taken(request->dialect, MACHINE_NAME, &bet->surname);
    const bool has_day = is_taken(request->dialect, MACHINE_BIRTHDATE, &bet->birthdate);

    if (has_name && has_surname && has_day && bet->birthdate.len == SORTEO_DATE_LEN)
        FUZZ_MUST(code == SORTEO_E_OK || code == SORTEO_E_LENGTH, "a bet of texts that the grammar takes is sent");
    else
        FUZZ_MUST(code != SORTEO_E_OK, "a bet with a text that the grammar refuses is not sent");
}

static void run(enum sorteo_dialect dialect, uint64_t what, struct values values)
{
    const struct request request = request_read(dialect, what, &values);
    uint8_t *out = fuzz_memory(0, request.size);

    const enum sorteo_code code = try(&request, out, request.size);

    if (request.what == REQUEST_SINGLE)
        check_texts(&request, code);
    if (code == SORTEO_E_OK) {
        check_frame(&request, out);
        FUZZ_MUST(try(&request, fuzz_memory(1, request.size - 1), request.size - 1) == SORTEO_E_SPACE,
                  "a frame does not fit one byte less");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct values values = { bytes, len };
    const uint64_t choice = values_integer(&values, 1);
    enum sorteo_dialect dialect;

    for (unsigned i = 0; fuzz_dialect_at(choice, i, &dialect); i++)
        run(dialect, choice / 3, values);
    return 0;
}
