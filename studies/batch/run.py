"""What many studies cost: time of 200 and 1,000, memory of 200 and 2,000, and a run that is killed.

    python studies/batch/run.py

The studies are the bundled one, its counts and rates perturbed, each in a folder of its own. Ten
minutes on two cores that do other work beside.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import gevinst as gv

TABLE = Path(__file__).with_suffix(".csv")
FEW, MORE, MANY = 200, 1_000, 2_000
PRINTED = ("implied_low", "implied_high", "printed", "printed_unit")
MEASURED = """
import json, sys, time
from pathlib import Path
import gevinst as gv
folder, path, workers, *vary = sys.argv[1:]
began = time.perf_counter()
found = gv.batch(folder, path, workers=int(workers), vary=vary or None)
plain = {"seconds": time.perf_counter() - began, "processor_seconds": time.process_time()}
# Not the most of getrusage, which on Linux is no less than that of the process that started it.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) / 1024
print(json.dumps({**found.to_dict(), **plain, "peak_mib": peak}))
"""
"""One run in a process of its own, so that its memory is its own."""


def rows(path: Path) -> list[dict[str, str]]:
    """Read a table of a study."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def put(path: Path, table: list[dict[str, str]]) -> None:
    """Write a table of a study."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def make(folder: Path, studies: int, seed: int = 1) -> None:
    """Write so many variants: each rate by about 5 % another, and three citizens a time moved."""
    rng, bundled = np.random.default_rng(seed), gv.bundled()["ishoj-smc"]
    counts, rates = rows(bundled / "counts.csv"), rows(bundled / "rates.csv")
    rates = [{key: each for key, each in row.items() if key not in PRINTED} for row in rates]
    stayed = [k for k, row in enumerate(counts) if row["status"] != "moved"]
    # Nobody starts where nobody of the bundled study does: that would be in no stratum.
    seen = {"0": [k for k in stayed if counts[k]["0"] != "0"], "1": stayed, "1.5": stayed}
    for study in range(studies):
        place = folder / f"{study:05d}"
        shutil.copytree(bundled, place)
        changed = [dict(row) for row in counts]
        for at, places in seen.items():
            for one, other in rng.choice(places, (3, 2)).tolist():
                fewer, more = changed[one], changed[other]
                if fewer["arm"] == more["arm"] and int(fewer[at]) > 0:
                    fewer[at] = str(int(fewer[at]) - 1)
                    more[at] = str(int(more[at]) + 1)
        put(place / "counts.csv", changed)
        factors = rng.normal(1.0, 0.05, len(rates)).tolist()
        kr = [float(row["kr"].replace(".", "").replace(",", ".")) for row in rates]
        new = (f"{k * factor:.2f}".replace(".", ",") for k, factor in zip(kr, factors, strict=True))
        put(place / "rates.csv", [{**row, "kr": k} for row, k in zip(rates, new, strict=True)])


def measured(folder: Path, path: Path, workers: int, *vary: str) -> dict[str, object]:
    """Run it, and return what it took."""
    command = [sys.executable, "-c", MEASURED, str(folder), str(path), str(workers), *vary]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found = json.loads(done.stdout)
    del found["path"]
    return {"workers": workers, **found}


def killed(folder: Path, path: Path, workers: int, at: int) -> None:
    """Run it, and kill it once so many lines are written."""
    command = [sys.executable, "-c", MEASURED, str(folder), str(path), str(workers)]
    started = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603
    while not path.exists() or path.read_bytes().count(b"\n") < at:
        time.sleep(0.1)
    started.send_signal(signal.SIGKILL)
    started.wait()


def measure(few: int, more: int, many: int) -> pd.DataFrame:
    """Time few and more, kill and go on; and hold the memory of many against that of few."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        for name, studies in {"few": few, "more": more, "many": many}.items():
            make(top / name, studies)
        killed(top / "few", top / "killed.csv", 2, 3 * few // 2)
        for run, folder, file, workers, *vary in (
            ("memory, one source", "few", "memory_few", 1, "investment"),
            ("memory, one source", "many", "memory_many", 1, "investment"),
            ("time", "few", "few", 1),
            ("all there, read again", "few", "few", 1),
            ("killed half way, gone on", "few", "killed", 2),
            ("time", "more", "more", 2),
        ):
            took = measured(top / folder, top / f"{file}.csv", workers, *vary)
            found.append({"run": run, **took})
            print(found[-1], flush=True)
        one, other, longer = (
            (top / f"{name}.csv").read_bytes() for name in ("few", "killed", "more")
        )
        if other != one or not longer.startswith(one):
            raise SystemExit("a kill, another number of workers, or more studies changed a row")
    frame = pd.DataFrame(found)
    frame["ms_each"] = 1000.0 * frame["processor_seconds"] / (frame["asked"] + frame["kept"])
    frame.loc[frame["workers"] > 1, ["processor_seconds", "ms_each"]] = np.nan  # of one of several
    return frame.round({"seconds": 1, "processor_seconds": 1, "peak_mib": 0, "ms_each": 1})


def main() -> None:
    """Measure, print, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--more", type=int, default=MORE)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("-o", "--out", type=Path, default=TABLE)
    asked = parser.parse_args()
    table = measure(asked.few, asked.more, asked.many)
    print(table.to_string(index=False))
    table.to_csv(asked.out, index=False)


if __name__ == "__main__":
    main()
