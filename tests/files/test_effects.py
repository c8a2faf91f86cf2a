"""effects.csv, persistence.csv, consequences.csv and [effects]: read, written, and refused."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest
from scipy import stats

import gevinst as gv
from gevinst.study.elsewhere.effects import with_elsewhere
from tests.conftest import DATA, cell

OLD = {"ishoj-smc": "3c4dd052", "gladsaxe": "072f7eb7"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The study's files, to be changed."""
    return Path(shutil.copytree(DATA / "effects", tmp_path / "study"))


def codes(folder: Path) -> set[str]:
    """What is said of it."""
    return {problem.code for problem in gv.check(folder)[1]}


def test_the_tables_are_the_study(tmp_path: Path, folder: Path) -> None:
    """Written and read again, as files and as frames, in either style, it is the same study."""
    changes = (
        cell("consequences.csv", "62000;kr", "62000,50;kr"),
        cell("effects.csv", "work;pp;13,4;5,0;21,8", "work;hr;1,40;1,10;1,80"),
    )
    for change in (None, *changes):
        if change:
            change(folder)
        study = gv.read(folder)
        gv.write(study, tmp_path / study.hash)
        assert gv.read(tmp_path / study.hash).hash == study.hash
        assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_it_is_part_of_the_hash() -> None:
    """Another effect, course, share or price is another study; old studies are what they were."""
    study = gv.read(DATA / "effects")
    hashes = {study.hash}
    for table, row, column, value in (
        ("effects", 0, "estimate", 13.5),
        ("effects", 0, "transfer", 0.7),
        ("persistence", 0, "share", 0.4),
        ("consequences", 0, "amount", 150_000),
        ("consequences", 0, "direction", None),
    ):
        told = gv.to_tables(study)
        told[table].loc[row, column] = value
        hashes.add(gv.from_tables(**told).hash)
    told = gv.to_tables(study)
    told["effect_factors"]["deadweight"]["share"] = 0.12
    hashes.add(gv.from_tables(**told).hash)
    assert len(hashes) == 7
    for name, known in OLD.items():
        assert gv.load(name).hash.startswith(known)


def test_an_interval_is_a_standard_error(folder: Path) -> None:
    """Half the width over the normal quantile; of a ratio on the log scale."""
    (work, days) = gv.read(folder).elsewhere.effects
    assert work.standard_error == pytest.approx((21.8 - 5.0) / 2.0 / stats.norm.ppf(0.975))
    assert days.standard_error == 1.2
    cell("effects.csv", "work;pp;13,4;5,0;21,8;0,95", "work;or;1,5;1,2;1,875;0,90")(folder)
    (work, _) = gv.read(folder).elsewhere.effects
    assert work.standard_error == pytest.approx(math.log(1.25) / stats.norm.ppf(0.95))
    odds = 1.5 * 0.46 / 0.54
    assert work.point == pytest.approx(odds / (1.0 + odds) - 0.46)


def test_nothing_is_silent(folder: Path) -> None:
    """A point, an effect at all times, a lopsided interval, a share that leaves: each is said."""
    assert codes(folder) == {"N291"}
    (folder / "persistence.csv").unlink()
    cell("effects.csv", ";1,2;", ";;")(folder)
    cell("effects.csv", "21,8", "25,8")(folder)
    cell("effects.csv", "0,46", "0,8")(folder)
    assert codes(folder) == {"N290", "N291", "W292", "W293"}
    study = gv.read(folder)
    assert gv.gain(study).difference == pytest.approx(
        3 * 0.134 * 0.8 * 0.72 * 202_000 + 12_600 - 18_000
    )


def test_effects_need_no_lines(folder: Path) -> None:
    """Nothing paid: what follows from the effects is all there is; an item may have no row."""
    (folder / "lines.csv").unlink()
    study = gv.read(folder)
    assert gv.gain(study).difference == pytest.approx(2.1 * 0.134 * 0.8 * 0.72 * 202_000 + 12_600)
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_one_table_alone_is_refused(folder: Path) -> None:
    """Effects without what follows, or the other way round, or shares off nothing."""
    (folder / "consequences.csv").unlink()
    assert "E003" in codes(folder)
    shutil.copy(DATA / "effects" / "consequences.csv", folder)
    (folder / "effects.csv").unlink()
    assert "E003" in codes(folder)
    (folder / "consequences.csv").unlink()
    assert "E003" in codes(folder)


def test_an_amount_beside_it_would_count_twice(folder: Path) -> None:
    """A cell of a consequence is in no line."""
    cell(
        "lines.csv",
        "support;programme",
        "support;benefit;2;9;kr;citizen;state;fixed;contract;x\nsupport;programme",
    )(folder)
    assert "E266" in codes(folder)


def test_one_price_of_several_consequences(folder: Path) -> None:
    """Rows that name one rate have one price, drawn once; it is written once."""
    (folder / "consequences.csv").write_text(
        "effect;item;time;rate;amount;unit;paid_by;distribution;assumption;source\n"
        "work;tax;1;year;100;kr;state;fixed;average;x\n"
        "work;tax;2;year;100;kr;state;fixed;average;y\n"
        "days;hospital;1;;4200;kr;region;fixed;average;z\n",
        "utf-8",
    )
    study = gv.read(folder)
    assert [rate.id for rate in study.rates] == ["programme", "year", "hospital"]
    assert gv.gain(study).difference == pytest.approx(
        1.5 * 0.134 * 0.8 * 0.72 * 100 + 12_600 - 18_000
    )
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_money_of_elsewhere(folder: Path) -> None:
    """A price in another currency and year's prices is exchanged and indexed."""
    cell(
        "study.toml",
        "[title]",
        '[[exchange]]\ncurrency = "USD"\nrate = 6.5\nsource = "x"\n\n[title]',
    )(folder)
    text = (folder / "consequences.csv").read_text("utf-8")
    head, first, *rest = text.splitlines()
    first = first.replace("140000;kr", "20000;USD")
    lines = [f"{head};price_year", f"{first};2020", *(f"{line};" for line in rest)]
    (folder / "consequences.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "index.csv").write_text("year;index;source\n2020;100;x\n2024;110;x\n", "utf-8")
    study = gv.read(folder)
    (benefit,) = (rate for rate in study.rates if rate.id == "benefit")
    assert benefit.kr == pytest.approx(20_000 * 6.5 * 1.1)
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("0,95;;0,46", "1,95;;0,46", "E263"),
        ("13,4;5,0;21,8;0,95", "13,4;;;0,95", "E274"),
        ("0,46;0,8", "0,46;1,8", "E059"),
        ("0,46;0,8", "1,46;0,8", "E293"),
        ("work;pp", "work;smd", "E030"),
        ("13,4;5,0", "13,4;", "E014"),
        ("1,2;;;", "-1,2;;;", "E022"),
        ("13,4", "1e400", "E020"),
        ("In ordinary work", "", "E014"),
        ("work;pp;13,4;5,0;21,8;0,95", "work;rr;2,5;2,0;3,1;0,95", "E294"),
        ("work;pp;13,4;5,0;21,8;0,95", "work;hr;0;0;3,1;0,95", "E295"),
    ],
)
def test_what_no_effect_can_be(folder: Path, old: str, new: str, code: str) -> None:
    """One message where it is, and no other error."""
    cell("effects.csv", old, new)(folder)
    problems = gv.check(folder)[1]
    assert {problem.code for problem in problems.errors} == {code}
    assert all(problem.line == 2 or old == "1,2;;;" for problem in problems.errors)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("share = 0.1\n", "", "E303"),
        ('of = ["work"]', 'of = ["play"]', "E030"),
        ("[effects.deadweight]", "[effects.luck]", "E030"),
        ("share = 0.1\nlow = 0.05", "share = true\nlow = 0.05", "E303"),
        ("high = 0.35", 'high = 0.35\nlaw = "uniform"', "E306"),
        ("high = 0.35", "high = 0.15", "E306"),
        ("level = 0.9", "level = 1", "E305"),
        ("low = 0.05\nhigh = 0.2\n", "", "E304"),
    ],
)
def test_what_cannot_come_off(folder: Path, old: str, new: str, code: str) -> None:
    """One message, in the settings."""
    cell("study.toml", old, new)(folder)
    problems = gv.check(folder)[1]
    assert code in {problem.code for problem in problems.errors}
    assert {problem.file for problem in problems.errors} == {"study.toml"}


def test_statuses_and_means_are_refused(folder: Path) -> None:
    """What was seen here does not go with what was seen elsewhere."""
    cell("study.toml", "[[items]]", '[[statuses]]\nid = "s"\nda = "s"\nen = "s"\n\n[[items]]')(
        folder
    )
    assert "E290" in codes(folder)


def test_relaid_it_is_itself() -> None:
    """The same effects laid again give the same study."""
    study = gv.read(DATA / "effects")
    assert with_elsewhere(study, study.elsewhere).hash == study.hash
