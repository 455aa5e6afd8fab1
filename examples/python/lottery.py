"""The rules of the lottery, in memory: no socket, no clock. Numbers in brackets are sections of PROTOCOL.md."""
import asyncio
import collections
import dataclasses
import itertools
import typing


class Closed(ConnectionError):
    """The frame gets no answer, and its connection ends."""


class Agency:
    def __init__(self):
        self.round = 1                              # the one that its next bets belong to
        self.finished = self.told = 0               # the last round that it closed; whose WINNERS were written
        self.bets = collections.defaultdict(list)   # by round
        self.keys = {}                              # by KEY: the bets that were stored, or the round that was closed
        self.speakers = {}                          # by stream: the newest connection that had a frame of it taken
        self.malformed = False                      # bytes that named it were refused since its last taken frame


@dataclasses.dataclass(eq=False)
class Connection:
    stream: str
    close: typing.Callable
    number: int = dataclasses.field(default_factory=itertools.count(1).__next__)    # in the order of arrival
    agency: Agency = None                           # of its first taken frame
    refused: bool = False                           # was a frame of it refused?
    finished: int = 0                               # the round whose WINNERS its FINISH asked for
    receipted: int = 0                              # the round that its RECEIPT was for


class Lottery:
    def __init__(self, count, winning, keyed):
        self.agencies = {number: Agency() for number in range(1, count + 1)}
        self.draws = collections.defaultdict(asyncio.Event)     # by round
        self.winning, self.keyed = winning, keyed

    def store(self, connection, frame):
        """Are the bets of a SINGLE or BATCH stored? Then its ANSWER is 0 (5)."""
        key, bets = frame.key, frame.bets
        agency, known = self._find(key, bets[0].agency)
        if (not agency or connection.agency not in (None, agency) or any(bet.agency != bets[0].agency for bet in bets)
                or (known != bets if known else not self._takes_bets(connection, agency))):
            connection.refused = True
            return False
        self._take(connection, agency)
        if not known:
            if agency.finished == agency.round:     # the BATCH stands for a RECEIPT that got lost (7)
                agency.round += 1
            agency.keys[key] = bets
            agency.bets[agency.round] += bets
        return True

    def finish(self, connection, frame, followed):
        """Closes the agency's round, or repeats that. Returns the draw after which it gets the WINNERS (7)."""
        agency, known = self._find(frame.key, frame.agency)
        if not agency or connection.agency not in (None, agency) or connection.refused or isinstance(known, list):
            raise Closed
        empty = agency.finished < agency.round and not agency.bets[agency.round]
        if empty and agency.malformed and not known or followed and not connection.agency:
            raise Closed                            # of another dialect, by its looks (6)
        self._take(connection, agency)
        if self.keyed and not known and agency.told == agency.round:
            agency.round += 1                       # a new KEY stands for a RECEIPT that got lost (8)
        elif empty and not self.keyed and connection.receipted < agency.round - 1:
            known = agency.round - 1                # a repeat: the RECEIPT came over another connection (7)
        if not known:
            known = agency.keys[frame.key] = agency.finished = agency.round
            self.draws[min(each.finished for each in self.agencies.values())].set()     # drawn once all have finished
        connection.finished = known
        if followed:                                # the FINISH counts, and what follows it does not (6)
            raise Closed
        return self.draws[known]

    def winners(self, connection):
        """The documents of its winning bets, after the draw. They count as written from now on."""
        agency, number = connection.agency, connection.finished
        agency.told = max(agency.told, number)
        return [bet.document for bet in agency.bets[number] if bet.number == self.winning]

    def receipt(self, connection):
        connection.receipted = connection.finished
        if connection.agency.round == connection.finished:
            connection.agency.round += 1

    def malformed(self, number):
        """Bytes were refused that named an agency: it closes no round without bets by mistake (6)."""
        if number in self.agencies:
            self.agencies[number].malformed = True

    def _find(self, key, number):
        """The agency, and what became of its request with this KEY: bets, a round, or nothing yet (8)."""
        agency = self.agencies.get(number)
        return agency, agency.keys.get(key) if agency and self.keyed else None

    @staticmethod
    def _takes_bets(connection, agency):
        return agency.finished < agency.round or agency.told == agency.round and connection.stream == "agency"

    @staticmethod
    def _take(connection, agency):
        """One connection speaks for an agency on a stream: the newest that had a frame taken (6)."""
        speaker = agency.speakers.get(connection.stream, connection)
        if speaker.number > connection.number:
            raise Closed
        if speaker is not connection:
            speaker.close()
        agency.speakers[connection.stream] = connection
        connection.agency, agency.malformed = agency, False
