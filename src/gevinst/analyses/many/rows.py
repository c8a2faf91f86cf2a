"""What is told of one study among many: a row for each coupling, of plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, get_args

import numpy as np

from gevinst.analyses.bootstrap import Bootstrap, bootstrap
from gevinst.analyses.draws import LEVEL, Draws
from gevinst.analyses.provenance import provenance
from gevinst.analyses.simulate import Simulation, drawn
from gevinst.rows.blocks import Blocks
from gevinst.sources.registry import ready
from gevinst.sources.source import MEAN, TARGETS, Target
from gevinst.stats import streams
from gevinst.stats.intervals import level_of, quantile_error
from gevinst.stats.mean.estimate import or_none
from gevinst.study.study import Study
from gevinst.text.language import Lang
from gevinst.text.problems import Problem, one_of, whole

Row = dict[str, Any]
"""A value for each of `COLUMNS`; None where there is none."""

DRAWS = 2_000
"""Draws of each study, where no other number is asked for."""

COLUMNS: Mapping[str, type] = {
    **dict.fromkeys(("study", "hash", "gevinst", "numpy"), str),
    **dict.fromkeys(("rng", "seed", "n"), int),
    **dict.fromkeys(("target", "vary"), str),
    "level": float,
    **dict.fromkeys(("contrast", "conventions", "currency", "coupling"), str),
    **dict.fromkeys(("point", "median", "mean", "standard_deviation", "low", "high"), float),
    **dict.fromkeys(("probability_positive", "degrees_of_freedom"), float),
    "reason": str,
    **dict.fromkeys(("mcse_median", "mcse_mean", "mcse_standard_deviation"), float),
    **dict.fromkeys(("mcse_low", "mcse_high", "mcse_probability_positive"), float),
    **dict.fromkeys(("standard_error", "welch_low", "welch_high"), float),
    **dict.fromkeys(("warnings", "problem"), str),
}
"""What a row holds, and of what kind each is. ``rng`` is the seed that all studies' grow from."""

OF_STUDY = ("hash", "contrast", "conventions")
"""Columns that tell one state of a study from another."""


@dataclass(frozen=True)
class Asked:
    """What is asked of every study.

    Parameters
    ----------
    rng : int
        What each study's own seed grows from.
    n : int
        Draws of each study under each coupling.
    vary : tuple of str or None
        Sources that vary; all that a study declares by default.
    target : {"mean", "new_group"}
        As in `gevinst.simulate`.
    level : float
        Of the intervals.
    lang : {"en", "da"}
        In which warnings and problems are said.
    """

    rng: int
    n: int = DRAWS
    vary: tuple[str, ...] | None = None
    target: Target = MEAN
    level: float = LEVEL
    lang: Lang = "en"

    @property
    def columns(self) -> Row:
        """Those columns that are the same in all rows."""
        return {
            "gevinst": version("gevinst"),
            "numpy": np.__version__,
            "rng": self.rng,
            "n": self.n,
            "target": self.target,
            "vary": "all" if self.vary is None else ",".join(self.vary),
            "level": self.level,
        }


def asked(
    rng: streams.Rng,
    n: int,
    vary: Sequence[str] | str | None,
    target: Target,
    confidence_level: float,
    lang: Lang,
) -> Asked:
    """Hold what is asked of every study against what can be, before any of them is read.

    Raises
    ------
    ValueError
        If it cannot be.
    """
    return Asked(
        streams.entropy(rng),
        whole("n", n, 2),
        (vary,) if isinstance(vary, str) else None if vary is None else tuple(vary),
        one_of("target", target, TARGETS),
        level_of(confidence_level),
        one_of("lang", lang, get_args(Lang)),
    )


def state_of(study: Study) -> Row:
    """Return the columns `OF_STUDY`: what of a study its rows hang on.

    A study's hash is of what it states, and says nothing of what was chosen about it.
    """
    settings = {
        **asdict(study.conventions),
        **{f"{name}.{k}": each for name, of in study.assumed.items() for k, each in of.items()},
    }
    return {
        "hash": study.hash,
        "contrast": ":".join(study.contrast.arms),
        "conventions": ", ".join(f"{name}={each}" for name, each in settings.items()),
    }


def mark(name: str, state: Mapping[str, Any]) -> bytes:
    """Return one short value for a study's name and its columns `OF_STUDY`."""
    said = [name, *(str(state[column] or "") for column in OF_STUDY)]
    return hashlib.sha256("\0".join(said).encode()).digest()[:16]


def rows_of(name: str, study: Study, about: Asked, problems: Sequence[Problem] = ()) -> list[Row]:
    """Simulate one study, and tell each coupling in a row.

    Parameters
    ----------
    name : str
        What the study is called among the others.
    study : Study
        Under the conventions it carries.
    about : Asked
        What is asked of every study.
    problems : sequence of Problem
        Warnings of reading it.

    Returns
    -------
    list of dict
        The numbers that `gevinst.simulate` gives with the row's ``seed``, in a fraction of the
        time: what each source moves the mean by is not worked out.

    Raises
    ------
    StudyError
        If the study prices nothing, or a source's settings do not fit it.
    ValueError
        If a source is none of the study's.
    """
    seed = streams.named(about.rng, study.hash)
    sources, doubts = ready(study, about.vary, about.target)
    rows = Blocks(study, sources)
    by_coupling, _ = drawn(rows, seed, about.n, about.level)
    points = {coupling: rows.point(coupling) for coupling in by_coupling}
    made, warned = provenance(study, seed, about.target), (*problems, *doubts)
    found = Simulation(points, by_coupling, (), about.target, warned, made, published=False)
    exact = bootstrap(study, confidence_level=about.level, methods=("welch",))
    every = {
        "study": name,
        **state_of(study),
        **about.columns,
        "seed": seed,
        "currency": made.voice.currency,
        "warnings": in_one_line(found.cautions(about.lang)),
        "problem": "",
    }
    told: list[Row] = []
    for coupling, draws in by_coupling.items():
        row = {"coupling": coupling, "point": points[coupling], **draws.found.row()}
        told.append(_plain({**every, **row, **_median(draws), **_exact(exact, coupling)}))
    return told


def broken(name: str, about: Asked, said: Sequence[str], state: Row | None = None) -> Row:
    """Return the row of a study that has no answer, with the messages that say why."""
    row = {"study": name, **(state or {}), **about.columns, "problem": in_one_line(said)}
    if state:
        row["seed"] = streams.named(about.rng, state["hash"])
    return _plain(row)


def _plain(row: Row) -> Row:
    """Return every column as Python's own kind of value."""
    return {
        column: None if row.get(column) is None else kind(row[column])
        for column, kind in COLUMNS.items()
    }


def in_one_line(said: Sequence[str]) -> str:
    """Write messages one after the other."""
    return " | ".join(" ".join(each.split()) for each in said)


def _exact(found: Bootstrap, coupling: str) -> Row:
    """Return what is known without draws; nothing where there is a reason why not."""
    if found.reason:
        return {}
    (welch,) = found.intervals(coupling)
    error = found.difference[coupling].standard_error
    told = {"standard_error": error, "welch_low": welch.low, "welch_high": welch.high}
    return {name: or_none(kr) for name, kr in told.items()}


def _median(draws: Draws) -> Row:
    """Return the middle of the law, with its Monte Carlo error; none of too few citizens."""
    if draws.few:
        return {}
    return {"median": draws.quantile(0.5), "mcse_median": quantile_error(draws.law, 0.5)}
