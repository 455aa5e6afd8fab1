"""A copy of the project, in which a walk changes the grammar and the code that goes with it, runs `make gen`, builds,
and uses the result. Knows none of the changes.
"""
import glob
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = ("Makefile", "grammar", "gen", "src", "tests/unit", "tests/conformance", "tests/walks", "tests/e2e/demo.sh",
         "tests/tools/need.sh", "tests/tools/closed_pipe.py", "tests/tools/check-log-page",
         "tests/tools/check-protocol", "fuzz/corpus/frames")
OBJECTS = ("src", "gen", "tests/unit/codec", "tests/conformance", "without-shortcuts")
PRODUCT = ("grammar", "src")
# Where a change touches what all files include, each is compiled anyhow: then quickly.
QUICK = "build/quick"
QUICK_FLAGS = ("CFLAGS=-O0 -g0", "HARDEN=no")
ASIDE = "a walk needs the tree without your change; put it aside (git stash -u), and try again"


class Red(Exception):
    """Something is not as it must be: what, in one line or more."""


def run(command, cwd, **options):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=1200, **options)
    return done.returncode, done.stdout.decode(errors="replace")


def must(command, cwd, **options):
    status, said = run(command, cwd, **options)
    if status != 0:
        raise Red(f"{' '.join(command)} ended with {status}:\n{said[-1500:]}")
    return said


def expect(condition, what):
    if not condition:
        raise Red(what)


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def copy(source, target):
    """With its times, so that make finds nothing newer than it was."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        shutil.copytree(source, target, copy_function=shutil.copy2, dirs_exist_ok=True)
    elif os.path.exists(source):
        shutil.copy2(source, target)


def parts():
    """What a copy of the project is made of, with every file of rules that the Makefile includes."""
    with open(f"{ROOT}/Makefile", encoding="utf-8") as makefile:
        return *PARTS, *re.findall(r"^include (\S+)$", makefile.read(), re.M)


def copy_objects(build, target):
    for name in ("compiled-with", "linked-with"):
        copy(f"{build}/{name}", f"{target}/{name}")
    for part in OBJECTS:
        for path in glob.glob(f"{build}/{part}/**/*.[od]", recursive=True):
            copy(path, f"{target}/{os.path.relpath(path, build)}")


def changed(folder, changes):
    """{file: its text} after changes, each (file, a regular expression that is in it once, what takes its place); no
    expression: all of a new file."""
    texts = {}
    for file, old, new in changes:
        path = f"{folder}/{file}"
        if old is None:
            expect(not os.path.exists(path), f"{file} is there already: {ASIDE}")
            texts[file] = new
            continue
        if file not in texts:
            with open(path, encoding="utf-8") as source:
                texts[file] = source.read()
        texts[file], count = re.subn(old, new, texts[file])
        expect(count == 1, f"{file} has '{old}' {count} times instead of once: {ASIDE}")
    return texts


def change_all(folder, changes):
    for file, text in changed(folder, changes).items():
        with open(f"{folder}/{file}", "w", encoding="utf-8") as target:
            target.write(text)


def make(folder, build, *arguments):
    # No flags of a make that has called this.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return must(["make", "-s", f"-j{os.cpu_count()}", f"BUILD={build}", *arguments], folder, env=clean)


def compiler_of(build):
    """The one that the project's objects were made with, the first word of how they were compiled; if there are none,
    that of the environment."""
    try:
        with open(f"{ROOT}/{build}/compiled-with", encoding="utf-8") as line:
            return line.read().split()[0]
    except FileNotFoundError:
        return os.environ.get("CC", "gcc")


def make_project(build):
    """The project's own programs and objects, as far as they are not there."""
    make(ROOT, build, f"CC={compiler_of(build)}", "all")


class Tree:
    """With the objects of `build`, for which nothing may have changed; or none of them, and quickly compiled."""

    def __init__(self, folder, build, is_quick):
        self.folder, self.built, self.build = folder, build, QUICK if is_quick else build
        self.flags = QUICK_FLAGS if is_quick else ()
        for part in parts():
            copy(f"{ROOT}/{part}", f"{folder}/{part}")
        if not is_quick:
            copy_objects(f"{ROOT}/{build}", f"{folder}/{build}")

    def compiler(self):
        return compiler_of(self.built)

    def change(self, *change):
        change_all(self.folder, [change])

    def patch(self, changes):
        """What it touches: {name: lines}."""
        before = self.touched()
        change_all(self.folder, changes)
        return {name: lines - before.get(name, 0) for name, lines in self.touched().items()
                if lines != before.get(name, 0)}

    def touched(self):
        """Files of the product that differ from the project's, but for what `make gen` writes: {name: lines}."""
        found = {}
        for part in PRODUCT:
            _, said = run(["diff", "-ru", "--new-file", f"{ROOT}/{part}", part], self.folder)
            name = None
            for line in said.splitlines():
                if line.startswith("+++ "):
                    name = line.split()[1]
                    found[name] = 0
                elif line.startswith("+"):
                    found[name] += 1
        return found

    def generate(self):
        return must(["src/generator/generate.sh"], self.folder)

    def make(self, *targets):
        return make(self.folder, self.build, f"CC={self.compiler()}", *self.flags, *targets)

    def path(self, name):
        return f"{self.folder}/{self.build}/{name}"

    def make_units(self, names):
        self.make("all", *(f"{self.build}/tests/unit/{name}" for name in names))

    def unit(self, name):
        env = {**os.environ, "TEST_ROUNDS": "5000", "CMOCKA_MESSAGE_OUTPUT": "STDOUT"}      # not TAP, as its callers'
        return run([self.path(f"tests/unit/{name}")], self.folder, env=env)

    def encoded(self, rows, *options):
        """The frame of rows of CSV."""
        done = subprocess.run([self.path("sorteo"), "encode", "--agency", "1", *options, "-"], input=rows.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        expect(done.returncode == 0, f"sorteo encode: {done.stderr.decode()}")
        return done.stdout

    def decoded(self, frames, dialect, *options):
        done = subprocess.run([self.path("sorteo"), "decode", "--json", "--dialect", dialect, *options], input=frames,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        expect(done.returncode == 0, f"sorteo decode: {done.stderr.decode()}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def stored(self, store):
        return must([self.path("sorteo"), "export", "--store", store], self.folder).splitlines()


class Server:
    """One that serves agency 1 of one, on loopback, until it is left."""

    def __init__(self, program, folder, dialect):
        self.store = f"{folder}/bets.db"
        self.log = open(f"{folder}/server.log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([program, "--listen", "127.0.0.1:0", "--agencies", "1", "--store", self.store,
                                         "--dialect", dialect], stdout=self.log, stderr=subprocess.STDOUT)
        self.port = self._wait_for_port()

    def _wait_for_port(self):
        for _ in range(1200):
            said = self.said()
            found = re.search(r"stream: agency \| address: 127\.0\.0\.1:(\d+)", said)
            if found:
                return int(found[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise Red(f"the server does not listen:\n{said[-800:]}")

    def said(self):
        with open(self.log.name, encoding="utf-8") as log:
            return log.read()

    def answers(self, frames, count):
        """Up to so many bytes; fewer if the server ends the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
            peer.sendall(frames)
            found = b""
            while len(found) < count:
                more = peer.recv(count - len(found))
                if not more:
                    break
                found += more
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


def made_store(program, dialect="wide"):
    """An empty store of a server; the folder is the caller's to remove."""
    folder = tempfile.mkdtemp()
    with Server(program, folder, dialect) as server:
        return folder, server.store
