"""The workbook: what is live, what is a value, and what LibreOffice makes of it."""

from __future__ import annotations

import io
import math
import shutil
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

import gevinst as gv
from gevinst.reports.alone import alone
from gevinst.reports.results import Results, analyse
from gevinst.reports.workbook.book import made_book, results_workbook
from gevinst.reports.workbook.inputs import stratum_said
from gevinst.study.named import Stratification
from gevinst.study.study import Study
from gevinst.text.language import language
from tests.conftest import DATA, STUDIES, analysed, script

RUN = script(STUDIES / "workbook" / "run.py")
OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")


@pytest.fixture(scope="module")
def results(ishoj) -> Results:
    """What a report is written from, of few draws."""
    return analyse(ishoj, n=1_000, rng=2018)


def of(results: Results, study: Study) -> Results:
    """Results of a study that differs in what is calculated here; the rest is the other's."""
    turned = replace(results.sensitivity, break_even=gv.break_even(study))
    found = {"gain": gv.gain(study), "bootstrap": gv.bootstrap(study), "sensitivity": turned}
    return replace(results, **found)


def cells(held: bytes) -> dict[str, openpyxl.worksheet.worksheet.Worksheet]:
    """Sheets with the values that are kept beside their formulas."""
    return {each.title: each for each in openpyxl.load_workbook(io.BytesIO(held), data_only=True)}


def kept(held: bytes, book, name: str) -> float | str:
    """The kept value of a result."""
    sheet, row, column = book.results[name]
    return cells(held)[sheet].cell(row + 1, column + 1).value


@pytest.mark.parametrize("lang", ["da", "en"])
def test_numbers_are_those_of_python(results, ishoj, lang: str) -> None:
    """Kept values are the study's own, the same bytes come twice, and texts are texts."""
    held, book = made_book(results, language(lang))
    assert held == results_workbook(results, language(lang))
    values = RUN.expected(ishoj)
    sheets = cells(held)
    for name in book.results.keys() & values.keys():
        sheet, row, column = book.results[name]
        found = sheets[sheet].cell(row + 1, column + 1).value
        assert found == pytest.approx(values[name], rel=1e-7, abs=1e-6), name
    assert {"difference", "low.narrowest", "high.widest", "se.independent"} <= book.results.keys()
    assert len([n for n in book.results if n.startswith("rate.")]) > 5
    formulas = openpyxl.load_workbook(io.BytesIO(held))
    for sheet in formulas:
        assert sheet.protection.sheet
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert len(cell.value) < 8_192
                    assert cell.protection.locked
    for sheet, row, column in book.inputs.values():
        assert not formulas[sheet].cell(row + 1, column + 1).protection.locked


def test_texts_that_look_like_formulas_are_texts(results, ishoj) -> None:
    """What begins with = + - or @ stays what it is."""
    titles = ("=1+1", "+1", "-1", "@a")
    arms, times = (
        tuple(
            replace(each, label={"da": title, "en": title})
            for each, title in zip(axis, titles[k : k + 2], strict=False)
        )
        for k, axis in ((0, ishoj.arms), (2, ishoj.times))
    )
    study = replace(ishoj, arms=arms, times=(*times, *ishoj.times[2:]))
    held, _ = made_book(of(results, study), language("en"))
    found = {
        cell.value: cell.data_type
        for sheet in openpyxl.load_workbook(io.BytesIO(held))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in titles
    }
    assert found == dict.fromkeys(titles, "s")


def test_many_citizens_have_no_live_limits(results, ishoj) -> None:
    """More than 500 in an arm: the calculation lives, and a sentence stands for the limits."""
    arms = tuple(replace(a, analysed=30 * a.analysed, enrolled=30 * a.enrolled) for a in ishoj.arms)
    study = replace(ishoj, arms=arms, counts=ishoj.counts * 30)
    held, book = made_book(of(results, study), language("en"))
    assert not [name for name in book.results if name.startswith("low.")]
    assert kept(held, book, "difference") == pytest.approx(gv.gain(study).difference)
    answer = [c.value for r in cells(held)["Answer"].iter_rows() for c in r if c.value]
    assert language("en")("book.answer.large", n=500, times=40) in answer


def test_what_cannot_be_added_up_is_values(results, ishoj) -> None:
    """A difference that the sheets do not find is no live number."""
    off = replace(results, gain=replace(results.gain, difference=results.gain.difference + 1.0))
    held, book = made_book(off, language("en"))
    assert book.results == {}
    assert book.inputs == {}
    assert cells(held)["Answer"]
    formulas = [
        c
        for s in openpyxl.load_workbook(io.BytesIO(held))
        for r in s.iter_rows()
        for c in r
        if c.data_type == "f"
    ]
    assert formulas == []


@pytest.mark.parametrize("lang", ["da", "en"])
def test_other_studies(two_types, lang: str) -> None:
    """Lines, a stated course, means, one arm, outcomes alone: each in its own voice."""
    for study in (two_types, gv.read(DATA / "one_arm"), gv.read(DATA / "means")):
        held, book = made_book(analysed(study), language(lang))
        assert kept(held, book, "difference") == pytest.approx(gv.gain(study).difference)
        limits = [name for name in book.results if name.startswith("low.")]
        assert bool(limits) == bool(study.statuses)
    outcomes = gv.read(DATA / "outcomes")
    if not outcomes.priced:
        assert cells(results_workbook(alone(outcomes), language(lang)))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_several_sets_of_counts_are_said_to_fit(results, masked, lang: str) -> None:
    """The first page says so, with the ends of the difference, as `gain` does."""
    study, text = masked, language(lang)
    held, _ = made_book(of(results, study), text)
    sheet = cells(held)[text("book.sheet.answer")]
    said = [c.value for row in sheet.iter_rows() for c in row if c.value]
    low, high = map(text.kr, gv.gain(study).bounds)
    assert low != high
    assert text("book.answer.masked", low=low, high=high) in said


def test_strata_are_called_what_the_study_calls_them(ishoj, two_types) -> None:
    """By its own label where it has one; of other studies a stratum."""
    own = Stratification({"da": "Kommune", "en": "Town"})
    assert stratum_said(replace(ishoj, stratification=own), language("da")) == "Kommune"
    found = analysed(two_types)
    sheets = cells(results_workbook(found, language("en")))
    heads = {c.value for row in sheets["Calculation"].iter_rows() for c in row}
    assert "Stratum" in heads
    assert "Course" not in heads


def test_means_with_standard_errors_by_hand() -> None:
    """Two means, a standard error each: Welch's limits of their difference."""
    from scipy.stats import t

    study = two_means()
    held, book = made_book(analysed(study), language("en"))
    error = math.hypot(500 / math.sqrt(25), 400 / math.sqrt(16))
    parts = (500**2 / 25) ** 2 / 24 + (400**2 / 16) ** 2 / 15
    reach = error * t.ppf(0.975, error**4 / parts)
    difference = gv.gain(study).difference
    assert kept(held, book, "se.none") == pytest.approx(error)
    assert kept(held, book, "low.none") == pytest.approx(difference - reach)
    assert kept(held, book, "high.none") == pytest.approx(difference + reach)


def two_means() -> Study:
    """Two groups with one mean cost each."""
    rows = [
        {
            "arm": arm,
            "item": "care",
            "time": "after",
            "n": n,
            "mean": mean,
            "unit": "kr",
            "sd": sd,
            "paid_by": "town",
            "source": "made up",
        }
        for arm, n, mean, sd in (("intervention", 25, 900.0, 500.0), ("control", 16, 1000.0, 400.0))
    ]
    return gv.from_tables(
        id="two-means",
        language="en",
        title="Two means",
        price_year=2020,
        arms=[
            {"id": a, "enrolled": n, "analysed": n, "source": "made up"}
            for a, n in (("intervention", 25), ("control", 16))
        ],
        payers=["town"],
        times=["after"],
        items=["care"],
        summaries=rows,
        conventions={"horizon": "period_sum"},
        sources=[{"name": "means", "en": "As printed."}],
    )


@OFFICE
def test_libreoffice_finds_what_python_finds(results, ishoj, paired) -> None:
    """As it is and changed at random, of margins, three times, sums and paths: to 1e-9."""
    rng = np.random.default_rng(380)
    summed = replace(ishoj, conventions=replace(ishoj.conventions, horizon="period_sum"))
    three = ishoj.choose(horizon="cumulative_trapezoid")
    studies = {"two": ishoj, "three": three, "summed": summed}
    books, wanted = {}, {}
    for name, study in studies.items():
        held, book = made_book(of(results, study), language("da"))
        for k, each in enumerate(({}, RUN.moves(study, book, rng))):
            books[f"{name}{k}"] = RUN.changed(held, book, each)
            wanted[f"{name}{k}"] = (RUN.study_of(study, each), book)
    held, book = made_book(of(results, paired), language("da"))
    books["paired"], wanted["paired"] = RUN.changed(held, book, {}), (paired, book)
    arm = paired.arms[0].id
    path = paired.paths[arm].copy()
    used = [i for i in paired.statuses if (paired.rate_of[0, 0, :, i] >= 0).all()]
    path[0, -1] = next(i for i in used if i != path[0, -1])
    moved = replace(paired, paths={**paired.paths, arm: path}, counts=_counts(paired, 0, path))
    code = [i for i in paired.statuses if (paired.rate_of[0, 0, :, i] >= 0).any()]
    name = f"path.{arm}.1.{paired.times[-1].id}"
    books["moved"] = RUN.changed(held, book, {name: code.index(int(path[0, -1])) + 1})
    wanted["moved"] = moved, book
    found = RUN.recalculate(books)
    for name, (study, book) in wanted.items():
        values = RUN.expected(study)
        scale = 1e-3 * max(abs(v) for k, v in values.items() if RUN.kind_of(k) == "gain")
        names = [n for n in book.results if n in values and RUN.kind_of(n) != "break-even"]
        assert len(names) >= 6
        for result in names:
            value = RUN.read(found[name], book, result)
            apart = RUN.compare(value, values[result], scale)
            assert apart is None or apart < 1e-9, (name, result, value, values[result])


def _counts(study: Study, a: int, path: np.ndarray) -> np.ndarray:
    counts = study.counts.copy()
    counts[a] = [np.bincount(column, minlength=counts.shape[2]) for column in path.T]
    return counts


@OFFICE
def test_guards_say_what_is_wrong(results, ishoj) -> None:
    """A sentence and no number, in every result; of no spread only in the limits."""
    text = language("en")
    held, book = made_book(results, text)
    arm, first = ishoj.arms[0], ishoj.times[0].id
    label = text.label(arm.label)
    counts = [n for n in book.inputs if n.startswith(f"count.{arm.id}.")]
    rate = next(n for n in book.inputs if n.startswith("rate."))
    one = next(n for n in counts if n.startswith(f"count.{arm.id}.{first}."))
    changes = {
        "unequal": ({one: 20}, text("book.stop.totals", arm=label)),
        "half": ({one: 14.5}, text("book.stop.whole", place=label)),
        "minus": ({one: -1}, text("book.stop.whole", place=label)),
        "empty": ({one: None}, text("book.stop.number", place=label)),
        "word": ({rate: "x"}, text("book.stop.number", place=text("book.inputs.rates"))),
        "many": (_all_in(ishoj, counts, 501), text("book.stop.rows", arm=label, n=500)),
        "level": ({"level": 1}, text("book.stop.level")),
    }
    flat: dict[str, float] = {}
    for each in ishoj.arms:
        own = [n for n in book.inputs if n.startswith(f"count.{each.id}.")]
        flat |= _all_in(ishoj, own, 10)
    books = {name: RUN.changed(held, book, each) for name, (each, _) in changes.items()}
    found = RUN.recalculate({**books, "flat": RUN.changed(held, book, flat)})
    for name, (_, sentence) in changes.items():
        said = {result: RUN.read(found[name], book, result) for result in book.results}
        assert said.pop("check") == sentence, name
        assert set(said.values()) == {"–"}, (name, said)
    limits = [n for n in book.results if n.partition(".")[0] in ("se", "low", "high")]
    assert {RUN.read(found["flat"], book, n) for n in limits} == {"–"}
    assert isinstance(RUN.read(found["flat"], book, "difference"), float)


def _all_in(study: Study, names: list[str], n: int) -> dict[str, float]:
    """Everybody of an arm in the first status of each time."""
    found = dict.fromkeys(names, 0)
    for time in study.times:
        found[next(name for name in names if f".{time.id}." in name.partition(".")[2])] = n
    return found
