// Contender: FlatBuffers. Decoding is to verify the buffer and to visit every bet in place; it checks neither UTF-8 nor
// days. Encoding uses a builder that is cleared after each batch.
#include "messages.h"

#include "bets_generated.h"

#include <cstring>

static struct messages messages;
static const struct workload *all;
static flatbuffers::FlatBufferBuilder builder(1u << 16);
static flatbuffers::Offset<Bet> offsets[BATCH_BETS];

static flatbuffers::Offset<flatbuffers::String> text_of(const sorteo_text &text)
{
    return builder.CreateString(text.bytes, text.len);
}

static void build(const batch &from)
{
    builder.Clear();
    for (size_t i = 0; i < from.count; i++) {
        const sorteo_bet &bet = from.bets[i];
        const auto name = text_of(bet.name), surname = text_of(bet.surname), birthdate = text_of(bet.birthdate);

        offsets[i] = CreateBet(builder, bet.agency, name, surname, bet.document, birthdate, bet.number);
    }
    builder.Finish(CreateBatch(builder, builder.CreateVector(offsets, from.count)));
}

static size_t aligned(size_t len)
{
    return (len + 15) & ~size_t{15};
}

static void prepare(const struct workload *workload)
{
    all = workload;
    messages = messages_begin(workload);
    uint8_t *at = messages.bytes;
    for (size_t i = 0; i < workload->batch_count; i++) {
        build(workload->batches[i]);
        std::memcpy(at, builder.GetBufferPointer(), builder.GetSize());
        messages.lens[i] = builder.GetSize();
        at += aligned(messages.lens[i]);
    }
}

static uint64_t decode(size_t)
{
    const uint8_t *at = messages.bytes;
    uint64_t sum = 0;

    for (size_t i = 0; i < messages.count; at += aligned(messages.lens[i++])) {
        flatbuffers::Verifier verifier(at, messages.lens[i]);

        BENCH_MUST(VerifyBatchBuffer(verifier), "FlatBuffers verifies the workload");
        for (const Bet *bet : *GetBatch(at)->bets())
            sum += visit(bet->agency(), bet->name()->c_str(), bet->name()->size(), bet->surname()->c_str(),
                         bet->surname()->size(), bet->document(), bet->birthdate()->c_str(), bet->number());
    }
    return sum;
}

static size_t encode()
{
    size_t written = 0;

    for (size_t i = 0; i < all->batch_count; i++) {
        build(all->batches[i]);
        written += builder.GetSize();
    }
    return written;
}

extern "C" {
extern const struct contender contender_flatbuffers;
const struct contender contender_flatbuffers = {
    "flatbuffers", "verified, then visited in place; a builder that is used again", prepare, decode, false, encode,
};
}
