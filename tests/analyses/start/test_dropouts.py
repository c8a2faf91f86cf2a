"""The groups at start, with the dropouts whose start is known."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

import gevinst as gv
from gevinst.text.language import NBSP
from tests.conftest import with_starts

CASH, PROGRAMME = 144_372.81, 349_152.0


def _row(found, kind: str, name: str):
    return next(row for row in found.rows if (row.kind, row.id) == (kind, name))


def test_by_hand(started) -> None:
    """13 of 30 and 7 of 29 start on the programme, of them 11 of 28 and 5 of 26 in the calculation.

    All programmes cost the same at start, and so does all cash benefit.
    """
    found = gv.baseline(started)
    shares = 13 / 30, 7 / 29
    row = _row(found, "stratum", "resource_programme_all").with_dropouts
    assert list(row.citizens.values()) == [13, 7]
    assert list(row.means.values()) == pytest.approx(shares)
    spread = sum(p * (1 - p) for p in shares) / 2
    assert row.smd == pytest.approx((shares[0] - shares[1]) / math.sqrt(spread))
    cost = [CASH + p * (PROGRAMME - CASH) for p in shares]
    assert list(found.rows[-1].with_dropouts.means.values()) == pytest.approx(cost)
    before = (11 / 28 - 5 / 26) * (PROGRAMME - CASH)
    assert found.more_to_save == pytest.approx(before)
    assert found.by_dropouts == pytest.approx(before - (cost[0] - cost[1]))
    plain = found.to_dict()
    assert plain["cost_at_start"]["by_dropouts"] == found.by_dropouts
    assert plain["balance"][0]["with_dropouts"]["arms"]["control"]["citizens"] == 22
    frame = found.to_frame()["smd_with_dropouts"]
    assert frame["stratum", "resource_programme_all"] == row.smd


def test_who_dropped_out_can_be_all_of_a_skew(ishoj) -> None:
    """Enrolled alike, in numbers and in shares: all of the skew comes of who dropped out."""
    missing = ishoj.counts[:, 0].max(axis=0) - ishoj.counts[:, 0]
    arms = zip(ishoj.arms, missing.sum(axis=1).tolist(), strict=True)
    enrolled = tuple(replace(arm, enrolled=arm.analysed + more) for arm, more in arms)
    found = gv.baseline(replace(ishoj, arms=enrolled, dropout_starts=missing))
    assert found.by_dropouts == pytest.approx(found.more_to_save)
    assert all(row.with_dropouts.smd == pytest.approx(0.0, abs=1e-12) for row in found.rows)


def test_what_is_not_known_is_not_shown(ishoj, paired, started) -> None:
    """No start, no table and no sentence; by a column dropouts are of no known stratum."""
    plain = gv.baseline(ishoj)
    assert not plain.starts_known
    assert math.isnan(plain.by_dropouts)
    assert "With the dropouts" not in plain.summary()
    by_column = gv.baseline(paired, strata="stratum")
    kinds = {row.kind for row in by_column.rows if row.with_dropouts}
    assert kinds == {"status", "cost"}
    only = gv.baseline(with_starts(ishoj, ("control", {"flexjob": 4})))
    assert list(_row(only, "status", "flexjob").with_dropouts.citizens.values()) == [0, 4]
    for lang, says in (("en", "makes 1,760 kr. of"), ("da", "udgør 1.760 kr. af")):
        assert says in gv.baseline(started).summary(lang).replace(NBSP, " ")


def test_stratify_says_where_they_stand(ishoj, started) -> None:
    """The note on dropouts is true of both studies."""
    for study, says in ((ishoj, "have no known start"), (started, "with and without those whose")):
        (note,) = (
            each for each in gv.stratify(study).summary().splitlines() if "Dropouts, " in each
        )
        assert says in note
