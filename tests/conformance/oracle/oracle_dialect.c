/* What is different from dialect to dialect: see oracle_dialect.h. */
#include "oracle_dialect.h"

/* Those of section 3 by hand. One that is not there has what the codec says. */
struct oracle_dialect oracle_dialect_of(enum sorteo_dialect dialect)
{
    const struct sorteo_parameters *parameters;

    switch (dialect) {
    case SORTEO_WIDE:
        return (struct oracle_dialect){ .length_size = 2, .key_size = 0, .winners_size = 2, .receipt = 1 };
    case SORTEO_COMPACT:
        return (struct oracle_dialect){ .length_size = 1, .key_size = 0, .winners_size = 1, .receipt = 3 };
    case SORTEO_KEYED:
        return (struct oracle_dialect){ .length_size = 2, .key_size = 8, .winners_size = 2, .receipt = 1 };
    case SORTEO_GROUPED:
        return (struct oracle_dialect){ .length_size = 1, .winners_size = 1, .receipt = 2, .batch_agency = true };
    }
    parameters = sorteo_dialect_parameters(dialect);
    return (struct oracle_dialect){
        .length_size = parameters->length_size,
        .key_size = parameters->key_size,
        .winners_size = parameters->winners_size,
        .receipt = parameters->receipt,
        .batch_agency = parameters->batch_agency_size > 0,
    };
}

uint64_t oracle_least_bet(const struct oracle_dialect *dialect)
{
    return 1 + 2 * (uint64_t)dialect->length_size + 4 + 10 + 2;
}

uint64_t oracle_least_item(const struct oracle_dialect *dialect)
{
    return oracle_least_bet(dialect) - (dialect->batch_agency ? 1 : 0);
}
