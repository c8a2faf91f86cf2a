"""citizen_frame(study): one row per citizen of paired data, for other tools to go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gevinst.analyses.start.adjustment import needs_paths
from gevinst.analyses.start.stratum_gains import Asked, groups_of
from gevinst.study.people import observed_paths
from gevinst.study.strata import Wanted, all_in_one, strata_of
from gevinst.study.study import Study
from gevinst.text.numerals import Numeral

if TYPE_CHECKING:
    import pandas as pd


def citizen_frame(study: Study, *, strata: Wanted = None) -> pd.DataFrame:
    """Return one row per analysed citizen of paired data, ready for a regression.

    Parameters
    ----------
    study : Study
        Paired data, under the conventions it carries.
    strata : mapping, sequence or str, optional
        As in `gevinst.standardise`.

    Returns
    -------
    DataFrame
        ``id``; ``arm``; ``treated``, 1 in the intervention group; ``stratum``; ``cost_<time>``, kr.
        a year at each time; ``gain``, kr., lines and investment of the arm included, so that its
        mean is the arm's net gain per citizen (both where there are prices); then the columns that
        came with the citizens. Ids and columns of numbers are numbers, empty cells of them NaN; the
        citizens of an arm stand in the order of their ids.

    Raises
    ------
    StudyError
        E129 where the data are margins; else as `gevinst.standardise`.

    Examples
    --------
    >>> import gevinst as gv
    >>> study = gv.load("ishoj-smc")
    >>> rows = {
    ...     "id": range(8),
    ...     "arm": ["intervention", "control"] * 4,
    ...     "0": ["cash_benefit"] * 6 + ["resource_programme"] * 2,
    ...     "1": ["cash_benefit"] * 8,
    ...     "1.5": ["flexjob", "cash_benefit"] * 2 + ["cash_benefit"] * 4,
    ... }
    >>> paired = gv.from_persons(rows, study)
    >>> gv.citizen_frame(paired)["gain"].round().tolist()
    [-589262.0, -589262.0, -575000.0, -370221.0, 0.0, 0.0, 0.0, 204779.0]
    """
    import pandas as pd

    found = strata_of(study, strata)
    if study.paths is None or found.of_citizen is None:
        raise needs_paths(study)
    frames = []
    for a, arm in enumerate(study.contrast.arms):
        columns: dict[str, object] = {
            "id": study.citizens[arm]["id"],
            "arm": arm,
            "treated": 1 - a,
            "stratum": [found.ids[s] for s in found.of_citizen[arm]],
            **(_money(study, a, arm) if study.priced else {}),
        }
        others = {c: v for c, v in study.citizens[arm].items() if c not in columns}
        frames.append(pd.DataFrame({**columns, **others}))
    frame = pd.concat(frames, ignore_index=True)
    for column in ("id", *others):
        frame[column] = _numbers(frame[column].tolist())
    return frame.sort_values(["treated", "id"], ascending=[False, True], ignore_index=True)


def _money(study: Study, a: int, arm: str) -> dict[str, object]:
    """Return what each citizen of an arm of the contrast cost at each time, and the gain."""
    groups, times = groups_of(study, all_in_one(study), Asked()), np.arange(len(study.times))
    cost = study.status_costs[study.axes.at("arm", arm)][times, observed_paths(study)[arm]]
    by_time = {f"cost_{time}": cost[:, t] for t, time in enumerate(study.axes.times)}
    return {**by_time, "gain": groups.values[a][0] + groups.shifts[a]}


def _numbers(cells: list[str]) -> list[Any]:
    """Return the numbers of a column of them; whole ones stay so where no cell is empty."""
    if not any(cells) or not all(isinstance(cell, Numeral) for cell in cells if cell):
        return cells
    read = int if all(cell and "." not in cell for cell in cells) else float
    return [read(cell) if cell else np.nan for cell in cells]
