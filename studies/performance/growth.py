"""How time and memory grow with the size of a study, one size at a time.

    python studies/performance/growth.py

Every line runs in a process of its own: processor time of the question alone, after the study is
read, and the peak of the process's memory beside what stood there before.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

import gevinst as gv
from gevinst.study.study import Study

TABLE = Path(__file__).with_suffix(".csv")
MIB = 2**20
LIMIT = 60  # seconds of processor time, after which a line is left
MOST = 8 * 2**30  # bytes

HEADER = """id = "made"
language = "en"
currency = "DKK"
price_year = 2013
[title]
en = "A study made to grow"
[conventions]
rates = "published"
horizon = "annual_end"
[alternatives.rates.published]
en = "published"
[alternatives.horizon.annual_end]
en = "a year at the last status"
[references.made]
en = "made up"
[assumptions.made]
en = "made up"
[[payers]]
id = "municipality"
en = "Municipality"
[[sources]]
name = "rates"
en = "made up"
[[sources]]
name = "outcomes"
en = "made up"
"""
BUNDLED = "ishoj-smc"
DRAWS = 10_000
VARY = ["rates", "outcomes"]


def _limits(study: Study, methods: list[str]) -> list[Any]:
    """All intervals of the difference: they are computed when they are asked for."""
    found = gv.bootstrap(study, methods=methods, rng=1)
    return [found.intervals(coupling) for coupling in found.difference]


QUESTIONS: dict[str, Callable[[Study], Any]] = {
    "gain": lambda s: gv.gain(s).to_dict(),
    "bootstrap": lambda s: _limits(s, ["welch", "expanded"]),
    "studentized and bayesian": lambda s: _limits(s, ["studentized", "bayesian"]),
    "simulate": lambda s: gv.simulate(s, n=DRAWS, vary=VARY, rng=1),
    "variance_shares": lambda s: gv.variance_shares(s, n=DRAWS, vary=VARY, rng=1),
    "tornado": lambda s: gv.tornado(s, n=DRAWS, vary=VARY, rng=1),
    "stratify": gv.stratify,
    "audit": gv.audit,
}
SIZES = {
    "citizens": (28, 10_000, 10_000_000),
    "draws": (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000),
    "published figures": (200, 2_000, 20_000),
    "statuses": (6, 50, 500),
    "times": (2, 10, 60),
    "lines": (100, 1_000, 10_000, 100_000),
}
ASKED = {
    "citizens": tuple(QUESTIONS)[:-1],
    "draws": ("simulate",),
    "published figures": ("read", "audit"),
    "statuses": ("read", "gain", "bootstrap", "simulate"),
    "times": ("read", "gain", "bootstrap", "simulate"),
    "lines": ("read", "gain", "simulate"),
}


def times_as_many(study: Study, citizens: int) -> Study:
    """The bundled study of about so many citizens in the intervention group."""
    k = citizens // 28
    arms = tuple(
        replace(arm, analysed=arm.analysed * k, enrolled=arm.enrolled * k) for arm in study.arms
    )
    return replace(study, arms=arms, counts=study.counts * k, group_lines=study.group_lines * k)


def published(folder: Path, figures: int) -> None:
    """Write the bundled study with its published figures again and again, under other names."""
    for path in gv.bundled()[BUNDLED].iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    table = folder / "published.csv"
    header, *rows = table.read_text("utf-8").splitlines()
    again = [f"again{k}.{rows[k % len(rows)]}" for k in range(figures - len(rows))]
    table.write_text("\n".join([header, *rows, *again]) + "\n", "utf-8")


def made(folder: Path, statuses: int = 6, times: int = 2, lines: int = 0) -> None:
    """Write a study of two arms of two citizens a status, who change to the next status."""
    items, arms = range(lines // 2), ("intervention", "control")
    parts = [HEADER]
    for arm in arms:
        size = 2 * statuses
        parts.append(f'[[arms]]\nid = "{arm}"\nenrolled = {size}\nanalysed = {size}\nen = "{arm}"')
        parts.append('source = "made"')
    parts += [f'[[times]]\nid = "t{t}"\nyears = {t}.0\nen = "t{t}"' for t in range(times)]
    parts += [f'[[statuses]]\nid = "s{s}"\nen = "status {s}"' for s in range(statuses)]
    parts += [f'[[items]]\nid = "i{i}"\nkind = "one_off"\nen = "item {i}"' for i in items]
    (folder / "study.toml").write_text("\n".join(parts) + "\n", "utf-8")
    tables = {
        "counts": ["arm;status;" + ";".join(f"t{t}" for t in range(times)) + ";source"]
        + [f"{arm};s{s};{';'.join(['2'] * times)};made" for arm in arms for s in range(statuses)],
        "rates": ["rate;kr;unit;distribution;cv;drawn_by;assumption;source"]
        + [f"r{s};{100_000 + s};kr/year;gamma;0,1;rates;made;made" for s in range(statuses)],
        "prices": ["status;rate;source"] + [f"s{s};r{s};made" for s in range(statuses)],
        "lines": ["arm;item;time;amount;unit;per;distribution;assumption;source"]
        + [f"{arm};i{i};t0;{i};kr;group;fixed;made;made" for arm in arms for i in items],
    }
    for name, rows in tables.items():
        if len(rows) > 1:
            (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")


def asked(folder: Path, by: str, size: int, question: str) -> Callable[[], Any]:
    """Make a study of a size, in a folder where it is read, and return what asks the question."""
    if by == "published figures":
        published(folder, size)
    elif by in ("statuses", "times", "lines"):
        made(folder, **{by: size})
    if question == "read":
        return partial(gv.read, folder)
    if by == "draws":
        return partial(gv.simulate, gv.load(BUNDLED), n=size, vary=VARY, rng=1)
    of = times_as_many(gv.load(BUNDLED), size) if by == "citizens" else gv.read(folder)
    return partial(QUESTIONS[question], of)


def measure(by: str, size: int, question: str) -> dict[str, Any]:
    """Ask one question of one study, here: seconds of processor time, and MiB."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    with tempfile.TemporaryDirectory() as place:
        ask = asked(Path(place), by, size, question)
        before, start = peak(), time.process_time()
        found = ask()
        seconds = time.process_time() - start
        del found
    return {"seconds": round(seconds, 3), "peak_mib": round(peak() - before, 1)}


def peak() -> float:
    """Most memory this process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB


def main() -> None:
    """Measure every line, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--line", nargs=3, help="run one line here, and print it as JSON")
    parser.add_argument("--by", nargs="*", default=list(SIZES), help="run these alone again")
    chosen = parser.parse_args()
    if chosen.line:
        by, size, question = chosen.line
        print(json.dumps(measure(by, int(size), question)))
        return
    rows = []
    for by in chosen.by:
        for question in ASKED[by]:
            for size in SIZES[by]:
                command = [sys.executable, __file__, "--line", by, str(size), question]
                done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
                ended = done.stderr.strip().split("\n")[-1][:80] or f"{LIMIT} s of processor time"
                found = {"stopped": ended} if done.returncode else json.loads(done.stdout)
                rows.append({"by": by, "question": question, "size": size, **found})
                print(rows[-1], flush=True)
    before = pd.read_csv(TABLE) if TABLE.exists() else pd.DataFrame(columns=["by"])
    kept = before[~before.by.isin(chosen.by)]
    table = pd.DataFrame(rows) if kept.empty else pd.concat([kept, pd.DataFrame(rows)])
    table.to_csv(TABLE, index=False)


if __name__ == "__main__":
    main()
