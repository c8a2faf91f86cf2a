"""How long whole commands take, beside the import of numpy, pandas and scipy.stats in the same run.

    python studies/performance/commands.py

Each round runs the import and then every command of both bundled studies, each in a process of its
own; a command is held against the import of its own round. Figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import gevinst as gv

TABLE = Path(__file__).with_suffix(".csv")
ROUNDS = 7
IMPORT = "import numpy, pandas, scipy.stats"
COMMANDS = (
    *("check", "gain", "audit", "bootstrap", "stratify", "missing", "sensitivity", "simulate"),
    "report",
)
ANY = "any"
"""In the place of a study where a command reads none."""


def lines(commands: tuple[str, ...]) -> Iterator[tuple[str, str, list[str]]]:
    """Go through what is timed: its name, its study and the arguments of Python."""
    yield IMPORT, ANY, ["-c", IMPORT]
    yield "--help", ANY, ["-m", "gevinst", "--help"]
    for study in gv.bundled():
        for command in commands:
            yield command, study, ["-m", "gevinst", command, study]


def refused(command: str, study: str) -> bool:
    """Whether a command has no answer for a study: of stated courses nothing can be stratified."""
    return command == "stratify" and gv.load(study).stratification is None


def timed(arguments: list[str], folder: str) -> float:
    """Run Python in a folder, where its compiled sources are kept too; seconds from start to end.

    A package that is installed is compiled already, so its sources are compiled once here.
    """
    own = {"PYTHONPYCACHEPREFIX": folder, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    subprocess.run(  # noqa: S603
        [sys.executable, *arguments], cwd=folder, env=kept | own, check=True, capture_output=True
    )
    return time.perf_counter() - began


def measure(rounds: int, commands: tuple[str, ...] = COMMANDS) -> pd.DataFrame:
    """Time each line in every round after a warm-up; a row per line."""
    asked = [each for each in lines(commands) if not refused(*each[:2])]
    with tempfile.TemporaryDirectory() as folder:
        found = [[timed(each[2], folder) for each in asked] for _ in range(rounds + 1)][1:]
    seconds = np.array(found)
    ratios = seconds / seconds[:, :1]
    return pd.DataFrame(
        {
            "command": [command for command, *_ in asked],
            "study": [study for _, study, _ in asked],
            "seconds": np.median(seconds, axis=0).round(3),
            "times_import": np.median(ratios, axis=0).round(2),
            "fewest": ratios.min(axis=0).round(2),
            "most": ratios.max(axis=0).round(2),
            "rounds": rounds,
        }
    )


def main() -> None:
    """Measure every line, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    table = measure(parser.parse_args().rounds)
    print(table.to_string(index=False))
    table.to_csv(TABLE, index=False)


if __name__ == "__main__":
    main()
