"""To which part of sorteo a sample of a profile belongs: the store, the codec, the network, or the programs around
them.

A sample is a stack of frames, the innermost first, as perf script prints them: `address symbol (object)`. The first
frame that says whose work it is decides. Knows nothing of how samples are taken.
"""

import re

STORE, CODEC, NETWORK, PROGRAMS, REST = "store", "codec", "network", "programs", "rest"
PARTS = (STORE, CODEC, NETWORK, PROGRAMS, REST)

FOLDERS = {"src/store": STORE, "src/codec": CODEC, "gen": CODEC, "src/server": PROGRAMS, "src/client": PROGRAMS,
           "src/base": PROGRAMS}
LIBRARIES = {"libsqlite3": STORE, "libsorteo": CODEC, "libuv": NETWORK, "libcsv": PROGRAMS}
# write and read are either's: who called them decides. Packets come in on top of whatever is running.
KERNEL = (
    (re.compile(r"sys_(pread64|pwrite64|fdatasync|fsync|ftruncate|unlink|fcntl)$"), STORE),
    (re.compile(r"sys_(send|recv)(to|msg|from)$|sys_(epoll_\w+|accept4?|connect|socket|shutdown|poll)$"), NETWORK),
    (re.compile(r"^net_rx_action$"), NETWORK),
)
FRAME = re.compile(r"\s+[0-9a-f]+ (.+) \((.*)\)$")


def part_of(frames, functions):
    """`functions` says to which part a function of the programs belongs: those that have a name alone."""
    for symbol, thing in frames:
        name = thing.rsplit("/", 1)[-1]
        if name.startswith("[kernel"):
            part = next((part for pattern, part in KERNEL if pattern.search(symbol)), None)
        elif name.startswith("sorteo-") or name == "inlined":
            part = functions.get(symbol)
        else:
            part = LIBRARIES.get(name.split(".", 1)[0])
        if part:
            return part
    return REST


def samples(text, programs):
    """The stacks of those programs in what perf script printed."""
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].split(" ")[0].strip() in programs:
            yield [found.groups() for found in map(FRAME.match, lines[1:]) if found]


def functions_of(names):
    """{function: part} of (part, function): not those that more than one part has."""
    found = {}
    for part, function in names:
        found[function] = part if found.get(function, part) == part else None
    return {function: part for function, part in found.items() if part}
