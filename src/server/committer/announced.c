/* Connections that the acceptor has announced: see announced.h. */
#include "server/committer/announced.h"

#include <stdlib.h>
#include <string.h>

#define CAP_FIRST 64u

void announced_fini(struct announced *announced)
{
    free(announced->list);
    announced->list = NULL;
    announced->count = announced->cap = 0;
}

/* The place of a number, or where it would be. */
static size_t place_of(const struct announced *announced, uint64_t number)
{
    size_t low = 0, high = announced->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (announced->list[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct announced *announced, size_t place, uint64_t number)
{
    return place < announced->count && announced->list[place].number == number;
}

static void remove_at(struct announced *announced, size_t place)
{
    announced->count--;
    memmove(announced->list + place, announced->list + place + 1, (announced->count - place) * sizeof *announced->list);
}

static bool make_room(struct announced *announced)
{
    if (announced->count < announced->cap)
        return true;
    size_t cap = announced->cap == 0 ? CAP_FIRST : 2 * announced->cap;
    struct announcement *list = realloc(announced->list, cap * sizeof *list);
    if (list == NULL)
        return false;
    announced->list = list;
    announced->cap = cap;
    return true;
}

/* Whose news is missed least. There is at least one. */
static size_t place_to_forget(const struct announced *announced)
{
    for (size_t place = 0; place < announced->count; place++)
        if (announced->list[place].has_left)
            return place;
    return 0;
}

bool announced_put(struct announced *announced, const struct announcement *connection)
{
    size_t place = place_of(announced, connection->number);

    if (is_at(announced, place, connection->number)) {
        announced->list[place] = *connection;
        return true;
    }
    if (announced->count >= announced->max && announced->count > 0) {
        size_t forgotten = place_to_forget(announced);
        remove_at(announced, forgotten);
        place -= place > forgotten;
    }
    if (!make_room(announced))
        return false;
    memmove(announced->list + place + 1, announced->list + place, (announced->count - place) * sizeof *announced->list);
    announced->list[place] = *connection;
    announced->count++;
    return true;
}

void announced_leave(struct announced *announced, uint64_t number)
{
    size_t place = place_of(announced, number);

    if (is_at(announced, place, number))
        announced->list[place].has_left = true;
}

bool announced_take(struct announced *announced, uint64_t number, struct announcement *connection)
{
    size_t place = place_of(announced, number);

    if (!is_at(announced, place, number))
        return false;
    *connection = announced->list[place];
    remove_at(announced, place);
    return true;
}
