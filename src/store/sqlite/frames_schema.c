/*
 * The schema's fifth version: bets are in frames, as they came, and not in rows of their own.
 *
 * What a bet is made of comes from the grammar's list of fields, so the SQL is made of it, too. It
 * has to be the same for ever, for the fields that were released: stores are compared with it word
 * for word (schema_check).
 */
#include <string.h>

#include "store/sqlite/sqlite_store.h"

/* ---- Tables ---------------------------------------------------------------------------------- */

/* Bets of earlier versions stay where they are: as frames they would need as much room in the log
 * again. Views that people have made go on to mean `bets`, which is a view now. */
static const char begins[] =
    "DROP VIEW winning_bets;\n"
    "PRAGMA legacy_alter_table = ON;\n"
    "ALTER TABLE bets RENAME TO bet_rows;\n"
    "PRAGMA legacy_alter_table = OFF;\n"

    "CREATE TABLE frames (  -- bets as they were sent, in the order in which they were stored; no index, on purpose:\n"
    "                       -- this is the hot path. To read them, see the view bets\n"
    "    id           INTEGER PRIMARY KEY,  -- bets.id of its first bet\n"
    "    bets         INTEGER NOT NULL CHECK (bets BETWEEN 1 AND 65535),  -- how many; their ids follow one another\n"
    "    round        INTEGER NOT NULL,\n"
    "    agency       INTEGER NOT NULL CHECK (agency BETWEEN 0 AND 255),  -- of each of them\n"
    "    skip         INTEGER NOT NULL,  -- bytes of each bet in front of its first field\n"
    "    length_size  INTEGER NOT NULL,  -- bytes of the length in front of each text\n"
    "    dialect      TEXT NOT NULL,\n"
    "    frame        TEXT NOT NULL CHECK (frame = 'single' OR frame = 'batch' OR frame = 'more'),\n"
    "                       -- more: the batch above goes on\n"
    "    head         BLOB NOT NULL,  -- of a batch: its bytes in front of the bets\n"
    "    bytes        BLOB NOT NULL  -- the bets; of a single, all of it\n"
    ") STRICT;\n"

    /* For IN with three values SQLite makes a table of them each time a row is written, which takes
     * longer than the row. The other form is as strict. (lang_altertable.html: checks may be
     * changed so.) */
    "PRAGMA writable_schema = ON;\n"
    "UPDATE sqlite_schema SET sql = replace(sql, 'phase IN (''open'', ''waiting'', ''drawn'')', "
    "'phase = ''open'' OR phase = ''waiting'' OR phase = ''drawn''') WHERE name = 'agencies';\n"
    "UPDATE sqlite_schema SET sql = replace(sql, 'frame IN (''single'', ''batch'', ''finish'')', "
    "'frame = ''single'' OR frame = ''batch'' OR frame = ''finish''') WHERE name = 'keys';\n"
    "PRAGMA writable_schema = RESET;\n"

    "UPDATE rounds SET candidates_of = NULL WHERE winners IS NULL;\n"
    "DROP TABLE candidates;\n"
    "CREATE TABLE candidates (  -- the bets of the round that is not drawn yet which have rounds.candidates_of\n"
    "    bet     INTEGER PRIMARY KEY,  -- bets.id\n"
    "    round   INTEGER NOT NULL,\n"
    "    agency  INTEGER NOT NULL CHECK (agency BETWEEN 0 AND 255)";

static const char *type_of(const struct bet_field *field)
{
    return field->kind == PROTOCOL_INTEGER ? "INTEGER" : "TEXT";
}

static void add_columns_of_candidates(sqlite3_str *sql)
{
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++)
        sqlite3_str_appendf(sql, ",\n    %s  %s NOT NULL", field->name, type_of(field));
    sqlite3_str_appendall(sql, "\n) STRICT;\n");
}

/* The document has been there since the first version. Winners whose bets are rows have null. */
static void add_columns_of_winners(sqlite3_str *sql)
{
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++)
        if (strcmp(field->name, "document") != 0)
            sqlite3_str_appendf(sql, "ALTER TABLE winners ADD COLUMN %s %s;\n", field->name, type_of(field));
}

/* ---- The view bets --------------------------------------------------------------------------- */

/*
 * It goes from bet to bet, and after the last one of a frame to the next frame. `place` is where
 * one begins (its first field) and how long its texts are. The value of a byte is its place in a
 * blob of all bytes.
 */

#define IN_SAME_FRAME "nth + 1 < place.bets"

/* After this bet, or at a frame's first byte. */
static void add_next_place(sqlite3_str *sql)
{
    unsigned fixed = 0;

    sqlite3_str_appendall(sql, "(iif(" IN_SAME_FRAME ", at");
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++) {
        if (field->kind == PROTOCOL_TEXT)
            sqlite3_str_appendf(sql, " + length_size + %s_n", field->name);
        else
            fixed += (unsigned)field->size;
    }
    sqlite3_str_appendf(sql, " + %u, 1) + skip", fixed);
}

static void add_length_at(sqlite3_str *sql, const struct bet_field *field);

/* Of the next bet: where a field begins, of a text its length. */
static void add_next_place_of(sqlite3_str *sql, const struct bet_field *wanted)
{
    unsigned fixed = 0;

    add_next_place(sql);
    for (const struct bet_field *field = bet_fields; field < wanted; field++) {
        if (field->kind == PROTOCOL_TEXT) {
            sqlite3_str_appendall(sql, " + length_size + ");
            add_length_at(sql, field);
        } else {
            fixed += (unsigned)field->size;
        }
    }
    sqlite3_str_appendf(sql, " + %u)", fixed);
}

/* Of one byte or two. */
static void add_length_at(sqlite3_str *sql, const struct bet_field *field)
{
    sqlite3_str_appendall(sql, "(instr(every, substr(bytes, ");
    add_next_place_of(sql, field);
    sqlite3_str_appendall(sql, " + length_size - 1, 1)) - 1 + (length_size - 1) * 256 * (instr(every, substr(bytes, ");
    add_next_place_of(sql, field);
    sqlite3_str_appendall(sql, ", 1)) - 1))");
}

/* Of the bet that `place` is at. */
static void add_place_of(sqlite3_str *sql, const struct bet_field *wanted)
{
    unsigned fixed = 0;

    sqlite3_str_appendall(sql, "at");
    for (const struct bet_field *field = bet_fields; field < wanted; field++) {
        if (field->kind == PROTOCOL_TEXT)
            sqlite3_str_appendf(sql, " + length_size + %s_n", field->name);
        else
            fixed += (unsigned)field->size;
    }
    if (wanted->kind == PROTOCOL_TEXT)
        sqlite3_str_appendall(sql, " + length_size");
    sqlite3_str_appendf(sql, " + %u", fixed);
}

static void add_integer(sqlite3_str *sql, const struct bet_field *field)
{
    for (size_t i = 0; i < field->size; i++) {
        sqlite3_str_appendf(sql, "%s((instr(every, substr(bytes, ", i == 0 ? "" : " | ");
        add_place_of(sql, field);
        sqlite3_str_appendf(sql, " + %u, 1)) - 1) << %u)", (unsigned)i, (unsigned)(8 * (field->size - 1 - i)));
    }
}

static void add_text(sqlite3_str *sql, const struct bet_field *field)
{
    sqlite3_str_appendall(sql, "CAST(substr(bytes, ");
    add_place_of(sql, field);
    if (field->kind == PROTOCOL_TEXT)
        sqlite3_str_appendf(sql, ", %s_n) AS TEXT)", field->name);
    else
        sqlite3_str_appendf(sql, ", %u) AS TEXT)", (unsigned)field->size);
}

static void add_for_each_text(sqlite3_str *sql, const char *format)
{
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++)
        if (field->kind == PROTOCOL_TEXT)
            sqlite3_str_appendf(sql, format, field->name);
}

static void add_places(sqlite3_str *sql)
{
    sqlite3_str_appendall(sql, "    WITH RECURSIVE place (frame_id, bets, nth, at");
    add_for_each_text(sql, ", %s_n");
    sqlite3_str_appendall(sql, ", every) AS (\n        SELECT (SELECT min(id) FROM frames), 0, -1, 0");
    add_for_each_text(sql, ", 0 /* %s */");
    sqlite3_str_appendall(sql, ", x'");
    for (unsigned byte = 0; byte < 256; byte++)
        sqlite3_str_appendf(sql, "%02x", byte);
    sqlite3_str_appendall(sql, "'\n        UNION ALL\n"
                               "        SELECT id, frames.bets, iif(" IN_SAME_FRAME ", nth + 1, 0),\n            ");
    add_next_place(sql);
    sqlite3_str_appendall(sql, ")");
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++) {
        if (field->kind == PROTOCOL_TEXT) {
            sqlite3_str_appendall(sql, ",\n            ");
            add_length_at(sql, field);
        }
    }
    sqlite3_str_appendall(sql, ",\n            every\n        FROM place CROSS JOIN frames "
                               "ON id = frame_id + iif(" IN_SAME_FRAME ", 0, place.bets)\n    )\n");
}

static void add_bets_view(sqlite3_str *sql)
{
    sqlite3_str_appendall(sql, "CREATE VIEW bets AS  -- every bet, in the order in which they were stored: a frame is\n"
                               "                     -- read byte by byte, a few microseconds for each bet\n");
    add_places(sql);
    sqlite3_str_appendall(sql, "    SELECT id, round, agency" BET_FIELD_NAMES " FROM bet_rows\n"
                               "    UNION ALL\n"
                               "    SELECT frame_id + nth, round, agency");
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++) {
        sqlite3_str_appendall(sql, ",\n        ");
        if (field->kind == PROTOCOL_INTEGER)
            add_integer(sql, field);
        else
            add_text(sql, field);
    }
    sqlite3_str_appendall(sql, "\n    FROM place CROSS JOIN frames ON id = frame_id WHERE nth >= 0;\n");
}

/* ---- The view of winners --------------------------------------------------------------------- */

static void add_winning_bets_view(sqlite3_str *sql)
{
    sqlite3_str_appendall(sql,
                          "CREATE VIEW winning_bets AS  -- the winners of drawn rounds with all that their bets say\n"
                          "    SELECT winners.round, winners.agency, winners.position");
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++)
        sqlite3_str_appendf(sql, ",\n        ifnull(winners.%s, bet_rows.%s) AS %s", field->name, field->name,
                            field->name);
    sqlite3_str_appendall(sql,
                          "\n    FROM winners LEFT JOIN bet_rows ON bet_rows.id = winners.bet\n"
                          "    WHERE winners.round IN (SELECT round FROM rounds WHERE rounds.winners IS NOT NULL);\n");
}

char *schema_with_frames(void)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);

    sqlite3_str_appendall(sql, begins);
    add_columns_of_candidates(sql);
    add_columns_of_winners(sql);
    add_bets_view(sql);
    add_winning_bets_view(sql);
    return sqlite3_str_finish(sql);
}
