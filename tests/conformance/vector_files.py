"""Reads the vectors of tests/conformance/vectors (README.md there explains their format) for tests in Python: the
bytes, how to decode them, and the expected events as lines."""
import glob
import os
import re

BYTES = re.compile(r"^[0-9a-f]{2}(\*[0-9]+)?( |$)")


class Vector:
    def __init__(self, name):
        self.name, self.dialect, self.stream, self.limit = name, None, None, 0
        self.dues = []          # of a reply stream, in order
        self.bytes = b""
        self.told = []          # what follows each "->"

    def take(self, line):
        word, *rest = line.split()
        if word in ("dialect", "stream"):
            setattr(self, word, rest[0])
        elif word == "limit":
            self.limit = int(rest[0])
        elif word == "due":
            self.dues.append(rest[0])
        elif BYTES.match(line):
            self.bytes += b"".join(run(each) for each in line.split())
        elif word == "->":
            self.told.append(line.removeprefix("-> "))
        else:
            raise ValueError(f"{self.name}: {line}")


def run(word):
    byte, _, times = word.partition("*")
    return bytes.fromhex(byte) * int(times or 1)


def read_vectors(folder):
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
        with open(path, encoding="utf-8") as file:
            for line in file:
                line = line.rstrip("\n") if line.startswith("->") else line.split("#")[0].strip()
                if line.startswith("vector "):
                    found.append(Vector(line.split()[1]))
                elif line:
                    found[-1].take(line)
    return found
