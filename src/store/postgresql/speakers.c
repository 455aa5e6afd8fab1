/*
 * Which connection, of which server, speaks for an agency on a port.
 *
 * Knows no rules but the order of two connections, which depends on the database's clock: of two
 * that are not surely one after the other, neither is older. What is put is held back until the
 * commit, and what was read in a transaction of others' changes stays known until the next one.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/system.h"

static const char read_what[] = "read which connections speak for agencies";

static struct stored_speaker *speaker_at(struct postgresql_store *store, unsigned port, uint8_t agency)
{
    return &store->speakers[port][agency];
}

enum store_code postgresql_read_speakers(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT port, agency, process, timeline, earliest, latest FROM speakers WHERE port BETWEEN 0 AND 1";
    PGresult *rows = postgresql_query(store, sql, read_what, NULL, 0);

    if (rows == NULL)
        return STORE_FAILED;
    memset(store->speakers, 0, sizeof store->speakers);
    for (int row = 0; row < PQntuples(rows); row++)
        *speaker_at(store, (unsigned)postgresql_integer(rows, row, 0), (uint8_t)postgresql_integer(rows, row, 1)) =
            (struct stored_speaker){ .process = postgresql_integer(rows, row, 2),
                                     .timeline = postgresql_integer(rows, row, 3),
                                     .accepted = { postgresql_integer(rows, row, 4),
                                                   postgresql_integer(rows, row, 5) } };
    PQclear(rows);
    return STORE_OK;
}

/* ---- Questions ------------------------------------------------------------------------------- */

bool postgresql_another_speaks(const struct store *base, unsigned port, uint8_t agency)
{
    const struct stored_speaker *speaker = &((const struct postgresql_store *)base)->speakers[port][agency];

    return speaker->process != 0 && speaker->process != postgresql_process();
}

bool postgresql_is_surely_older(const struct store *base, unsigned port, uint8_t agency, uint64_t accepted_ns)
{
    const struct postgresql_store *store = (const struct postgresql_store *)base;
    const struct stored_speaker *speaker = &store->speakers[port][agency];
    const struct moment accepted = store_clock_moment(&store->clock, accepted_ns);

    return postgresql_another_speaks(base, port, agency) && speaker->timeline == store->timeline &&
           moment_is_before(&accepted, &speaker->accepted);
}

/* ---- Writing --------------------------------------------------------------------------------- */

enum store_code postgresql_speaker_put(struct store *base, unsigned port, uint8_t agency, uint64_t accepted_ns)
{
    struct postgresql_store *store = postgresql_store_of(base);
    struct stored_speaker *speaker = speaker_at(store, port, agency);

    if (postgresql_check_write(store, "write which connection speaks for an agency") != STORE_OK)
        return STORE_FAILED;
    if (speaker->process == postgresql_process() && speaker->accepted_ns == accepted_ns)
        return STORE_OK;
    *speaker = (struct stored_speaker){ .process = postgresql_process(),
                                        .timeline = store->timeline,
                                        .accepted = store_clock_moment(&store->clock, accepted_ns),
                                        .accepted_ns = accepted_ns,
                                        .is_due = true };
    return STORE_OK;
}

static enum store_code flush_speaker(struct postgresql_store *store, unsigned port, unsigned agency)
{
    static const char sql[] =
        "INSERT INTO speakers (port, agency, process, timeline, earliest, latest) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (port, agency) DO UPDATE SET process = excluded.process, timeline = excluded.timeline, "
        "earliest = excluded.earliest, latest = excluded.latest";
    struct stored_speaker *speaker = &store->speakers[port][agency];

    speaker->is_due = false;
    return POSTGRESQL_RUN(store, sql, "write which connection speaks for an agency", port, agency, speaker->process,
                          speaker->timeline, speaker->accepted.earliest_us, speaker->accepted.latest_us);
}

enum store_code postgresql_flush_speakers(struct postgresql_store *store)
{
    enum store_code code = STORE_OK;

    for (unsigned port = 0; port < PORTS; port++)
        for (unsigned agency = 0; agency < 256 && code == STORE_OK; agency++)
            if (store->speakers[port][agency].is_due)
                code = flush_speaker(store, port, agency);
    return code;
}
