"""Paired data: person rows become a study, and margins never become persons."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.cli.main import main
from gevinst.reports.page import render
from gevinst.reports.results import analyse
from gevinst.sources.couplings import Coupling
from gevinst.study.people import COUPLINGS, OBSERVED, couplings_of, standard_errors

TIMES = ("0", "1", "1.5")


def persons(study, seed: int = 1, dropouts: bool = True) -> pd.DataFrame:
    """Person rows with a study's margins: a random matching, and its dropouts without follow-up."""
    rng = np.random.default_rng(seed)
    rows = []
    for a, arm in enumerate(study.arms):
        slots = [rng.permutation(np.repeat(study.axes.items, n)) for n in study.counts[a]]
        for k, path in enumerate(zip(*slots, strict=True)):
            rows.append((f"{arm.id[0]}{k:02d}", arm.id, *path, "a" if k % 2 else "b"))
        if dropouts:
            for k in range(arm.dropouts):
                rows.append((f"{arm.id[0]}x{k}", arm.id, "cash_benefit", None, None, "a"))
    frame = pd.DataFrame(rows, columns=["id", "arm", *TIMES, "stratum"])
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


@pytest.fixture(scope="module")
def paired(ishoj):
    """Ishøj's margins with invented citizens."""
    return gv.from_persons(persons(ishoj), ishoj)


def to_csv(frame: pd.DataFrame, folder: Path) -> None:
    """Put citizens.csv in the place of counts.csv."""
    frame.to_csv(folder / "citizens.csv", sep=";", index=False)
    (folder / "counts.csv").unlink(missing_ok=True)


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
    to_csv(persons(ishoj), folder)
    read, problems = gv.check(folder)
    assert read is not None
    assert {p.code: p.read for p in problems if p.code == "N109"} == {"N109": "4"}
    assert sorted(p.read for p in problems if p.code == "N109") == ["2", "4"]
    assert read.hash == paired.hash
    assert gv.read_persons(folder / "citizens.csv", ishoj).hash == paired.hash
    assert gv.from_persons(persons(ishoj).iloc[::-1], ishoj).hash == paired.hash
    assert paired.hash != ishoj.hash


def test_sizes_may_be_left_out(ishoj, folder: Path) -> None:
    """With person rows, enrolled and analysed need not be stated; more may have been enrolled."""
    path = folder / "study.toml"
    stated = path.read_text("utf-8")
    to_csv(persons(ishoj, dropouts=False), folder)
    assert [(a.enrolled, a.analysed) for a in gv.read(folder).arms] == [(30, 28), (30, 26)]
    path.write_text(re.sub(r"(enrolled|analysed) = \d+\n", "", stated), "utf-8")
    assert [(a.enrolled, a.analysed) for a in gv.read(folder).arms] == [(28, 28), (26, 26)]
    path.write_text(stated.replace("analysed = 28", "analysed = 27"), "utf-8")
    with pytest.raises(gv.StudyError, match=r"E106 citizens.csv: .*28 of them.*27 analysed"):
        gv.read(folder)


def test_pairing_law(ishoj, paired) -> None:
    """Two data sets with the same margins and other pairs, read as margins, are one (law)."""
    other = gv.from_persons(persons(ishoj, seed=2), ishoj)
    assert other.hash != paired.hash
    results = []
    for study in (paired, other):
        margins = study.as_margins()
        assert margins.hash == ishoj.hash
        results.append(
            (
                gv.bootstrap(margins).to_dict(),
                gv.simulate(margins, n=200, rng=1).to_dict(),
                gv.gain(margins).to_dict(),
            )
        )
    assert results[0] == results[1]
    observed = [gv.bootstrap(s).difference[OBSERVED].standard_error for s in (paired, other)]
    assert observed[0] != observed[1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("horizon", ["annual_end", "cumulative_left"])
def test_band_law(ishoj, seed: int, horizon: str) -> None:
    """Whatever the pairs, their standard error lies in the band of their margins (law)."""
    study = gv.from_persons(persons(ishoj, seed), ishoj).choose(horizon=horizon)
    observed = standard_errors(study, OBSERVED)
    low, high = (standard_errors(study.as_margins(), c) for c in ("narrowest", "widest"))
    assert (observed <= high * (1 + 1e-9)).all()
    if horizon == "annual_end":  # over three times sorting gives no more than "at most"
        assert (observed >= low * (1 - 1e-9)).all()


def test_observed_standard_error_by_hand(ishoj, paired) -> None:
    """The standard error of paired data is s / sqrt(n) of the citizens' own gains."""
    costs = paired.status_costs
    frame = persons(ishoj).dropna()
    for a, arm in enumerate(paired.arms):
        rows = frame[frame.arm == arm.id]
        start, end = ([paired.axes.items.index(s) for s in rows[t]] for t in ("0", "1.5"))
        gains = costs[a, 0, start] - costs[a, 2, end]
        expected = gains.std(ddof=1) / np.sqrt(len(gains))
        assert standard_errors(paired, OBSERVED)[a] == pytest.approx(expected)
        assert gv.bootstrap(paired).arms[arm.id][OBSERVED].standard_error == pytest.approx(expected)


def test_agreement_law(paired) -> None:
    """With outcomes alone the sd of `simulate` is the standard error of `bootstrap` (law)."""
    row = gv.simulate(paired, n=40_000, vary=["outcomes"], rng=3).by_coupling[OBSERVED].to_dict()
    expected = gv.bootstrap(paired).difference[OBSERVED].standard_error
    # Six Monte Carlo errors: fails by chance less than once in 500 million.
    error = 6 * row["mcse"]["standard_deviation"]
    assert abs(row["standard_deviation"] - expected) < error


def test_margins_never_become_persons(ishoj) -> None:
    """Asking margins for observed paths is an error that names the couplings."""
    with pytest.raises(ValueError, match="the data are margins"):
        Coupling(OBSERVED).draw(ishoj, 1, np.random.default_rng(1))
    with pytest.raises(ValueError, match="the data are margins"):
        standard_errors(ishoj, OBSERVED)
    with pytest.raises(ValueError, match="no transitions are left open"):
        gv.bootstrap(gv.from_persons(persons(ishoj), ishoj), impossible=[("flexjob", "*")])


@pytest.mark.parametrize("lang", ["da", "en"])
def test_report_of_paired_data(paired, lang: str) -> None:
    """The report of paired data has one coupling and speaks of no other."""
    page = render(analyse(paired, n=500, rng=1), lang)
    known = {"da": "Hver borgers eget forløb", "en": "Each citizen&#39;s own path"}[lang]
    assert known in page
    assert {"da": "kobles", "en": "coupled"}[lang] not in page
    assert page.count('role="img"') == 7


def test_command_line_of_paired_data(ishoj, folder: Path, capsys) -> None:
    """`bootstrap` on a folder with citizens.csv has the one coupling `observed`."""
    to_csv(persons(ishoj), folder)
    assert main(["bootstrap", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["difference"]["standard_error"]) == ["observed"]
    assert main(["simulate", str(folder), "--draws", "50"]) == 0
    assert "observeret" in capsys.readouterr().out


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
    frame = persons(ishoj)
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
    frame = persons(ishoj)
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
    persons(ishoj).to_csv(folder / "citizens.csv", index=False)
    with pytest.raises(gv.StudyError, match="E107"):
        gv.read(folder)


def test_unpriced_status(ishoj) -> None:
    """A status that nobody was counted in before and nothing prices is named."""
    from dataclasses import replace

    maps = {basis: rates.copy() for basis, rates in ishoj.rate_maps.items()}
    for rates in maps.values():
        rates[:, 0, :, ishoj.axes.at("item", "flexjob")] = -1
    with pytest.raises(gv.StudyError, match=r"E041 frame.*flexjob"):
        gv.from_persons(persons(ishoj), replace(ishoj, rate_maps=maps))


def test_other_names(ishoj, paired) -> None:
    """Columns, arms and numeric time labels of one's own are mapped."""
    frame = persons(ishoj).rename(columns={"id": "cpr", "arm": "group", "1.5": "end"})
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
