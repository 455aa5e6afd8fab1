/*
 * Contender: nanopb, texts in the struct and bets by a callback, so that nothing is allocated. It
 * does not check texts.
 */
#include "messages.h"

#include "bets.pb.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <string.h>

static struct messages messages;
static const struct workload *all;
static Bet *bets; /* of the workload, filled beforehand */
static uint8_t *out;
static size_t out_cap;

static void fill_text(char *to, size_t cap, const struct sorteo_text *from)
{
    BENCH_MUST(from->len < cap, "a name fits nanopb's struct");
    memcpy(to, from->bytes, from->len);
    to[from->len] = '\0';
}

static void fill(Bet *to, const struct sorteo_bet *from)
{
    to->agency = from->agency;
    fill_text(to->name, sizeof(to->name), &from->name);
    fill_text(to->surname, sizeof(to->surname), &from->surname);
    to->document = from->document;
    fill_text(to->birthdate, sizeof(to->birthdate), &from->birthdate);
    to->number = from->number;
}

struct bets_to_write {
    const Bet *bets;
    size_t count;
};

static bool write_bets(pb_ostream_t *stream, const pb_field_t *field, void *const *argument)
{
    const struct bets_to_write *bets_to_write = *argument;

    for (size_t i = 0; i < bets_to_write->count; i++)
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, Bet_fields, &bets_to_write->bets[i]))
            return false;
    return true;
}

static size_t encode_batch(const Bet *first, size_t count, uint8_t *to, size_t cap)
{
    struct bets_to_write bets_to_write = { first, count };
    Batch batch = { .bets = { .funcs.encode = write_bets, .arg = &bets_to_write } };
    pb_ostream_t stream = pb_ostream_from_buffer(to, cap);

    BENCH_MUST(pb_encode(&stream, Batch_fields, &batch), "nanopb encodes the workload");
    return stream.bytes_written;
}

static void prepare(const struct workload *workload)
{
    Bet *bet;
    uint8_t *at;

    all = workload;
    messages = messages_begin(workload);
    bets = bench_memory(workload->bet_count * sizeof(*bets));
    out_cap = workload_room(workload) / workload->batch_count * 4;
    out = bench_memory(out_cap);
    bet = bets;
    at = messages.bytes;
    for (size_t i = 0; i < workload->batch_count; i++) {
        const struct batch *batch = &workload->batches[i];

        for (size_t j = 0; j < batch->count; j++)
            fill(&bet[j], &batch->bets[j]);
        messages.lens[i] = encode_batch(bet, batch->count, at, SIZE_MAX);
        at += messages.lens[i];
        bet += batch->count;
    }
}

static bool read_bet(pb_istream_t *stream, const pb_field_t *field, void **argument)
{
    uint64_t *sum = *argument;
    Bet bet;

    (void)field;
    if (!pb_decode(stream, Bet_fields, &bet))
        return false;
    *sum += visit(bet.agency, bet.name, strlen(bet.name), bet.surname, strlen(bet.surname), bet.document, bet.birthdate,
                  bet.number);
    return true;
}

static uint64_t decode(size_t piece)
{
    const uint8_t *at = messages.bytes;
    uint64_t sum = 0;

    (void)piece;
    for (size_t i = 0; i < messages.count; at += messages.lens[i++]) {
        Batch batch = { .bets = { .funcs.decode = read_bet, .arg = &sum } };
        pb_istream_t stream = pb_istream_from_buffer(at, messages.lens[i]);

        BENCH_MUST(pb_decode(&stream, Batch_fields, &batch), "nanopb reads the workload");
    }
    return sum;
}

static size_t encode(void)
{
    const Bet *bet = bets;
    size_t written = 0;

    for (size_t i = 0; i < all->batch_count; bet += all->batches[i++].count)
        written += encode_batch(bet, all->batches[i].count, out, out_cap);
    return written;
}

const struct contender contender_nanopb = {
    .name = "nanopb",
    .how = "texts in the struct, bets by callback, nothing allocated",
    .prepare = prepare,
    .decode = decode,
    .encode = encode,
};
