/* Who speaks for an agency: see speakers.h. */
#include "lottery/speakers.h"

static bool is_same(const struct speaker *one, const struct speaker *other)
{
    return one->channel == other->channel && one->connection == other->connection;
}

bool speakers_is_older(const struct speakers *speakers, unsigned port, uint8_t agency, const struct speaker *speaker)
{
    const struct speaker *newest = &speakers->newest[port][agency];
    return !is_same(newest, speaker) && speaker->number < newest->number;
}

bool speakers_replace(struct speakers *speakers, unsigned port, uint8_t agency, const struct speaker *speaker,
                      struct speaker *before)
{
    struct speaker *newest = &speakers->newest[port][agency];
    bool replaces = newest->number != 0 && !is_same(newest, speaker);
    if (replaces)
        *before = *newest;
    *newest = *speaker;
    return replaces;
}

/* No worker's channel has the number 0, so none is told to close it when a newer one speaks. */
void speakers_end(struct speakers *speakers, uint8_t agency, uint64_t number)
{
    for (unsigned port = 0; port < SPEAKERS_PORTS; port++)
        if (speakers->newest[port][agency].number < number)
            speakers->newest[port][agency] = (struct speaker){ .number = number };
}
