"""Puts a load on a server: agency files as frames, and what `load` says of a run.

The bets are those of DATA if that folder is there, and generated otherwise.
"""

import json
import os
import subprocess

from contenders import program

DATA = os.environ.get("DATA") or "../shared/data"
SEED = "1"


class Frames:
    """Files of frames, one for each agency, made once."""

    def __init__(self, folder, agencies=5, batch=150):
        self.paths = []
        rows = self.rows(folder, agencies)
        for agency, path in enumerate(rows, 1):
            frames = os.path.join(folder, f"frames-{agencies}-{batch}-{agency}")
            with open(frames, "wb") as file:
                subprocess.run([program("sorteo"), "encode", "--agency", str(agency), "--batch", str(batch), path],
                               stdout=file, check=True)
            self.paths.append(frames)

    @staticmethod
    def rows(folder, agencies):
        """The agency files: those of DATA, or else of the folder, made once."""
        real = [os.path.join(DATA, f"agency-{number}.csv") for number in range(1, agencies + 1)]
        if all(os.access(path, os.R_OK) for path in real):
            return real
        made = os.path.join(folder, f"rows-{agencies}")
        if not os.path.isdir(made):
            subprocess.run([program("sorteo"), "generate", "--agencies", str(agencies), "--bets", "4000",
                            "--seed", SEED, "--output", made], check=True, stdout=subprocess.DEVNULL)
        return [os.path.join(made, f"agency-{number}.csv") for number in range(1, agencies + 1)]


def run(contender, frames, bets, idle=0):
    """Stores so many bets with a server that runs. Returns what `load` measured, and bets a second."""
    command = [program("bench", "server", "load"), "--peer", contender.peer, "--address", contender.address,
               "--bets", str(bets), "--idle", str(idle), *frames.paths]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures = json.loads(done.stdout)
    figures["bets_per_second"] = figures["bets"] / figures["seconds"]
    figures["ns_per_bet"] = figures["seconds"] * 1e9 / figures["bets"]
    return figures
