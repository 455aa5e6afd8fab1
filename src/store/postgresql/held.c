/*
 * What is held back in a transaction, as a whole: sent before it is read or committed, forgotten
 * when it is rolled back.
 */
#include "store/postgresql/postgresql_store.h"

#include <string.h>

enum store_code postgresql_flush(struct postgresql_store *store)
{
    enum store_code code = postgresql_flush_bets(store);

    if (code == STORE_OK)
        code = postgresql_flush_keys(store);
    if (code == STORE_OK)
        code = postgresql_flush_agencies(store);
    return code == STORE_OK ? postgresql_flush_speakers(store) : code;
}

void postgresql_forget(struct postgresql_store *store)
{
    rows_clear(&store->bets);
    store->key_count = 0;
    memset(store->agency_is_due, false, sizeof store->agency_is_due);
    store->ready_round = 0;
    store->seen = CHANGE_UNKNOWN; /* all is read again, the number of the next bet, too */
    store->knows_agencies = false;
}
