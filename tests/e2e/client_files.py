"""Agency files, good and bad, through the client: what is stored, what is reported, and that the next run works."""

import functools
import os
import resource
import signal
import stat
import subprocess
import tempfile
import threading

import client
import wire
from client import DONE, USAGE, Client, row, rows, run, store_file, write_file
from fake import FakeServer, good
from server import Failure, wait_for
from wire import ALL, COMPACT, KEYED, UNKEYED, WIDE, bet, bets
from world import Skip, case

BATCH = 10


# ---- Good files ----------------------------------------------------------------------------------------------

def add_row_count_case(name, count, frames):
    def test(world):
        world.serve(agencies=1)
        agency_bets = bets(count)
        write_file(world, agency_bets)
        sent = run(world, "--batch", str(BATCH), client.FILE)
        warned = count == 0 and not world.dialect.is_keyed  # with a KEY, a FINISH alone is unambiguous
        sent.expect_done(winners=0, quiet=not warned)
        if warned and "agency-1.csv holds no bets" not in sent.err:
            raise Failure(f"the client did not say that the file is empty, but: {sent.err!r}")
        taken = [int(line["cantidad"]) for line in sent.log("apuesta_enviada", result="success")]
        if taken != frames:
            raise Failure(f"batches of {taken}, wanted {frames}")
        world.ledger.stored += agency_bets
        if count > 0:
            store_file(world, bets(3), "--batch", str(BATCH))
    test.__name__ = f"file_of_{name}_rows_is_stored"
    case(ALL, heart=name in ("0", "twice_batch"))(test)


add_row_count_case("0", 0, [])
add_row_count_case("1", 1, [1])
add_row_count_case("batch_minus_1", BATCH - 1, [BATCH - 1])
add_row_count_case("batch", BATCH, [BATCH])
add_row_count_case("twice_batch", 2 * BATCH, [BATCH, BATCH])

FORMATS = {
    "crlf": lambda some: rows(some, b"\r\n"),
    "lf": rows,
    "cr": lambda some: rows(some, b"\r"),
    "bom": lambda some: b"\xef\xbb\xbf" + rows(some),
    "bom_and_quotes": lambda some: b"\xef\xbb\xbf" + b"".join(
        b'"%s","%s","%d","%s","%d"\r\n' % (one.name, one.surname, one.document, one.birthdate, one.number)
        for one in some),
    "blank_lines": lambda some: b"\n\r\n" + b"\n\n".join(row(one) for one in some) + b"\n\r\n\n",
    "no_last_line_end": lambda some: rows(some)[:-1],
    "no_last_line_end_in_crlf": lambda some: rows(some, b"\r\n")[:-2],
}


def add_format_case(name, write):
    def test(world):
        world.serve(agencies=1)
        agency_bets = bets(5, number=wire.WINNING)
        write_file(world, write(agency_bets))
        run(world, client.FILE).expect_done(winners=5)
        world.ledger.stored += agency_bets
    test.__name__ = f"file_with_{name}_is_stored"
    case(heart=name in ("crlf", "bom_and_quotes"))(test)


for format_name, format_writer in FORMATS.items():
    add_format_case(format_name, format_writer)


@case(ALL)
def names_with_quotes_commas_and_many_scripts_are_stored_as_they_are(world):
    world.serve(agencies=1)
    names = ("O\"Higgins", "a,b", "\"", ",", " blanks ", "", "Ñandú", "Ζωή", "Мария", "李小龍", "😀")
    store_file(world, [bet(name=one.encode(), surname=another.encode()) for one in names for another in names])


def add_long_name_case(dialect, field, size, reason):
    def test(world):
        world.serve(agencies=1)
        long = bet(**{field: b"n" * size})
        if reason is None:
            store_file(world, [bet(), long, bet()])
            return
        write_file(world, [bet(), long, bet()])
        run(world, client.FILE).expect(USAGE, reason, "(nothing was sent)")
        world.server.settle()
        store_file(world, bets(2))
    test.__name__ = f"{field}_of_{size}_bytes_is_{'stored' if reason is None else 'refused'}_in_{dialect.name}"
    case((dialect,), heart=dialect == COMPACT and field == "name" and size in (255, 256))(test)


TOO_LONG = "agency-1.csv:2: {field}: {size} bytes: longer than its length field can say in this dialect"
for field_key, field_text in (("name", "first name (field 1)"), ("surname", "last name (field 2)")):
    for dialect in UNKEYED:
        add_long_name_case(dialect, field_key, 0, None)
        add_long_name_case(dialect, field_key, 255, None)
    add_long_name_case(WIDE, field_key, 256, None)
    add_long_name_case(COMPACT, field_key, 256, TOO_LONG.format(field=field_text, size=256))
    for dialect in ALL:
        add_long_name_case(dialect, field_key, 65536, TOO_LONG.format(field=field_text, size=65536))
add_long_name_case(WIDE, "name", 65535, "agency-1.csv:2: a bet of ")  # valid, but too large for a packet


# ---- Bad rows ------------------------------------------------------------------------------------------------

GOOD = b"Ana,Paz,30904465,1999-03-17,2201"
NO_NUMBER = "number (field 5): \"{}\" is not a decimal number from 0 to 65535"
NO_DATE = "birth date (field 4): \"{}\": not a day of the calendar, YYYY-MM-DD"
BAD_ROWS = {
    "too_few_fields": (b"Ana,Paz,30904465,1999-03-17", "4 fields, expected 5"),
    "one_field": (b"Ana", "1 field, expected 5"),
    "too_many_fields": (GOOD + b",1", "6 fields, expected 5"),
    "blanks_only": (b"   ", "1 field, expected 5"),
    "number_65536": (b"Ana,Paz,1,1999-03-17,65536", NO_NUMBER.format("65536")),
    "number_minus_1": (b"Ana,Paz,1,1999-03-17,-1", NO_NUMBER.format("-1")),
    "number_73110": (b"Ana,Paz,1,1999-03-17,73110", NO_NUMBER.format("73110")),
    "number_12x": (b"Ana,Paz,1,1999-03-17,12x", NO_NUMBER.format("12x")),
    "no_number": (b"Ana,Paz,1,1999-03-17,", NO_NUMBER.format("")),
    "document_4294967296": (b"Ana,Paz,4294967296,1999-03-17,1",
                            "document (field 3): \"4294967296\" is not a decimal number from 0 to 4294967295"),
    "date_1999_02_29": (b"Ana,Paz,1,1999-02-29,1", NO_DATE.format("1999-02-29")),
    "date_2000_W01_1": (b"Ana,Paz,1,2000-W01-1,1", NO_DATE.format("2000-W01-1")),
    "date_of_9_bytes": (b"Ana,Paz,1,1999-3-17,1", NO_DATE.format("1999-3-17")),
    "date_of_11_bytes": (b"Ana,Paz,1,1999-03-171,1", NO_DATE.format("1999-03-171")),
    "no_date": (b"Ana,Paz,1,,1", NO_DATE.format("")),
    "invalid_utf8_in_name": (b"An\xff,Paz,1,1999-03-17,1", "first name (field 1): not well-formed UTF-8"),
    "latin1_in_surname": (b"Ana,P\xe1z,1,1999-03-17,1", "last name (field 2): not well-formed UTF-8"),
    "utf8_cut_short": (b"An\xc3,Paz,1,1999-03-17,1", "first name (field 1): not well-formed UTF-8"),
    "surrogate": (b"An\xed\xa0\x80,Paz,1,1999-03-17,1", "first name (field 1): not well-formed UTF-8"),
    "control_character": (b"An\x07a,Paz,1,1999-03-17,1",
                          "first name (field 1): a control character in a name (byte 3 of 4)"),
    "nul_in_name": (b"An\0a,Paz,1,1999-03-17,1", "a NUL byte, which no text has; is the file damaged?"),
    "line_end_in_name": (b'"An\na",Paz,1,1999-03-17,1', "first name (field 1): a control character in a name"),
    "c1_control_in_surname": (b"Ana,P\xc2\x85z,1,1999-03-17,1", "last name (field 2): a control character in a name"),
    "quote_inside": (b'Ana "la,Paz,1,1999-03-17,1', "unexpected quote"),
    "header": (b"nombre,apellido,documento,nacimiento,numero", "document (field 3): \"documento\" is not a decimal"),
}


def add_bad_row_case(name, bad, reason):
    """The row is the third of four lines; a file is checked whole, so not even the rows before it are stored."""
    def test(world):
        world.serve(agencies=1)
        write_file(world, GOOD + b"\n\n" + bad + b"\n" + GOOD + b"\n")
        for arguments in ((), ("--batch", "1"), ("--window", "16")):
            run(world, *arguments, client.FILE).expect(USAGE, f"sorteo-client: agency-1.csv:3: {reason}",
                                                       "(nothing was sent)")
        run(world, "--single", client.FILE, stream="bets").expect(USAGE, f"agency-1.csv:3: {reason}")
        store_file(world, bets(3), winners=0)
    test.__name__ = f"file_with_{name}_sends_nothing"
    case(heart=name in ("too_few_fields", "date_1999_02_29", "invalid_utf8_in_name"))(test)


for bad_name, (bad_row, bad_reason) in BAD_ROWS.items():
    add_bad_row_case(bad_name, bad_row, bad_reason)


@case()
def file_with_a_bad_row_50000_sends_nothing(world):
    world.serve(agencies=1)
    write_file(world, rows(bets(49_999)) + b"Ana,Paz,1,1999-03-17,70000\n")
    run(world, client.FILE).expect(USAGE, "agency-1.csv:50000: number (field 5)", "(nothing was sent)")
    store_file(world, bets(3), winners=0)


@case()
def file_with_a_quote_that_is_never_closed_sends_nothing(world):
    world.serve(agencies=1)
    write_file(world, GOOD + b"\n\"" + GOOD + b"\n")
    run(world, client.FILE).expect(USAGE, "agency-1.csv:2: a quote opened in this row is never closed",
                                   "(nothing was sent)")
    write_file(world, GOOD + b"\n\"" + rows(bets(10_000)))
    run(world, client.FILE).expect(USAGE, "agency-1.csv:2: a row of more than 163840 bytes; was a quote not closed?")
    store_file(world, bets(3), winners=0)


@case(ALL)
def batch_of_a_given_size_over_8000_bytes_sends_nothing(world):
    world.serve(agencies=1)
    write_file(world, bets(400))
    run(world, "--batch", "300", client.FILE).expect(
        USAGE, "agency-1.csv:1: 300 bets do not fit into a packet of 8000 bytes: from this row on only ",
        "use --batch auto or a smaller number", "(nothing was sent)")
    store_file(world, bets(400), "--batch", "auto", winners=0)


@case()
def batch_of_a_given_size_over_8000_bytes_late_in_the_file_sends_nothing(world):
    world.serve(agencies=1)
    write_file(world, bets(100) + bets(100, name=b"n" * 100))
    run(world, "--batch", "100", client.FILE).expect(USAGE, "agency-1.csv:101: 100 bets do not fit",
                                                     "(nothing was sent)")
    store_file(world, bets(3), winners=0)


# ---- Files that are none ---------------------------------------------------------------------------------------

@case()
def file_that_does_not_exist_is_refused(world):
    world.serve(agencies=1)
    run(world, "missing.csv").expect(USAGE, "sorteo-client: missing.csv: No such file or directory")
    store_file(world, bets(3), winners=0)


@case()
def folder_is_refused(world):
    world.serve(agencies=1)
    os.mkdir(os.path.join(world.folder, "folder"))
    run(world, "folder").expect(USAGE, "sorteo-client: folder: is a directory; expected a CSV file")
    store_file(world, bets(3), winners=0)


@case()
def file_that_may_not_be_read_is_refused(world):
    world.serve(agencies=1)
    os.symlink(client.FILE, os.path.join(world.folder, client.FILE))  # refuses root, too
    run(world, client.FILE).expect(USAGE, "sorteo-client: agency-1.csv: Too many levels of symbolic links")
    store_file(world, bets(3), name="agency-2.csv", winners=0)


def read_position(pid, path):
    """How far the process has read in the file; None if it does not have it open."""
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{fd}") == path:
                with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as info:
                    return int(info.readline().split()[1])
        except OSError:
            continue
    return None


@case(seconds=60)
def file_cut_short_while_it_is_checked_sends_nothing(world):
    world.serve(agencies=1)
    path = write_file(world, rows(bets(100)) * 4000)
    size = os.path.getsize(path)
    cut = Client(world, client.FILE)
    wait_for(lambda: cut.process.poll() is not None or (read_position(cut.process.pid, path) or 0) > 0, "a first read")
    cut.signal(signal.SIGSTOP)
    if not read_position(cut.process.pid, path) < size // 2:
        raise Failure("the check was over before the file could be cut")
    os.truncate(path, size // 2)
    cut.signal(signal.SIGCONT)
    cut.expect(USAGE, "agency-1.csv: the file changed while it was read", "(nothing was sent)")
    store_file(world, bets(3), winners=0)


def add_changed_case(name, change, said):
    """The change comes between the check and the first answer."""
    def test(world):
        agency_bets = bets(4000)
        path = write_file(world, agency_bets)
        fake = FakeServer(world.dialect, good)  # not listening yet
        sent = Client(world, "--batch", "100", client.FILE, server=fake)
        sent.wait_log("connect", result="in_progress")
        change(path)
        with fake:
            sent.expect(USAGE, said)
        if "F" in fake.shape():
            raise Failure("FINISH was sent although the file had changed")
        stored = len(fake.stored)
        if not 0 < stored <= 4000 or fake.stored != agency_bets[:stored]:
            raise Failure(f"{stored} bets were stored, which the file did not have in this order")
        sent.expect_lines((1, stored, "stored"))
    test.__name__ = f"file_{name}_between_check_and_sending_is_not_finished"
    case(heart=name == "with_one_byte_changed")(test)


def touch_one_byte(path):
    with open(path, "r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"2")


def append_row(path):
    with open(path, "ab") as file:
        file.write(row(bet()))


add_changed_case("cut_short", lambda path: os.truncate(path, os.path.getsize(path) // 2),
                 "agency-1.csv: the file changed while it was read; try again when it is no longer being written")
add_changed_case("made_empty", lambda path: os.truncate(path, 0), "agency-1.csv: the file changed while it was read")
add_changed_case("with_one_byte_changed", touch_one_byte, "agency-1.csv: the file changed while it was read")
add_changed_case("that_grows", append_row, "agency-1.csv: the file changed while it was read")


# ---- Standard input --------------------------------------------------------------------------------------------

def feed(process, content):
    """Writes everything and ends; it ignores a client that has already exited."""
    def write():
        try:
            process.stdin.write(content)
            process.stdin.close()
        except BrokenPipeError:
            pass
    threading.Thread(target=write, daemon=True).start()


@case(ALL, heart=True)
def bets_from_a_pipe_are_stored(world):
    world.serve(agencies=1)
    agency_bets = bets(1000)
    piped = Client(world, "-", stdin=subprocess.PIPE)
    feed(piped.process, rows(agency_bets))
    piped.expect_done(winners=0)
    world.ledger.stored += agency_bets


@case()
def bets_from_a_pipe_are_sent_as_they_come(world):
    """A full batch goes out while the pipe is still open."""
    world.serve(agencies=1)
    agency_bets = bets(15)
    piped = Client(world, "--batch", "5", "-", stdin=subprocess.PIPE)
    for first in (0, 5, 10):
        piped.process.stdin.write(rows(agency_bets[first:first + 5]))
        piped.process.stdin.flush()
        piped.wait_log("apuesta_enviada", first // 5 + 1, result="success")
    piped.process.stdin.close()
    piped.expect_done(winners=0)
    world.ledger.stored += agency_bets


@case(ALL, heart=True)
def bad_row_in_the_middle_of_a_pipe_stops_before_its_batch_and_sends_no_finish(world):
    world.serve(agencies=1)
    agency_bets = bets(30)
    piped = Client(world, "--batch", "10", "-", stdin=subprocess.PIPE)
    feed(piped.process, rows(agency_bets[:25]) + b"Ana,Paz,1,1999-02-29,1\n" + rows(agency_bets[25:]))
    piped.expect(USAGE, "standard input:26: birth date (field 4): \"1999-02-29\": not a day")
    piped.expect_lines((1, 20, "stored"))
    if piped.log("finish") or piped.log("consulta_ganadores"):
        raise Failure("a FINISH followed a bad row")
    world.ledger.stored += agency_bets[:20]
    store_file(world, agency_bets[20:], winners=0)


@case()
def file_as_standard_input_is_read_from_where_it_stands(world):
    world.serve(agencies=1)
    agency_bets = bets(10)
    path = write_file(world, agency_bets)
    with open(path, "rb", buffering=0) as file:
        file.seek(len(rows(agency_bets[:4])))
        run(world, "-", stdin=file).expect_done(winners=0)
    world.ledger.stored += agency_bets[4:]


@case()
def standard_input_that_is_closed_is_refused(world):
    world.serve(agencies=1)
    run(world, "-", closed=(0,)).expect(USAGE, "sorteo-client: standard input: Bad file descriptor")
    store_file(world, bets(3), winners=0)


@case((KEYED,))
def one_file_sent_twice_is_two_rounds(world):
    world.serve(agencies=1)
    agency_bets = bets(20, number=wire.WINNING)
    store_file(world, agency_bets, winners=20)
    if run(world, client.FILE).expect_done(winners=20).status != DONE:
        raise Failure("the second run failed")
    world.ledger.stored += agency_bets


# ---- Files that may grow no further (ulimit -f) ------------------------------------------------------------------

def limited_to(size):
    """For what a client is started with: a write beyond that would end it with SIGXFSZ, if it did not ignore that."""
    return functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@case()
def log_that_reaches_the_limit_on_files_does_not_stop_the_client(world):
    world.serve(agencies=1)
    agency_bets = bets(300)
    write_file(world, agency_bets)
    sent = run(world, "--batch", "1", client.FILE, prepare=limited_to(2000)).expect_done()
    if not 1500 <= len(sent.out) <= 2000:
        raise Failure(f"its log has {len(sent.out)} bytes")
    world.ledger.stored += agency_bets


@case()
def winners_beyond_the_limit_on_files_are_not_lost(world):
    """As on a full disk: the file that was there stays, no RECEIPT is sent, and the winners come again."""
    world.serve(agencies=1)
    agency_bets = bets(1000, number=wire.WINNING)
    write_file(world, agency_bets)
    old = write_file(world, b"old\n", "winners")
    run(world, "--winners", "winners", client.FILE, prepare=limited_to(4096)).expect(
        client.FAILED, "the winners cannot be written to winners: File too large; --results asks for them again")
    with open(old, "rb") as file:
        if file.read() != b"old\n":
            raise Failure("the old file was touched")
    left = [name for name in os.listdir(world.folder) if name.startswith("winners") and name != "winners"]
    if left:
        raise Failure(f"left behind: {left}")
    world.ledger.stored += agency_bets
    run(world, "--results", "--winners", "winners").expect_done(winners=1000)
    with open(old, "rb") as file:
        if file.read() != b"".join(b"%d\n" % one.document for one in agency_bets):
            raise Failure("the winners' file is wrong")


# ---- Files in which something is kept -----------------------------------------------------------------------------

MEMORY = "/dev/shm"


@case()
def files_in_memory_have_a_warning(world):
    """A machine that stops forgets them. Not a pipe in the same place, and not what throws away."""
    world.compares = False
    if file_system_of(MEMORY) != "tmpfs":
        raise Skip(f"{MEMORY} is no tmpfs")
    write_file(world, bets(2))
    with tempfile.TemporaryDirectory(prefix="sorteo-e2e-", dir=MEMORY) as folder:
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        new, old = os.path.join(folder, "new"), os.path.join(folder, "old")
        with open(old, "wb"):
            pass
        for winners, wanted in ((new, 1), (old, 1), (pipe, 0), ("/dev/null", 0)):
            with FakeServer(world.dialect, good) as fake:
                sent = run(world, "--winners", winners, client.FILE, server=fake).expect_done()
            warned = sent.log("winners_file", result="success", path=winners)
            if len(warned) != wanted or len(sent.log("winners_file")) != wanted:
                raise Failure(f"--winners {winners}: {sent.out}")
        place = os.path.join(folder, "place")
        with FakeServer(world.dialect, good) as fake:
            sent = run(world, "--resume", place, client.FILE, server=fake).expect_done()
        if not any("in memory" in line.get("reason", "") for line in sent.log("resume", result="success", path=place)):
            raise Failure(f"--resume {place}: {sent.out}")
        os.close(reader)


def file_system_of(path):
    """Of the last mount on that path; None: there is none."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        found = [line.split()[2] for line in mounts if line.split()[1] == path]
    return found[-1] if found else None


@case()
def resume_file_that_others_may_read_has_a_warning(world):
    """It keeps the rights that it has; a new one is its owner's alone."""
    world.compares = False
    write_file(world, bets(2))
    os.chmod(world.folder, 0o755)
    if not all(os.stat(folder).st_mode & stat.S_IXOTH for folder in folders_above(world.folder)):
        raise Skip("nobody else gets to the folder of tests")
    place = os.path.join(world.folder, "place")
    for rights, wanted in ((None, False), (0o644, True), (0o640, False)):
        if rights:
            os.chmod(place, rights)
        with FakeServer(world.dialect, good) as fake:
            sent = run(world, "--resume", "place", client.FILE, server=fake).expect_done()
        warned = any("other users" in line.get("reason", "") for line in sent.log("resume", path="place"))
        if warned != wanted or stat.S_IMODE(os.stat(place).st_mode) != (rights or 0o600):
            raise Failure(f"rights {rights}: {sent.out}")


def folders_above(path):
    while path != "/":
        path = os.path.dirname(path)
        yield path
