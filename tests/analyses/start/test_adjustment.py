"""Paired data adjusted: methods side by side, and an odds ratio within strata."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import gevinst as gv
from tests.conftest import persons


def test_stratified_bootstrap_by_resampling(ishoj) -> None:
    """200,000 resamples within strata: the share below each exact limit is the expanded level.

    Six Monte Carlo errors; plus the law's atoms, whose mass is below 0.002 here.
    """
    from scipy import special, stats

    from gevinst.analyses.start.stratum_gains import Asked, groups_of
    from gevinst.study.strata import strata_of

    paired = persons(ishoj)
    groups = groups_of(paired, strata_of(paired), Asked())
    rows = {row.method: row for row in gv.adjust(paired).rows}
    shares = np.array([38, 16]) / 54
    rng = np.random.default_rng(6)
    drawn = np.full(200_000, groups.shifts[0] - groups.shifts[1])
    for a, sign in ((0, 1), (1, -1)):
        for s, values in enumerate(groups.values[a]):
            picked = rng.integers(values.size, size=(drawn.size, values.size))
            drawn += sign * shares[s] * values[picked].mean(axis=1)
    t = stats.t(rows["direct"].degrees_of_freedom).ppf(0.975)
    tail = special.ndtr(-t * rows["direct"].standard_error / drawn.std())
    slack = 6 * math.sqrt(tail / drawn.size) + 0.002
    assert abs((drawn <= rows["bootstrap"].low).mean() - tail) < slack
    assert abs((drawn >= rows["bootstrap"].high).mean() - tail) < slack


def test_mantel_haenszel_of_a_study(ishoj) -> None:
    """Job or not at the end, within strata: the odds ratio by hand, labelled, in its own unit."""
    paired = persons(ishoj)
    result = gv.adjust(paired, outcome="ordinary_employment")
    row = result.rows[-1]
    job = ishoj.axes.at("item", "ordinary_employment")
    programme = {ishoj.axes.at("item", i) for i in ishoj.groups["resource_programme_all"][1]}
    top = bottom = 0.0
    for inside in (False, True):
        cells = []
        for arm in ("intervention", "control"):
            path = paired.paths[arm]
            mine = path[np.isin(path[:, 0], list(programme)) == inside]
            cells.append((int((mine[:, -1] == job).sum()), int((mine[:, -1] != job).sum())))
        (a, b), (c, d) = cells
        top += a * d / (a + b + c + d)
        bottom += b * c / (a + b + c + d)
    assert row.unit == "odds_ratio"
    assert row.estimate == pytest.approx(top / bottom)
    assert "no difference in kr." in result.summary("en")
    assert "not formed by lot" in result.summary("en")
    nobody = gv.adjust(paired, outcome="flexjob", time="0")
    assert "none" in nobody.summary("en")
    json.dumps(nobody.to_dict(), allow_nan=False)


def test_methods_need_paths(ishoj) -> None:
    """Margins have no one estimate to compare methods on: E129; unknown names are refused."""
    with pytest.raises(gv.StudyError, match="E129"):
        gv.adjust(ishoj)
    with pytest.raises(ValueError, match="outcome: read 'job'"):
        gv.adjust(persons(ishoj), outcome="job")
    with pytest.raises(ValueError, match="holds no margins"):
        gv.standardise(persons(ishoj), impossible=[("flexjob", "*")])
