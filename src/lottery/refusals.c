/* Whose bytes were refused: see refusals.h. */
#include "lottery/refusals.h"

void refusals_note(struct refusals *refusals, uint8_t agency, uint64_t address)
{
    unsigned place = 0;

    for (unsigned i = 0; i < REFUSALS_ADDRESSES; i++) {
        if (refusals->refused[agency][i].at != 0 && refusals->refused[agency][i].address == address) {
            place = i;
            break;
        }
        if (refusals->refused[agency][i].at < refusals->refused[agency][place].at)
            place = i;
    }
    refusals->refused[agency][place].address = address;
    refusals->refused[agency][place].at = ++refusals->now;
}

void refusals_take(struct refusals *refusals, uint8_t agency)
{
    refusals->taken.at[agency] = ++refusals->now;
}

bool refusals_came_from(const struct refusals *refusals, uint8_t agency, uint64_t address)
{
    for (unsigned i = 0; i < REFUSALS_ADDRESSES; i++)
        if (refusals->refused[agency][i].address == address &&
            refusals->refused[agency][i].at > refusals->taken.at[agency])
            return true;
    return false;
}
