#!/usr/bin/env python3
"""Are the examples in Python right? libsorteo by ctypes gives what every vector says, has the words of sorteo.h, and is
found; server and client pass `sorteo conform`, and make a draw with ours. Prints TAP.

    python_examples.py [NAME-PART...]

The programs and the library are looked for in the folder that the environment variable BUILD names (build).
"""
import concurrent.futures
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EXAMPLES = os.path.join(ROOT, "examples", "python")
os.environ["BUILD"] = os.path.join(ROOT, os.environ.get("BUILD", "build"))
os.environ["SORTEO_LIBRARY"] = os.path.join(os.environ["BUILD"], "libsorteo.so")
os.environ["PYTHONDONTWRITEBYTECODE"] = "yes"
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "e2e"), EXAMPLES]

import sorteo  # noqa: E402
from server import Server, program  # noqa: E402
from vector_files import read_vectors  # noqa: E402

VECTORS = read_vectors(os.path.join(HERE, "vectors"))
KEYED_EVENTS = ("BATCH_BEGIN", "BET", "BATCH_END", "FINISH")
NAME_SHOWN = 60     # bytes of a name up to which a vector has it in full
WINNERS = [2, 3, 3, 2, 0]       # of examples/data
PATIENCE_S = 900    # a net for what never ends, no test of speed


def expect(got, wanted, what):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


# ---- The library -----------------------------------------------------------------------------------------------------

def events_of(vector, step):
    """Feeds a decoder with so many bytes at a time: its events, and what it says at the end."""
    decoder = sorteo.Decoder(vector.dialect, vector.stream, vector.limit)
    dues, events = list(vector.dues), []
    decoder.expect(dues.pop(0) if dues else "none")
    try:
        for at in range(0, len(vector.bytes), step):
            decoder.feed(vector.bytes[at:at + step])
            while event := decoder.next():
                events.append(event)
                if sorteo.ends_frame(vector.stream, event.kind):
                    decoder.expect(dues.pop(0) if dues else "none")
        decoder.end()
    except sorteo.Error as error:
        if error.code == "truncated":
            return events, f"END truncated {error.offset}"
        return events, f"ERROR {error.code} {error.field} {error.offset}"
    return events, "END ok"


def tell(event, dialect):
    """An event in the form of the vectors."""
    shown = f"{event.kind} [{event.begin},{event.end})"
    for member, value in vars(event).items():
        if member == "bet":
            shown += "".join(f" {name}={tell_value(name, each)}" for name, each in value._asdict().items())
        elif member == "stored":
            shown += f" stored={'yes' if value else 'no'}"
        elif member not in ("kind", "begin", "end", "key"):
            shown += f" {member}={value}"
    keyed = sorteo.dialect_parameters(dialect)["key_size"] and event.kind in KEYED_EVENTS
    return shown + (f" key={event.key:016x}" if keyed else "")


def tell_value(name, value):
    if name not in ("name", "surname"):
        return value
    size = len(value.encode())
    return f'"{value}"' if size <= NAME_SHOWN else f"<{size} bytes>"


def every_vector_gives_what_it_says():
    for vector in VECTORS:
        for step in (1, 7, max(1, len(vector.bytes))):
            events, end = events_of(vector, step)
            expect([*(tell(event, vector.dialect) for event in events), end], vector.told,
                   f"{vector.name}, {step} bytes at a time")
    return f"{len(VECTORS)} vectors"


def tell_frame(frame):
    return frame.kind, frame.begin, frame.end, frame.key, [*frame.bets], getattr(frame, "agency", None)


def split(stream, events):
    """What each whole frame's events say of it."""
    frames, begin, bets = [], 0, []
    for event in events:
        bets += [event.bet] if event.kind == "BET" else []
        if sorteo.ends_frame(stream, event.kind):
            frames.append((event.kind, begin, event.end, event.key, bets, getattr(event, "agency", None)))
            begin, bets = event.end, []
    return frames


def frames_come_whole():
    count = 0
    for vector in VECTORS:
        if vector.stream == "reply":
            continue
        events = events_of(vector, len(vector.bytes) or 1)[0]
        ends = [event.end for event in events if sorteo.ends_frame(vector.stream, event.kind)]
        for step in (1, 7, max(1, len(vector.bytes))):
            decoder, frames, fed = sorteo.Decoder(vector.dialect, vector.stream, vector.limit), [], 0
            try:
                while fed < len(vector.bytes):
                    data, fed = vector.bytes[fed:fed + step], fed + step
                    frames += map(tell_frame, decoder.frames(data))
            except sorteo.Error:
                pass
            what = f"{vector.name}, {step} bytes at a time"
            expect(frames, split(vector.stream, events), what)
            expect(decoder.unfinished, vector.bytes[ends[-1] if ends else 0:fed], f"{what}: what is left")
        count += len(ends)
    return f"{count} frames"


def frames_of(vector, events):
    """(begin, end, the frame encoded anew) of each whole frame."""
    bets, documents = [], []
    for event in events:
        if event.kind == "BET":
            bets.append(event.bet)
        elif event.kind == "WINNER":
            documents.append(event.document)
        if sorteo.ends_frame(vector.stream, event.kind):
            yield event.begin, event.end, encode(vector.dialect, event, bets, documents)
            bets, documents = [], []


def encode(dialect, event, bets, documents):
    if event.kind == "BET":
        expect(sorteo.single_size(dialect, event.bet), event.end - event.begin, "single_size")
        return sorteo.encode_single(dialect, event.key, event.bet)
    if event.kind == "BATCH_END":
        expect_packet(dialect, event, bets)
        return sorteo.encode_batch(dialect, event.key, bets)
    if event.kind == "FINISH":
        return sorteo.encode_finish(dialect, event.key, event.agency)
    if event.kind == "ANSWER":
        return sorteo.encode_answer(event.stored)
    if event.kind == "WINNERS_END":
        expect(sorteo.encode_winners(dialect, documents),
               sorteo.encode_winners_count(dialect, len(documents)) + sorteo.encode_documents(dialect, documents),
               "its pieces")
        return sorteo.encode_winners(dialect, documents)
    return sorteo.encode_receipt(dialect)


def expect_packet(dialect, event, bets):
    """A packet takes the bets that fit, and becomes the same BATCH."""
    packet = sorteo.Packet(dialect)
    if event.end - event.begin <= 8000:
        expect([packet.add(bet) for bet in bets], [True] * len(bets), "bets added")
        expect(packet.end(event.key), sorteo.encode_batch(dialect, event.key, bets), "the packet")
        expect(packet.bets, event.bets, "bets in it")


def frames_are_encoded_as_they_were():
    count = 0
    for vector in VECTORS:
        for begin, end, frame in frames_of(vector, events_of(vector, 4096)[0]):
            expect(frame, vector.bytes[begin:end], vector.name)
            count += 1
    return f"{count} frames"


def what_cannot_be_sent_is_refused():
    bet = sorteo.Bet(1, "Ana", "B", 7, "1999-03-17", 2201)
    for dialect in sorteo.DIALECTS:
        for code, field, call in [
                ("control", "NAME", lambda d: sorteo.encode_single(d, 0, bet._replace(name="A\n"))),
                ("utf8", "SURNAME", lambda d: sorteo.encode_single(d, 0, bet._replace(surname="\udcff"))),
                ("date", "BIRTHDATE", lambda d: sorteo.Packet(d).add(bet._replace(birthdate="1999-02-29"))),
                ("value", "DOCUMENT", lambda d: sorteo.encode_batch(d, 0, [bet._replace(document=1 << 32)])),
                ("value", "NUMBER", lambda d: sorteo.encode_batch(d, 0, [bet._replace(number=-1)])),
                ("value", "KEY", lambda d: sorteo.encode_batch(d, 1 << 64, [bet])),
                ("value", "AGENCY", lambda d: sorteo.encode_finish(d, 0, 256)),
                ("length", "NAME", lambda d: sorteo.encode_single(d, 0, bet._replace(name="A" * 65536))),
                ("count", "N_BETS", lambda d: sorteo.encode_batch(d, 0, [])),
                ("count", "-", lambda d: sorteo.encode_winners(d, [7] * (sorteo.winners_max(d) + 1)))]:
            try:
                call(dialect)
                raise AssertionError(f"{dialect}, {code} of {field}: it is sent")
            except sorteo.Error as error:
                expect((error.code, error.field), (code, field), dialect)
        packet = sorteo.Packet(dialect)
        while packet.add(bet):
            pass
        least = sorteo.DIALECTS[dialect]["sizes"]["batch_head"] + packet.bets * sorteo.bet_size(dialect, bet)
        expect(8000 - sorteo.bet_size(dialect, bet) < least <= 8000, True, f"{packet.bets} bets fit")


def private_members_have_room():
    for structure, begin in [
            (sorteo._Decoder, lambda memory: sorteo._library.sorteo_decoder_init(memory, 0, 0, 0)),
            (sorteo._Packet, lambda memory: sorteo._library.sorteo_packet_begin(memory, 0, bytes(99), 99))]:
        memory = structure()
        ctypes.memset(ctypes.byref(memory), 0xff, ctypes.sizeof(memory))
        begin(memory)
        used = len(bytes(memory).rstrip(b"\xff"))
        expect(0 < used <= ctypes.sizeof(memory) // 2, True, f"{structure.__name__}: {used} bytes used")


# ---- Its words -------------------------------------------------------------------------------------------------------

# A comment, perhaps an enumeration, and the functions below it.
COMMENTED = re.compile(r"/\*((?:(?!\*/).)*)\*/\n(?:enum \w+ \{[^}]*\};\n)?"
                       r"((?:[\w *]*?\bsorteo_\w+\([^;]*\);\n)+)", re.S)
# Functions that are a class, or a method of one.
CLASSES = {"decoder_init": sorteo.Decoder, "packet_begin": sorteo.Packet}


def in_python(name):
    owner, _, method = name.partition("_")
    owner = {"decoder": sorteo.Decoder, "packet": sorteo.Packet}.get(owner)
    return CLASSES.get(name) or (getattr(owner, method, None) if owner else getattr(sorteo, name, None))


def words(text):
    return re.sub(r"^\s*\* ?", "", text, flags=re.M).split()


def docstrings_are_the_words_of_the_header():
    with open(os.path.join(ROOT, "src", "codec", "sorteo.h"), encoding="utf-8") as file:
        header = file.read()
    comments = {name: words(comment) for comment, group in COMMENTED.findall(header)
                for name in re.findall(r"\bsorteo_(\w+)\(", group)}
    declared = set(re.findall(r"^[\w *]*?\bsorteo_(\w+)\(", re.sub(r"/\*.*?\*/", "", header, flags=re.S), re.M))
    expect(declared, set(comments), "functions with a comment")
    for name, comment in comments.items():
        expect(" ".join((getattr(in_python(name), "__doc__", None) or "nothing").split()), " ".join(comment), name)
    return f"{len(comments)} functions"


# ---- Where it is found -----------------------------------------------------------------------------------------------

def loaded(folder, **environment):
    """Status and output of a program that takes the module in a folder, in an environment of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SORTEO_", "LD_"))}
    done = subprocess.run([sys.executable, "-c", "import sorteo; print(sorteo._library._name, sorteo.version())"],
                          cwd=folder, env={**clean, **environment}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def library_is_found():
    with tempfile.TemporaryDirectory() as folder:
        tree, elsewhere = os.path.join(folder, "tree"), os.path.join(folder, "elsewhere")
        shutil.copytree(EXAMPLES, os.path.join(tree, "examples", "python"))
        shutil.copytree(os.path.join(ROOT, "gen"), os.path.join(tree, "gen"))
        os.symlink(os.environ["BUILD"], os.path.join(tree, "build"))
        status, said = loaded(os.path.join(tree, "examples", "python"))
        expect((status, "build/libsorteo.so" in said), (0, True), f"after make: {said}")

        os.mkdir(elsewhere)
        shutil.copy(os.path.join(EXAMPLES, "sorteo.py"), elsewhere)
        status, said = loaded(elsewhere, LD_LIBRARY_PATH=os.environ["BUILD"])
        expect((status, "SORTEO_PROTOCOL" in said), (1, True), f"without a description: {said}")
        shutil.copy(os.path.join(ROOT, "gen", "protocol.json"), elsewhere)
        status, said = loaded(elsewhere, LD_LIBRARY_PATH=os.environ["BUILD"])
        expect((status, said.startswith("libsorteo.so.0 ")), (0, True), f"where the loader looks: {said}")
        status, said = loaded(elsewhere, SORTEO_LIBRARY="/nowhere/libsorteo.so")
        expect((status, "SORTEO_LIBRARY" in said), (1, True), f"where it is not: {said}")


def description_of_another_build_is_refused():
    with open(os.path.join(ROOT, "gen", "protocol.json"), encoding="utf-8") as file:
        text = file.read()
    for was, becomes in (('"receipt": 3', '"receipt": 4'), ('"number": 2', '"number": 3'), ('"name": "compact"',
                                                                                           '"name": "other"')):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            expect(text.count(was), 1, was)
            file.write(text.replace(was, becomes))
            file.flush()
            status, said = loaded(EXAMPLES, SORTEO_LIBRARY=os.environ["SORTEO_LIBRARY"], SORTEO_PROTOCOL=file.name)
            expect((status, "of one build" in said), (1, True), f"{becomes}: {said}")


# ---- Server and client -----------------------------------------------------------------------------------------------

class Example:
    """The server in Python, as a process."""

    def __init__(self, dialect, agencies):
        self.command = [sys.executable, os.path.join(EXAMPLES, "server.py"), dialect, "--agencies", str(agencies),
                        "--ports", "0", "0", "--deadline", "60"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)  # pylint: disable=R1732
        return [self.process.stdout.readline().split()[-1] for _ in ("agency", "bet")]

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    if done.returncode:
        raise AssertionError(f"{os.path.basename(command[0])} ended with {done.returncode}: "
                             + "\n".join(re.findall(r"^not ok.*", done.stdout, re.M)) + done.stderr)
    return done.stdout


def server_passes_conform(dialect):
    with Example(dialect, 4) as (port, bets):
        return run(program("sorteo"), "conform", "server", f"127.0.0.1:{port}", "--bets", f"127.0.0.1:{bets}",
                   "--dialect", dialect, "--agencies", "4", "--timeout", "60", "--silence", "0.2").splitlines()[-1]


def client_passes_conform(dialect):
    return run(program("sorteo"), "conform", "client", "--dialect", dialect, "--timeout", "60", "--silence", "0.2",
               "--", sys.executable, os.path.join(EXAMPLES, "client.py"), "{dialect}", "{server}", "{agency}",
               "{file}").splitlines()[-1]


def draw(client):
    """A draw of five agencies, for each of which a command is started; what each says last."""
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        return [said.splitlines()[-1] for said in pool.map(lambda agency: run(*client(str(agency))), range(1, 6))]


def data(agency):
    return os.path.join(os.environ.get("DATA", os.path.join(ROOT, "examples", "data")), f"agency-{agency}.csv")


def our_client_draws_with_its_server(dialect):
    with Example(dialect, 5) as (port, _):
        said = draw(lambda agency: [program("sorteo-client"), "--server", f"127.0.0.1:{port}", "--agency", agency,
                                    "--dialect", dialect, data(agency)])
    expect([int(line.rpartition(" ")[2]) for line in said], WINNERS, "winners")


def its_client_draws_with_our_server(dialect):
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, dialect=dialect, agencies=5).start()
        try:
            said = draw(lambda agency: [sys.executable, os.path.join(EXAMPLES, "client.py"), dialect,
                                        f"127.0.0.1:{server.ports['agency']}", agency, data(agency)])
        finally:
            server.destroy()
    expect(said, [f"agency {agency}: {count} winners" for agency, count in enumerate(WINNERS, 1)], "what clients say")


# ---- The program -----------------------------------------------------------------------------------------------------

ALONE = (every_vector_gives_what_it_says, frames_come_whole, frames_are_encoded_as_they_were,
         what_cannot_be_sent_is_refused, private_members_have_room, docstrings_are_the_words_of_the_header,
         library_is_found, description_of_another_build_is_refused)
IN_EACH_DIALECT = (server_passes_conform, our_client_draws_with_its_server, its_client_draws_with_our_server)
# For each case a client is started anew, which takes its time: once with keys, and once without.
IN_TWO_DIALECTS = {sorteo.dialect_parameters(dialect)["key_size"]: dialect for dialect in sorteo.DIALECTS}.values()


def attempt(test):
    _, check, arguments = test
    try:
        return True, check(*arguments)
    except (AssertionError, subprocess.TimeoutExpired) as why:
        return False, str(why)[:1000]


def main():
    tests = [(check.__name__, check, ()) for check in ALONE]
    tests += [(f"{check.__name__}_{dialect}", check, (dialect,)) for dialect in sorteo.DIALECTS
              for check in IN_EACH_DIALECT]
    tests += [(f"client_passes_conform_{dialect}", client_passes_conform, (dialect,)) for dialect in IN_TWO_DIALECTS]
    tests = [test for test in tests if not sys.argv[1:] or any(part in test[0] for part in sys.argv[1:])]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for number, ((name, *_), (passed, said)) in enumerate(zip(tests, pool.map(attempt, tests)), 1):
            failed += not passed
            print(f"{'ok' if passed else 'not ok'} {number} - {name}")
            for line in (said or "").splitlines():
                print(f"# {line.removeprefix('# ')}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
