"""The audit's checks: each on a small case, and each with its own codes."""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path
from typing import get_type_hints

import pytest

import gevinst as gv
from gevinst.analyses.audit.evidence import Evidence, StudyEvidence
from gevinst.analyses.audit.percentages import counts_of
from gevinst.analyses.audit.registry import CHECKS, DEVIATING, audit_table
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


# --- small cases ---------------------------------------------------


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
