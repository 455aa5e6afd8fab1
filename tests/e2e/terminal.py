"""A terminal as a program sees it (a pseudo-terminal with a size), and as its user does: what is on the screen.

Of the control sequences it knows those that sorteo-client writes. A line that is too long for a terminal that became
narrower is broken, as xterm and most others do.
"""

import fcntl
import os
import pty
import re
import select
import struct
import termios

from server import Failure

PIECES = re.compile(rb"\r|\n|\x1b\[(\d*)([A-Z])|[^\r\n\x1b]")


class Screen:
    def __init__(self, columns):
        self.columns = columns
        self.rows = [""]
        self.row = self.column = 0

    def write(self, data):
        for piece in PIECES.finditer(data):
            if piece[2]:
                self.control(piece[2], int(piece[1] or 0))
            elif piece[0] == b"\r":
                self.column = 0
            elif piece[0] == b"\n":
                self.next_row()
            else:
                self.put(piece[0].decode("ascii"))

    def control(self, letter, number):
        if letter == b"A":
            self.row = max(0, self.row - max(1, number))
        elif letter in b"KJ":
            self.rows[self.row] = self.rows[self.row][:self.column]
            if letter == b"J":
                del self.rows[self.row + 1:]
        else:
            raise Failure(f"a control sequence that this terminal does not know: {letter!r}")

    def next_row(self):
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append("")

    def put(self, letter):
        if self.column == self.columns:
            self.next_row()
            self.column = 0
        row = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = row[:self.column] + letter + row[self.column + 1:]
        self.column += 1

    def resize(self, columns):
        """The line with the cursor, at its end, is broken into as many as it takes."""
        line = self.rows[self.row]
        pieces = [line[at:at + columns] for at in range(0, len(line), columns)] or [""]
        self.rows[self.row:self.row + 1] = pieces
        self.row += len(pieces) - 1
        self.column = len(pieces[-1])
        self.columns = columns

    def text(self):
        return "\n".join(self.rows).strip()


class Terminal:
    """with Terminal(80) as terminal: give terminal.slave to a program, then close_slave()."""

    def __init__(self, columns):
        self.master, self.slave = pty.openpty()
        self.screen = Screen(columns)
        self.set_size(columns)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.master)
        self.close_slave()

    def close_slave(self):
        if self.slave is not None:
            os.close(self.slave)
        self.slave = None

    def set_size(self, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def resize(self, columns):
        """What was written before is on the screen before."""
        self.read(0)
        self.set_size(columns)
        self.screen.resize(columns)

    def has_more(self):
        return bool(select.select([self.master], [], [], 0)[0])

    def read(self, within):
        """Puts on the screen what was written. False: its last writer has closed it."""
        while select.select([self.master], [], [], within)[0]:
            try:
                self.screen.write(os.read(self.master, 65536))
            except OSError:     # the last writer has closed it
                return False
            within = 0
        return True
