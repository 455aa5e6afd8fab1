/*
 * The schema: what the tables are, whose a database is, and how an empty one becomes a store.
 *
 * People read these tables with psql (\d+ shows the comments), also while the server runs. Any
 * change here needs a new SCHEMA_VERSION and a step from the previous one.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"

#define SCHEMA_VERSION 4
#define UNDEFINED_COLUMN "42703"

/* A column for each field of a bet; an integer of 8 bytes from 2^63 on is stored as a negative one,
 * since PostgreSQL's are signed, and smaller ones have room for their sign. */
#define TYPE_OF_1 "smallint"
#define TYPE_OF_2 "integer"
#define TYPE_OF_3 "bigint"
#define TYPE_OF_4 "bigint"
#define TYPE_OF_5 "bigint"
#define TYPE_OF_6 "bigint"
#define TYPE_OF_7 "bigint"
#define TYPE_OF_8 "bigint"
#define BETS_INTEGER(name, field, size, ...) ", " #name " " TYPE_OF_##size " NOT NULL"
#define BETS_TEXT(name, ...) ", " #name " text NOT NULL"
#define BETS_COLUMNS BET_FIELDS(BETS_INTEGER, BETS_TEXT, BETS_TEXT)
#define WINNING_BETS_NAME(name, ...) ", bets." #name
#define WINNING_BETS_COLUMNS BET_FIELDS(WINNING_BETS_NAME, WINNING_BETS_NAME, WINNING_BETS_NAME)

/* Version 1. */
static const char first_tables[] =
    "CREATE TABLE lottery ("
    "is_one boolean PRIMARY KEY CHECK (is_one), "
    "application text NOT NULL CHECK (application = 'sorteo'), version integer NOT NULL, "
    "shape integer NOT NULL, agencies smallint NOT NULL CHECK (agencies BETWEEN 1 AND 255), "
    "dialect text, made_at timestamptz NOT NULL DEFAULT now());"
    "COMMENT ON TABLE lottery IS 'one row: what was fixed when the store was made';"

    "CREATE TABLE servers ("
    "server smallint PRIMARY KEY, incarnation bigint NOT NULL, last_group bigint NOT NULL, "
    "backend integer, backend_start timestamptz, address text, since timestamptz);"
    "COMMENT ON TABLE servers IS 'who writes here: each transaction finds its incarnation, or fails';"

    "CREATE TABLE agencies ("
    "agency smallint PRIMARY KEY CHECK (agency BETWEEN 0 AND 255), round bigint NOT NULL CHECK (round >= 1), "
    "phase text NOT NULL CHECK (phase IN ('open', 'waiting', 'drawn')), announced boolean NOT NULL, "
    "may_close_empty boolean NOT NULL, bets bigint NOT NULL CHECK (bets >= 0));"
    "COMMENT ON TABLE agencies IS 'where each agency stands; one without a row is open in round 1 and has no bets';"
    "COMMENT ON COLUMN agencies.announced IS 'drawn, and its winners are being or were sent';"
    "COMMENT ON COLUMN agencies.may_close_empty IS 'its next finish closes the round, bets or not';"

    "CREATE TABLE rounds ("
    "round bigint PRIMARY KEY CHECK (round >= 1), first_bet bigint, "
    "winning_number integer CHECK (winning_number BETWEEN 0 AND 65535), looked_at bigint, winners bigint);"
    "COMMENT ON TABLE rounds IS 'each round that has a bet or was drawn';"
    "COMMENT ON COLUMN rounds.first_bet IS 'bets.id of its first bet; null: no bet';"
    "COMMENT ON COLUMN rounds.winning_number IS 'null: its draw has not begun';"
    "COMMENT ON COLUMN rounds.looked_at IS 'bets.id of the last bet that its draw has looked at';"
    "COMMENT ON COLUMN rounds.winners IS 'how many, in all agencies; null: not drawn yet';"

    "CREATE TABLE bets ("
    "id bigint PRIMARY KEY, round bigint NOT NULL, agency smallint NOT NULL CHECK (agency BETWEEN 0 AND "
    "255)" BETS_COLUMNS ");"
    "COMMENT ON TABLE bets IS 'in the order in which they were stored, by id, from 1 without a gap';"

    "CREATE TABLE winners ("
    "round bigint NOT NULL, agency smallint NOT NULL, position bigint NOT NULL, bet bigint NOT NULL, "
    "document bigint NOT NULL, PRIMARY KEY (round, agency, position));"
    "COMMENT ON TABLE winners IS 'what each draw yielded';"
    "COMMENT ON COLUMN winners.position IS '1 and up in each round and agency, in the order of bets.id';"

    "CREATE TABLE keys ("
    "agency smallint NOT NULL, key bigint NOT NULL, frame text NOT NULL CHECK (frame IN ('single', 'batch', "
    "'finish')), digest bytea NOT NULL CHECK (length(digest) = 16), round bigint NOT NULL, "
    "PRIMARY KEY (agency, key));"
    "COMMENT ON TABLE keys IS 'keys that a dialect with keys has used, kept for ever';"
    "COMMENT ON COLUMN keys.key IS 'the 64 bits of an unsigned number: from 2^63 on it shows less 2^64';"

    "CREATE TABLE finishes ("
    "round bigint NOT NULL, agency smallint NOT NULL, at timestamptz NOT NULL DEFAULT now(), bets bigint NOT NULL, "
    "uid bigint NOT NULL, \"user\" text NOT NULL, host text NOT NULL, PRIMARY KEY (round, agency));"
    "COMMENT ON TABLE finishes IS 'agencies that did not come, and were finished by hand (sorteo finish)';"

    "CREATE VIEW winning_bets AS "
    "SELECT winners.round, winners.agency, winners.position" WINNING_BETS_COLUMNS
    " FROM winners JOIN bets ON bets.id = winners.bet "
    "WHERE winners.round IN (SELECT round FROM rounds WHERE rounds.winners IS NOT NULL);"
    "COMMENT ON VIEW winning_bets IS 'the winners of drawn rounds with all that their bets say';"

    "INSERT INTO servers (server, incarnation, last_group) VALUES (1, 0, 0);";

/* Version 2. The row of version 1 goes, with which its server could write without a lock. */
static const char several_servers[] =
    "ALTER TABLE lottery ADD COLUMN change bigint NOT NULL DEFAULT 0;"
    "COMMENT ON TABLE lottery IS 'one row, which each transaction that writes locks: what was fixed when the store was "
    "made';"
    "COMMENT ON COLUMN lottery.change IS 'counts transactions of all servers';"
    "ALTER TABLE servers ADD COLUMN number integer;"
    "COMMENT ON TABLE servers IS 'who writes here: each transaction finds its incarnation in its own row, or fails';"
    "COMMENT ON COLUMN servers.number IS 'that it draws; null: it is a tool';"
    "ALTER TABLE rounds ADD COLUMN drawn_by bigint;"
    "COMMENT ON COLUMN rounds.drawn_by IS 'a number of the process that did';"
    "DELETE FROM servers;";

/* Version 3. */
static const char who_speaks[] =
    "CREATE TABLE speakers ("
    "port smallint NOT NULL CHECK (port IN (0, 1)), agency smallint NOT NULL, process bigint NOT NULL, "
    "timeline bigint NOT NULL, earliest bigint NOT NULL, latest bigint NOT NULL, PRIMARY KEY (port, agency));"
    "COMMENT ON TABLE speakers IS 'the connection that spoke last for each agency on each port';"
    "COMMENT ON COLUMN speakers.process IS 'a number of the process that had it';"
    "COMMENT ON COLUMN speakers.earliest IS 'when it was accepted, in microseconds since 1970: at the earliest …';"
    "COMMENT ON COLUMN speakers.latest IS '… and at the latest, by the clock of this timeline''s primary';";

/* Version 4. */
static const char number_of_a_round[] =
    "ALTER TABLE rounds ADD COLUMN opened_with integer CHECK (opened_with BETWEEN 0 AND 65535);"
    "COMMENT ON COLUMN rounds.opened_with IS 'the winning number of the server that stored its first bet, with which "
    "it is drawn; null: it has no bet, or an older program stored it';";

/* What makes each version of the one before. */
static const char *const steps[SCHEMA_VERSION] = { first_tables, several_servers, who_speaks, number_of_a_round };

/* ---- Whose database is it? ------------------------------------------------------------------- */

static const char identify_what[] = "read what kind of database it is";

/* NONE if it is empty; OK if it has a table of that name. */
static enum store_code find_tables(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT current_schema() IS NULL, to_regclass('lottery') IS NOT NULL, (SELECT count(*) FROM pg_class WHERE "
        "relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p', "
        "'v', 'm', 'f'))";
    PGresult *result = postgresql_query(store, sql, identify_what, NULL, 0);
    enum store_code code = STORE_OK;

    if (result == NULL)
        return STORE_FAILED;
    if (PQgetvalue(result, 0, 0)[0] == 't')
        code = postgresql_refuse(store, STORE_FAILED,
                                 "has no schema for the lottery that this user can see: make "
                                 "one, or set search_path for the user");
    else if (PQgetvalue(result, 0, 1)[0] != 't')
        code = postgresql_integer(result, 0, 2) == 0
                   ? STORE_NONE
                   : postgresql_refuse(store, STORE_REFUSED,
                                       "has tables of another program: give the lottery a database or a schema of "
                                       "its own");
    PQclear(result);
    return code;
}

enum fixed { VERSION, SHAPE, AGENCIES, DIALECT };

/* *fixed, on OK only, is to be cleared. */
static enum store_code read_fixed(struct postgresql_store *store, PGresult **fixed)
{
    PGresult *result = PQexec(store->connection, "SELECT version, shape, agencies, dialect FROM lottery WHERE "
                                                 "application = 'sorteo'");
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK;

    if (!is_good && (state == NULL || strcmp(state, UNDEFINED_COLUMN) != 0))
        return postgresql_fail(store, identify_what, result);
    *fixed = result;
    if (is_good && PQntuples(result) == 1)
        return STORE_OK;
    PQclear(result);
    return postgresql_refuse(store, STORE_REFUSED,
                             "has a table lottery of another program: give this one a database or a schema of its own");
}

static enum store_code check_version(struct postgresql_store *store, int64_t version, int64_t shape)
{
    if (shape != BET_SHAPE)
        return postgresql_refuse(store, STORE_REFUSED,
                                 "has bets with other fields than this program's: use the program that made it, or "
                                 "another database");
    if (version < 1 || version > SCHEMA_VERSION)
        return postgresql_refuse(store, STORE_REFUSED,
                                 "has schema version %" PRId64 " and this program knows only the versions 1 to %d: "
                                 "use the program that made it, or another database",
                                 version, SCHEMA_VERSION);
    return STORE_OK;
}

/* ---- Making and updating --------------------------------------------------------------------- */

/* In a transaction: all of it or nothing. */
static enum store_code take_steps(struct postgresql_store *store, int from, const char *last, const char *what)
{
    enum store_code code = STORE_OK;

    for (int version = from; version < SCHEMA_VERSION && code == STORE_OK; version++)
        code = postgresql_execute(store, steps[version], what);
    if (code == STORE_OK)
        code = postgresql_execute(store, last, what);
    FAULT_POINT("tables-made");
    return code;
}

static const char make_what[] = "make the tables";

/* Another server may be making them, too: then this one waits for it, fails, and finds them. */
static enum store_code make(struct postgresql_store *store, uint8_t agencies)
{
    char sql[160];
    enum store_code code;

    snprintf(sql, sizeof sql,
             "INSERT INTO lottery (is_one, application, version, shape, agencies) VALUES (true, 'sorteo', %d, %d, %d)",
             SCHEMA_VERSION, BET_SHAPE, agencies);
    code = postgresql_execute(store, "BEGIN", make_what);
    if (code == STORE_OK)
        code = take_steps(store, 0, sql, make_what);
    if (code == STORE_OK)
        code = postgresql_execute(store, "COMMIT", make_what);
    store->made = code == STORE_OK;
    if (store->made || store->is_cut_off)
        return code;
    const struct store_error why = store->error;
    if (postgresql_execute(store, "ROLLBACK", make_what) != STORE_OK)
        return STORE_FAILED;
    code = find_tables(store);
    if (code == STORE_NONE) {
        store->error = why;
        return STORE_FAILED;
    }
    return code;
}

/* ---- What was fixed -------------------------------------------------------------------------- */

static enum store_code check_agencies(struct postgresql_store *store, uint8_t wanted)
{
    if (wanted == 0 || wanted == store->agencies)
        return STORE_OK;
    return postgresql_refuse(store, STORE_REFUSED,
                             "was made for %d agencies, not for %d: start with %d agencies, or use another database",
                             store->agencies, wanted, store->agencies);
}

static enum store_code check_dialect(struct postgresql_store *store, const struct store_options *options,
                                     const char *has)
{
    store->dialect_is_due = options->dialect != NULL && (has == NULL || strcmp(has, options->dialect) != 0);
    store->changes_dialect = store->dialect_is_due && has != NULL;
    if (!store->changes_dialect || options->change_dialect)
        return STORE_OK;
    return postgresql_refuse(store, STORE_REFUSED,
                             "was made for the dialect %.20s, not for %s: start with --dialect %.20s; or, to change "
                             "it, with --change-dialect; or use another database",
                             has, options->dialect, has);
}

static enum store_code check_fixed(struct postgresql_store *store, const struct store_options *options)
{
    PGresult *fixed = NULL;
    enum store_code code = read_fixed(store, &fixed);

    if (code != STORE_OK)
        return code;
    store->version = (int)postgresql_integer(fixed, 0, VERSION);
    store->agencies = (uint8_t)postgresql_integer(fixed, 0, AGENCIES);
    code = check_version(store, store->version, postgresql_integer(fixed, 0, SHAPE));
    if (code == STORE_OK)
        code = check_agencies(store, options->agencies);
    if (code == STORE_OK)
        code = check_dialect(store, options, PQgetisnull(fixed, 0, DIALECT) ? NULL : PQgetvalue(fixed, 0, DIALECT));
    PQclear(fixed);
    return code;
}

/* A temporary table ends with its session, where search_path begins with pg_temp; one that is
 * unlogged is empty after a crash. */
static enum store_code check_tables_last(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT min(relname) FROM pg_class WHERE relpersistence <> 'p' AND oid IN (SELECT to_regclass(name) FROM "
        "unnest('{lottery,servers,agencies,rounds,bets,winners,keys,finishes,speakers}'::text[]) AS ours (name))";
    PGresult *result = postgresql_query(store, sql, identify_what, NULL, 0);
    enum store_code code = STORE_OK;

    if (result == NULL)
        return STORE_FAILED;
    if (!PQgetisnull(result, 0, 0))
        code = postgresql_refuse(store, STORE_REFUSED,
                                 "would lose its table %s, which is temporary or unlogged: let search_path begin with "
                                 "a schema of its own, or ALTER TABLE %s SET LOGGED",
                                 PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 0));
    PQclear(result);
    return code;
}

enum store_code schema_prepare(struct postgresql_store *store, const struct store_options *options)
{
    enum store_code code = find_tables(store);

    if (code == STORE_NONE && (options->read_only || options->existing))
        return postgresql_refuse(store, STORE_FAILED, "is empty: %s",
                                 options->agencies != 0 ? "the store that was here is gone"
                                                        : "no server has made a store of it yet");
    if (code == STORE_NONE)
        code = make(store, options->agencies);
    if (code == STORE_OK && !options->read_only)
        code = check_tables_last(store);
    return code == STORE_OK ? check_fixed(store, options) : code;
}

/* ---- Up to date ------------------------------------------------------------------------------ */

static const char update_what[] = "bring the tables up to date";

/* With the locks of both tables, so that no transaction of an older program is under way: does the
 * session of one live? */
static enum store_code find_older_server(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT min(session.pid) FROM servers JOIN pg_stat_activity AS session ON session.pid = servers.backend "
        "WHERE session.pid <> pg_backend_pid() "
        "AND (session.backend_start IS NULL OR session.backend_start = servers.backend_start)";
    PGresult *result = postgresql_query(store, sql, update_what, NULL, 0);
    enum store_code code = STORE_OK;

    if (result == NULL)
        return STORE_FAILED;
    if (!PQgetisnull(result, 0, 0))
        code = postgresql_refuse(store, STORE_NONE,
                                 "is in use by another server or tool, of an older version (session %s): stop that "
                                 "one first",
                                 PQgetvalue(result, 0, 0));
    PQclear(result);
    return code;
}

/* The version may have changed while the locks were waited for. */
static enum store_code update_locked(struct postgresql_store *store)
{
    char sql[64];
    PGresult *fixed = NULL;
    enum store_code code = read_fixed(store, &fixed);

    if (code != STORE_OK)
        return code;
    store->version = (int)postgresql_integer(fixed, 0, VERSION);
    PQclear(fixed);
    if (store->version >= SCHEMA_VERSION)
        return STORE_OK;
    code = find_older_server(store);
    snprintf(sql, sizeof sql, "UPDATE lottery SET version = %d", SCHEMA_VERSION);
    return code == STORE_OK ? take_steps(store, store->version, sql, update_what) : code;
}

enum store_code schema_bring_up(struct postgresql_store *store)
{
    static const char begin[] = "BEGIN; LOCK TABLE lottery, servers IN ACCESS EXCLUSIVE MODE";
    enum store_code code;

    if (store->version >= SCHEMA_VERSION)
        return STORE_OK;
    code = postgresql_execute(store, begin, update_what);
    if (code == STORE_OK)
        code = update_locked(store);
    if (code == STORE_FAILED)
        return code;
    const struct store_error why = store->error;
    const char *end = code == STORE_OK ? "COMMIT" : "ROLLBACK";
    if (postgresql_execute(store, end, update_what) != STORE_OK)
        return STORE_FAILED;
    store->error = why;
    if (code == STORE_OK)
        store->version = SCHEMA_VERSION;
    return code;
}

/* ---- What was fixed, under the lock ---------------------------------------------------------- */

static enum store_code write_dialect(struct postgresql_store *store, const char *dialect)
{
    PGresult *result =
        PQexecParams(store->connection, "UPDATE lottery SET dialect = $1", 1, NULL, &dialect, NULL, NULL, 0);

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return postgresql_fail(store, "remember the dialect", result);
    PQclear(result);
    return STORE_OK;
}

/* Another server may have started since it was last looked at, and have made the store its own. */
enum store_code schema_settle(struct postgresql_store *store, const struct store_options *options)
{
    enum store_code code = postgresql_execute(store, "SELECT FROM lottery FOR UPDATE", identify_what);

    if (code == STORE_OK)
        code = check_fixed(store, options);
    return code == STORE_OK && store->dialect_is_due ? write_dialect(store, options->dialect) : code;
}

enum store_code schema_check_counts(struct postgresql_store *store)
{
    static const char what[] = "count the bets";
    static const char sql[] =
        "SELECT agencies.agency, agencies.bets, agencies.round, count(bets.id) FROM agencies LEFT JOIN bets "
        "ON bets.agency = agencies.agency AND bets.round = agencies.round AND bets.id >= (SELECT min(first_bet) FROM "
        "rounds WHERE round >= (SELECT min(round) FROM agencies)) GROUP BY agencies.agency "
        "HAVING count(bets.id) <> agencies.bets ORDER BY 1 LIMIT 1";
    PGresult *wrong = postgresql_query(store, sql, what, NULL, 0);
    enum store_code code = STORE_OK;

    if (wrong == NULL)
        return STORE_FAILED;
    if (PQntuples(wrong) > 0)
        code =
            postgresql_refuse(store, STORE_REFUSED,
                              "is damaged: agency %s has %s bets in round %s, and %s are there: restore a copy of it",
                              PQgetvalue(wrong, 0, 0), PQgetvalue(wrong, 0, 1), PQgetvalue(wrong, 0, 2),
                              PQgetvalue(wrong, 0, 3));
    PQclear(wrong);
    return code;
}
