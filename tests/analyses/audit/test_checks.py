"""The audit's checks: each on a small case, and each with its own codes."""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.analyses.audit.evidence import Evidence, StudyEvidence
from gevinst.analyses.audit.finding import Listed, pair
from gevinst.analyses.audit.registry import CHECKS, DEVIATING, audit_table
from gevinst.files.bare.figures import is_table, read_figures
from gevinst.stats.yes_no.printed import counts_of
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
    assert tuple(counts_of(share, 1.0, of)) == counts


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


@pytest.mark.parametrize(
    "follows",
    [
        {"a": "a"},
        {"a": "b + 0", "b": "a + 0"},
        {"a": "b", "b": "c * 1", "c": "a"},
        {"a": "2 * a - c"},
    ],
)
def test_formulas_in_a_circle_hold_nothing(follows: dict[str, str], tmp_path: Path) -> None:
    """What is made of itself is only stated, and a table that says so is refused, once a circle."""
    figures = tuple(_given(name, 10, follows.get(name, "")) for name in "abc")
    found = audit_table((*figures, _given("d", 10, "a")))
    assert (found.reproduced, set(found.unchecked)) == (1, set("abc"))
    rows = "".join(f"{f.id};10;kr;1;p;{f.follows}\n" for f in figures)
    path = tmp_path / "t.csv"
    path.write_text("figure;value;unit;rounding;source;follows\n" + rows, "utf-8")
    with pytest.raises(gv.StudyError, match=r"E133 t.csv, line 2") as refused:
        read_figures(path)
    assert [p.code for p in refused.value.problems] == ["E133"]


def test_figures_of_any_name_follow_from_each_other(ishoj, tmp_path: Path) -> None:
    """Ids with other letters and signs are used by formulas, written and known."""
    path = tmp_path / "t.csv"
    path.write_text(
        "figure;value;unit;rounding;source;follows\n"
        "løn;10;kr;1;p;\nb;10;kr;1;p;løn\npr. time;20;kr;1;p;\nc;30;kr;1;p;[pr. time] + løn\n",
        "utf-8",
    )
    found = audit_table(read_figures(path))
    assert (found.reproduced, found.unchecked, found.findings) == (2, ("løn", "pr. time"), ())
    renamed = tuple(replace(f, id=f"{f.id} på 1-tal") for f in ishoj.published if not f.follows)
    plain = tuple(f for f in ishoj.published if not f.follows)
    before, after = (gv.audit(replace(ishoj, published=p)) for p in (plain, renamed))
    assert (after.reproduced, len(after.findings)) == (before.reproduced, len(before.findings))


def test_alternatives_without_effect_are_no_finding(ishoj) -> None:
    """A choice that leaves the headline where it is, as who pays where all count, is none."""
    gladsaxe = gv.load("gladsaxe")
    for study in (ishoj, gladsaxe):
        for perspective in study.choices["perspective"]:
            found = gv.audit(study.choose(perspective=perspective)).findings
            moving = [f for f in found if f.code in ("alternative", "heads", "lost_at_no_cost")]
            assert all(abs(f.headline or 0.0) >= 0.5 for f in moving)
    said = {f.figure for f in gv.audit(gladsaxe.choose(perspective="all")).findings}
    assert not any(figure.startswith("payers.") for figure in said)
    said = {f.figure for f in gv.audit(gladsaxe).findings}
    assert any(figure.startswith("payers.") for figure in said)


def test_like_for_like_first_and_one_number_for_one_rate(ishoj) -> None:
    """11 citizens became 8, -27.3 %; what the other rate makes of the gain is its headline's."""
    found = {(f.code, f.figure): f for f in gv.audit(ishoj).findings}
    change = found["price", "figure2.resource"]
    assert change.recomputed == pytest.approx(-300 / 11)
    assert "is −27.3\u00a0% (11 citizens then, 8 after)" in change.message("en")
    assert "er det −27,3\u00a0pct. (11 borgere da, 8 efter)" in change.message("da")
    gain = found["price", "gain.intervention"]
    of_rate = found["rate", "cost.intervention.1.resource_programme"].headline
    assert of_rate is not None
    assert gain.values["price"].value == pytest.approx(-28 * of_rate)
    assert gain.values["price"].value == pytest.approx(185_328 * 8, abs=1.0)


def test_a_percentage_is_of_whom_it_says() -> None:
    """The bundled survey's shares of a phase are of those asked in it, or say nothing of whom."""
    study = gv.load("gladsaxe")
    asked = {f"phase_{k}": n for k, n in ((1, 43), (2, 20))}
    for figure in study.published:
        for phase, n in asked.items():
            if figure.measure == "survey_share" and phase in figure.id:
                assert figure.of in (n, None), figure.id
    open_share = replace(_share("s", 15, None), measure="survey_share")
    change = _given("change", 10, "s - t")
    found = audit_table((open_share, _share("t", 5, 20), replace(change, unit="pct")))
    assert "denominators" not in {f.code for f in found.findings}


def test_shares_of_fewer_than_were_asked() -> None:
    """Shares that 49 people cannot give, each with its nearest, are all of 38 people."""
    values = (58, 66, 68, 74)
    found = audit_table(tuple(_share(f"s{v}", v, 49) for v in values))
    assert [f.code for f in found.findings] == ["no_count"] * 4 + ["common_base"]
    (cause,) = found.causes
    assert [f.code for f in cause.consequences] == ["common_base"]
    assert cause.consequences[0].values["fitting"] == Listed((38,))
    assert "57.1\u00a0% (28) and 59.2\u00a0% (29)" in cause.members[0].message("en")


@given(st.integers(1, 99), st.integers(2, 99))
def test_the_nearest_counts_are_the_nearest(share: int, of: int) -> None:
    """Beside a percentage no count gives stand the counts just below and just above it."""
    found = audit_table((_share("s", share, of),)).findings
    if counts_of(share, 1.0, of):
        assert found == ()
        return
    values = found[0].values
    assert values["more"] == values["fewer"] + 1
    assert 100 * values["fewer"] / of < share < 100 * values["more"] / of


@pytest.mark.parametrize(
    ("low", "high", "off"),
    [
        (17_000, 19_000, True),
        (21_000, 23_000, False),
        (22_000, 30_000, False),
        (23_000, 30_000, True),
    ],
)
def test_a_range_holds_its_own_base_case(
    low: float, high: float, off: bool, tmp_path: Path
) -> None:
    """A base case outside the range printed around it is found, in tables and studies alike."""
    path = tmp_path / "t.csv"
    head = "figure;value;unit;rounding;source;low;high\n"
    path.write_text(f"{head}base;22000;kr;1;p;{low};{high}\n", "utf-8")
    (figure,) = read_figures(path)
    assert (_codes(figure) == {"range": {"base"}}) is off
    assert (_codes(replace(figure, low=figure.high, high=figure.low)) != {}) is off
    path.write_text(f"{head}base;22000;kr;1;p;{low};\n", "utf-8")
    with pytest.raises(gv.StudyError, match="E014"):
        read_figures(path)


def test_numbers_are_told_apart_and_said_as_printed() -> None:
    """A figure keeps the decimals it is printed with; the other has those that differ."""
    figures = (
        _given("a", 5.04, rounding=0.01),
        _given("b", 5.0, rounding=0.01),
        _given("t", 10.0, "a + b", rounding=0.01),
        _given("n", 10.0, "n1 + n2", rounding=0),
        _given("n1", 5.0001, rounding=0),
        _given("n2", 5.0, rounding=0),
    )
    said = {f.figure: f.message("en") for f in audit_table(figures).findings}
    assert "printed as 10.00\u00a0kr." in said["t"]
    assert "give 10.04\u00a0kr." in said["t"]
    assert "printed as 10\u00a0kr." in said["n"]
    assert "give 10.0001\u00a0kr." in said["n"]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(0, 2))
def test_pairs_of_numbers_are_told_apart(one: float, other: float, digits: int) -> None:
    """Two numbers that a sentence sets against each other are not written alike."""
    said = [quantity.say(language("en")) for quantity in pair(one, other, "kr", digits)]
    assert (said[0] != said[1]) or abs(one - other) < 1e-5


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
