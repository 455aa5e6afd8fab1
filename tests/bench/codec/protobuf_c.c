/*
 * Contenders: protobuf-c, with the system's malloc, and with an arena that is emptied after each
 * batch. It does not check texts. For encoding, the messages' structs are filled beforehand, as in
 * a program that keeps its data in them.
 */
#include "messages.h"

#include "bets.pb-c.h"

#include <stdlib.h>
#include <string.h>

static struct messages messages;
static Batch *batches;
static uint8_t *out;

static char *copy_text(const struct sorteo_text *text)
{
    char *copy = bench_memory(text->len + 1);

    memcpy(copy, text->bytes, text->len);
    copy[text->len] = '\0';
    return copy;
}

static void fill(Batch *batch, const struct batch *from)
{
    Bet *bets = bench_memory(from->count * sizeof(*bets));

    batch__init(batch);
    batch->n_bets = from->count;
    batch->bets = bench_memory(from->count * sizeof(Bet *));
    for (size_t i = 0; i < from->count; i++) {
        bet__init(&bets[i]);
        bets[i].agency = from->bets[i].agency;
        bets[i].name = copy_text(&from->bets[i].name);
        bets[i].surname = copy_text(&from->bets[i].surname);
        bets[i].document = from->bets[i].document;
        bets[i].birthdate = copy_text(&from->bets[i].birthdate);
        bets[i].number = from->bets[i].number;
        batch->bets[i] = &bets[i];
    }
}

static void prepare(const struct workload *workload)
{
    uint8_t *at;

    if (batches != NULL)
        return;
    messages = messages_begin(workload);
    batches = bench_memory(workload->batch_count * sizeof(*batches));
    out = bench_memory(workload_room(workload) / workload->batch_count * 4);
    at = messages.bytes;
    for (size_t i = 0; i < workload->batch_count; i++) {
        fill(&batches[i], &workload->batches[i]);
        messages.lens[i] = batch__pack(&batches[i], at);
        at += messages.lens[i];
    }
}

/* ---- Decoding -------------------------------------------------------------------------------- */

struct arena {
    uint8_t *bytes;
    size_t used, cap;
};

static void *arena_alloc(void *data, size_t size)
{
    struct arena *arena = data;
    void *memory = arena->bytes + arena->used;

    BENCH_MUST(size <= arena->cap - arena->used, "the arena holds a batch");
    arena->used += (size + 15) & ~(size_t)15;
    return memory;
}

static void arena_free(void *data, void *memory)
{
    (void)data;
    (void)memory;
}

static uint64_t visit_batch(const Batch *batch)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < batch->n_bets; i++) {
        const Bet *bet = batch->bets[i];

        sum += visit(bet->agency, bet->name, strlen(bet->name), bet->surname, strlen(bet->surname), bet->document,
                     bet->birthdate, bet->number);
    }
    return sum;
}

static uint64_t decode_arena(size_t piece)
{
    static struct arena arena;
    ProtobufCAllocator allocator = { arena_alloc, arena_free, &arena };
    const uint8_t *at = messages.bytes;
    uint64_t sum = 0;

    (void)piece;
    if (arena.bytes == NULL)
        arena = (struct arena){ .bytes = bench_memory(1u << 20), .cap = 1u << 20 };
    for (size_t i = 0; i < messages.count; at += messages.lens[i++]) {
        arena.used = 0;
        const Batch *batch = batch__unpack(&allocator, messages.lens[i], at);

        BENCH_MUST(batch != NULL, "protobuf-c reads the workload");
        sum += visit_batch(batch);
    }
    return sum;
}

static uint64_t decode_malloc(size_t piece)
{
    const uint8_t *at = messages.bytes;
    uint64_t sum = 0;

    (void)piece;
    for (size_t i = 0; i < messages.count; at += messages.lens[i++]) {
        Batch *batch = batch__unpack(NULL, messages.lens[i], at);

        BENCH_MUST(batch != NULL, "protobuf-c reads the workload");
        sum += visit_batch(batch);
        batch__free_unpacked(batch, NULL);
    }
    return sum;
}

static size_t encode(void)
{
    size_t written = 0;

    for (size_t i = 0; i < messages.count; i++)
        written += batch__pack(&batches[i], out);
    return written;
}

const struct contender contender_protobuf_c_arena = {
    .name = "protobuf-c-arena",
    .how = "unpacked into an arena that is emptied after each batch; batch__pack of filled structs",
    .prepare = prepare,
    .decode = decode_arena,
    .encode = encode,
};
const struct contender contender_protobuf_c_malloc = {
    .name = "protobuf-c-malloc",
    .how = "unpacked by malloc and freed, as it comes",
    .prepare = prepare,
    .decode = decode_malloc,
};
