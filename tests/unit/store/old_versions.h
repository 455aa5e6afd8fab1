/*
 * The SQL that makes a store of an earlier version of one of today's, by taking away what later
 * versions added: what is left is the text of that version, word for word.
 */
#ifndef TESTS_OLD_VERSIONS_H
#define TESTS_OLD_VERSIONS_H

/* The bets as rows, also those that came as frames to a store of rows. */
#define NO_FRAMES                                                                                                      \
    "CREATE TEMP TABLE kept AS SELECT * FROM bets; DROP VIEW winning_bets; DROP VIEW bets; DROP TABLE frames; "        \
    "ALTER TABLE winners DROP COLUMN name; ALTER TABLE winners DROP COLUMN surname; "                                  \
    "ALTER TABLE winners DROP COLUMN birthdate; ALTER TABLE winners DROP COLUMN number; "                              \
    "ALTER TABLE bet_rows RENAME TO bets; DELETE FROM bets; INSERT INTO bets SELECT * FROM kept; "                     \
    "DROP TABLE candidates; "                                                                                          \
    "CREATE TABLE candidates (  -- the bets of the round that is not drawn yet which have rounds.candidates_of\n"      \
    "    bet  INTEGER PRIMARY KEY  -- bets.id\n"                                                                       \
    ") STRICT; "                                                                                                       \
    "CREATE VIEW winning_bets AS  -- the winners of drawn rounds with all that their bets say\n"                       \
    "    SELECT winners.round, winners.agency, winners.position, bets.name, bets.surname, bets.document,\n"            \
    "           bets.birthdate, bets.number\n"                                                                         \
    "    FROM winners JOIN bets ON bets.id = winners.bet\n"                                                            \
    "    WHERE winners.round IN (SELECT round FROM rounds WHERE rounds.winners IS NOT NULL); "                         \
    "PRAGMA writable_schema = ON; "                                                                                    \
    "UPDATE sqlite_schema SET sql = replace(sql, '\"bets\"', 'bets') WHERE name = 'bets'; "                            \
    "UPDATE sqlite_schema SET sql = replace(sql, 'phase = ''open'' OR phase = ''waiting'' OR phase = ''drawn''', "     \
    "'phase IN (''open'', ''waiting'', ''drawn'')') WHERE name = 'agencies'; "                                         \
    "UPDATE sqlite_schema SET sql = replace(sql, 'frame = ''single'' OR frame = ''batch'' OR frame = ''finish''', "    \
    "'frame IN (''single'', ''batch'', ''finish'')') WHERE name = 'keys'; "                                            \
    "PRAGMA writable_schema = RESET; PRAGMA user_version = 4; "
#define NO_PIECES                                                                                                      \
    "DROP TABLE candidates; ALTER TABLE rounds DROP COLUMN candidates_of; DROP VIEW winning_bets; "                    \
    "CREATE VIEW winning_bets AS  -- the winners with all that their bets say\n"                                       \
    "    SELECT winners.round, winners.agency, winners.position, bets.name, bets.surname, bets.document,\n"            \
    "           bets.birthdate, bets.number\n"                                                                         \
    "    FROM winners JOIN bets ON bets.id = winners.bet;"
#define NO_LOG "DROP TABLE log; ALTER TABLE lottery DROP COLUMN dialect; "

static const char *const to_version[] = { "", NO_FRAMES NO_PIECES NO_LOG "DROP TABLE finishes; PRAGMA user_version = 1",
                                          NO_FRAMES NO_PIECES NO_LOG "PRAGMA user_version = 2",
                                          NO_FRAMES NO_PIECES "PRAGMA user_version = 3", NO_FRAMES };

#endif
