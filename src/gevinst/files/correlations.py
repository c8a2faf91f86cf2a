"""Which rates move together: pairs with a rank correlation, each with its basis."""

from __future__ import annotations

from pathlib import Path

from gevinst.files.stated import Stated, Tables
from gevinst.files.tables import read_table
from gevinst.sources.rates import wrong_correlations
from gevinst.study.prices import Correlation
from gevinst.text.problems import Problems


def read_correlations(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read rank correlations of rates; a pair that does not stand there has none."""
    rows = read_table(path, problems, ("rate", "with", "rank_correlation", "assumption"))
    if any(problem.file in ("rates.csv", "lines.csv") for problem in problems.errors):
        return  # what hangs on the rates would only repeat their problems
    known = tuple(tables.positions)
    read = []
    for row in rows:
        rate, other = row.choice("rate", known), row.choice("with", known)
        rank = row.number("rank_correlation")
        assumption = row.choice("assumption", stated.assumptions)
        if None not in (rate, other, rank, assumption):
            pair = Correlation(str(rate), str(other), float(rank or 0.0), str(assumption))
            read.append((row, pair))
    tables.correlations = tuple(pair for _, pair in read)
    for position, code, what, values in wrong_correlations(tables.rates, tables.correlations):
        row = read[position][0]
        if code == "E013":
            values["first"] = read[values["first"] - 1][0].line
        if code == "E096":
            what = row.text("rank_correlation")
        row.problem(code, what, **values)
