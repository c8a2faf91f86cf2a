"""Suppressed counts: the sets that add up, and what they leave open."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.study.people import COUPLINGS
from tests.conftest import SIX, alone


def test_suppressed_counts_are_a_set(masked) -> None:
    """The draws are the sets that add up, each as often; `gain` prints their bounds."""
    sets = masked.masked["intervention"][2]
    at = [masked.axes.at("item", s) for s in ("early_retirement", "flexjob", "ordinary_employment")]
    counts = {tuple(row) for row in sets[:, at].tolist()}
    brute = {t for t in product(range(1, 5), repeat=3) if sum(t) == 11}
    assert counts == brute
    (source,) = chosen(masked, ["suppressed"])
    rows = 30_000
    drawn = source.draw(masked, rows, streams.stream(1, "suppressed", 0))["counts:intervention"]
    _, seen = np.unique(drawn[:, 2], axis=0, return_counts=True)
    assert len(seen) == len(brute)
    assert stats.chisquare(seen).pvalue > 1e-6
    low, high = gv.gain(masked).bounds
    values = []
    for row in sets:
        counted = masked.counts.copy()
        counted[0, 2] = row
        values.append(gv.gain(replace(masked, counts=counted, masked={})).difference)
    assert low == pytest.approx(min(values))
    assert high == pytest.approx(max(values))
    assert gv.gain(masked).to_dict()["difference"]["low"] == low
    assert "that the tables leave open" in str(gv.gain(masked))
    rows = alone(masked, "suppressed")
    for row in rows.values():
        assert abs(row["mean"] - np.mean(values)) < SIX * row["mcse"]["mean"]
    together = gv.simulate(masked, n=200, rng=1)  # paths of each row's own counts
    assert set(together.by_coupling) == set(COUPLINGS)


def test_suppressed_counts_that_nothing_settles_are_told(masked, folder) -> None:
    """A warning says what is calculated with and from where to where it can be."""
    _, problems = gv.check(folder)
    said = [problem.say() for problem in problems if problem.code == "W024"]
    assert len(said) == 3
    assert "from 3 to 4" in said[0]
    text = (folder / "counts.csv").read_text("utf-8").replace(";<5;", ";<3;")
    (folder / "counts.csv").write_text(text, "utf-8")
    _, problems = gv.check(folder)
    assert {problem.code for problem in problems.errors} == {"E024"}
    assert masked.hash != gv.load("ishoj-smc").hash


def test_suppressed_zeros(folder) -> None:
    """Where the study says that zeros are suppressed too, "<3" can be 0."""
    path = folder / "counts.csv"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(
            "intervention;rehabilitation;0;1;1;", "intervention;rehabilitation;0;1;<3;"
        ).replace("intervention;ordinary_hours;0;0;1;", "intervention;ordinary_hours;0;0;<3;"),
        "utf-8",
    )
    sets = gv.read(folder)
    assert not sets.masked  # 1 and 1 is the only pair of at least one that adds up to two
    stated = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text("suppressed_zeros = true\n" + stated, "utf-8")
    assert len(gv.read(folder).masked["intervention"][2]) == 3


def test_the_audit_accuses_no_figure_that_suppressed_counts_explain(masked) -> None:
    """A published figure that one admissible set of counts gives is no finding; another is."""
    from gevinst.analyses.audit.registry import audit

    low, high = gv.gain(masked).bounds
    figure = next(f for f in masked.published if f.measure == "difference" and f.relation == "=")
    codes = {}
    for value in (low, high, high + 1_000.0):
        changed = tuple(replace(f, value=value) if f is figure else f for f in masked.published)
        found = audit(replace(masked, published=changed))
        codes[value] = {f.code for f in found.findings if f.figure == figure.id}
    assert not {"figure", "headline"} & (codes[low] | codes[high])
    assert "headline" in codes[high + 1_000.0]
    assert "together" not in {f.code for f in audit(masked).findings}
