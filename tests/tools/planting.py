"""Faults and what sees them: reading the tables, a copy of the project to plant in, and how each kind of check is built
and run. See plant-faults for the form of a table.
"""

import configparser
import glob
import os
import re
import shutil
import signal
import subprocess
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TABLES = ("tests/**/faults*.ini", "fuzz/faults*.ini")
COPIED = ("Makefile", "README.md", "LICENSE", ".clang-format", ".ci", ".github", "src", "gen", "grammar", "tests",
          "fuzz", "examples")
NOT_COPIED = shutil.ignore_patterns("__pycache__")
GENERATED_FROM = ("grammar/", "src/codec/machine.rl")
CFLAGS = "-O0 -w -Wno-error"     # quick to build; what a fault makes unused is no matter
# Each fault links what it touches anew, and nothing of it is installed: the quicker of two linkers, where it is.
LDFLAGS = "-fuse-ld=gold" if shutil.which("ld.gold") else ""
PORTABLE = ["BUILD=build/portable", "CODEC_CFLAGS=-DSORTEO_PORTABLE", "PARTS_OBJECTS=$(CODEC_OBJECTS)"]
PROGRAMS = ["build/sorteo-server", "build/sorteo-client", "build/sorteo", "build/libsorteo_sqlite.so"]
HANGS_S = 120                    # a check that hangs is red, too
SLOW_S = 900                     # where a check is a proof, an attack, or a whole step
# Walks are shorter than in `make check`: what they are there to see, they see at once. `ar` would load the linker's
# plugins anew for each of the many objects of parts.a, which takes longer than compiling what a fault touches; and a
# make that has to ask the compiler what it can do takes as long as the test. Checks that call make have these settings,
# too, or they would build everything anew.
ENVIRONMENT = {"LDFLAGS": LDFLAGS, "HARDEN": "no", "AR": "ar --plugin=/dev/null",
               "TEST_PATIENCE": "10", "TEST_ROUNDS": "100000", "TEST_SEED": "1", "CMOCKA_MESSAGE_OUTPUT": "TAP",
               "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
# By kind of check: the suite of tests/e2e/run.py.
SUITES = {"e2e": "server", "client": "client"}
KINDS = ("unit", "portable", "e2e", "client", "crash", "demo", "tool", "run", "proof", "fuzz")


class Fault:
    """One section of a table."""

    def __init__(self, table, name, section):
        unknown = set(section) - {"file", "from", "to", "red", "which", "says", "where"}
        if unknown or not {"file", "from", "red"} <= set(section):
            raise ValueError(f"{table}: [{name}] needs file, from and red, and may have to, which, says and where")
        self.name = f"{table}_{name}"
        self.file = section["file"]
        self.before = section["from"]
        self.after = section.get("to", "")
        self.first = section.get("which", "") == "first"
        self.says = section.get("says", "")
        self.where = section.get("where", "true")
        red = section["red"].replace("\n", " ").strip()     # a long command may be broken into lines
        self.checks = [red] if red.startswith("run:") else red.split()
        self.kinds = {kind_of(check) for check in self.checks}
        if not self.kinds <= set(KINDS):
            raise ValueError(f"{table}: [{name}] has a check of a kind that there is not: {red}")

    def apply(self, text):
        """The text with the fault in it."""
        pattern = text_pattern(self.before)
        found = pattern.findall(text)
        if not found or (len(found) > 1 and not self.first):
            raise ValueError(f"its text stands {len(found)} times in {self.file}")
        changed = pattern.sub(lambda _: self.after, text, count=1)
        if changed == text:
            raise ValueError("it changes nothing")
        return changed


def kind_of(check):
    return check.split(":")[0] if ":" in check else "unit"


def text_pattern(text):
    """Finds a piece of source text, whatever white space a formatter has put between its words and signs."""
    return re.compile(r"\s*".join(re.escape(token) for token in re.findall(r"\w+|\S", text)))


def read_faults():
    """All faults of all tables. A table is called after what follows `faults_`, or after its folder."""
    faults = []
    for path in sorted({path for pattern in TABLES for path in glob.glob(os.path.join(ROOT, pattern), recursive=True)}):
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",),
                                           inline_comment_prefixes=None)
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
        stem = os.path.splitext(os.path.basename(path))[0]
        table = stem.removeprefix("faults_") if stem != "faults" else os.path.basename(os.path.dirname(path))
        faults += [Fault(table, name, parser[name]) for name in parser.sections()]
    names = [fault.name for fault in faults]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two faults of one name: {', '.join(twice)}")
    return faults


running = set()                     # process groups that were started and have not been seen to end


def kill_all():
    """Takes what was started along."""
    for group in list(running):
        kill_group(group)


def kill_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Tree:
    """A copy of the project with builds of its own."""

    def __init__(self, folder, built=None):
        self.folder = folder
        if built:                   # built once, copied with its times
            shutil.copytree(built.folder, folder)
            return
        os.makedirs(folder)
        for name in COPIED:
            source = os.path.join(ROOT, name)
            if os.path.isdir(source):
                shutil.copytree(source, os.path.join(folder, name), ignore=NOT_COPIED)
            elif os.path.exists(source):
                shutil.copy2(source, folder)

    def run(self, command, seconds, until=None):
        """The exit status (None after too long) and what was printed; ends it as soon as it prints `until`. Nothing
        that it started outlives it."""
        with subprocess.Popen(command, cwd=self.folder, env={**os.environ, **ENVIRONMENT}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as process:
            running.add(process.pid)
            timer = _Timer(process.pid, seconds)
            said, early = [], False
            for line in process.stdout:
                said.append(line.decode(errors="replace"))
                if until and said[-1].startswith(until):
                    early = True
                    break
            if not early:
                process.wait()
            late = timer.cancel()
            kill_group(process.pid)
            running.discard(process.pid)
            process.stdout.read()
        return None if late else 1 if early else process.returncode, "".join(said)

    # ---- Building ----------------------------------------------------------------------------------------------------

    def build(self, checks, jobs=1):
        """What the compiler says if it fails."""
        kinds = {kind_of(check) for check in checks}
        targets = [unit_test("build", check) for check in checks if kind_of(check) == "unit"]
        if kinds & {*SUITES, "tool", "demo"}:
            targets += PROGRAMS
        failure = self.make(["BUILD=build", *targets], jobs) if targets else ""
        portable = [unit_test("build/portable", check) for check in checks if kind_of(check) == "portable"]
        if not failure and portable:
            failure = self.make([*PORTABLE, *portable], jobs)
        if not failure and "crash" in kinds:
            failure = self.make(["BUILD=build", "rigs"], jobs)
        if not failure and "fuzz" in kinds and not os.path.exists(os.path.join(self.folder, "build/right")):
            failure = self.build_fuzzers([check.split(":")[1] for check in checks if kind_of(check) == "fuzz"])
        return failure

    def build_fuzzers(self, targets):
        """The targets without a fault, kept in build/right: what found a fault must be no offence of theirs."""
        script = ('source fuzz/lib.sh; fuzz_build libfuzzer "$@"; mkdir build/right; '
                  'cp "${@/#/build/libfuzzer/fuzz/}" build/right')
        status, said = self.run(["bash", "-c", script, "build", *targets], SLOW_S)
        return "" if status == 0 else said[-1500:]

    def make(self, arguments, jobs):
        status, said = self.run(["env", "-u", "MAKEFLAGS", "-u", "MFLAGS", "-u", "MAKELEVEL", "make",
                                 "--no-print-directory", "-s", f"-j{jobs}", f"CFLAGS={CFLAGS}", *arguments], SLOW_S)
        return "" if status == 0 else said[-1500:] or "make failed"

    def generate(self):
        """The decoders anew, as src/generator/generate.sh makes them but for what people read."""
        script = ('set -e; for dialect in $(cat gen/dialects); do '
                  'src/generator/field_actions.py grammar/fields.rl src/codec/machine.rl $dialect '
                  '> build/${dialect}_host.rl; '
                  '(ulimit -v 2000000; ulimit -t 20; '
                  'exec ragel -G2 -L -I grammar build/${dialect}_host.rl -o gen/$dialect.c); done')
        os.makedirs(os.path.join(self.folder, "build"), exist_ok=True)
        status, said = self.run(["bash", "-c", script], SLOW_S)
        return "" if status == 0 else "ragel: " + said[-1500:]

    # ---- Running -----------------------------------------------------------------------------------------------------

    def look(self, check, fault=None):
        """Whether this check is red, and what it said."""
        kind = kind_of(check)
        until = None if fault and fault.says else "not ok"
        if kind in ("unit", "portable"):
            folder = "build/portable" if kind == "portable" else "build"
            status, said = self.run(["stdbuf", "-oL", unit_test(folder, check)], HANGS_S, until)
        elif kind in SUITES:
            name = check.split(":")[1]
            status, said = self.run(["tests/e2e/run.py", "-j", "1", "--suite", SUITES[kind], name], HANGS_S, until)
            if status == 2:         # no test has this in its name
                return False, said
        elif kind == "crash":
            status, said = self.run(["env", "BUILD=build/faults", f"tests/crash/{check.split(':')[1]}.py"], SLOW_S,
                                    until)
        elif kind == "demo":
            settings = ["BUILD=build", f"TMPDIR={os.path.abspath(self.folder)}/build", "PATIENCE=20"]
            status, said = self.run(["env", *settings, *check.split(":")[1].split(","), "tests/e2e/demo.sh"], HANGS_S)
        elif kind == "tool":
            status, said = self.run(["env", "BUILD=build", f"CFLAGS={CFLAGS}", f"tests/tools/{check.split(':')[1]}"],
                                    SLOW_S)
        elif kind == "run":
            status, said = self.run(["bash", "-euo", "pipefail", "-c", check.split(":", 1)[1]], SLOW_S)
        elif kind == "proof":
            _, proof, claim = check.split(":")
            status, said = self.run(["tests/proof/prove", "--claim", proof, claim, fault.where], SLOW_S)
        else:
            status, said = self.run(["fuzz/look.sh", check.split(":")[1]], SLOW_S)
        return status != 0, said

    # ---- Planting ----------------------------------------------------------------------------------------------------

    def plant(self, fault):
        """Why the fault stays unseen, or None if it is seen."""
        path = os.path.join(self.folder, fault.file)
        original = read(path)
        decoders = {}
        try:
            write(path, fault.apply(original))
            failure = ""
            if fault.file.startswith(GENERATED_FROM) and not fault.kinds <= {"run", "proof"}:
                decoders = {name: read(name) for name in glob.glob(os.path.join(self.folder, "gen/*.c"))}
                failure = self.generate()
            failure = failure or self.build(fault.checks)
            if failure:
                return "it does not compile: " + failure
            for check in fault.checks:
                red, said = self.look(check, fault)
                if not red:
                    expect_run(said)
                    return f"this stays green: {check}"
                if fault.says not in said:
                    return f"{check} is red, but does not say: {fault.says}\n{said[-1500:]}"
            return None
        except ValueError as error:
            return str(error)
        finally:
            write(path, original)
            for name, text in decoders.items():
                write(name, text)


class Skipped(Exception):
    """This machine cannot run the check of a fault."""


def expect_run(said):
    """Not all tests of the check were skipped."""
    reasons = re.findall(r"^ok .* # SKIP (.*)", said, re.M)
    if reasons and len(reasons) == len(re.findall(r"^ok ", said, re.M)):
        raise Skipped(reasons[0])


class _Timer:
    """Kills a group of processes when its time is over."""

    def __init__(self, group, seconds):
        self.late = False
        self.group = group
        self.timer = threading.Timer(seconds, self.strike)
        self.timer.daemon = True
        self.timer.start()

    def strike(self):
        self.late = True
        kill_group(self.group)

    def cancel(self):
        self.timer.cancel()
        return self.late


def unit_test(build, check):
    """The program of a unit test, from its folder and name."""
    folder, name = check.split(":")[-1].split("/")
    return f"{build}/tests/unit/{folder}/test_{name}"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
