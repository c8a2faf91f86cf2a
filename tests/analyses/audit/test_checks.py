"""The audit: each check on small cases, and both bundled studies."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.analyses.audit.evidence import Evidence, StudyEvidence
from gevinst.analyses.audit.finding import CHANGES, INCONSISTENCY, ROUNDING, SEVERITIES
from gevinst.analyses.audit.formulas import Span, parse
from gevinst.analyses.audit.percentages import counts_of
from gevinst.analyses.audit.registry import CHECKS, DEVIATING, audit, audit_table
from gevinst.files.figures import is_table, read_figures
from gevinst.study.claims import Published
from gevinst.text.language import language


def _given(name: str, value: float, follows: str = "", rounding: float = 1.0, **more) -> Published:
    return Published(
        id=name,
        measure="given",
        relation="=",
        value=value,
        unit="kr",
        rounding=rounding,
        source="test",
        follows=follows,
        **more,
    )


def _share(name: str, value: float, of: int | None, follows: str = "") -> Published:
    figure = _given(name, value, follows, of=of)
    return replace(figure, measure="survey_share", unit="pct")


def _codes(*figures: Published) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in audit_table(figures).findings:
        found.setdefault(finding.code, set()).add(finding.figure)
    return found


# --- formulas --------------------------------------------------


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0.1, 100))
def test_formulas_calculate(a: float, b: float, c: float) -> None:
    """A formula is worked out as arithmetic, with the usual order of signs."""
    spans = {name: Span(v, v) for name, v in (("a.x", a), ("b", b), ("c_1", c))}
    found = parse("(a.x - b) * 1,5 + b / c_1 - -2").evaluate(spans)
    assert found.low == pytest.approx((a - b) * 1.5 + b / c + 2, abs=1e-9)
    assert found.low == pytest.approx(found.high, abs=1e-9)


@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(0, 5), st.floats(0, 1)), min_size=3, max_size=3
    )
)
def test_spans_hold_every_value(parts: list[tuple[float, float, float]]) -> None:
    """The span of a formula holds its value at every point of its parts' spans."""
    spans = {n: Span(m - h, m + h) for n, (m, h, _) in zip("abc", parts, strict=True)}
    points = {n: Span(*2 * (m - h + 2 * h * u,)) for n, (m, h, u) in zip("abc", parts, strict=True)}
    formula = parse("a * b - c + a")
    inside, whole = formula.evaluate(points).low, formula.evaluate(spans)
    assert whole.low - 1e-9 <= inside <= whole.high + 1e-9


def test_division_by_what_can_be_zero() -> None:
    """A part that can be zero makes a quotient that can be anything, not an error."""
    found = parse("a / b").evaluate({"a": Span(1, 1), "b": Span(-0.5, 0.5)})
    assert (found.low, found.high) == (float("-inf"), float("inf"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a +", "missing"),
        ("(a", "closed"),
        ("a b", "'b'"),
        ("a ^ 2", "^ 2"),
        ("1,2,3", "1,2,3"),
        ("1.5", "1.5"),
    ],
)
def test_texts_that_are_no_formulas(text: str, says: str) -> None:
    """What is no formula is an error that names the place; English decimals are none."""
    with pytest.raises(ValueError, match=re.escape(says)):
        parse(text)


# --- single checks --------------------------------------------------


def test_formula_with_exact_roundings() -> None:
    """A product is off only where no unrounded parts can give it."""
    parts = (_given("n", 7, rounding=0), _given("per", 1000.0))
    for total, off in ((7003, False), (7004, False), (7005, True), (6996, False), (6995, True)):
        assert ("formula" in _codes(*parts, _given("t", total, "n * per"))) is off


@pytest.mark.parametrize(
    ("share", "of", "counts"),
    [(58, 46, ()), (58, 43, (25,)), (15, 26, (4,)), (19, 26, (5,)), (50, 2, (1,)), (8, 20, ())],
)
def test_grim(share: float, of: int, counts: tuple[int, ...]) -> None:
    """The counts that a printed percentage can be of are those that round to it."""
    assert counts_of(share, 1.0, of) == counts


def test_grim_names_a_number_that_fits() -> None:
    """A percentage no count gives says which other number of people in the tables gives it."""
    found = audit_table((_share("men", 58, 46), _share("other", 72, 43)))
    (finding,) = found.findings
    assert finding.code == "no_count_but"
    assert "43" in finding.message("da")


def test_parts_of_a_whole() -> None:
    """Shares that add to about 100 must be whole people who add to the number asked."""
    fine = [_share(f"q.{i}", v, 20) for i, v in enumerate((20, 60, 5, 15))]
    assert _codes(*fine) == {}
    short = [_share(f"q.{i}", v, 43) for i, v in enumerate((33, 33, 33))]
    assert _codes(*short) == {"parts": {"q"}}  # three times 14 people are 42


def test_changes_between_shares() -> None:
    """A change between different numbers asked, resting on two people, is said as both."""
    figures = (
        _share("before", 5, 43),
        _share("after", 10, 20),
        replace(_given("ratio", 2.0, "after / before"), unit="ratio"),
    )
    assert _codes(*figures) == {"denominators": {"ratio"}, "few_people": {"ratio"}}


def test_provenance_of_a_copy_and_of_swapped_labels() -> None:
    """A value of another row is found, with the row that is used twice and the one never used."""
    rows = [
        replace(_given(f"saving.{k}", v), measure="case_saving", stratum=k)
        for k, v in (("a", 12345.0), ("b", 23456.0), ("c", 34567.0))
    ]
    table = [
        _given("value.a", 23456, "saving.a"),
        _given("value.b", 23456, "saving.b"),
        _given("value.c", 34567, "saving.c"),
    ]
    found = _codes(*rows, *table)
    assert found["formula"] == {"value.a"}
    assert found["provenance_copy"] == {"value.a"}
    assert found["used_twice"] == {"saving.b"}
    assert found["never_used"] == {"saving.a"}


def test_provenance_of_a_difference() -> None:
    """A value that is the difference of two rows in the same place is found with their labels."""
    rows = [
        replace(_given(f"cost.{arm}", v), measure="case_cost", arm=arm, stratum="s")
        for arm, v in (("control", 90000.0), ("intervention", 61234.0))
    ]
    figures = (*rows, _given("own", 5000.0), _given("value", 28766, "own"))
    finding = next(f for f in audit_table(figures).findings if f.code.startswith("provenance"))
    assert finding.code == "provenance_difference"
    assert "«cost.control»" in finding.message()


def test_years_that_differ() -> None:
    """A cost for one year set against a total for three is said."""
    figures = (
        _given("a", 1000, years=1.0),
        _given("b", 3000, years=3.0),
        _given("net", 2000, "b - a"),
    )
    assert _codes(*figures) == {"years": {"net"}}


def test_clean_table_has_no_finding() -> None:
    """A table whose figures follow from each other gives no finding."""
    figures = (_given("a", 3), _given("b", 4), _given("sum", 7, "a + b"))
    found = audit_table(figures)
    assert found.findings == ()
    assert (found.figures, found.reproduced, found.unchecked) == (3, 1, ("a", "b"))


# --- the bundled studies --------------------------------------------------


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


def test_every_code_belongs_to_one_check() -> None:
    """Every code with a sentence is given by exactly one check, and every code of a check has one.

    What says that a figure does not follow is one of the check's codes, and the code is written in
    the file of the check's function.
    """
    codes = [code for check in CHECKS for code in check.codes]
    assert sorted(codes) == sorted(language("en")._texts["finding"])
    for check in CHECKS:
        assert set(check.deviating) <= set(check.codes)
        source = inspect.getsource(inspect.getmodule(check.of))
        assert [code for code in check.codes if f'"{code}"' not in source] == []
    assert set(DEVIATING) <= set(codes)


def test_a_check_gives_its_own_codes(ishoj) -> None:
    """What a check finds in the bundled studies carries one of the codes its row names."""
    for study in (ishoj, gv.load("gladsaxe")):
        evidence = StudyEvidence(study.published, study)
        for check in CHECKS:
            assert {finding.code for finding in check.of(evidence)} <= set(check.codes)


def test_a_check_says_whether_it_needs_a_study(ishoj) -> None:
    """A check takes a study's evidence exactly where it needs a study; all others take a table."""
    for check in CHECKS:
        taken = get_type_hints(check.of)["evidence"]
        assert taken is (StudyEvidence if check.needs_study else Evidence), check.of
    found = audit_table(ishoj.published)
    assert {f.code for f in found.findings} <= {
        code for check in CHECKS if not check.needs_study for code in check.codes
    }
    assert found.provenance is None


def test_results_are_plain(ishoj) -> None:
    """The result goes to JSON, to a frame and to text; roundings are counted, not listed."""
    found = audit(ishoj)
    plain = json.loads(json.dumps(found.to_dict()))
    assert {
        "code",
        "figure",
        "published",
        "recomputed",
        "difference",
        "severity",
        "message",
    } <= set(plain["findings"][0])
    assert len(found.to_frame()) == len(found.findings)
    assert "fund" in found.summary("da")
    assert found.of(ROUNDING) == ()
    assert found.of(INCONSISTENCY, CHANGES) == found.findings


# --- tables without a study --------------------------------------------------


def test_a_table_as_printed(tmp_path: Path) -> None:
    """A printed table's total rows and columns are held against their parts."""
    path = tmp_path / "tabel.csv"
    path.write_text(
        "Post;År 1;År 2;I alt\nA;1.000;2.000;3.000\nB;500;700;1.200\nI alt;1.500;2.800;4.200\n",
        "utf-8",
    )
    assert is_table(path)
    assert is_table(tmp_path)
    found = audit_table(read_figures(path), "tabel")
    assert {f.figure for f in found.findings} == {"r3.c2", "r3.c3"}
    assert "2.700" in found.summary("da")
