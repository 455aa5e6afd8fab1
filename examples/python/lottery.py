"""The rules of the lottery, in memory: no socket, no frame. Numbers in brackets are sections of PROTOCOL.md.

A connection has a `number` in the order of arrival, a `stream`, the `agency` of its first taken frame, whether a frame
of it was `refused`, the last round that it `receipted`, and can `close`.
"""


class Closed(Exception):
    """The frame gets no answer, and its connection ends."""


class Agency:
    def __init__(self):
        self.phase, self.round, self.told = "open", 1, False    # told: its WINNERS were written
        self.bets, self.keys = {}, {}   # by round; by KEY: the bets that were stored, or the round that was closed
        self.speakers = {}              # by stream: the newest connection that had a frame of it taken
        self.malformed = False          # bytes that named it were refused since its last taken frame

    def begin_round(self):
        self.phase, self.round, self.told = "open", self.round + 1, False


class Lottery:
    def __init__(self, count, winning, keyed):
        self.agencies = {number: Agency() for number in range(1, count + 1)}
        self.winning, self.keyed = winning, keyed

    def store(self, connection, key, bets):
        """Are the bets of a SINGLE or BATCH stored? Then its ANSWER is 0 (5)."""
        agency = self.agencies.get(bets[0].agency)
        if not agency or connection.agency not in (None, agency) or any(bet.agency != bets[0].agency for bet in bets):
            return False
        if self.keyed and key in agency.keys:       # a repeat (8)
            if agency.keys[key] != bets:
                return False
            self._take(connection, agency)
            return True
        if agency.phase == "waiting" or agency.phase == "drawn" and not (agency.told and connection.stream == "agency"):
            return False
        self._take(connection, agency)
        if agency.phase == "drawn":                 # the BATCH stands for a RECEIPT that got lost (7)
            agency.begin_round()
        agency.keys[key] = bets
        agency.bets.setdefault(agency.round, []).extend(bets)
        return True

    def finish(self, connection, key, number):
        """The round whose WINNERS answer a FINISH (7)."""
        agency = self.agencies.get(number)
        known = agency.keys.get(key) if agency and self.keyed else None
        if not agency or connection.agency not in (None, agency) or connection.refused or isinstance(known, list):
            raise Closed
        if agency.phase == "open" and known is None and agency.malformed and agency.round not in agency.bets:
            raise Closed
        self._take(connection, agency)
        return known or self._close_round(connection, key, agency)

    def _close_round(self, connection, key, agency):
        if agency.phase == "drawn" and self.keyed and agency.told:      # a new KEY stands for a lost RECEIPT (8)
            agency.begin_round()
        elif agency.phase == "open" and agency.round not in agency.bets and not self.keyed:
            if connection.receipted != agency.round - 1:
                return agency.round - 1
        if agency.phase == "open":
            agency.phase = "waiting"
            if all(each.phase == "waiting" for each in self.agencies.values()):
                for each in self.agencies.values():
                    each.phase = "drawn"
        agency.keys[key] = agency.round
        return agency.round

    def winners(self, agency, in_round):
        """The documents of its winning bets, or None before the draw; these count as written from now on."""
        if agency.round == in_round and agency.phase != "drawn":
            return None
        agency.told = agency.told or agency.round == in_round
        return [bet.document for bet in agency.bets.get(in_round, []) if bet.number == self.winning]

    def receipt(self, connection, in_round):
        connection.receipted = in_round
        if connection.agency.phase == "drawn" and connection.agency.round == in_round:
            connection.agency.begin_round()

    def _take(self, connection, agency):
        """One connection speaks for an agency on a stream: the newest that had a frame taken (6)."""
        speaker = agency.speakers.get(connection.stream, connection)
        if speaker.number > connection.number:
            raise Closed
        if speaker is not connection:
            speaker.close()
        agency.speakers[connection.stream] = connection
        connection.agency, agency.malformed = agency, False
