/*
 * Contender: msgpack-c, a batch as an array of arrays, with a zone that is cleared after each batch
 * and a buffer that is reused. It does not check texts.
 */
#include "messages.h"

#include <msgpack.h>

static struct messages messages;
static const struct workload *all;
static msgpack_zone zone;
static msgpack_sbuffer buffer;

static void pack_text(msgpack_packer *packer, const struct sorteo_text *text)
{
    msgpack_pack_str(packer, text->len);
    msgpack_pack_str_body(packer, text->bytes, text->len);
}

static void pack_batch(const struct batch *batch)
{
    msgpack_packer packer;

    msgpack_sbuffer_clear(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    msgpack_pack_array(&packer, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        const struct sorteo_bet *bet = &batch->bets[i];

        msgpack_pack_array(&packer, 6);
        msgpack_pack_uint8(&packer, bet->agency);
        pack_text(&packer, &bet->name);
        pack_text(&packer, &bet->surname);
        msgpack_pack_uint32(&packer, bet->document);
        pack_text(&packer, &bet->birthdate);
        msgpack_pack_uint16(&packer, bet->number);
    }
}

static void prepare(const struct workload *workload)
{
    uint8_t *at;

    all = workload;
    messages = messages_begin(workload);
    BENCH_MUST(msgpack_zone_init(&zone, 1u << 18), "there is memory for a zone");
    msgpack_sbuffer_init(&buffer);
    at = messages.bytes;
    for (size_t i = 0; i < workload->batch_count; i++) {
        pack_batch(&workload->batches[i]);
        memcpy(at, buffer.data, buffer.size);
        messages.lens[i] = buffer.size;
        at += buffer.size;
    }
}

static uint64_t visit_object(const msgpack_object *object)
{
    const msgpack_object *fields = object->via.array.ptr;

    BENCH_MUST(object->type == MSGPACK_OBJECT_ARRAY && object->via.array.size == 6 &&
                   fields[0].type == MSGPACK_OBJECT_POSITIVE_INTEGER && fields[1].type == MSGPACK_OBJECT_STR &&
                   fields[2].type == MSGPACK_OBJECT_STR && fields[3].type == MSGPACK_OBJECT_POSITIVE_INTEGER &&
                   fields[4].type == MSGPACK_OBJECT_STR && fields[5].type == MSGPACK_OBJECT_POSITIVE_INTEGER,
               "msgpack-c reads the workload");
    return visit(fields[0].via.u64, fields[1].via.str.ptr, fields[1].via.str.size, fields[2].via.str.ptr,
                 fields[2].via.str.size, fields[3].via.u64, fields[4].via.str.ptr, fields[5].via.u64);
}

static uint64_t decode(size_t piece)
{
    const char *at = (const char *)messages.bytes;
    uint64_t sum = 0;

    (void)piece;
    for (size_t i = 0; i < messages.count; at += messages.lens[i++]) {
        msgpack_object batch;
        size_t offset = 0;

        msgpack_zone_clear(&zone);
        BENCH_MUST(msgpack_unpack(at, messages.lens[i], &offset, &zone, &batch) == MSGPACK_UNPACK_SUCCESS &&
                       batch.type == MSGPACK_OBJECT_ARRAY,
                   "msgpack-c reads the workload");
        for (uint32_t j = 0; j < batch.via.array.size; j++)
            sum += visit_object(&batch.via.array.ptr[j]);
    }
    return sum;
}

static size_t encode(void)
{
    size_t written = 0;

    for (size_t i = 0; i < all->batch_count; i++) {
        pack_batch(&all->batches[i]);
        written += buffer.size;
    }
    return written;
}

const struct contender contender_msgpack = {
    .name = "msgpack-c",
    .how = "arrays; a zone and a buffer that are used again",
    .prepare = prepare,
    .decode = decode,
    .encode = encode,
};
