/*
 * The protocol as tables: which fields there are, how large each is and what it may hold, and which
 * of them a frame has in which order. `make gen` makes them from the grammar (gen/protocol.c).
 *
 * For code that prints, checks or names fields. What the codec needs to be fast is in
 * gen/dialects.h.
 */
#ifndef CODEC_PROTOCOL_H
#define CODEC_PROTOCOL_H

#include "codec/sorteo.h"

enum protocol_kind {
    PROTOCOL_INTEGER, /* unsigned, big-endian, of `size` bytes */
    PROTOCOL_TEXT,    /* as many bytes as the field of its length says */
    PROTOCOL_CHARS    /* `size` bytes of text */
};

/* Both ends are part of it. */
struct protocol_interval {
    uint64_t low, high;
};

struct protocol_field {
    const char *name; /* as the grammar's: "NAME_N" */
    enum protocol_kind kind;
    uint8_t size;          /* in bytes; 0 for a text, and for a field that the dialect does not have */
    const char *value;     /* what the integer is called in C ("document"), or NULL */
    const char *length_of; /* the text whose length the integer is, or NULL */
    const struct protocol_interval *intervals; /* of an integer: what it may be, ascending */
    unsigned interval_count;
};

/* Where a field is: `offset` bytes after the text in front of it, or after the beginning of its
 * part where there is none. */
struct protocol_place {
    uint8_t field; /* its index among the dialect's fields */
    uint8_t offset;
    const char *after; /* the text's name, or NULL */
};

struct protocol_part {
    const struct protocol_place *places;
    unsigned count;
    unsigned fixed; /* bytes that no length counts */
    unsigned least; /* the same with the shortest texts */
};

struct protocol_frame {
    const char *name;
    struct protocol_part head;
    struct protocol_part items; /* what follows as often as the count in the head says; count 0 if nothing does */
};

struct protocol {
    const char *dialect;
    const struct protocol_field *fields;
    unsigned field_count;
    const struct protocol_frame *frames;
    unsigned frame_count;
};

/* By the dialect's number. */
__attribute__((visibility("hidden"))) extern const struct protocol protocols[];

/* Finds a field or a frame by its name; NULL if the dialect has none. */
__attribute__((visibility("hidden"))) const struct protocol_field *protocol_field(const struct protocol *protocol,
                                                                                  const char *name);
__attribute__((visibility("hidden"))) const struct protocol_frame *protocol_frame(const struct protocol *protocol,
                                                                                  const char *name);

/* May the integer have this value? */
__attribute__((visibility("hidden"))) bool protocol_may_be(const struct protocol_field *field, uint64_t value);

/* The largest value that the integer may have; 0 if it may have none. */
__attribute__((visibility("hidden"))) uint64_t protocol_most(const struct protocol_field *field);

/* How many bets a BATCH of the dialect may have: as many as its N_BETS may count. */
__attribute__((visibility("hidden"))) uint32_t protocol_batch_most(enum sorteo_dialect dialect);

#endif
