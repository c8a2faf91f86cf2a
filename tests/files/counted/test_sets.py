"""Counts as percentages, rounded, and as ranges: sets of whole numbers that add up."""

from __future__ import annotations

from itertools import product
from math import comb
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.files.counted.sets import adding_up, ways
from gevinst.study.study import Study
from tests.files.test_slips import _counts, _rows

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")

STATUSES = ("job", "benefit", "pension")
KR = {"job": 0.0, "benefit": 100_000.0, "pension": 150_000.0}

SIZES = {"a": 43, "b": 400}

CELLS = {
    ("a", "start"): ("5 %", "42 pct.", "23"),
    ("a", "end"): ("40 %", "12–16", "10–12"),
    ("b", "start"): ("<5", "200", "195-199"),
    ("b", "end"): ("42 %", "33 %", "25,0 %"),
}
COULD = {
    ("a", "start"): ((2,), (18,), (23,)),
    ("a", "end"): ((17,), (12, 13, 14, 15, 16), (10, 11, 12)),
    ("b", "start"): ((1, 2, 3, 4), (200,), (195, 196, 197, 198, 199)),
    ("b", "end"): ((166, 167, 168, 169, 170), (130, 131, 132, 133, 134), (100,)),
}
"""By hand: 166 and 170 of 400 are 41.5 and 42.5 %, 100 is 25.0 % and 101 is 25.25 %."""


def made(
    cells: dict[tuple[str, str], tuple[str, ...]], sizes: dict[str, int] = SIZES, **settings: Any
) -> Study:
    """A study of three statuses at two times."""
    return gv.from_tables(
        id="x",
        title="x",
        price_year=2020,
        arms={arm: {"enrolled": n, "analysed": n, "source": "s"} for arm, n in sizes.items()},
        comparison={"treated": "a"},
        payers=["m"],
        times=["start", "end"],
        statuses=list(STATUSES),
        assumptions={"printed": "As printed."},
        counts=[
            {
                "arm": arm,
                "status": status,
                "start": cells[arm, "start"][i],
                "end": cells[arm, "end"][i],
                "source": "s",
            }
            for arm in sizes
            for i, status in enumerate(STATUSES)
        ],
        rates={
            "rate": list(KR),
            "kr": list(KR.values()),
            "unit": "kr/year",
            "distribution": "fixed",
            "assumption": "printed",
            "source": "s",
        },
        prices={"status": list(KR), "rate": list(KR), "source": "s"},
        **settings,
    )


def extremes(
    could: dict[tuple[str, str], tuple[tuple[int, ...], ...]], sizes: dict[str, int] = SIZES
) -> tuple[float, float]:
    """Lowest and highest difference over every table, each counted by hand."""
    cost: dict[tuple[str, str], list[float]] = {}
    for (arm, time), cells in could.items():
        n = sizes[arm]
        cost[arm, time] = [
            sum(k * kr for k, kr in zip(counts, KR.values(), strict=True)) / n
            for counts in product(*cells)
            if sum(counts) == n
        ]
    found = [
        (a0 - a1) - (b0 - b1)
        for a0 in cost["a", "start"]
        for a1 in cost["a", "end"]
        for b0 in cost["b", "start"]
        for b1 in cost["b", "end"]
    ]
    return min(found), max(found)


def test_bounds_are_those_over_every_table() -> None:
    """Percentages, ranges and suppressed counts together, against every table."""
    study = made(CELLS)
    assert gv.gain(study).bounds == pytest.approx(extremes(COULD))
    for arm, by_time in study.masked.items():
        for time, sets in zip(("start", "end"), by_time, strict=True):
            brute = {row for row in product(*COULD[arm, time]) if sum(row) == SIZES[arm]}
            assert set(map(tuple, sets.tolist())) == brute


FIVES = {
    ("a", "start"): ("0", "20", "25"),
    ("a", "end"): ("15", "10", "15"),
    ("b", "start"): ("5", "20", "15"),
    ("b", "end"): ("15", "40 %", "10"),
}


def test_rounded_counts_are_sets() -> None:
    """Counts rounded to 5: each 2 to either side, nothing below zero, against every table."""
    sizes = {"a": 43, "b": 40}
    could = {
        key: tuple(
            (16,) if cell == "40 %" else tuple(range(max(0, int(cell) - 2), int(cell) + 3))
            for cell in row
        )
        for key, row in FIVES.items()
    }
    low, high = gv.gain(made(FIVES, sizes, rounded_counts=5)).bounds
    assert (low, high) == pytest.approx(extremes(could, sizes))
    assert low < high


def test_percentages_that_settle_every_count_are_the_counts(folder: Path) -> None:
    """Whole percentages of 28 and 26 citizens are one number each: the same study."""
    _rows(_counts(lambda share: f"{100 * share:.0f} %"))(folder)
    assert gv.read(folder).hash == gv.load("ishoj-smc").hash


def test_a_study_of_sets_is_written_and_read_again(tmp_path: Path) -> None:
    """Folder and frames give the same sets, in both styles of numbers."""
    english = CELLS | {("b", "end"): ("42 %", "33 %", "25.0 %")}
    studies = made(CELLS), made(english, number_style="en")
    assert studies[0].hash == studies[1].hash
    for k, study in enumerate((*studies, made(FIVES, {"a": 43, "b": 40}, rounded_counts=5))):
        assert study.masked
        gv.write(study, tmp_path / f"{k}")
        assert gv.read(tmp_path / f"{k}").hash == study.hash
        assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_what_no_count_gives_names_the_nearest() -> None:
    """8 % of 43 citizens is nobody's: 3 is 7.0 % and 4 is 9.3 %."""
    with pytest.raises(gv.StudyError) as caught:
        made(CELLS | {("a", "start"): ("8 %", "18", "22")})
    said = [problem.say() for problem in caught.value.problems if problem.severity == "error"]
    assert len(said) == 1
    assert "E280" in said[0]
    assert "3 is 7,0 %, 4 is 9,3 %" in said[0]


def test_a_percentage_of_nobody_known_is_not_held_against_others(folder: Path) -> None:
    """Of an arm that there is not, only that is said."""
    path = folder / "counts.csv"
    text = path.read_text("utf-8").replace("intervention;cash_benefit;14", "other;cash_benefit;8 %")
    path.write_text(text, "utf-8")
    assert [problem.code for problem in gv.check(folder)[1].errors] == ["E030"]


def test_too_many_ways_are_counted_and_not_gone_through() -> None:
    """The number of ways is said, whatever its size, at once."""
    cells = CELLS | {("b", "start"): ("1", "600", "399"), ("b", "end"): ("0–1000",) * 3}
    with pytest.raises(gv.StudyError, match=r"E281 .* 3 of them, .* in at least 501501 ways"):
        made(cells, SIZES | {"b": 1000})
    assert ways(40, [range(41)] * 3) == comb(42, 2)
    assert ways(30, [range(31)] * 10) == comb(39, 9)
    assert ways(10**6, [range(10**6)] * 90) == 10**9
    assert ways(10**9 // 2, [range(10**9)] * 3) >= 10**6


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5), st.data())
def test_ways_are_those_listed(ends: list[tuple[int, int]], data: Any) -> None:
    """As many as are listed, and those listed are all that add up, in their order."""
    cells = [range(low, low + more + 1) for low, more in ends]
    rest = data.draw(st.integers(-1, sum(cell[-1] for cell in cells) + 1))
    brute = [each for each in product(*cells) if sum(each) == rest]
    assert ways(rest, cells) == len(brute)
    if brute:
        assert adding_up(rest, cells) == brute
