/* See export_counts.h. */
#include "tool/export_counts.h"

#include <inttypes.h>
#include <stdlib.h>

/* NULL if there is no memory. */
static struct export_count *add_round(struct export_counts *counts, uint32_t round)
{
    struct export_count *longer = realloc(counts->list, (counts->len + 1) * sizeof *longer);

    counts->failed = longer == NULL;
    if (counts->failed)
        return NULL;
    counts->list = longer;
    longer[counts->len] = (struct export_count){ .round = round };
    return &longer[counts->len++];
}

/* Rounds come in their order, or nearly so. */
static struct export_count *find_round(const struct export_counts *counts, uint32_t round)
{
    size_t i = counts->len;

    while (i > 0 && counts->list[i - 1].round != round)
        i--;
    return i > 0 ? &counts->list[i - 1] : NULL;
}

bool export_count_bet(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct export_counts *counts = context;
    struct export_count *count = find_round(counts, round);

    if (count == NULL)
        count = add_round(counts, round);
    if (count == NULL)
        return false;
    count->bets[bet->agency]++;
    return true;
}

void export_counts_write(const struct export_counts *counts, FILE *file)
{
    for (size_t i = 0; i < counts->len; i++)
        for (unsigned agency = 0; agency <= UINT8_MAX; agency++)
            if (counts->list[i].bets[agency] > 0)
                fprintf(file, "%" PRIu32 ",%u,%" PRIu64 "\r\n", counts->list[i].round, agency,
                        counts->list[i].bets[agency]);
}

void export_counts_free(struct export_counts *counts)
{
    free(counts->list);
    *counts = (struct export_counts){ 0 };
}
