"""The record of what clients were answered, and its comparison with the store.

A Book records, while clients work, what was sent and answered for each frame, and which winners were sent in each
round. Afterwards `audit` compares it with the store and reports every difference. Knows nothing about processes.
"""

import collections
import os
import shutil
import sqlite3
import tempfile

import rig  # noqa: F401  the path to the next one
import wire

MISSING = "acknowledged and missing"
REFUSED_PRESENT = "refused and present"
PARTIAL = "partial"
DOUBLED = "doubled"
CHANGED = "with other contents"
FOREIGN = "never sent"
OTHER_ROUND = "in another round"
DISORDER = "out of order"
WRONG_WINNERS = "wrong winners"
DRAWS = "not one draw"
ALL_KINDS = (MISSING, REFUSED_PRESENT, PARTIAL, DOUBLED, CHANGED, FOREIGN, OTHER_ROUND, DISORDER, WRONG_WINNERS, DRAWS)


class Problem(collections.namedtuple("Problem", "kind text")):
    def __str__(self):
        return f"{self.kind}: {self.text}"


class Frame:
    """A SINGLE or BATCH, however often it was sent."""

    def __init__(self, agency, round_, bets):
        self.agency = agency
        self.round = round_
        self.bets = bets
        self.is_stored = self.is_refused = self.is_doubtful = False
        self.place = None   # of its answer 0 among those of its agency

    def __str__(self):
        return f"agency {self.agency}, round {self.round}, {len(self.bets)} bets from document {self.bets[0].document}"


class Book:
    """A ledger as tests/e2e/peer.py wants one. A frame is known by the document of its first bet."""

    def __init__(self, dialect):
        self.dialect = dialect
        self.frames = {}
        self.told = collections.defaultdict(list)   # (agency, round): the winners, each time that they were told
        self.answers = collections.Counter()        # by agency
        self.repeats = 0                            # answers 0 to what had been answered 0 before, or was in doubt

    def send(self, agency, round_, bets):
        self.frames.setdefault(bets[0].document, Frame(agency, round_, bets))

    def answered(self, frame_bets, answer):
        frame = self.frames[frame_bets[0].document]
        if answer != 0:
            frame.is_refused = True
            return
        self.repeats += frame.is_stored or frame.is_doubtful
        if not frame.is_stored:
            self.answers[frame.agency] += 1
            frame.place = self.answers[frame.agency]
        frame.is_stored = True

    def unanswered(self, frame_bets):
        if frame_bets:
            self.frames[frame_bets[0].document].is_doubtful = True

    def tell(self, agency, round_, documents):
        self.told[agency, round_].append(documents)


class Contents:
    """A store that is not open, read from a copy of its files: reading must not change what a crash left. One that
    was never made holds nothing."""

    def __init__(self, path):
        self.bets, self.drawn, self.winners, self.damage = [], {}, collections.defaultdict(list), []
        folder = tempfile.mkdtemp(prefix="sorteo-audit-")
        try:
            copy = os.path.join(folder, "copy.db")
            for end in ("", "-wal"):
                if os.path.exists(path + end):
                    shutil.copyfile(path + end, copy + end)
            self._read(copy)
        finally:
            shutil.rmtree(folder)

    def _read(self, path):
        database = sqlite3.connect(path)
        database.text_factory = bytes
        self.damage = [row[0].decode() for row in database.execute("PRAGMA integrity_check") if row[0] != b"ok"]
        if database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] > 0:
            self._read_tables(database)
        database.close()

    def _read_tables(self, database):
        self.bets = [(round_, wire.Bet(*bet)) for round_, *bet in database.execute(
            "SELECT round, agency, name, surname, document, birthdate, number FROM bets ORDER BY id")]
        self.drawn = dict(database.execute(
            "SELECT round, winning_number FROM rounds WHERE winners IS NOT NULL"))
        for round_, agency, document in database.execute(
                "SELECT round, agency, document FROM winners WHERE round IN "
                "(SELECT round FROM rounds WHERE rounds.winners IS NOT NULL) ORDER BY round, agency, position"):
            self.winners[agency, round_].append(document)


class Audit:
    def __init__(self, contents, book, draws_told=(), number=wire.WINNING):
        """`draws_told`: (round, winners) of each `sorteo` line in the log."""
        self.contents = contents
        self.is_keyed = book.dialect.is_keyed
        self.frames = list(book.frames.values())    # the agencies may be at work, to no avail
        self.told = list(book.told.items())
        self.draws_told = list(draws_told)
        self.number = number
        self.problems = [Problem(CHANGED, text) for text in contents.damage]
        self.stored = collections.defaultdict(list)     # document: its rows
        for row in contents.bets:
            self.stored[row[1].document].append(row)

    def say(self, kind, text):
        self.problems.append(Problem(kind, str(text)))

    # ---- Frames ------------------------------------------------------------------------------------------

    def look_at_frame(self, frame):
        present = [bet for bet in frame.bets if bet.document in self.stored]
        if frame.is_stored and len(present) < len(frame.bets):
            self.say(MISSING, f"{len(frame.bets) - len(present)} bets of {frame}")
        if present and len(present) < len(frame.bets):
            self.say(PARTIAL, f"{len(present)} bets of {frame}")
        if present and frame.is_refused and not frame.is_stored and not frame.is_doubtful:
            self.say(REFUSED_PRESENT, frame)
        for bet in present:
            self.look_at_rows(frame, bet, self.stored[bet.document])

    def look_at_rows(self, frame, bet, rows):
        if len(rows) > 1:
            self.say(DOUBLED, f"document {bet.document} {len(rows)} times, of {frame}")
        for round_, row in rows:
            if row != bet:
                self.say(CHANGED, f"{row} for {bet}")
            if not self.may_be_in(frame, round_):
                self.say(OTHER_ROUND, f"{round_} for {frame}")

    def may_be_in(self, frame, round_):
        """Without a KEY a frame in doubt may have been under way for longer than its round."""
        return round_ == frame.round or (not self.is_keyed and not frame.is_stored and round_ > frame.round)

    def look_for_strangers(self):
        known = {bet.document for frame in self.frames for bet in frame.bets}
        for document in self.stored.keys() - known:
            self.say(FOREIGN, f"document {document}")

    def look_at_order(self):
        """What an agency was answered 0 one after the other was stored in that order."""
        places = {bet.document: frame for frame in self.frames if frame.place for bet in frame.bets}
        last = {}
        for _, bet in self.contents.bets:
            frame = places.get(bet.document)
            if frame is None or frame.is_doubtful:
                continue
            if last.get(frame.agency, 0) > frame.place:
                self.say(DISORDER, frame)
            last[frame.agency] = frame.place

    # ---- Rounds ------------------------------------------------------------------------------------------

    def look_at_winners(self):
        wanted = collections.defaultdict(list)
        for round_, bet in self.contents.bets:
            if bet.number == self.number and round_ in self.contents.drawn:
                wanted[bet.agency, round_].append(bet.document)
        for place in wanted.keys() | self.contents.winners.keys():
            if wanted[place] != self.contents.winners[place]:
                self.say(WRONG_WINNERS,
                         f"agency {place[0]}, round {place[1]}: in the store {self.contents.winners[place]}, "
                         f"of its bets {wanted[place]}")
        for place, told in self.told:
            for documents in told:
                if documents != self.contents.winners[place]:
                    self.say(WRONG_WINNERS,
                             f"agency {place[0]} was told of round {place[1]} {documents}, the store has "
                             f"{self.contents.winners[place]}")

    def look_at_draws(self):
        for round_ in {place[1] for place, _ in self.told} - self.contents.drawn.keys():
            self.say(DRAWS, f"round {round_}: winners were told, and the store has no draw")
        for round_, number in self.contents.drawn.items():
            if number != self.number:
                self.say(DRAWS, f"round {round_} was drawn with {number}, not {self.number}")
        counted = collections.Counter(round_ for round_, _ in self.draws_told)
        for round_, count in counted.items():
            if count > 1:
                self.say(DRAWS, f"round {round_}: {count} `sorteo` lines")
        for round_, count in self.draws_told:
            of_store = sum(len(documents) for place, documents in self.contents.winners.items() if place[1] == round_)
            if round_ not in self.contents.drawn or count != of_store:
                self.say(DRAWS, f"round {round_}: the log tells of {count} winners, the store has {of_store}")

    def run(self):
        for frame in self.frames:
            self.look_at_frame(frame)
        self.look_for_strangers()
        self.look_at_order()
        self.look_at_winners()
        self.look_at_draws()
        return self.problems


def draws_in(server):
    """(round, winners) of each `sorteo` line of a server's log, from all its starts."""
    return [(int(line["round"]), int(line["winners"]))
            for line in server.log("sorteo", since_start=False, result="success")]


class Totals:
    """Of many audits."""

    def __init__(self):
        self.kinds = collections.Counter()
        self.frames = self.bets = self.answered = self.doubtful = self.refused = self.rounds = self.repeats = 0

    def add(self, book, contents, problems):
        frames = book.frames.values()
        self.kinds.update(problem.kind for problem in problems)
        self.frames += len(frames)
        self.bets += len(contents.bets)
        self.answered += sum(frame.is_stored for frame in frames)
        self.refused += sum(frame.is_refused for frame in frames)
        self.doubtful += sum(frame.is_doubtful and not frame.is_stored for frame in frames)
        self.rounds += len(contents.drawn)
        self.repeats += book.repeats

    def include(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def figures(self):
        return {"frames": self.frames, "answered_0": self.answered, "answered_1": self.refused,
                "never_answered": self.doubtful, "repeats_answered_0": self.repeats, "bets_stored": self.bets,
                "rounds_drawn": self.rounds, **{kind: self.kinds[kind] for kind in ALL_KINDS}}
