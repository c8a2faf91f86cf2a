"""Values that functions take: each closed set of names is named, with what there is, by all."""

from __future__ import annotations

import inspect
import tempfile
import typing
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal

import numpy as np
import pytest

import gevinst as gv
from gevinst.stats.intervals import METHODS
from gevinst.text.problems import WrongValueError
from tests.conftest import persons

ASKED: dict[str, Callable[..., Any]] = {
    "permutation_test": partial(gv.stats.permutation_test, [1.0, 2.0, 4.0], [3.0, 5.0]),
    "sign_flip_test": partial(gv.stats.sign_flip_test, [1.0, 2.0, -4.0]),
    "resample_statistic": partial(gv.stats.resample_statistic, [1.0, 2.0, 4.0], np.mean),
    "outcome_test": lambda **k: gv.outcome_test(gv.load("ishoj-smc"), "moved", **k),
    "adjust": lambda **k: gv.adjust(persons(gv.load("ishoj-smc")), **k),
    "report": lambda **k: gv.report(gv.load("ishoj-smc"), **k),
    "simulate_many": lambda **k: gv.simulate_many(["ishoj-smc"], **k),
    "batch": lambda **k: gv.batch(["ishoj-smc"], "none.csv", **k),
    "bounds": lambda **k: gv.bounds(gv.load("ishoj-smc"), "cheaper", **k),
    "switch_worth": lambda **k: gv.switch_worth(gv.load("ishoj-smc"), "flexjob -> *", **k),
    **{
        name: lambda name=name, **k: getattr(gv, name)(gv.load("ishoj-smc"), **k)
        for name in ("bootstrap", "plan", "simulate", "standardise", "variance_shares")
    },
}
"""How each function that takes a name of a closed set is asked."""


def _names(hint: Any) -> tuple[str, ...]:
    """Return the names a hint allows, be they one of several things."""
    if typing.get_origin(hint) is Literal:
        return typing.get_args(hint)
    return tuple(name for part in typing.get_args(hint) for name in _names(part))


def _closed() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (function, parameter, names) of every closed set that a public function takes."""
    for room in (gv, gv.stats):
        for name in room.__all__:
            function = getattr(room, name)
            if inspect.isfunction(function):
                spaces = [vars(inspect.getmodule(function)), {"pd": typing}]
                for parameter, written in inspect.get_annotations(function).items():
                    try:
                        hint = eval(written, *spaces)  # noqa: S307 - our own signatures
                    except (AttributeError, NameError):  # named for type checkers alone
                        continue
                    if parameter != "return" and (names := _names(hint)):
                        yield name, parameter, names


CLOSED = list(_closed())


@pytest.mark.parametrize(("name", "parameter", "known"), CLOSED, ids=lambda each: str(each)[:30])
def test_a_closed_set_is_named(name: str, parameter: str, known: tuple[str, ...]) -> None:
    """A name that is none says the parameter, what was read and every choice."""
    given = ["odd"] if parameter == "methods" else "odd"
    with pytest.raises(ValueError, match=rf"^{parameter}: read 'odd'; write one of") as refused:
        ASKED[name](**{parameter: given})
    # Only strata that are counted can say how many they stand for.
    assert all(each in str(refused.value) for each in set(known) - {"stated"})
    assert isinstance(refused.value, WrongValueError) or parameter == "lang"


def test_the_sweep_sees_the_closed_sets() -> None:
    """It finds those there are: one of each kind."""
    found = {(name, parameter) for name, parameter, _ in CLOSED}
    assert found >= {
        ("permutation_test", "alternative"),
        ("resample_statistic", "method"),
        ("bootstrap", "methods"),
        ("simulate", "target"),
        ("simulate", "weights"),
        ("standardise", "moved"),
        ("report", "lang"),
    }


def test_a_name_is_one_whatever_its_case(ishoj) -> None:
    """BCa is bca, and Two-Sided two-sided; the answer has the name of the docs."""
    found = gv.bootstrap(ishoj, methods=["BCa", "WELCH"])
    assert found.methods == ("bca", "welch")
    assert gv.bootstrap(ishoj, methods="Welch").methods == ("welch",)
    mean = gv.stats.bootstrap_mean_difference([1.0, 2.0, 4.0, 7.0], [3.0, 5.0, 5.5])
    for method in METHODS[:5]:
        assert mean.interval(method.upper()) == mean.interval(method)
    drawn = gv.stats.resample_statistic([1.0, 2.0, 4.0], np.mean, method="BCa", rng=1)
    assert drawn.interval.kind == "bca"
    tested = gv.stats.sign_flip_test([1.0, 2.0, 4.0], alternative="Less")
    assert tested.alternative == "less"
    same = [gv.standardise(ishoj, weights=weights) for weights in ("Pooled", "pooled")]
    assert same[0].to_dict() == same[1].to_dict()


SEEDS = (
    1,
    np.int64(1),
    [1, 2],
    np.random.SeedSequence(1),
    np.random.PCG64(1),
    np.random.Generator(np.random.PCG64(1)),
)


def in_a_file(studies: list[str], **options: Any) -> None:
    """Simulate studies into a file of their own."""
    with tempfile.TemporaryDirectory() as folder:
        gv.batch(studies, f"{folder}/results.csv", **options)


DRAWING: dict[str, Callable[..., Any]] = {
    **{
        name: lambda name=name, **k: getattr(gv, name)(gv.load("ishoj-smc"), n=1e2, **k)
        for name in (
            "simulate",
            "tornado",
            "years",
            "variance_shares",
            "sensitivity",
            "value_of_information",
        )
    },
    "simulate_many": lambda **k: list(gv.simulate_many(["ishoj-smc"], n=1e2, **k)),
    "batch": lambda **k: in_a_file(["ishoj-smc"], n=1e2, **k),
    "bootstrap": lambda **k: gv.bootstrap(gv.load("ishoj-smc"), methods=["studentized"], **k),
    "evppi": partial(gv.stats.evppi, [1.0, -2.0] * 40, [0.0, 1.0] * 40, degree=1),
    "permutation_test": ASKED["permutation_test"],
    "random_table": partial(gv.stats.random_table, [2, 3], [1, 4]),
    "resample_statistic": partial(ASKED["resample_statistic"], n_resamples=1e2),
}


def test_every_function_that_draws_is_asked() -> None:
    """Those whose signatures take `rng`, but the report, which hands it on."""
    public = {name: getattr(room, name) for room in (gv, gv.stats) for name in room.__all__}
    draws = {
        name
        for name, function in public.items()
        if inspect.isfunction(function) and "rng" in inspect.signature(function).parameters
    }
    assert draws - {"report"} == DRAWING.keys()


@pytest.mark.parametrize("name", DRAWING)
def test_whatever_makes_random_numbers(name: str) -> None:
    """All that `numpy.random.default_rng` takes is taken; anything else is named; 1e2 is 100."""
    for seed in SEEDS:
        DRAWING[name](rng=seed)
    for odd in ("x", 1.5, -1):
        with pytest.raises(ValueError, match=r"^rng: read "):
            DRAWING[name](rng=odd)


@pytest.mark.parametrize("odd", [0, 1.5, "many", True, float("nan"), float("inf")])
def test_a_whole_number_is_named(ishoj, odd: object) -> None:
    """Neither a fraction nor a word nor no number is a number of draws."""
    for name in ("simulate", "variance_shares", "tornado"):
        with pytest.raises(WrongValueError, match=r"^n: read .*whole number, 2 or more"):
            getattr(gv, name)(ishoj, n=odd)
    with pytest.raises(WrongValueError, match=r"^points: read .*whole number, 2 or more"):
        gv.two_way(ishoj, "rate.flexjob", "heads.intervention", points=odd)
    with pytest.raises(WrongValueError, match=r"^n_resamples: read .*, 100 or more"):
        ASKED["resample_statistic"](n_resamples=odd)
