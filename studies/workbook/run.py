"""Change the workbook's numbers at random, let LibreOffice recalculate it, and hold it to Python.

Needs LibreOffice (``soffice``)::

    python studies/workbook/run.py

Writes ``results.csv`` beside itself: a row per study and kind of result, with how many changed
workbooks were compared, how many numbers, how many sentences in the place of numbers, and the
largest relative difference.
"""

from __future__ import annotations

import csv
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import gevinst as gv
from gevinst.reports.results import analyse
from gevinst.reports.workbook.book import made_book
from gevinst.reports.workbook.sheet import Book
from gevinst.text.language import language

HERE = Path(__file__).parent
CHANGES = 200
SEED = 380
COLUMNS = ("study", "result", "workbooks", "numbers", "sentences", "largest_difference")

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Recalculate whatever is opened."""

_ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""Comma, quotes, UTF-8, numbers in full, a file for each sheet."""

Values = dict[str, list[list[str]]]
"""Cells of each sheet, as text."""


def recalculate(books: Mapping[str, bytes]) -> dict[str, Values]:
    """Let LibreOffice recalculate workbooks, and return what stands in their cells.

    Parameters
    ----------
    books : mapping of str to bytes
        Workbooks by a name without a hyphen.
    """
    found: dict[str, Values] = {name: {} for name in books}
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        for name, held in books.items():
            (Path(folder) / f"{name}.xlsx").write_bytes(held)
        out = Path(folder) / "out"
        call = ["soffice", f"-env:UserInstallation={profile.parent.as_uri()}", "--headless"]
        call += ["--convert-to", _ALL_SHEETS, "--outdir", str(out)]
        files = [f"{folder}/{name}.xlsx" for name in books]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(  # noqa: S603 - our own arguments
            [*call, *files], capture_output=True, env=environment, check=True
        )
        for path in out.glob("*.csv"):
            name, _, sheet = path.stem.partition("-")
            with path.open(encoding="utf-8", newline="") as lines:
                found[name][sheet] = list(csv.reader(lines))
    if not all(found.values()):
        raise RuntimeError(done.stderr.decode())
    return found


def changed(held: bytes, book: Book, values: Mapping[str, Any]) -> bytes:
    """Return a workbook with other numbers in some of its inputs, and no values of formulas."""
    import io

    import openpyxl

    opened = openpyxl.load_workbook(io.BytesIO(held))
    for name, value in values.items():
        sheet, row, column = book.inputs[name]
        opened[sheet].cell(row + 1, column + 1).value = value
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def read(values: Values, book: Book, name: str) -> float | str:
    """Return a result: a number, or the text in its place."""
    sheet, row, column = book.results[name]
    said = values[sheet][row][column]
    try:
        return float(said)
    except ValueError:
        return said


def study_of(study: gv.Study, values: Mapping[str, float]) -> gv.Study:
    """Return the study with the same numbers changed, by names as the workbook has them."""
    counts, rates = study.counts.copy(), list(study.rates)
    lines, group_lines = study.lines.copy(), study.group_lines.copy()
    sizes = np.array([[arm.analysed] for arm in study.arms])
    weights = {name: each * sizes for name, each in study.weights.items()}
    axes = study.axes
    named = {
        f"count.{arm}.{time}.{item}": (a, t, i)
        for a, arm in enumerate(axes.arms)
        for t, time in enumerate(axes.times)
        for i, item in enumerate(axes.items)
    }
    ids = {
        f"{kind}.{arm}.{stratum}.{time}.{item}": (held, (a, k, t, i))
        for kind, held in (("units", lines), ("group_units", group_lines))
        for a, arm in enumerate(axes.arms)
        for k, stratum in enumerate(axes.strata)
        for t, time in enumerate(axes.times)
        for i, item in enumerate(axes.items)
    }
    for name, value in values.items():
        if name in named:
            counts[named[name]] = value
        elif name in ids:
            ids[name][0][ids[name][1]] = value
        elif name.startswith("rate."):
            k = next(k for k, rate in enumerate(rates) if f"rate.{rate.id}" == name)
            rates[k] = replace(rates[k], kr=value * rates[k].per)
        elif name.startswith("citizens."):
            k = next(k for k, each in enumerate(axes.strata) if f"citizens.{each}" == name)
            for each in weights.values():
                each[:, k] = value
    arms, totals = study.arms, [arm.analysed for arm in study.arms]
    if len(study.strata) > 1:  # whom they stand for are the citizens
        chosen = weights[study.conventions.weights].sum(axis=1)
        totals = [round(n) for n in chosen.tolist()]
    for each in weights.values():
        each /= each.sum(axis=1, keepdims=True)
    if study.statuses:
        totals = counts[:, 0].sum(axis=1).tolist()
    arms = tuple(
        replace(arm, analysed=n, enrolled=n + arm.dropouts)
        for arm, n in zip(arms, totals, strict=True)
    )
    return replace(
        study,
        counts=counts,
        rates=tuple(rates),
        lines=lines,
        group_lines=group_lines,
        weights=weights,
        arms=arms,
    )


def moves(study: gv.Study, book: Book, rng: np.random.Generator) -> dict[str, float]:
    """Draw a change: rates and units up to half as large again, and citizens who are elsewhere."""
    found: dict[str, float] = {}
    for name in book.inputs:
        kind = name.partition(".")[0]
        if kind in ("rate", "units", "group_units") and rng.random() < 0.5:
            found[name] = round(float(rng.uniform(1.0, 200_000.0)), 2)
        if kind == "citizens" and rng.random() < 0.5:
            found[name] = int(rng.integers(1, 60))
    for a, arm in enumerate(study.arms):
        n = int(rng.integers(2, 90))
        for t, time in enumerate(study.times):
            own = [
                f"count.{arm.id}.{time.id}.{study.items[i].id}"
                for i in study.statuses
                if study.rate_of[a, 0, t, i] >= 0
            ]
            if own and own[0] in book.inputs:
                shares = rng.dirichlet(np.full(len(own), 0.4))
                found |= dict(zip(own, rng.multinomial(n, shares).tolist(), strict=True))
    return found


def expected(study: gv.Study) -> dict[str, float]:
    """Return what Python finds, by the names of the workbook's results; NaN where nothing is."""
    bootstrap, gain = gv.bootstrap(study, methods="welch"), gv.gain(study)
    found = {"difference": gain.difference}
    for a, arm in enumerate(study.arms):
        if len(study.contrast.arms) > 1 and arm.id in study.contrast.arms:
            found[f"net.{arm.id}"] = float(gain.net_gain_per_citizen[a])
    for coupling, each in bootstrap.difference.items():
        if study.statuses:
            interval = each.interval("welch")
            error = each.standard_error if each.measurable else math.nan
            found |= {f"se.{coupling}": error, f"low.{coupling}": interval.low}
            found[f"high.{coupling}"] = interval.high
    return found | {each.input: each.value for each in gv.break_even(study).inputs}


def off(study: gv.Study, changes: Mapping[str, float], rate: str, found: float | str) -> float:
    """Put a rate that turns the difference back in: how far from zero, of what cancels there.

    It is held to nothing that Python solved, whose slope of a rate of zero is a difference of two
    large numbers.
    """
    if isinstance(found, str):
        return math.inf
    then = gv.gain(study_of(study, {**changes, rate: found}))
    scale = np.abs(then.cells).sum() / min(arm.analysed for arm in study.arms)
    return float(abs(then.difference) / scale)


def compare(found: float | str, value: float, scale: float) -> float | None:
    """Return how far apart two are, relative; None where a text stands for what is no number."""
    if isinstance(found, str):
        return None if math.isnan(value) else math.inf
    if math.isnan(value):
        return math.inf
    return abs(found - value) / max(abs(value), scale)


def kind_of(name: str) -> str:
    """Name the kind of a result."""
    first = name.partition(".")[0]
    limits = first in ("se", "low", "high")
    return "limits" if limits else "gain" if first in ("net", "difference") else "break-even"


def measure(study: gv.Study, n: int, seed: int) -> list[dict[str, Any]]:
    """Compare n changed workbooks of a study with Python."""
    rng = np.random.default_rng(seed)
    held, book = made_book(analyse(study, n=1_000, rng=1), language(study.language))
    changes = [moves(study, book, rng) for _ in range(n)]
    books = {f"book{k}": changed(held, book, each) for k, each in enumerate(changes)}
    kinds: dict[str, list[float | None]] = {"gain": [], "limits": [], "break-even": []}
    recalculated = recalculate(books)
    for k, each in enumerate(changes):
        python = expected(study_of(study, each))
        scale = max(abs(v) for key, v in python.items() if kind_of(key) == "gain") or 1.0
        for name in book.results.keys() & python.keys():
            # A gain that is nearly zero is held to what it is the difference of.
            own = scale * 1e-3 if kind_of(name) != "break-even" else 1e-6
            value = read(recalculated[f"book{k}"], book, name)
            apart = compare(value, python[name], own)
            if name.startswith("rate."):
                apart = off(study, each, name, value)
            kinds[kind_of(name)].append(apart)
    rows = []
    for kind, all_of in kinds.items():
        numbers = [each for each in all_of if each is not None]
        if numbers:
            rows.append(
                {
                    "study": study.id,
                    "result": kind,
                    "workbooks": n,
                    "numbers": len(numbers),
                    "sentences": len(all_of) - len(numbers),
                    "largest_difference": f"{max(numbers):.1e}",
                }
            )
    return rows


def main(names: Sequence[str]) -> None:
    """Write the table."""
    if shutil.which("soffice") is None:
        raise SystemExit("soffice: not found")
    rows = [
        row
        for k, name in enumerate(names or ("ishoj-smc", "gladsaxe"))
        for row in measure(gv.load(name), CHANGES if k == 0 else CHANGES // 4, SEED + k)
    ]
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
