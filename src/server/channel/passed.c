/* Which connections the workers were passed: see passed.h. */
#include "server/channel/passed.h"

#include <stdlib.h>

#define SPARE 1024u /* lines of connections that an acceptor left, and that no worker has claimed yet */

static uint32_t lines_for(uint32_t connections_max)
{
    return 2 * connections_max + SPARE;
}

size_t passed_size(uint32_t connections_max)
{
    return sizeof(struct passed_file) + lines_for(connections_max) * sizeof(struct passed_line);
}

/* ---- What the acceptor before this one left -------------------------------------------------- */

static int compare(const void *one, const void *other)
{
    const struct passed_left *left = one, *right = other;

    return (left->number > right->number) - (left->number < right->number);
}

static void look_at_lines(struct passed *passed)
{
    for (uint32_t line = passed->file->used; line-- > 0;) {
        const uint64_t number = passed->file->lines[line].number;
        if (number == 0)
            passed->free[passed->free_count++] = line;
        else
            passed->left[passed->left_count++] = (struct passed_left){ .number = number, .line = line };
    }
    qsort(passed->left, passed->left_count, sizeof *passed->left, compare);
}

bool passed_open(struct passed *passed, struct passed_file *file, uint32_t connections_max)
{
    const uint32_t cap = lines_for(connections_max);

    *passed = (struct passed){ .file = file,
                               .cap = cap,
                               .free = calloc(cap, sizeof *passed->free),
                               .left = calloc(file->used + 1u, sizeof *passed->left) };
    if (passed->free == NULL || passed->left == NULL) {
        passed_close(passed);
        return false;
    }
    look_at_lines(passed);
    return true;
}

void passed_close(struct passed *passed)
{
    free(passed->free);
    free(passed->left);
    *passed = (struct passed){ .file = NULL };
}

static bool is_same(struct counted_address one, struct counted_address other)
{
    return one.group == other.group && one.origin == other.origin;
}

/* Whoever came through a proxy has an address of his own once the header is read. */
static bool may_be(struct counted_address passed, struct counted_address claimed)
{
    return is_same(passed, claimed) || (passed.origin == ADDRESS_PROXY && claimed.origin == ADDRESS_REPORTED);
}

uint32_t passed_claim(struct passed *passed, uint64_t number, struct counted_address address, uint8_t port,
                      uint32_t worker)
{
    const struct passed_left wanted = { .number = number };
    struct passed_left *left = bsearch(&wanted, passed->left, passed->left_count, sizeof *left, compare);

    if (left == NULL || left->line == PASSED_NOWHERE)
        return PASSED_NOWHERE;
    const uint32_t place = left->line;
    const struct passed_line *line = &passed->file->lines[place];
    if (line->worker != worker || line->port != port || !may_be(line->address, address))
        return PASSED_NOWHERE;
    left->line = PASSED_NOWHERE;
    passed_report(passed, place, address);
    return place;
}

void passed_forget(struct passed *passed, uint32_t worker)
{
    for (struct passed_left *left = passed->left; left < passed->left + passed->left_count; left++) {
        if (left->line == PASSED_NOWHERE || passed->file->lines[left->line].worker != worker)
            continue;
        passed_drop(passed, left->line);
        left->line = PASSED_NOWHERE;
    }
}

/* ---- What this one passes -------------------------------------------------------------------- */

static uint32_t take_free(struct passed *passed)
{
    if (passed->free_count > 0)
        return passed->free[--passed->free_count];
    return passed->file->used < passed->cap ? passed->file->used++ : PASSED_NOWHERE;
}

uint32_t passed_put(struct passed *passed, uint64_t number, struct counted_address address, uint8_t port,
                    uint32_t worker)
{
    const uint32_t place = take_free(passed);

    if (place == PASSED_NOWHERE)
        return PASSED_NOWHERE;
    struct passed_line *line = &passed->file->lines[place];
    line->address = address;
    line->port = port;
    line->worker = worker;
    atomic_store(&line->number, number);
    return place;
}

/* The origin last: until then any address may be claimed, and from then on this one. */
void passed_report(struct passed *passed, uint32_t line, struct counted_address address)
{
    volatile struct counted_address *kept = &passed->file->lines[line].address;

    kept->group = address.group;
    kept->origin = address.origin;
}

void passed_drop(struct passed *passed, uint32_t line)
{
    if (line == PASSED_NOWHERE)
        return;
    atomic_store(&passed->file->lines[line].number, 0);
    passed->free[passed->free_count++] = line;
}
