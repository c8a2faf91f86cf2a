"""Outcomes of printed shares: the counts they can be of, and shares of a number not known."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.stats.yes_no.newcombe import newcombe_interval
from gevinst.study.study import Study
from gevinst.text.language import language

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")

SIZES = {"ips": 243, "more": 238, "usual": 239}
PRINTED = {"ips": ("59.9 %", "65 %"), "more": ("59.1 %", "65 %"), "usual": ("46.5 %", "53 %")}


def trial(**citizens: Any) -> Study:
    """The trial of three arms, with numbers of citizens at 30 months, of those that are given."""
    return gv.from_tables(
        id="trial",
        title="x",
        number_style="en",
        arms={arm: {"enrolled": n, "analysed": n, "source": "s"} for arm, n in SIZES.items()},
        comparison={"treated": "ips", "reference": "usual"},
        outcome_items=[{"id": "early", "shares": True}, {"id": "late", "shares": True}],
        outcomes=[
            {
                "outcome": outcome,
                "arm": arm,
                "share": share,
                "citizens": citizens.get(arm) if outcome == "late" else None,
                "source": "s",
            }
            for arm, shares in PRINTED.items()
            for outcome, share in zip(("early", "late"), shares, strict=True)
        ],
    )


def test_shares_of_a_number_not_known_stand_as_printed() -> None:
    """59.9 % is nobody's share of 243: kept with its digits, without people and an interval."""
    found = gv.outcomes(trial())
    early, late = found.of("early"), found.of("late")
    assert early.difference == pytest.approx(0.134)
    assert early.room == pytest.approx((0.133, 0.135))
    assert late.room == pytest.approx((0.11, 0.13))
    for each in (early, late):
        assert (each.reason, each.intervals) == ("base", {})
        assert {value.citizens for value in each.values} == {None}
    assert found.to_dict()["found"][0]["arms"][0]["total"] is None
    for lang in ("en", "da"):
        text, said = language(lang), found.summary(lang)
        assert text("outcomes.reason.base") in said
        assert text("outcomes.unknown") in said
        assert "242, 237, 232" in said
        assert found.picture(lang=lang) is not None


def test_what_is_doubtful_is_said_at_its_place() -> None:
    """Each share that no whole number gives, with the nearest, and each arm with its bases."""
    with pytest.warns(gv.StudyWarning) as caught:
        trial()
    said = str(caught[0].message)
    assert said.count("W280") == said.count("W281") == 3
    assert "145 is 59.67 %, 146 is 60.08 %" in said
    assert "up to the 239 enrolled that all of them can be of: 230, 228, 226" in said


def test_a_number_that_is_said_is_used() -> None:
    """65 % of 243 is 157 to 159, 53 % of 239 is 126 or 127; the limits are those over them all."""
    found = gv.outcomes(trial(ips=243, usual=239)).of("late")
    assert found.pair is not None
    assert [(v.least, v.most, v.citizens) for v in found.pair] == [(157, 159, 243), (126, 127, 239)]
    limits = [
        newcombe_interval((one, other), (243, 239))
        for one, other in product(range(157, 160), (126, 127))
    ]
    assert found.intervals[1.0] == (min(low for low, _ in limits), max(high for _, high in limits))
    assert found.difference == pytest.approx(158 / 243 - 126.5 / 239)
    assert gv.outcomes(trial(ips=242, usual=239)).of("late").values[0].citizens == 242
    other = gv.outcomes(trial(ips=3, usual=239))  # of 3 people nothing is 65 %
    assert other.of("late").reason == "base"
    assert language("en")("outcomes.no_whole", outcome="late", arm="ips") in other.summary()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), st.data())
def test_the_ends_of_sets_hold_all_limits(m: int, n: int, k: int, j: int, data: Any) -> None:
    """No pair of counts within has a limit outside those of the extreme pairs."""
    k, j = min(k, m), min(j, n)
    low, high = data.draw(st.integers(0, k)), data.draw(st.integers(0, j))
    ends = (
        newcombe_interval((low, j), (m, n))[0],
        newcombe_interval((k, high), (m, n))[1],
    )
    for one, other in product(range(low, k + 1), range(high, j + 1)):
        found = newcombe_interval((one, other), (m, n))
        assert ends[0] - 1e-12 <= found[0]
        assert found[1] <= ends[1] + 1e-12


def test_counts_of_whom_it_is_so_are_a_share() -> None:
    """An amount of an outcome of shares is so many of the analysed, as a status has it."""
    arm = {"enrolled": 40, "analysed": 40, "source": "s"}
    given_: dict[str, Any] = {"id": "x", "title": "x", "arms": {"a": arm, "b": arm}}
    study = gv.from_tables(
        **given_,
        comparison={"treated": "a"},
        outcome_items={"job": {"shares": True}},
        outcomes={"outcome": "job", "arm": ["a", "b"], "amount": [15, 8], "source": "s"},
    )
    found = gv.outcomes(study).of("job")
    assert found.difference == pytest.approx(7 / 40)
    assert found.intervals == {1.0: newcombe_interval((15, 8), (40, 40))}


def test_they_are_written_and_read_again(tmp_path: Path) -> None:
    """With their digits and their sign, as files and as frames; a digit more is another study."""
    study = trial(ips=243)
    gv.write(study, tmp_path / "trial")
    assert "59.9 %" in (tmp_path / "trial" / "outcomes.csv").read_text("utf-8")
    assert gv.read(tmp_path / "trial").hash == study.hash
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash
    path = tmp_path / "trial" / "outcomes.csv"
    path.write_text(path.read_text("utf-8").replace("65 %", "65.0 %"), "utf-8")
    assert gv.read(tmp_path / "trial").hash != study.hash


def test_a_report_has_them(tmp_path: Path) -> None:
    """The page of a study of outcomes alone shows them, in both languages."""
    for lang in ("en", "da"):
        gv.report(trial(ips=243, usual=239), tmp_path / lang, lang=lang, figures=False)
        page = (tmp_path / lang / "report.html").read_text("utf-8")
        assert "157–159" in page
        assert language(lang)("outcomes.unknown") in page
