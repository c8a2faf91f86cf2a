"""fragility(study): the fewest citizens who would have had to end otherwise for the sign to turn.

What a citizen's end adds to the difference does not depend on the other citizens, so the largest
changes turn it first, each citizen once; that fewer are not enough is a sum that anybody can do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.turning.ends import TIE, Ends, Target, difference
from gevinst.analyses.turning.query import need_citizens
from gevinst.analyses.turning.switching import fewest
from gevinst.analyses.turning.without_one import without_one
from gevinst.stats.margins.tables import possible_cells
from gevinst.study.study import Study
from gevinst.study.transitions import Switch, barred_steps
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Change:
    """Citizens of one arm who end in another status.

    Parameters
    ----------
    arm : str
        Whose.
    before, after : str
        Ids of the statuses; empty for no cost where no status of the arm costs nothing.
    kr : float
        What each moves the difference by towards zero, kr. per citizen of the arm.
    citizens : int
        How many.
    """

    arm: str
    before: str
    after: str
    kr: float
    citizens: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Turn:
    """The fewest citizens whose change turns the sign, and why no fewer do.

    Parameters
    ----------
    citizens : int or None
        How many; None where not even all of them are enough.
    path : tuple of Change
        Who; all of them where they are not enough.
    largest : tuple of Change
        The proof: the largest changes there are, as many as turn the sign where no switch is
        impossible. They are `path` itself unless switches stand in its way.
    needed : float
        What the changes must add up to, kr. per citizen.
    """

    citizens: int | None
    path: tuple[Change, ...]
    largest: tuple[Change, ...]
    needed: float

    @property
    def at_least(self) -> int:
        """How many of the largest changes there are: fewer are never enough."""
        return sum(change.citizens for change in self.largest)

    @property
    def enough(self) -> float:
        """What the largest changes add up to, kr. per citizen."""
        return math.fsum(change.citizens * change.kr for change in self.largest)

    @property
    def short(self) -> float:
        """What all of them but the smallest add up to, kr. per citizen."""
        return self.enough - self.largest[-1].kr if self.largest else 0.0

    @property
    def digits(self) -> int:
        """Decimals with which the changes are written, so that what is printed adds up."""
        return len(str(self.at_least)) if self.at_least > 1 else 0

    def proof(self) -> dict[str, Any]:
        """Return the sum as plain values."""
        return {
            "needed": self.needed,
            "largest": [change.to_dict() for change in self.largest],
            "one_fewer": self.short,
            "sum": self.enough,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "citizens": self.citizens,
            "at_least": self.at_least,
            "path": [change.to_dict() for change in self.path],
            "proof": self.proof(),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Fragility(Result):
    """How many citizens the sign of a difference hangs on.

    Parameters
    ----------
    difference : float
        kr. per citizen, under the study's conventions.
    both : tuple of Turn
        Citizens of either arm: the lost to follow-up among them, and without them.
    arms : mapping of str to tuple of Turn
        The same of one arm alone.
    density : tuple of int
        Of all changes of one citizen to another end price: how many turn the sign, and how many
        there are.
    without_one : mapping of str to tuple of float
        Per arm the lowest and the highest difference without one of its citizens; an arm of one
        citizen is left out.
    labels : mapping of str to Label
        Of arms and statuses.
    impossible : tuple of (str, str)
        Switches that nobody makes.
    provenance : Provenance
    """

    difference: float
    both: tuple[Turn, Turn]
    arms: Mapping[str, tuple[Turn, Turn]]
    density: tuple[int, int]
    without_one: Mapping[str, tuple[float, float]]
    labels: Mapping[str, Label]
    impossible: tuple[Switch, ...]
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("fragility",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where nobody's end moves the difference, or it is zero."""
        return self.drawn if self.both[0].path else ()

    @property
    def citizens(self) -> int | None:
        """Fewest citizens of either arm, the lost to follow-up among them."""
        return self.both[0].citizens

    @property
    def citizens_moved_fixed(self) -> int | None:
        """The same where the lost to follow-up stay as published."""
        return self.both[1].citizens

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        plain = self.both[0].to_dict()
        return {
            "study": self.provenance.study,
            "unit": "citizens",
            "difference": self.difference,
            "citizens": self.citizens,
            "citizens_moved_fixed": self.citizens_moved_fixed,
            "path": plain["path"],
            "proof": plain["proof"],
            "moved_fixed": self.both[1].to_dict(),
            "density": {"turning": self.density[0], "possible": self.density[1]},
            "by_arm": {
                arm: {**turn.to_dict(), "moved_fixed": fixed.to_dict()}
                for arm, (turn, fixed) in self.arms.items()
            },
            "without_one": {
                arm: {"low": low, "high": high} for arm, (low, high) in self.without_one.items()
            },
            "impossible": [list(switch) for switch in self.impossible],
            "provenance": self.provenance.to_dict(),
        }

    @property
    def _each(self) -> dict[str, tuple[Turn, Turn]]:  # both arms, called nothing, and each
        return {**({"": self.both} if len(self.arms) > 1 else {}), **self.arms}

    def to_frame(self) -> pd.DataFrame:
        """One row per arm, and one for both: the fewest citizens, the lost changing or fixed."""
        import pandas as pd

        rows = {arm: [turn.citizens for turn in turns] for arm, turns in self._each.items()}
        names = ["citizens", "citizens_moved_fixed"]
        return pd.DataFrame.from_dict(rows, "index", "Int64", names).rename_axis("arm")

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table and sentences, in ``en`` or ``da``."""
        text = language(lang)
        heads, *rows = self.cells(text)
        said = [self.heading(text), table([heads, [], *rows]), *self.sentences(text)]
        if switches := ", ".join(" -> ".join(switch) for switch in self.impossible):
            said.append(text("bounds.impossible", switches=switches))
        return "\n".join([*self.opening(lang), *said])

    def heading(self, text: Language) -> str:
        """Say what is counted."""
        return text("fragility.heading", kr=text.kr(self.difference))

    def cells(self, text: Language) -> list[list[str]]:
        """Write a table: its heads, and a row for both arms and for each."""
        rows = [["", text("fragility.moved_too"), text("fragility.moved_fixed")]]
        for arm, turns in self._each.items():
            label = text.label(self.labels[arm]) if arm else text("fragility.both")
            rows.append([label, *(_number(turn, text) for turn in turns)])
        return rows

    def sentences(self, text: Language) -> list[str]:
        """Say who, why no fewer, how many single changes turn it, and what one citizen does."""
        turn, found = self.both[0], []
        if turn.citizens:
            found.append(text("fragility.path", path="; ".join(self._who(turn, text))))
        found.append(self._proof(turn, text))
        turning, all_ = (text.number(n) for n in self.density)
        found.append(text("fragility.density", turning=turning, possible=all_))
        for arm, (low, high) in self.without_one.items():
            ends = {"low": text.number(low), "high": text.number(high)}
            found.append(text("fragility.without_one", arm=text.label(self.labels[arm]), **ends))
        return found

    def _who(self, turn: Turn, text: Language) -> list[str]:
        return [
            text(
                "fragility.change",
                n=change.citizens,
                arm=text.label(self.labels[change.arm]),
                before=text.label(self.labels[change.before]),
                after=text.label(self.labels[change.after])
                if change.after
                else text("fragility.nothing"),
                kr=text.kr(change.kr, turn.digits),
            )
            for change in turn.path
        ]

    def _fragility_picture(self, text: Language) -> Picture:
        """Stairs: the difference, and a step for each citizen, or for those who are alike."""
        from gevinst.plots.stairs import MOST_STEPS, Step, stairs

        turn = self.both[0]
        each = [replace(c, citizens=1) for c in turn.path for _ in range(c.citizens)]
        path = each if len(each) <= MOST_STEPS else turn.path
        steps = [
            Step(said, text.label(self.labels[c.arm]), c.citizens * c.kr, c.citizens)
            for said, c in zip(self._who(replace(turn, path=tuple(path)), text), path, strict=True)
        ]
        key = "never" if turn.citizens is None else "title"
        title, axis = text(f"figure.fragility_{key}"), text("figure.difference")
        said = text("figure.fragility_caption")
        return stairs(
            self.difference, steps, text, title=title, axis=axis, caption=said, digits=turn.digits
        )

    def _proof(self, turn: Turn, text: Language) -> str:
        """Add the largest changes up."""
        terms = (f"{c.citizens} x {text.number(c.kr, turn.digits)}" for c in turn.largest)
        values = {
            "terms": " + ".join(terms),
            "sum": text.number(turn.enough),
            "needed": text.number(turn.needed),
            "short": text.number(turn.short),
            "k": turn.at_least,
        }
        if turn.enough < turn.needed - TIE:
            return text("fragility.never", **values)
        key = "proof" if turn.citizens == turn.at_least else "proof_but"
        if turn.citizens is not None and turn.citizens < 2:
            key = ("zero", "proof_one")[turn.citizens]
        return text(f"fragility.{key}", n=_number(turn, text), **values)


def fragility(study: Study, *, impossible: Sequence[Switch] = ()) -> Fragility:
    """Count the citizens whose end status the sign of the difference hangs on.

    Parameters
    ----------
    study : Study
        With counted statuses, under the conventions it carries; margins or paired data.
    impossible : sequence of (str, str), optional
        Switches that no citizen makes, as in `gevinst.bootstrap`. Changed counts must then leave a
        table without them; who changes is found by an integer programme.

    Returns
    -------
    Fragility
        Citizens change to a price that a status of their arm has at the end, or to no cost. The
        sign turns where the changes reach zero. Suppressed counts are those that `gevinst.gain`
        takes.

    Raises
    ------
    ValueError
        Unknown statuses in `impossible`, or paired data, in which nothing is left open.
    StudyError
        E151 where nobody is counted; E111 and E112 where the margins refute `impossible`.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.fragility(gv.load("ishoj-smc").choose(basis="printed"))
    >>> found.citizens, found.citizens_moved_fixed
    (4, 5)
    """
    need_citizens(study)
    barred = barred_steps(study, impossible) if impossible else ()
    now = difference(study)
    ends = [Ends(study, arm) for arm in study.contrast.arms]
    towards = -1.0 if now > 0 else 1.0

    def turn(of: Sequence[Ends], fixed: bool) -> Turn:
        classes = [
            Change(*where, best, citizens)
            for each in of
            for where, best, citizens in each.best(towards, fixed)
        ]
        return _turn(study, of, sorted(classes, key=lambda c: -c.kr), now, fixed, barred)

    def turns(of: Sequence[Ends]) -> tuple[Turn, Turn]:
        return turn(of, False), turn(of, True)

    density = _density(study, ends, now, barred)
    return Fragility(
        now,
        turns(ends),
        {each.arm: turns([each]) for each in ends},
        density,
        without_one(study, tuple(impossible)),
        study.labels,
        tuple((str(start), str(end)) for start, end in impossible),
        provenance(study),
    )


def _number(turn: Turn, text: Language) -> str:
    return text("fragility.none") if turn.citizens is None else str(turn.citizens)


def _turn(
    study: Study,
    of: Sequence[Ends],
    classes: Sequence[Change],
    now: float,
    fixed: bool,
    barred: Sequence[Mask],
) -> Turn:
    """Take the largest changes until they turn the sign; with switches ask a programme who."""
    needed, total, largest = abs(now), 0.0, []
    for change in classes:
        if total >= needed - TIE or change.kr <= TIE:
            break
        enough = max(1, math.ceil((needed - TIE - total) / change.kr))
        taken = replace(change, citizens=min(change.citizens, enough))
        largest.append(taken)
        total = math.fsum(each.citizens * each.kr for each in largest)
    path = tuple(largest)
    citizens = sum(change.citizens for change in path) if total >= needed - TIE else None
    if barred and citizens:
        found = fewest(study, of, now, fixed, barred)
        path = tuple(Change(*where, kr, n) for where, kr, n in found or ())
        citizens = sum(change.citizens for change in path) if found else None
    return Turn(citizens, path, tuple(largest), needed)


def _density(
    study: Study, ends: Sequence[Ends], now: float, barred: Sequence[Mask]
) -> tuple[int, int]:
    """Count the changes of one citizen to another end price, and those that turn the sign."""
    turning = possible_ = 0
    for each in ends:
        for i, citizens in each.here():
            for target in each.targets:
                if target.kr == each.cost(i) or not _fits(study, each, i, target, barred):
                    continue
                possible_ += citizens
                moved = each.moves(i, target.kr)
                turning += citizens * (moved * now < 0.0 and abs(moved) >= abs(now) - TIE)
    return turning, possible_


def _fits(study: Study, ends: Ends, i: int, target: Target, barred: Sequence[Mask]) -> bool:
    """Whether some table holds the counts with one citizen moved, to any status of the price."""
    if not barred:
        return True
    for j in target.statuses:
        counts = study.counts[ends.a].copy()
        counts[ends.time, i] -= 1
        counts[ends.time, j] += 1
        try:
            for (before, after), mask in zip(pairwise(counts), barred, strict=True):
                possible_cells(before, after, mask)
        except ValueError:
            continue
        return True
    return False
