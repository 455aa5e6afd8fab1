/* Chance: see chance.h. */
#include "chance.h"

static uint64_t state;

/* splitmix64 */
static uint64_t mix(uint64_t number)
{
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

void chance_begin(uint64_t seed, uint64_t schedule)
{
    state = mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ mix(schedule * UINT64_C(0xd1342543de82ef95) + 1);
}

uint64_t chance_number(void)
{
    return mix(state += UINT64_C(0x9e3779b97f4a7c15));
}

uint32_t chance_below(uint32_t bound)
{
    return (uint32_t)((chance_number() >> 32) * bound >> 32);
}

bool chance_one_in(uint32_t many)
{
    return chance_below(many) == 0;
}
