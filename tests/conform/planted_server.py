#!/usr/bin/env python3
"""A server with a fault for every case of `sorteo conform server`, named like the case, which the case must find.

usage: planted_server.py DIALECT DEADLINE [FAULT]

Prints the ports of the agency stream and of the single-bet stream. Without a fault it keeps to the protocol. DEADLINE
is in seconds, for a first byte and for a frame. It has 4 agencies, keeps everything in memory, and runs until the end
of its standard input. Written from grammar/PROTOCOL.md alone; it shares nothing with the C code.
"""

import contextlib
import os
import select
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))

import wire  # noqa: E402

AGENCIES = 4
MAX_FRAME = 1048576
ENDS_AFTER_FINISH = 2   # the agency whose direction conform ends
LATE_RECEIPT_S = 0.05  # what comes over other connections is heard sooner than a RECEIPT, which a case must not mind


class Malformed(Exception):
    """Bytes that no frame can have there."""


class Close(Exception):
    """The connection is closed without an ANSWER."""


class Ended(Exception):
    """The client ended its direction, or the connection broke."""


class Agency:
    def __init__(self):
        self.phase, self.round, self.written = "open", 1, False
        self.bets = {}              # by round
        self.keys = {}              # KEY: (the frame's bytes or None for a FINISH, its round)
        self.malformed = False      # since its last taken frame


class Planted:
    def __init__(self, dialect, deadline_s, fault):
        self.dialect, self.deadline_s, self.fault = dialect, deadline_s, fault
        self.lock = threading.Lock()
        self.agencies = {number: Agency() for number in range(1, AGENCIES + 1)}
        self.newest = {"agency": {}, "bets": {}}
        self.connections = []
        self.drawn = 0

    def has(self, *faults):
        return self.fault in faults

    # ---- Rules -------------------------------------------------------------------------------------------

    def draw_if_due(self):
        if all(agency.phase == "waiting" and agency.round == self.drawn + 1 for agency in self.agencies.values()):
            self.drawn += 1
            for agency in self.agencies.values():
                agency.phase, agency.written = "drawn", False

    def winners(self, number, in_round):
        rounds = range(1, in_round + 1) if self.has("winners_of_their_round") else [in_round]
        bets = [bet for each in rounds for bet in self.agencies[number].bets.get(each, [])]
        if self.has("winners_of_their_agency"):
            bets = [bet for agency in self.agencies.values() for bet in agency.bets.get(in_round, [])]
        all_win = self.has("other_numbers_lose") or (self.has("agency_without_winners") and number == AGENCIES)
        documents = [bet.document for bet in bets if all_win or bet.number == wire.WINNING]
        if self.has("winners_in_their_order"):
            documents.sort()
        if self.has("winner_listed_twice"):
            documents = list(dict.fromkeys(documents))
        return [] if self.has("stored_bets_win") else documents

    def speaks(self, connection, number):
        """Is no newer connection the agency's? Then this one is."""
        newest = self.newest[connection.stream]
        if newest.get(number, 0) > connection.number and not self.has("older_connection"):
            return False
        newest[number] = max(newest.get(number, 0), connection.number)
        return True

    def takes_bets(self, agency, stream):
        if self.has("others_bet_while_one_waits") and any(a.phase == "waiting" for a in self.agencies.values()):
            return False
        if agency.phase == "waiting":
            return self.has("bets_while_waiting") or (self.has("single_in_waiting") and stream == "bets")
        if agency.phase == "drawn":
            if stream == "bets":
                return self.has("single_in_drawn")
            return agency.written and not self.has("batch_for_a_lost_receipt")
        return True

    def judge_bets(self, connection, key, bets, raw):
        """True if they are stored."""
        number = bets[0].agency
        with self.lock:
            if self.has("refused_bets_do_not_win") and number in self.agencies:
                self.agencies[number].bets.setdefault(1, []).extend(bets)
            if number not in self.agencies and not (self.has("agency_zero") and number == 0) \
                    and not (self.has("agency_above_n") and number > AGENCIES):
                return False
            if number not in self.agencies:
                return True
            if len({bet.agency for bet in bets}) > 1 and not self.has("batch_of_two_agencies"):
                return False
            if connection.agency not in (None, number):
                if not self.has("another_agency_than_before", "single_of_another_agency"):
                    if self.has("key_of_a_refused_frame"):
                        self.agencies[number].keys[key] = (b"", 0)
                    return False
            agency = self.agencies[number]
            keys = agency.keys
            if self.has("key_of_another_agency"):
                keys = {key: value for each in self.agencies.values() for key, value in each.keys.items()}
            if self.dialect.is_keyed and key in keys and not self.has("repeat_is_stored_once"):
                if self.has("repeat_in_waiting") and agency.phase == "waiting":
                    return False
                if self.has("repeat_in_the_next_round") and keys[key][1] <= self.drawn:
                    return False
                same = keys[key][0] == raw or self.has("key_with_other_bytes")
                return same and self.taken(connection, number)
            if not self.takes_bets(agency, connection.stream):
                return False
            self.taken(connection, number)
            if agency.phase == "drawn":
                agency.phase, agency.round = "open", agency.round + 1
            agency.keys[key] = (raw, agency.round)
            if not (self.has("single_wins") and connection.stream == "bets"):
                agency.bets.setdefault(agency.round, []).extend(bets)
            return True

    def taken(self, connection, number):
        if not self.speaks(connection, number):
            raise Close
        connection.agency = number
        self.agencies[number].malformed = False
        return True

    def judge_finish(self, connection, key, number):
        """Returns the round whose WINNERS are due."""
        with self.lock:
            if number not in self.agencies:
                if self.has("finish_of_no_agency"):
                    return self.drawn + 1
                raise Close
            if connection.agency not in (None, number) and not self.has("finish_of_another_agency"):
                raise Close
            if connection.refused and not self.has("finish_after_a_refused_frame"):
                raise Close
            agency = self.agencies[number]
            if self.dialect.is_keyed and key in agency.keys and not self.has("finish_with_a_known_key"):
                if agency.keys[key][0] is None:
                    self.taken(connection, number)
                    return agency.keys[key][1]
                if not self.has("finish_with_a_key_of_bets"):
                    raise Close
            return self.close_round(connection, key, number)

    def close_round(self, connection, key, number):
        agency = self.agencies[number]
        empty = not agency.bets.get(agency.round)
        if agency.phase == "open" and empty and agency.malformed and not self.has("finish_after_malformed_bets"):
            raise Close
        if agency.phase == "waiting" and self.dialect.is_keyed and self.has("finish_with_a_new_key_in_waiting"):
            raise Close
        if not self.has("finish_again_in_waiting") or agency.phase != "waiting":
            self.taken(connection, number)
        if agency.phase == "drawn" and self.dialect.is_keyed and agency.written:
            agency.phase, agency.round, empty = "open", agency.round + 1, False
        if agency.phase == "open":
            known = self.dialect.is_keyed or agency.round == 1 or connection.receipted == agency.round - 1
            if self.has("empty_round"):
                known = known and agency.round == 1
            if empty and not known and not self.has("finish_repeats_the_round_before"):
                return agency.round - 1
            agency.phase = "waiting"
            self.draw_if_due()
        agency.keys[key] = (None, agency.round)
        return agency.round

    def receipt(self, connection, number, in_round):
        with self.lock:
            connection.receipted = in_round
            agency = self.agencies[number]
            if agency.phase == "drawn" and agency.round == in_round:
                agency.phase, agency.round = "open", in_round + 1


class Connection:
    def __init__(self, planted, sock, number, stream):
        self.planted, self.socket, self.number, self.stream = planted, sock, number, stream
        self.dialect, self.has = planted.dialect, planted.has
        self.buffer, self.raw, self.received_ends = b"", b"", False
        self.agency, self.refused, self.receipted = None, False, 0
        self.parsed, self.held, self.frames = [], [], 0
        self.deadline = None

    # ---- Bytes -------------------------------------------------------------------------------------------

    def receive(self):
        """Appends what comes to the buffer."""
        left = None if self.deadline is None else max(0, self.deadline - time.monotonic())
        if not select.select([self.socket], [], [], left)[0]:
            raise Close
        try:
            piece = self.socket.recv(65536)
        except OSError:
            raise Ended from None
        if not piece:
            self.received_ends = True
            raise Ended
        self.buffer += piece

    def bytes(self, count):
        while len(self.buffer) < count:
            self.receive()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        self.raw += taken
        return taken

    def integer(self, count):
        return int.from_bytes(self.bytes(count), "big")

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            raise Ended from None

    # ---- Fields ------------------------------------------------------------------------------------------

    def text(self):
        length = self.integer(self.dialect.length_size)
        text = self.bytes(length)
        wrong = wrong_text(text)
        single = self.has("single_malformed") and self.stream == "bets"
        if wrong and not self.has(wrong) and not single:
            self.refuse_malformed()
        if (self.has("empty_names") and not text) or (self.has("longest_names") and length > 200) \
                or (self.has("utf8_names") and any(byte >= 0xf0 for byte in text)):
            self.refuse_malformed()
        return text

    def date(self):
        date = self.bytes(10)
        wrong = wrong_date(date)
        if wrong and not self.has(wrong):
            self.refuse_malformed()
        if self.has("days_that_exist") and date.startswith(b"000"):
            self.refuse_malformed()
        return date

    def refuse_malformed(self):
        if not self.has("malformed_at_its_byte"):
            raise Malformed
        self.is_malformed = True

    def bet(self, agency=None):
        agency = self.integer(1) if agency is None else agency
        self.names = agency
        name, surname = self.text(), self.text()
        document = self.integer(4)
        if self.has("integers_at_their_ends") and document == 0xffffffff:
            raise Malformed
        bet = wire.Bet(agency, name, surname, document, self.date(), self.integer(2))
        self.parsed.append(bet)
        return bet

    # ---- Frames ------------------------------------------------------------------------------------------

    def frame(self):
        """Reads one frame and does what it asks."""
        self.raw, self.parsed, self.names, self.is_malformed = b"", [], None, False
        self.begin()
        if self.stream == "bets":
            key = self.integer(self.dialect.key_size)
            return self.answer_bets(key, [self.bet()])
        count = self.integer(2)
        key = self.integer(self.dialect.key_size)
        if count == 0:
            return self.finish(key, self.integer(1))
        if self.has("answer_after_the_last_byte"):
            self.send(b"\0")
        limit = 8000 if self.has("batch_of_64_kb") else MAX_FRAME
        least = wire.smallest_item_size(self.dialect)
        if count * least > limit and not self.has("batch_beyond_the_limit"):
            raise Malformed
        if (self.has("batch_of_one") and count == 1) or (self.has("batch_of_257") and count > 255):
            raise Malformed
        agency = self.integer(1) if self.dialect.names_agency_once else None
        return self.answer_bets(key, [self.bet(agency) for _ in range(count)])

    def begin(self):
        """Waits for a frame's first byte, and sets its deadline."""
        if not self.buffer:
            if self.frames == 0 and not self.has("late_first_byte"):
                self.deadline = time.monotonic() + self.planted.deadline_s
            self.receive()
        if self.has("frame_byte_by_byte", "single_byte_by_byte") and len(self.buffer) < 2:
            raise Malformed
        self.deadline = None if self.has("late_frame") else time.monotonic() + self.planted.deadline_s

    def answer_bets(self, key, bets):
        self.deadline = None
        if self.is_malformed:
            raise Malformed
        if self.has("connection_for_each_frame") and self.planted.newest["agency"].get(bets[0].agency, 0) not in (
                0, self.number):
            raise Close
        stored = self.planted.judge_bets(self, key, bets, self.raw) and not self.has("single_is_stored")
        self.refused |= not stored
        if not stored and self.has("refused_frame_fixes_no_agency") and self.agency is None:
            self.agency = bets[0].agency
        self.frames += 1
        self.held.append(0 if stored else 1)
        if self.has("frames_in_one_segment", "singles_in_one_segment"):
            self.buffer = b""
        self.flush()
        if self.has("one_connection_for_all") or (self.has("pipeline_of_100") and self.frames == 64):
            raise Close

    def flush(self):
        """Sends the answers; some faults hold them back."""
        if self.has("frame_and_a_half", "answers_in_order") and self.buffer:
            return
        if self.has("fin_after_frames") and select.select([self.socket], [], [], 0.1)[0] \
                and not self.socket.recv(1, socket.MSG_PEEK):
            raise Ended
        if self.has("answers_in_order"):
            self.held.sort()
        self.send(bytes(self.held) if not self.has("answer_after_the_last_byte") else b"")
        self.held = []

    # ---- FINISH, WINNERS, RECEIPT ------------------------------------------------------------------------

    def finish(self, key, number):
        self.deadline = None
        in_round = self.planted.judge_finish(self, key, number)
        ended = self.wait_for_draw(number, in_round)
        if self.has("winners_after_fin") and number == ENDS_AFTER_FINISH:
            self.socket.recv(1, socket.MSG_PEEK)    # the draw may come before the end does
            raise Close
        if self.has("winners_reach_all") and number == AGENCIES:
            raise Close
        documents = self.planted.winners(number, in_round)
        if self.has("finish_again_in_drawn") and self.planted.agencies[number].written:
            documents = [7]
        with self.planted.lock:
            agency = self.planted.agencies[number]
            agency.written = agency.written or agency.round == in_round
        count = len(documents).to_bytes(self.dialect.winners_size, "big")
        self.send(count + struct.pack(f">{len(documents)}I", *documents))
        if self.has("silence_after_winners"):
            self.send(b"\0")
        if ended:
            raise Ended
        self.raw = b""
        if self.bytes(1) != self.dialect.receipt_byte and not self.has("wrong_receipt"):
            raise Close
        self.raw = b""
        time.sleep(LATE_RECEIPT_S)
        self.planted.receipt(self, number, in_round)
        if self.has("receipt_has_no_answer"):
            self.send(b"\0")
        if self.has("next_round_on_one_connection"):
            raise Close

    def wait_for_draw(self, number, in_round):
        """True if the client has ended its direction meanwhile."""
        ended = False
        late = time.monotonic() + self.planted.deadline_s
        while self.planted.drawn < in_round and not self.has("draw_waits_for_all"):
            if self.planted.newest["agency"].get(number, 0) > self.number and not self.has("finish_again_in_waiting"):
                raise Close
            if self.has("waiting_is_never_late") and time.monotonic() > late:
                raise Close
            ended = ended or self.look_while_waiting()
            time.sleep(0.01)
        return ended

    def look_while_waiting(self):
        """Did the client end its direction?"""
        if self.buffer:
            raise Close
        if not select.select([self.socket], [], [], 0)[0] or self.has("byte_after_finish"):
            return False
        if self.socket.recv(1, socket.MSG_PEEK):
            raise Close
        return True

    # ---- The connection ----------------------------------------------------------------------------------

    def serve(self):
        try:
            while True:
                self.frame()
        except Malformed:
            self.malformed()
        except Ended:
            self.ended()
        except Close:
            self.linger()
        except OSError:
            pass
        self.socket.close()

    def store_parsed(self, bets):
        for bet in bets:
            if bet.agency in self.planted.agencies:
                self.planted.agencies[bet.agency].bets.setdefault(1, []).append(bet)

    def malformed(self):
        if self.names in self.planted.agencies:
            self.planted.agencies[self.names].malformed = True
        if self.has("malformed_frames_do_not_win"):
            self.store_parsed(self.parsed)
        if self.has("others_are_not_touched"):
            for connection in self.planted.connections:
                with contextlib.suppress(OSError):      # those that are closed already
                    if connection is not self:
                        connection.socket.shutdown(socket.SHUT_RDWR)
        if self.has("answer_reaches_who_still_sends"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if not self.has("malformed_among_good"):
            self.held.append(1)
        self.deadline = None
        try:
            self.send(bytes(self.held))
            if self.has("bets_after_malformed_do_not_win"):
                self.bytes(2 + 2 + self.dialect.key_size + self.dialect.batch_agency_size)
                self.store_parsed([self.bet(self.names if self.dialect.names_agency_once else None)])
        except (Ended, Malformed):
            pass
        self.linger()

    def ended(self):
        """The stream ended, here between frames, or inside one."""
        if self.has("unfinished_frames_do_not_win"):
            self.store_parsed(self.parsed)
        inside = self.raw or self.buffer
        if self.received_ends and (self.has("end_inside_a_frame") and inside or self.has("fin_at_once") and not inside):
            with contextlib.suppress(OSError):
                self.socket.sendall(b"\1")

    def linger(self):
        """Ends this direction, and reads and drops what still comes."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(2)
            while self.socket.recv(65536):
                pass
        except OSError:
            pass


# ---- Texts and days ----------------------------------------------------------------------------------------------

def wrong_text(text):
    """What is wrong with a name: the case that is about it, or None."""
    at = 0
    while at < len(text):
        wrong, length = wrong_character(text[at:])
        if wrong:
            return wrong
        at += length
    return None


def wrong_character(text):
    lead = text[0]
    if lead < 0x80:
        return ("c0_controls" if lead < 0x20 else "del" if lead == 0x7f else None), 1
    length = 2 if 0xc0 <= lead < 0xe0 else 3 if 0xe0 <= lead < 0xf0 else 4 if 0xf0 <= lead < 0xf8 else 0
    if length == 0:
        return "stray_bytes", 1
    tail = text[1:length]
    if any(byte & 0xc0 != 0x80 for byte in tail):
        return "stray_bytes", 1
    if len(tail) < length - 1:
        return "character_beyond_its_name", 1
    value = lead & (0x7f >> length)
    for byte in tail:
        value = value << 6 | byte & 0x3f
    if value < {2: 0x80, 3: 0x800, 4: 0x10000}[length]:
        return "overlong_utf8", length
    if value > 0x10ffff:
        return "beyond_unicode", length
    if 0xd800 <= value < 0xe000:
        return "surrogates", length
    return ("c1_controls" if value < 0xa0 else None), length


def wrong_date(date):
    """The same of a birth date."""
    if date[4:5] != b"-" or date[7:8] != b"-" or not (date[:4] + date[5:7] + date[8:]).isdigit():
        return "dates_of_other_forms"
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:])
    if year == 0:
        return "year_zero"
    if not 1 <= month <= 12:
        return "months_that_do_not_exist"
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    if 1 <= day <= last:
        return None
    return "leap_days_that_do_not_exist" if month == 2 else "days_beyond_their_month"


# ---- The program -------------------------------------------------------------------------------------------------

def accept(planted, listener, stream):
    before = None
    while True:
        sock = listener.accept()[0]
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with planted.lock:
            connection = Connection(planted, sock, len(planted.connections) + 1, stream)
            planted.connections.append(connection)
        before = threading.Thread(target=serve, args=(planted, connection, before), daemon=True)
        before.start()


def serve(planted, connection, before):
    """`before` serves the connection that was accepted before this one, if there was one."""
    if planted.has("agencies_at_once") and before:
        before.join()       # not a lock, which whoever comes first would have
    connection.serve()


def main():
    dialect = next(dialect for dialect in wire.ALL if dialect.name == sys.argv[1])
    planted = Planted(dialect, float(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
    ports = []
    for stream in ("agency", "bets"):
        listener = socket.create_server(("127.0.0.1", 0))
        ports.append(listener.getsockname()[1])
        threading.Thread(target=accept, args=(planted, listener, stream), daemon=True).start()
    print(*ports, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
