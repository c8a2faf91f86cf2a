"""The tables of a study folder, read one after the other against what study.toml names."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gevinst.files import persons
from gevinst.files.claims import read_activity, read_published
from gevinst.files.correlations import read_correlations
from gevinst.files.lines import read_lines
from gevinst.files.stated import Stated, Tables
from gevinst.files.statuses import read_citizens, read_counts, read_prices, read_rates
from gevinst.sources.rates import CORRELATIONS
from gevinst.text.problems import Problems


def read(folder: Path, stated: Stated, problems: Problems) -> Tables:
    """Read every table of a folder.

    Parameters
    ----------
    folder : Path
        The study's folder.
    stated : Stated
        Ids to refer to.
    problems : Problems
        Gets everything that is wrong.
    """
    arms, _, times, items = stated.shape
    tables = Tables(
        counts=np.zeros((arms, times, items), dtype=np.int64),
        lines=np.zeros(stated.shape),
        group_lines=np.zeros(stated.shape),
        uncounted=np.zeros(stated.shape),
        share=np.zeros((*stated.shape, len(stated.payers))),
        rate_maps={basis: np.full(stated.shape, -1, dtype=np.int64) for basis in stated.bases},
    )
    if stated.ids("status"):
        if len(stated.strata) > 1:
            problems.add("E061", "study.toml")
        if (folder / persons.FILE).exists():
            read_citizens(folder, stated, tables, problems)
        else:
            read_counts(folder / "counts.csv", stated, tables, problems)
        read_rates(folder / "rates.csv", stated, tables, problems)
        read_prices(folder / "prices.csv", stated, tables, problems)
    if len(stated.ids("item")) > len(stated.ids("status")):
        read_lines(folder / "lines.csv", stated, tables, problems)
    if (folder / CORRELATIONS).exists():
        read_correlations(folder / CORRELATIONS, stated, tables, problems)
    if stated.activity:
        read_activity(folder / "activity.csv", stated, tables, problems)
    if (folder / "published.csv").exists():
        years = tuple(sorted({str(activity.year) for activity in tables.activity}))
        tables.published = read_published(folder / "published.csv", problems, stated, years)
    return tables
