"""A copy of what is proved, in which a fault can be planted, and the programs that run over it."""
import os
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COPIED = ("src/codec", "grammar", "gen", "tests/proof")
SECONDS = 600       # of the slowest program, on a busy machine


class Tree:
    def __init__(self, folder):
        self.folder = folder
        for name in COPIED:
            shutil.copytree(os.path.join(ROOT, name), os.path.join(folder, name), dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns("__pycache__", "*.svg"))

        os.makedirs(os.path.join(folder, "build"), exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, log, *command, env=None):
        """The command's output, which is also in the file `log`. It must succeed."""
        env = {**os.environ, "LC_ALL": "C.UTF-8", "PWD": self.folder, **(env or {})}
        done = subprocess.run(command, cwd=self.folder, env=env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
        self.write(log, done.stdout)
        if done.returncode != 0:
            last = "\n".join(done.stdout.splitlines()[-8:])
            raise RuntimeError(f"{command[0]} ends with status {done.returncode}; see {self.path(log)}\n{last}")
        return done.stdout

    def ragel(self, dialect, output, *options):
        host = f"build/{dialect}_host.rl"
        field_actions = os.path.join(ROOT, "src/generator/field_actions.py")
        self.run(host, field_actions, "grammar/fields.rl", "src/codec/machine.rl", dialect)
        self.run(f"build/{output}.log", "ragel", *options, "-L", "-I", "grammar", host, "-o", f"build/{output}")
        return f"build/{output}"
