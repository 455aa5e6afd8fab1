"""The conditional instructions of a program for x86-64, and what may be made of each: read from the linked file, and
written into a copy of it.

    jcc     7x rel8 | 0f 8x rel32       jumps
    setcc   [rex] 0f 9x reg             makes 0 or 1 of a condition
    cmovcc  [rex] 0f 4x reg, r/m        copies

Each is inverted (by its lowest bit), or changed as if its condition never held, or always did. Knows nothing about what
the program does.
"""
import collections
import os
import re
import subprocess

# Where: the address, the offset in the file, the object (its source's name), function and line; which, among those of
# its line; the bytes there; and {change: the bytes instead}.
Branch = collections.namedtuple("Branch", "offset unit function file line which code changes")

NOP = b"\x90"
INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(j(?!mp)|set|cmov)(\w+) ")


def _jump(code):
    if 0x70 <= code[0] <= 0x7f and len(code) == 2:
        return {"turned": bytes([code[0] ^ 1]) + code[1:], "never": NOP * 2, "always": b"\xeb" + code[1:]}
    if code[0] == 0x0f and 0x80 <= code[1] <= 0x8f and len(code) == 6:
        return {"turned": bytes([0x0f, code[1] ^ 1]) + code[2:], "never": NOP * 6, "always": NOP + b"\xe9" + code[2:]}
    return None


def _split(code):
    """The prefix REX, if any, and the rest."""
    return (code[:1], code[1:]) if 0x40 <= code[0] <= 0x4f else (b"", code)


def _set(code):
    rex, rest = _split(code)
    if len(rest) != 3 or rest[2] < 0xc0:
        return None                     # into memory, or a form of its own
    move = rex + bytes([0xb0 + (rest[2] & 7)])
    return {"turned": rex + bytes([0x0f, rest[1] ^ 1, rest[2]]), "never": move + b"\0" + NOP,
            "always": move + b"\1" + NOP}


def _copy(code):
    rex, rest = _split(code)
    if rest[0] != 0x0f:
        return None
    return {"turned": rex + bytes([0x0f, rest[1] ^ 1]) + rest[2:], "never": NOP * len(code),
            "always": NOP + rex + b"\x8b" + rest[2:]}


CHANGES = {"j": _jump, "set": _set, "cmov": _copy}


def _run(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def _functions(program):
    """[(address, size, object, name)], by the symbols, which follow the name of their source."""
    found, unit = [], ""
    for line in _run("readelf", "-sW", program).splitlines():
        words = line.split()
        if len(words) < 8 or not words[0].endswith(":"):
            continue
        if words[3] == "FILE":
            unit = words[7]
        elif words[3] == "FUNC" and words[6] != "UND" and int(words[2], 0) > 0:
            found.append((int(words[1], 16), int(words[2], 0), unit if words[4] == "LOCAL" else "", words[7]))
    return sorted(found)


def _text_offset(program):
    """What to take from an address to have the offset in the file."""
    for line in _run("readelf", "-SW", program).splitlines():
        words = line.replace("[ ", "[").split()
        if len(words) > 5 and words[1] == ".text":
            return int(words[3], 16) - int(words[4], 16)
    raise ValueError(f"{program} has no code")


def _lines(program, addresses):
    said = _run("addr2line", "-e", program, text="\n".join(f"{address:x}" for address in addresses)).splitlines()
    return [(path, int(re.match(r"\d*", line)[0] or 0)) for path, _, line in (one.rpartition(":") for one in said)]


def read_branches(program, wants):
    """Those in functions whose source's path `wants`; and a list of those that cannot be changed."""
    functions, away = _functions(program), _text_offset(program)
    found = [match for match in map(INSTRUCTION.match, _run("objdump", "-d", "-w", program).splitlines()) if match]
    addresses = [int(match[1], 16) for match in found]
    branches, unknown, seen = [], [], collections.Counter()
    for address, match, (path, line) in zip(addresses, found, _lines(program, addresses)):
        if not wants(path):
            continue
        unit, function = next((unit, name) for begin, size, unit, name in functions if begin <= address < begin + size)
        code = bytes.fromhex(match[2])
        changes = CHANGES[match[3]](code)
        if changes is None:
            unknown.append(f"{path}:{line}: {match[0].strip()}")
            continue
        seen[unit, function, path, line] += 1
        branches.append(Branch(address - away, unit, function, path, line, seen[unit, function, path, line], code,
                               changes))
    return branches, unknown


def write_mutant(program, mutant, branch, change):
    with open(program, "rb") as file:
        image = bytearray(file.read())
    end = branch.offset + len(branch.code)
    if image[branch.offset:end] != branch.code or len(branch.changes[change]) != len(branch.code):
        raise ValueError(f"{program}: other bytes at {branch.offset} than expected")
    image[branch.offset:end] = branch.changes[change]
    with open(mutant, "wb") as file:
        file.write(image)
    os.chmod(mutant, 0o700)
