"""The audit of both bundled studies: what it finds, and how it says it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

import gevinst as gv
from gevinst.analyses.audit.finding import CHANGES, INCONSISTENCY, ROUNDING, SEVERITIES
from gevinst.analyses.audit.registry import audit


def test_ishoj_findings(ishoj) -> None:
    """The audit finds in the Ishøj memo what a careful reader finds, and nothing else."""
    found = {(f.code, f.figure) for f in audit(ishoj).findings}
    assert found == {
        ("rate", "cost.intervention.1.resource_programme"),
        ("figure", "text.analysis.control.resource"),
        ("claim", "claim.positive.control.1"),
        ("formula", "text.analysis.control.analysed"),
        ("price", "figure2.resource"),
        ("price", "gain.intervention"),
        ("other_count", "text.share.control.resource"),
        ("alternative", "basis.printed"),
        ("alternative", "basis.low_after_start"),
        ("lost_at_no_cost", "lost.intervention"),
        ("lost_at_no_cost", "lost.control"),
        ("one_citizen", "difference"),
        ("heads", "investment.intervention"),
        ("precision", "investment.intervention"),
        ("flow_and_one_off", "net_gain.intervention"),
        ("flow_as_total", "gain.intervention"),
        ("before_after_as_effect", "net_gain.intervention.rounded"),
        ("unit_cost_jump", "primary_care.2018"),
        ("masked", "somatic.control.2017"),
    }


def test_ishoj_headline_effects(ishoj) -> None:
    """Findings that move the headline say by how much, and are graded by it."""
    found = audit(ishoj).findings
    effects = {f.code: (round(f.headline), f.severity) for f in found if f.headline}
    assert effects["rate"] == (-52951, CHANGES)
    moved = {f.figure: round(f.headline or 0) for f in found if f.code == "lost_at_no_cost"}
    assert moved == {"lost.intervention": -4390, "lost.control": 6450}
    assert effects["precision"] == (-1786, CHANGES)
    assert effects["heads"] == (5476, CHANGES)


def test_ishoj_all_figures_are_spoken_of(ishoj) -> None:
    """Every published number is reproduced or a finding; none is left unchecked."""
    found = audit(ishoj)
    assert found.unchecked == ()
    # Three rates and the four figures and claims that the tables do not give.
    assert found.figures - found.reproduced == 7


def test_gladsaxe_weighted_table() -> None:
    """Values of the weighted table are traced to the rows they equal; one is never used."""
    found = {(f.code, f.figure): f for f in audit(gv.load("gladsaxe")).findings}
    first = found["provenance_difference", "weighted.type_1.saving"].message("en")
    assert "case_5.control.payer.municipality" in first
    assert "case_5.intervention.payer.municipality" in first
    fifth = found["provenance_difference", "weighted.type_5.saving"].message("en")
    assert "case_2.control.payer.municipality" in fifth
    assert ("provenance_copy", "weighted.type_2.saving") in found
    assert ("used_twice", "saving.case_1.municipality") in found
    assert ("never_used", "saving.case_4.municipality") in found


def test_gladsaxe_other_findings() -> None:
    """Payer parts, hidden totals, percentages and growth on two people are found."""
    found = audit(gv.load("gladsaxe")).findings
    figures: dict[str, set[str]] = {}
    for finding in found:
        figures.setdefault(finding.code, set()).add(finding.figure)
    assert {name.split(".")[2] for name in figures["payer_part"]} == {"case_4", "case_5"}
    assert {name.split(".")[1] for name in figures["payer_whose"]} == {
        f"case_{k}" for k in (2, 3, 4, 5)
    }
    assert len(figures["not_itemised"]) == 9
    assert "survey.men" in figures["no_count_but"]
    assert "survey.full_time_work.ratio" in figures["few_people"] & figures["denominators"]
    assert figures["one_stratum"] == {"case_3"}
    assert "together" not in figures


@pytest.mark.parametrize("name", ["ishoj-smc", "gladsaxe"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_sentences(name: str, lang: str) -> None:
    """Every finding is a sentence in both languages that accuses nobody and has no blank."""
    for finding in audit(gv.load(name)).findings:
        message = finding.message(lang)
        assert not re.search(
            r"[{}]|\bnan\b|None|Place\(|fejl|error|wrong|forkert|(kr|pct)\.\.|  ", message
        )
        assert message.endswith(".")
        assert finding.severity in SEVERITIES


def test_together_names_the_figure(ishoj) -> None:
    """Where no set of rates explains all amounts, the one that was moved is named."""
    moved = tuple(
        replace(f, value=f.value + 9.0) if f.id == "cost.control.0.cash_benefit" else f
        for f in ishoj.published
    )
    found = audit(replace(ishoj, published=moved)).findings
    assert "cost.control.0.cash_benefit" in {f.figure for f in found if f.code == "together"}


def test_results_are_plain(ishoj) -> None:
    """The result goes to JSON, to a frame and to text; roundings are counted, not listed."""
    found = audit(ishoj)
    plain = json.loads(json.dumps(found.to_dict()))
    assert {
        "code",
        "figure",
        "published",
        "recomputed",
        "deviation",
        "severity",
        "message",
    } <= set(plain["findings"][0])
    assert len(found.to_frame()) == len(found.findings)
    assert "Fund: 19" in found.summary("da")
    assert found.of(ROUNDING) == ()
    assert found.of(INCONSISTENCY, CHANGES) == found.findings
