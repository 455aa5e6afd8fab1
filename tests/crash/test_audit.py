#!/usr/bin/env python3
"""Does the audit notice errors? A small correct store, and each error that it can have.

usage: test_audit.py [--seed N]

The store is made here, from the tables' columns alone; no server runs.
"""

import os
import sqlite3
import sys
import tempfile

from rig import Rig
from audit import (ALL_KINDS, CHANGED, DISORDER, DOUBLED, DRAWS, FOREIGN, MISSING, OTHER_ROUND, PARTIAL,
                   REFUSED_PRESENT, WRONG_WINNERS, Audit, Book, Contents)
from wire import KEYED, LOSING, WINNING, Bet

TABLES = """
CREATE TABLE bets (id INTEGER PRIMARY KEY, round, agency, name, surname, document, birthdate, number);
CREATE TABLE rounds (round INTEGER PRIMARY KEY, winning_number, winners);
CREATE TABLE winners (round, agency, position, document);
"""
LINES = [(1, 2)]    # of the log: a draw of round 1 with two winners


def bet(document, number=LOSING):
    return Bet(1, b"A", b"B", document, b"1999-03-17", number)


# Two frames that were answered 0, one without an answer, one that was refused.
FIRST, SECOND = [bet(10), bet(11, WINNING)], [bet(20, WINNING), bet(21)]
DOUBTFUL, REFUSED = [bet(30), bet(31)], [bet(40)]


def new_book():
    book = Book(KEYED)
    for frame in (FIRST, SECOND, DOUBTFUL, REFUSED):
        book.send(1, 1, frame)
    book.answered(FIRST, 0)
    book.answered(SECOND, 0)
    book.unanswered(DOUBTFUL)
    book.answered(REFUSED, 1)
    book.tell(1, 1, [11, 20])
    return book


def audit(folder, fault, lines):
    path = os.path.join(folder, "bets.db")
    database = sqlite3.connect(path)
    database.executescript(TABLES)
    for made in FIRST + SECOND + DOUBTFUL:
        add(database, made)
    database.execute("INSERT INTO rounds VALUES (1, ?, 2)", (WINNING,))
    database.executemany("INSERT INTO winners VALUES (1, 1, ?, ?)", [(1, 11), (2, 20)])
    fault(database)
    database.commit()
    database.close()
    problems = Audit(Contents(path), new_book(), lines).run()
    os.unlink(path)
    return problems


def add(database, made, round_=1):
    database.execute("INSERT INTO bets (round, agency, name, surname, document, birthdate, number) "
                     "VALUES (?,?,?,?,?,?,?)",
                     (round_, made.agency, made.name, made.surname, made.document, made.birthdate, made.number))


def sql(text):
    return lambda database: database.execute(text)


# What is done to the store, what the log says, and what the audit must call it.
FAULTS = (
    ("frame_is_missing", sql("DELETE FROM bets WHERE document IN (10, 11)"), LINES, MISSING),
    ("bet_is_missing", sql("DELETE FROM bets WHERE document = 21"), LINES, MISSING),
    ("half_of_a_frame_without_answer_is_there", sql("DELETE FROM bets WHERE document = 31"), LINES, PARTIAL),
    ("refused_frame_is_there", lambda database: add(database, REFUSED[0]), LINES, REFUSED_PRESENT),
    ("frame_is_there_twice", lambda database: [add(database, made) for made in FIRST], LINES, DOUBLED),
    ("bet_has_another_number", sql("UPDATE bets SET number = 5 WHERE document = 10"), LINES, CHANGED),
    ("bet_of_nobody", lambda database: add(database, bet(99)), LINES, FOREIGN),
    ("frame_is_in_the_next_round", sql("UPDATE bets SET round = 2 WHERE document IN (30, 31)"), LINES, OTHER_ROUND),
    ("frames_change_places", sql("UPDATE bets SET id = id + 100 WHERE document IN (10, 11)"), LINES, DISORDER),
    ("winner_is_forgotten", sql("DELETE FROM winners WHERE document = 20"), LINES, WRONG_WINNERS),
    ("winners_change_places", sql("UPDATE winners SET position = 3 - position"), LINES, WRONG_WINNERS),
    ("draw_is_forgotten", sql("DELETE FROM rounds"), LINES, DRAWS),
    ("draw_is_not_done", sql("UPDATE rounds SET winners = NULL"), LINES, DRAWS),
    ("draw_has_another_number", sql("UPDATE rounds SET winning_number = 5"), LINES, DRAWS),
    ("log_tells_of_two_draws", sql("SELECT 1"), LINES * 2, DRAWS),
    ("log_tells_of_other_winners", sql("SELECT 1"), [(1, 3)], DRAWS),
)


def main():
    rig = Rig(__doc__)
    with tempfile.TemporaryDirectory(prefix="sorteo-audit-") as folder:
        rig.expect("audit_is_content_with_a_right_store", audit(folder, sql("SELECT 1"), LINES))
        rig.expect("audit_is_content_without_a_frame_in_doubt",
                   audit(folder, sql("DELETE FROM bets WHERE document IN (30, 31)"), LINES))
        for name, fault, lines, kind in FAULTS:
            seen = [problem for problem in audit(folder, fault, lines) if problem.kind == kind]
            rig.expect_red(f"audit_sees_that_{name}", seen)
    rig.expect("each_kind_of_problem_was_planted", set(ALL_KINDS) - {kind for *_, kind in FAULTS})
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
