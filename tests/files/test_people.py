"""Person rows become a study, and so do counts of which some are not shown."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.files.people import numeric_columns
from gevinst.study.people import COUPLINGS, OBSERVED, couplings_of
from tests.conftest import cell, person_rows, to_csv

TIMES = ("0", "1", "1.5")


def test_rows_give_the_margins_and_the_sizes(ishoj, paired) -> None:
    """Counts, analysed and enrolled follow from the rows; missing follow-up is dropout."""
    assert np.array_equal(paired.counts, ishoj.counts)
    assert [(a.enrolled, a.analysed) for a in paired.arms] == [(30, 28), (30, 26)]
    assert couplings_of(paired) == (OBSERVED,)
    assert couplings_of(ishoj) == COUPLINGS
    assert gv.gain(paired).difference == pytest.approx(gv.gain(ishoj).difference, abs=1e-9)
    assert len(paired.citizens["control"]["stratum"]) == 26
    assert "arm" not in paired.citizens["control"]


def test_folder_frame_and_file_are_one_study(ishoj, paired, folder: Path) -> None:
    """citizens.csv in a folder, a file read alone and a data frame give the same study."""
    to_csv(person_rows(ishoj), folder)
    read, problems = gv.check(folder)
    assert read is not None
    assert {p.code: p.read for p in problems if p.code == "N109"} == {"N109": "4"}
    assert sorted(p.read for p in problems if p.code == "N109") == ["2", "4"]
    assert read.hash == paired.hash
    assert gv.read_persons(folder / "citizens.csv", ishoj).hash == paired.hash
    assert gv.from_persons(person_rows(ishoj).iloc[::-1], ishoj).hash == paired.hash
    assert paired.hash != ishoj.hash


def test_sizes_may_be_left_out(ishoj, folder: Path) -> None:
    """With person rows, enrolled and analysed need not be stated; more may have been enrolled."""
    path = folder / "study.toml"
    stated = path.read_text("utf-8")
    to_csv(person_rows(ishoj, dropouts=False), folder)
    assert [(a.enrolled, a.analysed) for a in gv.read(folder).arms] == [(30, 28), (30, 26)]
    path.write_text(re.sub(r"(enrolled|analysed) = \d+\n", "", stated), "utf-8")
    assert [(a.enrolled, a.analysed) for a in gv.read(folder).arms] == [(28, 28), (26, 26)]
    path.write_text(stated.replace("analysed = 28", "analysed = 27"), "utf-8")
    with pytest.raises(gv.StudyError, match=r"E106 citizens.csv: .*28 of them.*27 analysed"):
        gv.read(folder)


def _duplicate(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.iloc[[0]]])


def _set(row: int, column: str, value: object):
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.copy()
        frame.loc[row, column] = value
        return frame

    return change


def _one_arm(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame.arm == "control"]


def _nobody_followed(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[frame.arm == "control", "1.5"] = None
    return frame


BROKEN = {
    "twice": (_duplicate, "E101", "first: "),
    "unknown status": (_set(3, "1", "flexjobb"), "E102", "flexjob"),
    "one arm": (_one_arm, "E103", "«control»"),
    "empty arm": (_nobody_followed, "E104", "'control'"),
    "start missing": (_set(3, "0", None), "E105", "none at 0"),
    "unknown arm": (_set(3, "arm", "kontrol"), "E030", "intervention, control"),
    "no id": (_set(3, "id", None), "E014", "'id'"),
    "no such column": (lambda frame: frame.drop(columns="1"), "E010", "'1'"),
    "no rows": (lambda frame: frame.iloc[:0], "E005", ""),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_rows(ishoj, folder: Path, name: str) -> None:
    """Each thing that can be wrong has its code, in a frame and in a folder, in both languages."""
    change, code, says = BROKEN[name]
    frame = person_rows(ishoj)
    frame.loc[3, list(TIMES)] = ["cash_benefit"] * 3  # a citizen who was followed up
    frame = change(frame)
    to_csv(frame, folder)
    for call in (lambda: gv.from_persons(frame, ishoj), lambda: gv.read(folder)):
        with pytest.raises(gv.StudyError) as caught:
            call()
        found = [p for p in caught.value.problems if p.code == code]
        assert found, [p.say() for p in caught.value.problems]
        assert any(says in p.say("en") for p in found)
        for problem in caught.value.problems:
            assert "{" not in problem.say("da")


def test_all_problems_at_once(ishoj) -> None:
    """Several wrong rows are named together, each at its place."""
    frame = person_rows(ishoj)
    for row, status in ((5, "flexjobb"), (9, "jobb")):
        frame.loc[row, "0"] = status
    with pytest.raises(gv.StudyError) as caught:
        gv.from_persons(_duplicate(frame), ishoj)
    codes = [(p.code, p.line) for p in caught.value.problems]
    assert ("E102", 6) in codes
    assert ("E102", 10) in codes
    assert ("E101", len(frame) + 1) in codes


def test_both_tables_are_one_too_many(ishoj, folder: Path) -> None:
    """A folder with counts.csv and citizens.csv says so."""
    person_rows(ishoj).to_csv(folder / "citizens.csv", index=False)
    with pytest.raises(gv.StudyError, match="E107"):
        gv.read(folder)


def test_unpriced_status(ishoj) -> None:
    """A status that nobody was counted in before and nothing prices is named."""
    from dataclasses import replace

    maps = {basis: rates.copy() for basis, rates in ishoj.rate_maps.items()}
    for rates in maps.values():
        rates[:, 0, :, ishoj.axes.at("item", "flexjob")] = -1
    with pytest.raises(gv.StudyError, match=r"E041 frame.*flexjob"):
        gv.from_persons(person_rows(ishoj), replace(ishoj, rate_maps=maps))


def test_other_names(ishoj, paired) -> None:
    """Columns, arms and numeric time labels of one's own are mapped."""
    frame = person_rows(ishoj).rename(columns={"id": "cpr", "arm": "group", "1.5": "end"})
    frame["group"] = frame["group"].map({"intervention": 1.0, "control": 0.0})
    frame.columns = [{"0": 0, "1": 1.0}.get(c, c) for c in frame.columns]
    found = gv.from_persons(
        frame,
        ishoj,
        id="cpr",
        arm="group",
        arms={1: "intervention", 0: "control"},
        times={"end": "1.5"},
    )
    assert found.hash == paired.hash


def test_money_rows() -> None:
    """Costs per person become gains per arm; missing follow-up is left out, text is refused."""
    frame = pd.DataFrame(
        {
            "id": [1, 2, 3, 4, 5],
            "arm": ["i", "i", "c", "c", "c"],
            "before": [12_000.0, 9_000, 7_000, 8_000, None],
            "after": [0.0, 9_500, None, 2_000, 1_000],
        }
    )
    gains = gv.person_gains(frame, "before", "after")
    assert {arm: g.tolist() for arm, g in gains.items()} == {"i": [12_000, -500], "c": [6_000]}
    assert gv.stats.bootstrap_mean_difference(gains["i"]).estimate == 5_750
    for change, code in (
        (lambda f: f.assign(after=f.after.replace(0.0, np.inf)), "E108"),
        (lambda f: f.assign(after="12.031"), "E108"),
        (lambda f: f.assign(id=1), "E101"),
        (lambda f: f.assign(after=None), "E104"),
        (lambda f: f.drop(columns="after"), "E010"),
    ):
        with pytest.raises(gv.StudyError, match=code):
            gv.person_gains(change(frame), "before", "after")


def test_one_suppressed_count_is_settled_by_the_size(folder: Path) -> None:
    """A single "<5" in a column follows from the arm's size, and is said."""
    cell(
        "counts.csv",
        "intervention;cash_benefit_placement;3;",
        "intervention;cash_benefit_placement;<5;",
    )(folder)
    study, problems = gv.check(folder)
    assert study is not None
    assert study.hash == gv.load("ishoj-smc").hash
    said = [p.say() for p in problems if p.code == "W025"]
    assert len(said) == 1
    assert "do not pass it on" in said[0]
    assert "3" not in said[0].split(":", 1)[1]


@pytest.mark.parametrize(
    ("masks", "adding_up_to", "zeros", "codes"),
    [
        (("<5", "<5", "<2"), 7, False, ["W024", "W024", "W025"]),
        (("<2", "<2", "<2"), 3, False, ["W025"] * 3),
        (("<5", "<5", "<5"), 12, False, ["W025"] * 3),
        (("<2", "<2", "<2"), 2, True, ["W024"] * 3),
        (("<2", "<2", "<2"), 2, False, ["E024"] * 3),
    ],
)
def test_a_count_that_follows_is_said_of_each_cell(
    folder: Path, masks: tuple[str, ...], adding_up_to: int, zeros: bool, codes: list[str]
) -> None:
    """Of several suppressed counts, those that others can work out are said not to be passed on."""
    path = folder / "counts.csv"
    rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    of_arm = [row for row in rows if row[0] == "intervention"]
    total = sum(int(row[2]) for row in of_arm)
    for row in of_arm:
        row[2] = "0"
    for row, mask in zip(of_arm, masks, strict=False):
        row[2] = mask
    of_arm[len(masks)][2] = str(total - adding_up_to)
    path.write_text("\n".join(";".join(row) for row in rows), "utf-8")
    if zeros:
        cell("study.toml", "price_year", "suppressed_zeros = true\nprice_year")(folder)
    said = [p.code for p in gv.check(folder)[1] if p.code in ("E024", "W024", "W025")]
    assert said == codes


def test_a_fixed_number_of_decimals_is_a_column_of_numbers(tmp_path: Path) -> None:
    """``37,0`` beside ``36,5`` is the number 37, as a data frame has it; ``007`` is a name."""
    study = gv.load("ishoj-smc")
    arms = {arm.id: arm.analysed for arm in study.arms}
    items = study.axes.items[0]
    rows = [
        {"id": f"{arm}{k}", "arm": arm, **dict.fromkeys(study.axes.times, items)}
        | {"score": f"{30 + k},{k % 2 * 5}", "code": f"{k:03d}"}
        for arm, n in arms.items()
        for k in range(n)
    ]
    path = tmp_path / "persons.csv"
    pd.DataFrame(rows).to_csv(path, sep=";", index=False)
    made = gv.read_persons(path, study)
    numbers = [{**row, "score": float(str(row["score"]).replace(",", "."))} for row in rows]
    assert gv.from_persons(pd.DataFrame(numbers), study).hash == made.hash
    assert numeric_columns(made.citizens) == ("score",)
