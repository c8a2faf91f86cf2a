"""summaries.csv: read, written, and the same in both styles of numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.study.follow_up import until
from gevinst.text.language import language
from tests.conftest import DATA, cell, unspread

OLD = {"ishoj-smc": "3c4dd052", "gladsaxe": "072f7eb7"}


def test_the_tables_are_the_study(tmp_path: Path) -> None:
    """Written and read again, as files and as frames, it is the same study."""
    study = gv.read(DATA / "means")
    for each in (study, unspread(study)):
        gv.write(each, tmp_path / each.hash)
        assert gv.read(tmp_path / each.hash).hash == each.hash
        assert gv.from_tables(**gv.to_tables(each)).hash == each.hash


def test_the_gain_is_the_means() -> None:
    """By hand: payers pay what is theirs, what comes in is a minus, the programme comes on top."""
    found = gv.gain(gv.read(DATA / "means"))
    support = (9_400 - 2_310.5) - (6_150 - 3_900) - 72_000 / 40
    usual = (8_800 - 2_500) - (8_100 - 2_600)
    support -= 1_800 - 72_000 / 40
    np.testing.assert_allclose(found.net_gain_per_citizen, [support, usual])


def test_a_spread_is_part_of_the_hash(tmp_path: Path) -> None:
    """Another spread is another study, and old studies are what they were."""
    study = gv.read(DATA / "means")
    told = gv.to_tables(study)
    told["summaries"].loc[0, "sd"] = 5_300
    assert gv.from_tables(**told).hash != study.hash
    for name, known in OLD.items():
        assert gv.load(name).hash.startswith(known)


def test_a_follow_up_that_ends_earlier() -> None:
    """What was printed after it is no part of it."""
    study = gv.read(DATA / "means")
    told = gv.to_tables(study)
    told["times"] = [*told["times"], {"id": "later", "years": 2.0}]
    later = told["summaries"][told["summaries"]["time"] == "after"].assign(time="later")
    told["summaries"] = pd.concat([told["summaries"], later])
    ended = until(gv.from_tables(**told), "after")
    assert gv.simulate(ended, n=10, rng=1).point == gv.gain(study).difference


def test_a_law_without_a_spread_is_kept() -> None:
    """It says nothing yet, and comes back."""
    told = gv.to_tables(gv.read(DATA / "means"))
    told["summaries"].loc[3, "law"] = "gamma"
    study = gv.from_tables(**told)
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_lines_may_be_none(tmp_path: Path) -> None:
    """A study may have means alone."""
    told = gv.to_tables(gv.read(DATA / "means"))
    del told["lines"]
    told["items"] = [item for item in told["items"] if item["id"] != "programme"]
    assert gv.gain(gv.from_tables(**told)).investment.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_both_places_of_a_cost_are_named(tmp_path: Path, lang: str) -> None:
    """A cost in both tables: the row of the one, and the line of the other."""
    gv.write(gv.read(DATA / "means"), tmp_path / "study")
    cell("lines.csv", "support;programme;", "support;hospital;")(tmp_path / "study")
    with pytest.raises(gv.StudyError) as caught:
        gv.read(tmp_path / "study")
    (said,) = (p.say(lang) for p in caught.value.problems if p.code == "E266")
    line = language(lang)("line")
    assert f"summaries.csv, {line} 2:" in said
    assert "lines.csv" in said
    assert said.count(f"{line} 2") == 2
