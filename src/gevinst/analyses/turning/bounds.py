"""bounds(study, query): how many citizens did something, over every table that fits.

Counts per status say how many were where, not who. How many of them became cheaper, or went from
one status to another, is linear in the table between the times; its smallest and largest value are
integer programmes, and each has a table that attains it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.stratum_gains import MOVED
from gevinst.analyses.turning.query import LEFT_OUT, Query, read_query
from gevinst.stats.margins.paths import side_by_side
from gevinst.stats.margins.places import cheapest, stacked, steps
from gevinst.study.study import Study
from gevinst.study.transitions import Switch, barred_steps
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import one_of
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Courses = tuple[tuple[tuple[str, ...], int], ...]
"""Paths of statuses, by id, and how many citizens took each."""


@dataclass(frozen=True)
class Count:
    """How many citizens of one arm did something.

    Parameters
    ----------
    low, high : int
        Over every table that fits; equal where citizens' own paths are known.
    seen : tuple of int
        Fewest and most who are seen at both times; equal but where some may be lost at both.
    witness : mapping of str to Courses
        ``low`` and ``high``: a table that attains each.
    """

    low: int
    high: int
    seen: tuple[int, int]
    witness: Mapping[str, Courses]


@dataclass(frozen=True, eq=False, repr=False)
class CountBounds(Result):
    """What the tables prove about people.

    Parameters
    ----------
    query : Query
        What was asked.
    arms : mapping of str to Count
        Per arm.
    labels : mapping of str to Label
        What the arms are called.
    times : tuple of str
        Ids of the times that the witnesses go through.
    moved : str
        ``left_out`` or ``as_published``.
    impossible : tuple of (str, str)
        Switches that nobody makes.
    provenance : Provenance
        What made the result.
    """

    query: Query
    arms: Mapping[str, Count]
    labels: Mapping[str, Label]
    times: tuple[str, ...]
    moved: str
    impossible: tuple[Switch, ...]
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("bounds",)

    @property
    def low(self) -> int:
        """Fewest citizens of all arms together."""
        return sum(found.low for found in self.arms.values())

    @property
    def high(self) -> int:
        """Most citizens of all arms together."""
        return sum(found.high for found in self.arms.values())

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "citizens",
            "query": self.query.text,
            "moved": self.moved,
            "low": self.low,
            "high": self.high,
            "arms": {
                arm: {
                    "low": found.low,
                    "high": found.high,
                    "seen": found.seen[1],
                    "seen_low": found.seen[0],
                }
                for arm, found in self.arms.items()
            },
            "witness": {
                "times": list(self.times),
                **{
                    end: {
                        arm: [{"path": list(path), "citizens": n} for path, n in found.witness[end]]
                        for arm, found in self.arms.items()
                    }
                    for end in ("low", "high")
                },
            },
            "impossible": [list(switch) for switch in self.impossible],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per arm: the fewest, the most, and how many are seen."""
        import pandas as pd

        rows = [
            {"arm": arm, "low": found.low, "high": found.high, "seen": found.seen[1]}
            for arm, found in self.arms.items()
        ]
        return pd.DataFrame(rows).set_index("arm")

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table, in ``en`` or ``da``."""
        text = language(lang)
        rows = [["", *(text(f"bounds.{name}") for name in ("low", "high", "seen"))], []]
        for arm, found in self.arms.items():
            seen = "-".join(str(n) for n in dict.fromkeys(found.seen))
            rows.append([text.label(self.labels[arm]), str(found.low), str(found.high), seen])
        if len(self.arms) > 1:
            rows.append([text("bounds.together"), str(self.low), str(self.high), ""])
        said = [text("bounds.heading", query=self.query.text), table(rows)]
        known = all(found.low == found.high for found in self.arms.values())
        said.append(text("bounds.known" if known else "bounds.open"))
        said.append(text(f"bounds.{self.moved}"))
        if self.impossible:
            switches = ", ".join(" -> ".join(switch) for switch in self.impossible)
            said.append(text("bounds.impossible", switches=switches))
        return "\n".join([*self.opening(lang), *said])

    def _bounds_picture(self, text: Language) -> Picture:
        """A row per arm: from the fewest to the most, of all who are seen."""
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import DARK, LIGHT

        rows, alt = [], []
        for arm, found in self.arms.items():
            label, (low, high) = (
                text.label(self.labels[arm]),
                map(text.number, (found.low, found.high)),
            )
            reach = (found.low, found.high)
            laid = Bar(*reach, DARK, labels=(low, high), thin=reach)
            rows.append(Row(label, (Bar(0.0, found.seen[1], LIGHT), laid)))
            alt.append(text("figure.bounds_alt", arm=label, low=low, high=high, n=found.seen[1]))
        return bars(
            rows,
            text,
            title=text("bounds.heading", query=text.label(self.query.label)),
            alt="; ".join(alt),
            axis=text("unit.citizens"),
            caption=" ".join([text("figure.bounds_caption"), text(f"bounds.{self.moved}")]),
        )


def bounds(
    study: Study,
    query: str,
    *,
    moved: Literal["left_out", "as_published"] = LEFT_OUT,
    impossible: Sequence[Switch] = (),
) -> CountBounds:
    """Bound how many citizens did something, over every table that fits the counts.

    Parameters
    ----------
    study : Study
        With counted statuses, under the conventions it carries; margins or paired data.
    query : str
        ``cheaper``, ``dearer``, ``unchanged`` (a year costs the same) or ``FROM -> TO``, each an id
        of a status or of a group, or ``*``; then, where wanted, ``at TIME`` (the start against
        TIME) or ``from TIME`` (TIME against the last). Times are ids, ``the start``, ``the end``.
    moved : {"left_out", "as_published"}
        Citizens lost to follow-up at either of the two times: in no count, or in the lost status
        at the cost the study gives it.
    impossible : sequence of (str, str), optional
        Switches that no citizen makes between consecutive times, as in `gevinst.bootstrap`. They
        link the times, so a query over three times then goes through all of them.

    Returns
    -------
    CountBounds
        Citizens; both ends are attained, by the tables in ``witness``.

    Raises
    ------
    ValueError
        A query that is none; `moved` that is none; paths too many to list.
    StudyError
        E111 and E112 where the margins refute the switches, E151 where nobody is counted.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.bounds(gv.load("ishoj-smc"), "cheaper at the end")
    >>> found.arms["intervention"].low, found.arms["intervention"].high
    (10, 19)
    """
    moved = one_of("moved", moved, MOVED)
    asked = read_query(study, query, moved)
    barred = barred_steps(study, impossible) if impossible else ()
    through = range(asked.first, asked.last + 1)
    times = list(through) if barred else [asked.first, asked.last]
    lost = np.zeros(len(study.items), np.bool_)
    lost[list(study.lost)] = moved == LEFT_OUT
    return CountBounds(
        asked,
        {
            arm.id: _count(study, a, times, asked.pairs(study, a), lost, barred)
            for a, arm in enumerate(study.arms)
        },
        {arm.id: arm.label for arm in study.arms},
        tuple(study.times[t].id for t in times),
        moved,
        tuple((str(start), str(end)) for start, end in impossible),
        provenance(study),
    )


def _count(
    study: Study, a: int, times: list[int], pairs: Mask, lost: Mask, barred: Sequence[Mask]
) -> Count:
    """Bound the citizens of one arm on paths whose ends are one of the pairs."""
    name = study.arms[a].id
    if study.paths is not None:
        paths, n = np.unique(study.paths[name][:, times], axis=0, return_counts=True)
    else:
        items = len(study.items)
        sets = [study.masked.get(name, study.counts[a, :, np.newaxis])[t] for t in times]
        least, most = ([end(each, axis=0) for each in sets] for end in (np.min, np.max))
        between = barred[times[0] : times[-1]]
        if study.stratum_counts.size:
            none = np.zeros((items, items), np.bool_)
            between = between or [none] * (len(times) - 1)
            margins_of, between = side_by_side(study.blocks[a][:, times], between)
            least = most = list(margins_of)
        paths = steps([each > 0 for each in most], between)
        margins = stacked(paths, least, most)
        paths = paths % items
    first, last = paths[:, 0], paths[:, -1]
    seen = ~(lost[first] | lost[last])
    counts = pairs[first, last] & seen

    def fewest(worth: NDArray[np.int64]) -> tuple[int, Counts]:
        citizens = n if study.paths is not None else cheapest(worth.astype(float), margins)
        if citizens is None:
            raise ValueError("impossible: no citizens' courses add up to the counts; allow more")
        return int(worth @ citizens), citizens

    (low, at_low), (high, at_high) = (fewest(sign * counts.astype(np.int64)) for sign in (1, -1))
    ends = [abs(fewest(sign * seen.astype(np.int64))[0]) for sign in (1, -1)]

    def courses(citizens: Counts) -> Courses:
        ids, found = study.axes.items, dict[tuple[str, ...], int]()
        for p in np.flatnonzero(citizens):  # in several strata some can have the same course
            course = tuple(ids[i] for i in paths[p])
            found[course] = found.get(course, 0) + int(citizens[p])
        return tuple(found.items())

    witness = {"low": courses(at_low), "high": courses(at_high)}
    return Count(low, -high, (ends[0], ends[1]), witness)
