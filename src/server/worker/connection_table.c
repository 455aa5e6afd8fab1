/* The connections of a worker: see connection_table.h. */
#include "server/worker/connection_table.h"

#include <assert.h>
#include <stdlib.h>

bool connection_table_init(struct connection_table *table, uint32_t cap)
{
    *table = (struct connection_table){ .cap = cap, .slots = calloc(cap > 0 ? cap : 1, sizeof(struct connection *)) };
    return table->slots != NULL;
}

void connection_table_fini(struct connection_table *table)
{
    free(table->slots);
    *table = (struct connection_table){ 0 };
}

bool connection_table_has_room(const struct connection_table *table)
{
    return table->open < table->cap;
}

uint64_t connection_table_add(struct connection_table *table, struct connection *connection)
{
    assert(connection_table_has_room(table));
    while (table->slots[table->next] != NULL)
        table->next = (table->next + 1) % table->cap;
    table->slots[table->next] = connection;
    table->open++;
    return (uint64_t)++table->uses << 32 | table->next;
}

void connection_table_remove(struct connection_table *table, uint64_t name)
{
    table->slots[(uint32_t)name] = NULL;
    table->open--;
}

struct connection *connection_table_at(const struct connection_table *table, uint64_t name)
{
    uint32_t slot = (uint32_t)name;
    return slot < table->cap ? table->slots[slot] : NULL;
}
