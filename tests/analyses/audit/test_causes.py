"""Findings by what they come from: whole, apart, and few; counts of figures that add up."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.analyses.audit.causes import causes
from gevinst.analyses.audit.finding import ROUNDING, SEVERITIES, Finding
from gevinst.analyses.audit.registry import Audit, audit_table
from gevinst.study.claims import Published
from gevinst.study.study import Study


@given(st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=2), max_size=8))
def test_causes_are_what_ties_join(ties: list[frozenset[str]]) -> None:
    """Two findings have one cause exactly where a chain of shared ties leads from one to the other.

    The oracle is the transitive closure over all pairs.
    """
    findings = [Finding("figure", str(i), "", ties=tuple(t)) for i, t in enumerate(ties)]
    n = len(findings)
    joined = [[i == j or bool(ties[i] & ties[j]) for j in range(n)] for i in range(n)]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                joined[i][j] |= joined[i][k] and joined[k][j]
    found = causes(findings)
    place = {f.figure: c for c, cause in enumerate(found) for f in cause.findings}
    assert sorted(place, key=int) == [str(i) for i in range(n)]
    for i in range(n):
        for j in range(n):
            assert (place[str(i)] == place[str(j)]) is joined[i][j]


def test_gladsaxe_by_cause() -> None:
    """65 findings are 13 causes; two of them, whose rows and whose amounts, make 34."""
    found = gv.audit(gv.load("gladsaxe"))
    sizes = Counter({i: len(cause.findings) for i, cause in enumerate(found.causes)})
    assert (sum(sizes.values()), len(sizes)) == (65, 13)
    (first, one), (second, other) = sizes.most_common(2)
    assert one + other == 34
    codes = [{f.code for f in found.causes[i].members} for i in (first, second)]
    assert {"figure", "payer_whose", "payer_part", "alternative"} in codes
    assert {"formula", "alternative"} in codes
    assert "65, of causes: 13" in found.summary("en")


def test_ishoj_by_cause(ishoj) -> None:
    """One rate makes three alternatives of one thing, and the split of what it moved follows."""
    cause, *_ = gv.audit(ishoj).causes
    assert [f.code for f in cause.members] == ["rate", "alternative", "alternative"]
    assert {f.code for f in cause.consequences} == {"price"}


def _moved(study: Study, kr: dict[str, float]) -> Study:
    figures = (replace(f, value=f.value + kr.get(f.id, 0.0)) for f in study.published)
    return replace(study, published=tuple(figures))


APART = (
    "cost.intervention.0.cash_benefit",
    "cost.control.0.cash_benefit",
    "cost.intervention.1.flexjob",
    "gain_per_citizen.control",
    "enrolled.control",
)


@pytest.mark.parametrize("one", APART)
def test_one_slip_is_one_cause_and_two_are_two(ishoj, one: str) -> None:
    """A figure that is off makes one cause more, whatever sees it; another one makes another."""
    before = len(gv.audit(ishoj).causes)
    for other in APART:
        found = gv.audit(_moved(ishoj, {one: 5_000.0, other: 5_000.0}))
        assert len(found.causes) == before + len({one, other})
        assert {one, other} <= {cause.members[0].figure for cause in found.causes}


@pytest.mark.parametrize("name", ["ishoj-smc", "gladsaxe"])
def test_where_else_a_number_stands_follows(name: str) -> None:
    """What a figure equals, and what no figure uses, stands below the cause it follows from."""
    found = gv.audit(gv.load(name))
    for cause in found.causes:
        assert cause.members
        for finding in cause.members:
            assert not finding.code.startswith(("provenance", "used_", "never_"))
    told = [SEVERITIES.index(cause.severity) for cause in found.causes]
    assert told == sorted(told)
    numbers = found.to_frame()["cause"]
    assert sorted(set(numbers.dropna())) == list(range(1, len(found.causes) + 1))


def test_each_finding_is_told_once(ishoj) -> None:
    """JSON, frame, and text hold every finding in one cause; roundings in none."""
    for found in (gv.audit(ishoj), gv.audit(gv.load("gladsaxe"))):
        plain = found.to_dict()
        told = [i for c in plain["causes"] for i in (*c["members"], *c["consequences"])]
        listed = [i for i, f in enumerate(plain["findings"]) if f["severity"] != ROUNDING]
        assert sorted(told) == listed
        lines = [li.strip() for li in found.summary("en").splitlines()]
        for i in listed:
            assert sum(plain["findings"][i]["message"] in line for line in lines) == 1


# --- counts ------------------------------------------------------------------------


def _classes(found: Audit) -> tuple[int, int, int, int]:
    return found.reproduced, found.rounded, found.deviating, len(found.unchecked)


def _figure(name: str, value: float, follows: str = "") -> Published:
    return Published(name, "given", "=", value, "kr", 1.0, "test", follows=follows)


def test_counts_of_the_bundled_studies(ishoj) -> None:
    """Classes are disjoint and add to the figures there are."""
    assert _classes(gv.audit(ishoj)) == (181, 0, 7, 0)
    assert _classes(gv.audit(gv.load("gladsaxe"))) == (284, 0, 12, 66)


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), max_size=6))
def test_counts_add_up(figures: list[tuple[int, bool]]) -> None:
    """A figure follows, does not, or is only stated; the words hold these numbers."""
    table = [_figure("a", 10), _figure("b", 20)]
    table += [
        _figure(f"f{i}", 30 + off, "a + b" if said else "") for i, (off, said) in enumerate(figures)
    ]
    found = audit_table(tuple(table))
    follow = sum(said and abs(off) <= 1 for off, said in figures)  # half a krone from each part
    deviate = sum(said and abs(off) > 1 for off, said in figures)
    assert _classes(found) == (follow, 0, deviate, len(table) - follow - deviate)
    words = ("follow", "follow only", "do not", "are only")
    of_one = ("follows", "follows only", "does not", "is only")
    for n, one, word in zip(_classes(found), of_one, words, strict=True):
        assert (f" {n} {one if n == 1 else word}" in found.counted("en")) == (n > 0)


@pytest.mark.parametrize("seed", range(30))
def test_odd_studies_are_audited(ishoj, seed: int) -> None:
    """Few figures, values and roundings of any size, one status, other choices: an answer."""
    rng = np.random.default_rng(seed)
    study = ishoj if seed % 3 else gv.load("gladsaxe")
    figures = [
        replace(
            f,
            value=f.value * rng.choice([1, 1, 0, 2, -1, 1e9]),
            rounding=rng.choice([f.rounding, 0.0, 1e6, 0.001]),
            follows="",
        )
        for f in study.published
        if rng.random() < rng.choice([0.0, 0.5, 1.0])
    ]
    if study.statuses:
        counts = study.counts.copy()
        counts[0] = 0
        counts[0, :, rng.choice(study.statuses)] = study.arms[0].analysed
        study = replace(study, counts=counts)
    rates = tuple(replace(rate, kr=rate.kr * rng.choice([0, 1, 3])) for rate in study.rates)
    study = replace(study, published=tuple(figures), rates=rates)
    kind = rng.choice(list(study.choices))
    found = gv.audit(study.choose(**{kind: str(rng.choice(study.choices[kind]))}))
    assert sum(_classes(found)) == found.figures
    assert min(_classes(found)) >= 0
    told = json.dumps(found.to_dict()) + found.summary("da") + found.summary("en")
    assert not re.search(r"\bnan\b|NaN|Infinity|\binf\b", told)
