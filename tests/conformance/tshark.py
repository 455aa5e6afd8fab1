"""Runs tshark with the dissector, without the user's own settings."""
import os
import shutil
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DISSECTOR = os.path.join(ROOT, "gen", "sorteo.lua")
# Separates the values of one field in a packet; no text of the protocol may have it.
BETWEEN = "\x1e"
# What root is told each time.
USUAL = ("Running as user",)


def has_tshark():
    return shutil.which("tshark") is not None


def run_tshark(path, fields, preferences=(), options=()):
    """For each packet a list of values for each field, in the order of its tree. Fails if tshark says anything."""
    arguments = ["tshark", "-n", "-r", path, "-X", f"lua_script:{DISSECTOR}", *options, "-T", "fields",
                 "-E", "separator=/t", "-E", f"aggregator={BETWEEN}"]
    for preference in preferences:
        arguments += ["-o", preference]
    for name in fields:
        arguments += ["-e", name]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        environment = {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder, "LC_ALL": "C.UTF-8"}
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8",
                              errors="surrogateescape", env=environment) as run:
            for line in run.stdout:
                yield [value.split(BETWEEN) if value else [] for value in line.rstrip("\n").split("\t")]
        errors.seek(0)
        said = [line for line in errors if line.strip() and not line.startswith(USUAL)]
        if run.returncode != 0 or said:
            raise RuntimeError(f"tshark ended with {run.returncode}: {''.join(said[:5])}")
