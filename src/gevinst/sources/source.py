"""Source: something uncertain, and all that it is. One small class in one file.

A source has a name, settings that a study can state (`gevinst.sources.settings`), a `check` that
holds them against the study, a `draw` of its own named latents from its own stream, and an `apply`
that lets a row feel what was drawn. Nobody else knows it by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from gevinst.sources.cells import Cells, People
from gevinst.sources.latents import Latents, of_people
from gevinst.sources.scalar import Scalar
from gevinst.sources.terms import Factor, Terms
from gevinst.sources.unknown import Unknown
from gevinst.stats.mean.widening import Sampled
from gevinst.study.named import Named
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Label, language
from gevinst.text.problems import Problems

Target = Literal["mean", "new_group"]
MEAN: Target = "mean"
NEW_GROUP: Target = "new_group"
TARGETS = (MEAN, NEW_GROUP)
"""What draws are of: the mean effect, or what a new group of the same size would show."""


@dataclass(frozen=True)
class Doubted:
    """Statuses after the start that somebody only reported.

    Parameters
    ----------
    statuses : tuple of str
        Ids of the statuses.
    instead : str
        The status of those whose report is false.
    right : (float, float)
        90 % range of the share of the reports that are right, as the study states it.
    """

    statuses: tuple[str, ...]
    instead: str
    right: tuple[float, float]


class Source:
    """Something uncertain. Subclasses are frozen dataclasses with a field ``name``.

    Only `draw` and `apply` must be written, and not even `apply` where what is drawn is a latent
    that all know (`gevinst.sources.latents`): a rate, for instance.

    Attributes
    ----------
    name : str
        Name of the source, and of its stream.
    label, about : mapping of str to str
        What it is called, and what uncertainty it is ("the rates"), per language. Where they are
        empty the texts of the project stand, or else the name.
    """

    name: str
    label: ClassVar[Label] = {}
    about: ClassVar[Label] = {}

    @classmethod
    def usual(cls, study: Study, target: str) -> Mapping[str, object]:
        """Return settings that hang on what a study knows, for one that does not state them."""
        return {}

    def check(self, study: Study, problems: Problems) -> None:
        """Add what in its settings does not fit the study."""

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw `rows` rows of this source's latents."""
        raise NotImplementedError

    def draw_along(
        self,
        study: Study,
        rows: int,
        paths: Mapping[str, Latents],
        drawn: Latents,
        rngs: Mapping[str, np.random.Generator],
    ) -> Mapping[str, Latents]:
        """Draw what depends on who went where, per coupling, once its paths are drawn.

        Parameters
        ----------
        study, rows
            As for `draw`.
        paths : mapping of str to mapping of str to ndarray
            Per coupling the latents of its paths.
        drawn : mapping of str to ndarray
            What every source has drawn. Of other sources it may read the latents of
            `gevinst.sources.latents`.
        rngs : mapping of str to numpy.random.Generator
            Per coupling the source's own stream.
        """
        return {}

    def keeps(self, study: Study) -> Collection[str]:
        """Name the statuses and times that its latents tell apart.

        Before anything is drawn, statuses that cost the same are made one, and times that count for
        nothing are left out; not those named here. All of them, unless a source says otherwise.
        """
        return (*study.axes.items, *study.axes.times)

    def weigh(self, people: People, drawn: Latents) -> None:
        """Say who of an arm counts, and how much, before citizens are counted."""

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Let counted citizens, units and prices feel what was drawn, in place."""

    def follows(self, drawn: Latents) -> bool:
        """Whether, given what was drawn, it matters who went where."""
        return False

    def bears_on_paths(self, drawn: Latents) -> bool:
        """Whether, given what was drawn, other draws of it may change what is drawn along."""
        along = type(self).draw_along is not Source.draw_along
        return along or self.follows(drawn) or of_people(drawn)

    def terms(self, study: Study, terms: Terms) -> Terms:
        """Add to the calculation, written out, what this source alone brings into it."""
        return terms

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of what it multiplies each term by; None where it is no factor."""
        return None

    def expected(self, study: Study) -> Latents | None:
        """Return latents that give, whatever the other sources draw, the mean over its own draws.

        A row (1,) each; none where all stays as published. None where there are no such latents:
        where the calculation is not linear in what is drawn, or nobody has said.
        """
        return None

    def scalars(self, study: Study) -> Iterable[Scalar]:
        """Return the numbers it draws, each with its law; none where they are no single numbers.

        All that it draws, or none: a source of one number is that number.
        """
        return ()

    def sampled(self, study: Study, coupling: str) -> tuple[Sampled, ...]:
        """Return what samples of citizens bring into the variance of the difference, at the rates.

        Only a source that draws from a sample, and so rests on a spread estimated from it, has any.
        """
        return ()

    def doubted(self, study: Study) -> Doubted | None:
        """Return the statuses whose reports it doubts; None where it doubts none."""
        return None

    def unknowns(self, study: Study) -> Iterable[Unknown]:
        """Return what it leaves open between ends that the study states, for one who knows."""
        return ()

    @property
    def moves_mean(self) -> bool:
        """Whether it questions what a publication takes as certain, and so moves the mean."""
        return False


@dataclass(frozen=True)
class Varied(Named):
    """What a result remembers of a source that varied.

    Parameters
    ----------
    id, label
        Its name, and what it is called.
    about : mapping of str to str
        What uncertainty it is.
    moves_mean : bool
        As `Source.moves_mean`.
    mean_moved, mean_moved_error : float
        What it moves the mean of the draws by, alone, and the simulation error of that, kr. per
        citizen.
    """

    about: Label
    moves_mean: bool
    mean_moved: float = 0.0
    mean_moved_error: float = 0.0


def varied(source: Source) -> Varied:
    """Return what a result remembers of a source."""
    label = _said(source.label, f"source.{source.name}", source.name)
    about = _said(source.about, f"variance.about.{source.name}", label)
    return Varied(source.name, label, about, source.moves_mean)


def _said(own: Label, key: str, otherwise: Label | str) -> dict[str, str]:
    """Take a source's own text, else the project's, else another."""
    found = {}
    for code in LANGUAGES:
        if own:
            found[code] = language(code).label(own)
        elif language(code).has(key):
            found[code] = language(code)(key)
        else:
            other = {code: otherwise} if isinstance(otherwise, str) else otherwise
            found[code] = language(code).label(other)
    return found


def labels(sources: tuple[Varied, ...]) -> Mapping[str, Label]:
    """Return labels by name."""
    return {source.id: source.label for source in sources}
