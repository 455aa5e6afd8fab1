/*
 * operations.h: what an implementation of store.h provides, and the list of implementations.
 *
 * For the files of src/store only. Each operation has the contract of the function of the same name
 * in store.h, for a store that the implementation opened itself; its own struct begins with a
 * `struct store`.
 */
#ifndef STORE_OPERATIONS_H
#define STORE_OPERATIONS_H

#include "store/store.h"

struct store_operations {
    bool is_remote;                                                         /* see store_is_remote */
    size_t (*reads)(const char *path, char *names[static STORE_READS_MAX]); /* NULL: its files are beside the path */
    enum store_code (*open)(const struct store_options *options, struct store **out, struct store_error *error);
    void (*close)(struct store *store);
    const char *(*error_text)(const struct store *store);
    uint8_t (*agencies)(const struct store *store);
    bool (*was_made)(const struct store *store);
    const char *(*warning)(const struct store *store);
    bool (*is_moved)(struct store *store);

    enum store_code (*begin)(struct store *store);
    enum store_code (*commit)(struct store *store);
    enum store_code (*rollback)(struct store *store);
    enum store_code (*checkpoint)(struct store *store);
    bool (*is_overtaken)(const struct store *store);                /* NULL: one server has it, which it never is … */
    enum store_code (*look)(struct store *store, bool *is_changed); /* NULL: … and where nothing changes */
    bool (*another_speaks)(const struct store *store, unsigned port,
                           uint8_t agency); /* NULL with `look`, as the next */
    bool (*is_surely_older)(const struct store *store, unsigned port, uint8_t agency, uint64_t accepted_ns);
    enum store_code (*speaker_put)(struct store *store, unsigned port, uint8_t agency, uint64_t accepted_ns);

    enum store_code (*append)(struct store *store, uint32_t round, const struct store_frame *frame);
    enum store_code (*key_put)(struct store *store, uint8_t agency, uint64_t key, const struct key_record *record);
    enum store_code (*agency_put)(struct store *store, uint8_t agency, const struct agency_state *state);
    enum store_code (*draw)(struct store *store, uint32_t round, uint16_t winning_number, struct store_draw *draw);
    enum store_code (*finish_put)(struct store *store, const struct finish_record *record);

    enum store_code (*agency_get)(struct store *store, uint8_t agency, struct agency_state *state);
    enum store_code (*key_get)(struct store *store, uint8_t agency, uint64_t key, struct key_record *record);
    enum store_code (*draw_get)(struct store *store, uint32_t round, struct store_draw *draw);
    enum store_code (*winners_count)(struct store *store, uint32_t round, uint8_t agency, uint64_t *count);
    enum store_code (*winners)(struct store *store, uint32_t round, uint8_t agency, uint64_t from, uint32_t *documents,
                               size_t cap, size_t *count);
    enum store_code (*each)(struct store *store, const struct store_filter *filter,
                            bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet), void *context);
    enum store_code (*each_finish)(struct store *store, bool (*row)(void *context, const struct finish_record *record),
                                   void *context);

    enum store_code (*copy_begin)(struct store *store, int fd, struct store_copy **out, struct store_error *error);
    enum store_code (*copy_step)(struct store_copy *copy, struct store_copied *copied, struct store_error *error);
    void (*copy_end)(struct store_copy *copy);
};

struct store {
    const struct store_operations *operations;
    volatile uint32_t *calls; /* as in the options; open.c sets it */
    uint64_t checkpoints;     /* that the implementation has made */
};

struct store_copy {
    struct store *store; /* that is copied */
};

extern const struct store_operations sqlite_operations;     /* a file, in sqlite/ */
extern const struct store_operations postgresql_operations; /* a database elsewhere, in postgresql/ */

#endif
