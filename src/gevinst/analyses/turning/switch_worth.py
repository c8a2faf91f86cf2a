"""switch_worth(study, query): what it would be worth to know how many made one switch.

Counts leave a standard error open, and a standardised difference. Most of what they leave open is
often one unknown: how many went from one group of statuses to another. Here is what is still open
once that number is known, for every number that the counts allow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.stratum_gains import Asked, Groups, groups_of
from gevinst.analyses.turning.bounds import bounds
from gevinst.analyses.turning.query import Query
from gevinst.stats.margins.band import standard_error
from gevinst.stats.margins.groups import GroupMargins, Switched
from gevinst.stats.margins.paths import extremes
from gevinst.stats.margins.places import stacked
from gevinst.stats.standardisation import Weighting, standard_population
from gevinst.study.strata import Wanted, strata_of
from gevinst.study.study import Study
from gevinst.study.transitions import Switch, barred_steps, need_whole
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import WrongValueError
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Ends = tuple[float, float]

MOST_NUMBERS = 40
"""So many numbers of citizens are gone through unasked."""


@dataclass(frozen=True)
class Worth:
    """What is open when so many citizens of one arm made the switch; the other arm is left open.

    Parameters
    ----------
    arm : str
        Whose citizens.
    citizens : int
        How many made it.
    standard_error : tuple of float
        Narrowest and widest standard error of the difference, kr. per citizen; NaN where an arm
        has one citizen.
    standardised : tuple of float or None
        Lowest and highest standardised difference, kr. per citizen; None without strata.
    """

    arm: str
    citizens: int
    standard_error: Ends
    standardised: Ends | None


@dataclass(frozen=True, eq=False, repr=False)
class SwitchWorth(Result):
    """What knowing one switch would be worth: a curve per arm.

    Parameters
    ----------
    query : Query
        The switch.
    unknown : Worth
        What is open while nobody knows; of no arm, and of -1 citizens.
    rows : tuple of Worth
        Per arm and number of citizens, as far as the counts allow.
    labels : mapping of str to Label
        What the arms are called.
    provenance : Provenance
        What made the result.
    """

    query: Query
    unknown: Worth
    rows: tuple[Worth, ...]
    labels: Mapping[str, Label]
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("switch_worth", "switch_worth_difference")

    @property
    def pictures(self) -> tuple[str, ...]:
        """The second where there are strata, the first where an arm has more than one citizen."""
        has = (math.isfinite(sum(self.unknown.standard_error)), self.unknown.standardised)
        return tuple(name for name, there in zip(self.drawn, has, strict=True) if there)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "query": self.query.text,
            "unknown": _plain(self.unknown),
            "arms": {
                arm: [{"citizens": w.citizens, **_plain(w)} for w in self.rows if w.arm == arm]
                for arm in dict.fromkeys(worth.arm for worth in self.rows)
            },
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per arm and number of citizens who made the switch."""
        import pandas as pd

        rows = [{"arm": w.arm, "citizens": w.citizens, **_plain(w)} for w in self.rows]
        return pd.DataFrame(rows).set_index(["arm", "citizens"])

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table, in ``en`` or ``da``."""
        text = language(lang)

        def cells(worth: Worth) -> list[str]:
            shown = (worth.standard_error, worth.standardised or (math.nan, math.nan))
            return [
                text("bootstrap.limits", low=text.number(a), high=text.number(b)) for a, b in shown
            ]

        heads = (text(f"switch_worth.{name}") for name in ("citizens", "error", "standardised"))
        rows = [["", *heads], [], [text("switch_worth.unknown"), "", *cells(self.unknown)]]
        for worth in self.rows:
            arm = text.label(self.labels[worth.arm])
            rows.append([arm, str(worth.citizens), *cells(worth)])
        heading = text("switch_worth.heading", query=self.query.text)
        said = [heading, table(rows), text("switch_worth.explained")]
        return "\n".join([*self.opening(lang), *said])

    def _switch_worth_picture(self, text: Language) -> Picture:
        """The standard error that is left, over how many went."""
        return self._picture("error", lambda worth: worth.standard_error, text)

    def _switch_worth_difference_picture(self, text: Language) -> Picture:
        """The standardised difference that is left, over how many went."""
        return self._picture("standardised", lambda w: w.standardised or (math.nan,) * 2, text)

    def _picture(self, name: str, of: Callable[[Worth], Ends], text: Language) -> Picture:
        from gevinst.plots.ranges import Ranges, ranges

        groups, alt = [], []
        for arm in dict.fromkeys(worth.arm for worth in self.rows):
            mine = [(w.citizens, *of(w)) for w in self.rows if w.arm == arm]
            groups.append(Ranges(text.label(self.labels[arm]), mine))
            for n, low, high in dict.fromkeys((mine[0], mine[-1])):
                ends = {"low": text.number(low), "high": text.number(high)}
                alt.append(text("figure.worth_alt", arm=groups[-1].label, n=text.number(n), **ends))
        return ranges(
            groups,
            text,
            title=text(f"figure.worth_{name}", query=text.label(self.query.label)),
            alt="; ".join(alt),
            axes=(text("figure.worth_axis"), text(f"switch_worth.{name}")),
            caption=text("figure.worth_caption"),
            behind=(*of(self.unknown), text("switch_worth.unknown")),
            zero=name == "error",
        )


def switch_worth(
    study: Study,
    query: str,
    *,
    weights: Weighting = "pooled",
    strata: Wanted = None,
    impossible: Sequence[Switch] = (),
) -> SwitchWorth:
    """Say what is left open by the counts once it is known how many made one switch.

    Parameters
    ----------
    study : Study
        Margins, under the conventions the study carries.
    query : str
        A switch as in `gevinst.bounds`: ``FROM -> TO``, and a time where wanted.
    weights, strata
        Of the standardised difference, as in `gevinst.standardise`.
    impossible : sequence of (str, str), optional
        Switches that no citizen makes, as in `gevinst.bootstrap`.

    Returns
    -------
    SwitchWorth
        Those lost to follow-up as published.

    Raises
    ------
    ValueError
        A query that is none, or no switch; paired data.
    StudyError
        E151 where nobody is counted; E111 and E112 where the margins refute `impossible`.

    Notes
    -----
    With fixed margins a variance is linear in the table between the times, and so is a stratum's
    mean; the number who made the switch is one more linear equation (`gevinst.bounds` says which
    numbers there can be).

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.switch_worth(gv.load("ishoj-smc"), "* -> flexjob")
    >>> len(found.rows)
    2
    """
    found = bounds(study, query, moved="as_published", impossible=impossible)
    asked = found.query
    if asked.cost:
        raise WrongValueError("query", query, "query_switch")
    if study.paths is not None:
        raise WrongValueError("study", study.id, "known_paths")
    need_whole(study)
    margins = _margins(study, tuple(impossible))
    free = [_errors(group) for group in margins]
    groups, shares = _divided(study, weights, strata, tuple(impossible))
    rows = []
    for k, arm in enumerate(study.contrast.arms):
        pairs = asked.pairs(study, study.axes.at("arm", arm))
        for n in range(found.arms[arm].low, found.arms[arm].high + 1):
            switched = Switched(asked.first, asked.last, pairs, n)
            try:
                own = _errors(replace(margins[k], switched=switched))
            except ValueError:
                continue  # switches that bar steps can leave a number out
            rows.append(
                Worth(
                    arm,
                    n,
                    _together([*free[:k], own, *free[k + 1 :]]),
                    _standardised(groups, shares, k, switched),
                )
            )
    unknown = Worth("", -1, _together(free), _standardised(groups, shares))
    labels = {arm.id: arm.label for arm in study.arms}
    return SwitchWorth(asked, unknown, tuple(rows), labels, provenance(study))


def first_switch(study: Study) -> SwitchWorth | None:
    """Say what it would be worth to know how many went from the first stratum to the second.

    None where the study states no strata by groups of statuses, where nothing is open, or where the
    numbers that there can be are more than `MOST_NUMBERS`.
    """
    groups = study.stratification.groups[:2] if study.stratification else ()
    if len(groups) < 2 or study.paths is not None:
        return None
    query = " -> ".join(groups)
    found = bounds(study, query, moved="as_published").arms
    numbers = [found[arm].high - found[arm].low for arm in study.contrast.arms]
    return switch_worth(study, query) if 0 < sum(numbers) <= MOST_NUMBERS else None


def _margins(study: Study, impossible: tuple[Switch, ...]) -> list[GroupMargins]:
    """Return each arm of the contrast in one stratum, everybody seen."""
    everybody = np.zeros(len(study.items), dtype=np.int64)
    lost = tuple(np.zeros(len(study.items), np.bool_) for _ in study.times)
    barred = barred_steps(study, impossible) if impossible else None
    worth = study.status_horizon[:, np.newaxis] * study.status_costs
    at = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    return [
        GroupMargins(
            tuple(study.counts[a]), tuple(worth[a]), everybody, np.zeros((1, 2)), lost, barred
        )
        for a in at
    ]


def _errors(group: GroupMargins) -> Ends:
    """Narrowest and widest standard error of one arm's mean gain."""
    allowed = group.listed[0]
    narrow, wide = extremes(allowed, group.holding(stacked(allowed.paths, allowed.margins)))
    return standard_error([narrow]), standard_error([wide])


def _together(errors: Sequence[Ends]) -> Ends:
    low, high = (math.hypot(*each) for each in zip(*errors, strict=True))
    return low, high


def _divided(
    study: Study, weights: Weighting, wanted: Wanted, impossible: tuple[Switch, ...]
) -> tuple[Groups | None, NDArray[np.float64]]:
    """Divide the arms into strata, with their weights; None where there are no strata."""
    if wanted is None and (study.stratification is None or study.contrast.reference is None):
        return None, np.zeros((0, 0))
    strata = strata_of(study, wanted)
    shares = standard_population(weights, strata.counts(study), strata.ids).shares
    return groups_of(study, strata, Asked(impossible=impossible)), shares


def _standardised(
    groups: Groups | None,
    shares: NDArray[np.float64],
    k: int = 0,
    switched: Switched | None = None,
) -> Ends | None:
    if groups is None:
        return None
    margins = list(groups.margins)
    margins[k] = (replace(margins[k][0], switched=switched),)
    found = replace(groups, margins=tuple(margins), found={}).difference(shares)
    return found.low, found.high


def _plain(worth: Worth) -> dict[str, float | None]:
    low, high = (x if math.isfinite(x) else None for x in worth.standard_error)
    ends = worth.standardised or (None, None)
    return {
        "standard_error_low": low,
        "standard_error_high": high,
        "standardised_low": ends[0],
        "standardised_high": ends[1],
    }
