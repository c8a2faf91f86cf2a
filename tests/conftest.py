"""What several files of tests share: studies, invented citizens, draws, oracles, study scripts."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import gevinst as gv
from gevinst.cli.main import main
from gevinst.model.axes import Axes
from gevinst.model.inputs import Inputs
from gevinst.reports.page import render
from gevinst.reports.results import Results, analyse
from gevinst.rows.blocks import Blocks
from gevinst.sources import latents
from gevinst.sources.couplings import Coupling
from gevinst.sources.rates import Rates
from gevinst.sources.registry import chosen
from gevinst.stats import standardisation
from gevinst.study.named import STRATUM, Named, SourceSpec, Stratification
from gevinst.study.prices import Correlation, Distribution
from gevinst.study.study import Study
from gevinst.text.language import Lang

# The same examples in every run, and no clock: a slow machine is no failing test.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

# English wherever no study and no option says otherwise, whatever the machine is set to.
os.environ["LC_ALL"] = "C"

DATA = Path(__file__).parent / "data"
STUDIES = Path(__file__).parents[1] / "studies"

SIX = 6.0
"""Monte Carlo errors allowed: a normal deviate exceeds six less than once in 500 million times."""


LONG_RUN = "GEVINST_LONG_RUN"
"""Set in the environment, the variants that `LONG` names are run too."""

LONG = (
    r"test_degenerate\.py::test_every_question.*\[(?!zero|one citizen|all of an arm).*-margins\]",
    r"test_degenerate\.py::test_every_question.*\[(?!all in one|one treated|everybody).*-paths\]",
    r"test_output\.py::test_killed_at_any_line\[(file-.*-two|.*-absent-(interrupt|refuse)-two)\]",
    r"test_voice\.py::test_reports\[(ishoj-smc-en|gladsaxe-da)\]",
    r"test_amounts\.py::test_no_json_holds_what_is_no_number\[.*-0",
    r"word/test_document\.py::test_each_study\[(one arm|stated courses|means|outcomes alone)\]",
    r"test_forms\.py::test_each_form_has_a_report\[(one arm|several arms|stated courses|means)\]",
    r"test_figure\.py::test_the_narrowest_and_the_widest_hold_every_figure\[(?!bounds|difference)",
)
"""Variants of tests that take many seconds each, of which others of the same test are run."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave variants that take long to the long run, so that every push is answered soon."""
    if LONG_RUN not in os.environ:
        long = re.compile("|".join(LONG))
        skip = pytest.mark.skip(reason=f"a variant of the long run: set {LONG_RUN}")
        for item in items:
            if long.search(item.nodeid):
                item.add_marker(skip)


# --- studies --------------------------------------------------------------------


@pytest.fixture(scope="session")
def ishoj() -> Study:
    """The bundled study of margins."""
    return gv.load("ishoj-smc")


@pytest.fixture(scope="session")
def two_types() -> Study:
    """Two case types, two payers, an event, a one-off and an amount without a period."""
    return gv.read(DATA / "two_types")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled study's folder to break."""
    target = tmp_path / "study"
    target.mkdir()
    for path in gv.bundled()["ishoj-smc"].iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def cell(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Make a change of one of a folder's files: the first of a text becomes another."""

    def change(folder: Path) -> None:
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


@pytest.fixture
def masked(folder: Path) -> Study:
    """The bundled study with two suppressed counts at one time that add up to six."""
    path = folder / "counts.csv"
    text = path.read_text("utf-8")
    for status in ("early_retirement", "flexjob", "ordinary_employment"):
        (line,) = [li for li in text.splitlines() if li.startswith(f"intervention;{status};")]
        cells = line.split(";")
        cells[4] = "<5"
        text = text.replace(line, ";".join(cells))
    path.write_text(text, "utf-8")
    stated = (folder / "study.toml").read_text("utf-8")
    basis = '[[sources]]\nname = "suppressed"\nda = "skjulte"\nen = "suppressed"\n\n'
    (folder / "study.toml").write_text(
        stated.replace('[[sources]]\nname = "missing"', basis + '[[sources]]\nname = "missing"'),
        "utf-8",
    )
    return gv.read(folder)


def many_lost(study: Study) -> Study:
    """The study with 10 of 28 lost and 14 in ordinary employment at the last time."""
    counts = study.counts.copy()
    counts[0, -1] = 0
    for status, n in (("moved", 10), ("ordinary_employment", 14), ("cash_benefit", 4)):
        counts[0, -1, study.axes.at("item", status)] = n
    return replace(study, counts=counts)


# --- few citizens: every table can be gone through --------------------------------


def _counted(study: Study, *times: dict[str, int]) -> Study:
    counts = np.zeros_like(study.counts)
    for t, statuses in enumerate(times):
        for status, n in statuses.items():
            counts[:, t, study.axes.at("item", status)] = n
    arms = tuple(replace(arm, analysed=sum(times[0].values())) for arm in study.arms)
    return replace(study, counts=counts, arms=arms)


def four_citizens(study: Study) -> Study:
    """Four citizens in each arm, spread over cheap and expensive statuses."""
    return _counted(
        study,
        {"cash_benefit": 2, "resource_programme": 2},
        {"cash_benefit": 4},
        {"flexjob": 1, "early_retirement": 1, "ordinary_employment": 1, "cash_benefit": 1},
    )


def four_who_move(study: Study) -> Study:
    """Four citizens in each arm at three times, in statuses of different costs."""
    return _counted(
        study,
        {"cash_benefit": 2, "resource_programme": 1, "ordinary_employment": 1},
        {"cash_benefit": 2, "flexjob": 1, "ordinary_employment": 1},
        {"cash_benefit": 1, "flexjob": 1, "ordinary_employment": 2},
    )


def relabelled(study: Study, order) -> Study:
    """The same study with its statuses and lines listed in another order."""
    order = list(order)
    return replace(
        study,
        items=tuple(study.items[i] for i in order),
        counts=study.counts[:, :, order],
        lines=study.lines[..., order],
        group_lines=study.group_lines[..., order],
        uncounted=study.uncounted[..., order],
        rate_maps={basis: each[..., order] for basis, each in study.rate_maps.items()},
        shares={reading: each[..., order, :] for reading, each in study.shares.items()},
    )


def two_times(study: Study, starts, ends) -> Study:
    """Two arms of few citizens at two times: dicts of status to number, per arm."""
    counts = np.zeros((2, 2, len(study.items)), dtype=np.int64)
    for a in (0, 1):
        for t, at in enumerate((starts[a], ends[a])):
            for status, n in at.items():
                counts[a, t, study.axes.at("item", status)] = n
    keep = [0, 2]
    return replace(
        study,
        times=tuple(study.times[t] for t in keep),
        counts=counts,
        lines=study.lines[:, :, keep],
        group_lines=study.group_lines[:, :, keep],
        uncounted=study.uncounted[:, :, keep],
        rate_maps={k: v[:, :, keep] for k, v in study.rate_maps.items()},
        shares={k: v[:, :, keep] for k, v in study.shares.items()},
        arms=tuple(
            replace(arm, analysed=int(counts[a, 0].sum())) for a, arm in enumerate(study.arms)
        ),
        published=(),
    )


THREE = {"cash": "cash_benefit_all", "programme": "resource_programme_all", "job": "flexjob"}
"""Strata of the study `three`."""


@pytest.fixture(scope="session")
def three(ishoj: Study) -> Study:
    """Four citizens against four, in three strata at start, one lost in each arm at the end."""
    starts = (
        {"cash_benefit": 1, "cash_benefit_placement": 1, "resource_programme": 1, "flexjob": 1},
        {"cash_benefit": 2, "resource_programme": 1, "flexjob": 1},
    )
    ends = (
        {"cash_benefit": 1, "ordinary_employment": 1, "flexjob": 1, "moved": 1},
        {"resource_programme": 2, "flexjob": 1, "moved": 1},
    )
    return two_times(ishoj, starts, ends)


# --- invented citizens -------------------------------------------------------------


def person_rows(study: Study, seed: int = 1, dropouts: bool = True) -> pd.DataFrame:
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
    frame = pd.DataFrame(rows, columns=["id", "arm", *study.axes.times, "stratum"])
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def persons(study: Study, seed: int = 1, **columns: object) -> Study:
    """Invented citizens with a study's margins, as a study of paired data."""
    rng = np.random.default_rng(seed)
    rows = []
    for counts, arm in zip(study.counts, study.axes.arms, strict=True):
        times = [rng.permutation(np.repeat(study.axes.items, n)) for n in counts]
        rows += [(f"{arm}-{k}", arm, *path) for k, path in enumerate(zip(*times, strict=True))]
    frame = pd.DataFrame(rows, columns=["id", "arm", *study.axes.times])
    return gv.from_persons(frame.assign(**columns), study)


@pytest.fixture(scope="session")
def paired(ishoj: Study) -> Study:
    """Ishøj's margins with invented citizens."""
    return gv.from_persons(person_rows(ishoj), ishoj)


def per_stratum(paired: Study, strata: Sequence[str] = ("north", "south")) -> Study:
    """The counts of invented citizens who are in each of some strata, turn by turn."""
    counts = np.zeros((len(paired.arms), len(strata), *paired.counts.shape[1:]), np.int64)
    for a, path in enumerate((paired.paths or {}).values()):
        for n, course in enumerate(path):
            counts[a, n % len(strata), np.arange(len(course)), course] += 1
    named = tuple(Named(name, {"da": name, "en": name}) for name in strata)
    label = {"da": "kontor", "en": "office"}
    stratification = Stratification(label, column=STRATUM, strata=named)
    plain = replace(paired.as_margins(), stratification=stratification)
    return replace(plain, stratum_counts=counts, dropout_starts=paired.dropout_starts[:0])


STARTED = (
    ("intervention", {"resource_programme": 2}),
    ("control", {"cash_benefit": 1, "resource_programme": 2}),
)
"""Starts of the dropouts of `started`; of one of the control group it is not known."""


def with_starts(study: Study, *arms: tuple[str, dict[str, int]]) -> Study:
    """The study with dropouts whose start is known: per arm a status, and how many."""
    known = np.zeros((len(study.arms), len(study.items)), dtype=np.int64)
    for arm, starts in arms:
        for status, n in starts.items():
            known[study.axes.at("arm", arm), study.axes.at("item", status)] = n
    return replace(study, dropout_starts=known)


@pytest.fixture(scope="session")
def started(ishoj: Study) -> Study:
    """Ishøj's margins, and where five of its six dropouts started."""
    return with_starts(ishoj, *STARTED)


def to_csv(frame: pd.DataFrame, folder: Path) -> None:
    """Put citizens.csv in the place of counts.csv."""
    frame.to_csv(folder / "citizens.csv", sep=";", index=False)
    (folder / "counts.csv").unlink(missing_ok=True)


# --- draws -------------------------------------------------------------------------


FACTORS = ["rates", "outcomes", "reported", "uncounted", "investment"]
"""Sources of the bundled study of margins whose shares have a closed form."""


def unspread(study: Study) -> Study:
    """A study of means without their spread, under the p-value of a published difference."""
    told = gv.to_tables(study)
    kept = ["arm", "item", "time", "n", "mean", "paid_by", "shares", "source"]
    told["summaries"] = told["summaries"][kept]
    told["sources"] = [{"name": "difference", "figure": "saved", "p": 0.01, "en": "assumed"}]
    figure = {"figure": "saved", "measure": "difference", "relation": "=", "value": 2_300}
    told["published"] = [{**figure, "unit": "EUR", "rounding": 1, "source": "made up"}]
    return gv.from_tables(**told)


def ranged(study: Study, **settings: object) -> Study:
    """The study with a range for the course that somebody wrote down."""
    spec = SourceSpec("stated", {"da": "skøn", "en": "a guess"}, settings=settings)
    return replace(study, sources=(*study.sources, spec))


def simulated(study: Study, vary, n: int = 40_000, rng: int = 3):
    """A simulation, and what it says of the difference under each coupling."""
    simulation = gv.simulate(study, n=n, vary=vary, rng=rng)
    return simulation, {c: d.to_dict() for c, d in simulation.by_coupling.items()}


def alone(study: Study, name: str, **assumed: object) -> dict[str, dict]:
    """What is said of the difference under each coupling where one source varies, as assumed."""
    study = study.assume(name, **assumed) if assumed else study
    return simulated(study, [name], rng=11)[1]


RATE_KINDS = {
    "cash_benefit": Distribution("gamma", "mean_of_many", cv=0.4),
    "rehabilitation": Distribution("lognormal", "mean_of_many", cv=0.3),
    "early_retirement": Distribution("pert", "mean_of_many", low=60_000.0, high=160_000.0),
    "flexjob": Distribution("uniform", "mean_of_many", low=100_000.0, high=200_000.0),
    "resource_programme": Distribution("gamma", "mean_of_many", low=300_000.0, high=405_000.0),
    "resource_programme_low": Distribution("gamma", "mean_of_many"),
}
"""One of each, and one without spread."""

PAIRS = (
    Correlation("rehabilitation", "cash_benefit", 0.6, "mean_of_many"),
    Correlation("cash_benefit", "early_retirement", -0.4, "mean_of_many"),
    Correlation("flexjob", "early_retirement", 0.3, "mean_of_many"),
)
"""Rates that move together."""


@pytest.fixture(scope="session")
def mixed(ishoj: Study) -> Study:
    """The bundled study with a rate of every kind."""
    rates = tuple(
        replace(rate, distribution=RATE_KINDS[rate.id]) if rate.id in RATE_KINDS else rate
        for rate in ishoj.rates
    )
    return replace(ishoj, rates=rates)


def blocks(study: Study, vary=None, target: str = "mean", seed: int = 5):
    """A study's rows, and the first block of latents under each of its couplings."""
    rows = Blocks(study, chosen(study, vary, target))
    return rows, rows.along(seed, 0, latents.merge(*rows.draw(seed, 0)))


def courses(study: Study, kind: str, arm: str) -> list[NDArray[np.int64]]:
    """Statuses of an arm's citizens at each time under a coupling of fixed paths."""
    drawn = Coupling(study, kind).draw(1, np.random.default_rng(1))
    sizes = drawn[latents.size(arm)][0].astype(int)
    return [np.repeat(drawn[latents.path(arm, time)][0], sizes) for time in study.axes.times]


def draw_rates(study: Study, rows: int, *, seed: int = 4, **settings: float):
    """Draws of a study's rates by name."""
    drawn = Rates("rates", **settings).draw(study, rows, np.random.default_rng(seed))
    return {name.removeprefix("rate:"): values for name, values in drawn.items()}


# --- reports -----------------------------------------------------------------------


_ANALYSED: dict[tuple[str, str], Results] = {}
_PAGES: dict[tuple[int, str], str] = {}


def analysed(study: Study) -> Results:
    """What a study's report is written from, of few draws; each study is analysed once."""
    chosen = ("conventions", "declared", "assumed", "compared", "number_style")  # not in the hash
    asked = study.hash, str([getattr(study, name) for name in chosen])
    if asked not in _ANALYSED:
        _ANALYSED[asked] = analyse(study, n=500, rng=1)
    return _ANALYSED[asked]


def page_of(study: Study, lang: Lang) -> str:
    """A study's page, of few draws; each is made once."""
    results = analysed(study)
    asked = id(results), lang
    if asked not in _PAGES:
        _PAGES[asked] = render(results, lang)
    return _PAGES[asked]


# --- commands ----------------------------------------------------------------------


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    """Run one command line: how it ended, its output, and what it said on standard error."""
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


# --- arrays ------------------------------------------------------------------------


@st.composite
def inputs_of_any_shape(draw: st.DrawFn) -> Inputs:
    """Inputs of random sizes; axes that do not vary have length 1 at random."""
    strata, times, items, payers, rates = (draw(st.integers(1, 3)) for _ in range(5))
    rows = draw(st.integers(1, 4))
    axes = Axes(
        ("intervention", "control"),
        *(
            tuple(f"{name}{i}" for i in range(n))
            for name, n in (("s", strata), ("t", times), ("i", items), ("p", payers))
        ),
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))

    def some(*shape: int) -> np.ndarray:
        return rng.normal(size=[n if draw(st.booleans()) else 1 for n in shape])

    return Inputs(
        axes,
        weight=some(rows, 2, strata),
        horizon=some(rows, times, items),
        quantity=some(rows, 2, strata, times, items),
        rate=rng.normal(size=(rows if draw(st.booleans()) else 1, rates)),
        rate_of=rng.integers(0, rates, size=(2, strata, times, items)),
        share=some(2, strata, times, items, payers),
    )


def oracle(inputs: Inputs) -> np.ndarray:
    """Gain by plain loops, shape (row, arm, stratum, time, item, payer)."""

    def at(array: np.ndarray, *index: int) -> float:
        return float(array[tuple(i % n for i, n in zip(index, array.shape, strict=True))])

    sizes = inputs.axes.sizes()
    gain = np.zeros((inputs.rows, *sizes))
    for row, arm, stratum, time, item, payer in product(range(inputs.rows), *map(range, sizes)):
        rate_of = int(at(inputs.rate_of, arm, stratum, time, item))
        if rate_of >= 0:
            gain[row, arm, stratum, time, item, payer] = (
                at(inputs.weight, row, arm, stratum)
                * at(inputs.horizon, row, time, item)
                * at(inputs.quantity, row, arm, stratum, time, item)
                * at(inputs.rate, row, rate_of)
                * at(inputs.share, arm, stratum, time, item, payer)
            )
    return gain


def sampled(seed: int, strata: int = 3, least: int = 2) -> list[list[np.ndarray]]:
    """Skewed values of two groups in some strata."""
    rng = np.random.default_rng(seed)
    return [
        [np.exp(rng.normal(s, 1, rng.integers(least, 9))) * 1e4 for s in range(strata)]
        for _ in range(2)
    ]


def direct(groups, weights="pooled", *, strata=None):
    """Standardise to the population that weights ask for."""
    sizes = np.array([[np.size(values) for values in group] for group in groups])
    names = strata or [str(k) for k in range(sizes.shape[1])]
    population = standardisation.standard_population(weights, sizes, names)
    return standardisation.direct(groups, population)


# --- study scripts -----------------------------------------------------------------


def script(path: Path) -> ModuleType:
    """A study's script, as a module."""
    spec = importlib.util.spec_from_file_location(f"studies_{path.parent.name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
