/*
 * The connections of a worker: a table of slots, and the names by which the committer knows them.
 * Knows nothing about what a connection is.
 */
#ifndef SERVER_WORKER_CONNECTION_TABLE_H
#define SERVER_WORKER_CONNECTION_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct connection;

struct connection_table {
    struct connection **slots; /* NULL where one is free */
    uint32_t cap;
    uint32_t open; /* slots in use */
    uint32_t next; /* where the search for a free one begins */
    uint32_t uses; /* of all slots, counting up: the high half of the next name */
};

/* False if there is no memory. */
bool connection_table_init(struct connection_table *table, uint32_t cap);
void connection_table_fini(struct connection_table *table);

bool connection_table_has_room(const struct connection_table *table);

/* Uses a free slot; there must be one. Returns the connection's name: its slot in the low half and
 * a count in the high half, so that a slot can be reused and late messages still identify their
 * connection. */
uint64_t connection_table_add(struct connection_table *table, struct connection *connection);
void connection_table_remove(struct connection_table *table, uint64_t name);

/* What is in the name's slot, whatever its own name is; NULL if nothing is. */
struct connection *connection_table_at(const struct connection_table *table, uint64_t name);

#endif
