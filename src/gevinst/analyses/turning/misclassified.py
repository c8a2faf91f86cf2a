"""misclassification(study): how many false reports of a status turn the difference."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.turning.ends import TIE, difference
from gevinst.sources.registry import chosen
from gevinst.sources.source import Doubted
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problem, StudyError
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd


class Reports(NamedTuple):
    """Reports of one status at one time in one arm.

    Attributes
    ----------
    status, time : str
        Ids.
    citizens : int
        How many are reported.
    kr : float
        What one false report moves the difference by, kr. per citizen.
    """

    status: str
    time: str
    citizens: int
    kr: float


@dataclass(frozen=True)
class InArm:
    """The reports of one arm.

    Parameters
    ----------
    arm : str
        Its id.
    reports : tuple of Reports
        Those that count, in the study's order.
    witness : tuple of Reports or None
        The fewest false reports that bring the difference to zero or past it, those of the other
        arm being true; None where not all of them do.
    with_witness, with_all : float
        The difference with them, and with every report of the arm false, kr. per citizen.
    """

    arm: str
    reports: tuple[Reports, ...]
    witness: tuple[Reports, ...] | None
    with_witness: float
    with_all: float

    @property
    def citizens(self) -> int:
        """How many reports there are."""
        return sum(each.citizens for each in self.reports)

    @property
    def fewest(self) -> int | None:
        """How many false reports are enough; None where all of them are not."""
        return None if self.witness is None else sum(each.citizens for each in self.witness)


@dataclass(frozen=True, eq=False, repr=False)
class Misclassification(Result):
    """How many reports of a status have to be false for the difference to turn.

    Parameters
    ----------
    difference : float
        kr. per citizen, every report being true.
    doubted : tuple of Doubted
        The statuses, what they would be instead, and what the study says of it.
    arms : tuple of InArm
        The reports, arm by arm.
    share : float or None
        Where the same share of the reports is false in every arm: the share at which the
        difference is zero; None where it is zero at none.
    with_all : float
        The difference with every report of every arm false, kr. per citizen.
    labels : mapping of str to Label
        Of arms, statuses and times.
    provenance : Provenance
        What made the result.
    """

    difference: float
    doubted: tuple[Doubted, ...]
    arms: tuple[InArm, ...]
    share: float | None
    with_all: float
    labels: dict[str, Label]
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS

    def at(self, share: float) -> float:
        """Return the difference where so large a share is false in every arm, kr. per citizen."""
        return self.difference + share * (self.with_all - self.difference)

    def of(self, arm: str) -> InArm:
        """Return one arm.

        Raises
        ------
        KeyError
            If there is no such arm.
        """
        for each in self.arms:
            if each.arm == arm:
                return each
        raise KeyError(f"no arm '{arm}'; there are: {', '.join(each.arm for each in self.arms)}")

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "reports",
            "difference": self.difference,
            **self.plain(),
            "provenance": self.provenance.to_dict(),
        }

    def plain(self) -> dict[str, Any]:
        """Return what it found as plain values."""
        return {
            "doubted": [
                {
                    "statuses": list(each.statuses),
                    "instead": each.instead,
                    "right": dict(zip(("low", "high"), each.right, strict=True)),
                }
                for each in self.doubted
            ],
            "arms": {
                each.arm: {
                    "reports": each.citizens,
                    "fewest": each.fewest,
                    "witness": [r._asdict() for r in each.witness or ()],
                    "with_witness": each.with_witness,
                    "with_all": each.with_all,
                }
                for each in self.arms
            },
            "share": self.share,
            "with_all": self.with_all,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per arm: reports, the fewest false ones, and the difference with all false."""
        import pandas as pd

        rows = [
            {
                "arm": each.arm,
                "reports": each.citizens,
                "fewest": each.fewest,
                "with_all": each.with_all,
            }
            for each in self.arms
        ]
        return pd.DataFrame(rows).astype({"fewest": "Int64"}).set_index("arm")

    def summary(self, lang: Lang = "en") -> str:
        """Say the table and the sentences, in ``en`` or ``da``."""
        text = language(lang)
        heads, *rows = self.cells(text)
        said = [self.heading(text), table([heads, [], *rows]), *self.sentences(text)]
        return "\n".join([*self.opening(lang), *said])

    def heading(self, text: Language) -> str:
        """Say what is asked."""
        doubts = "; ".join(
            text(
                "misclassified.doubt",
                statuses=self._quoted(each.statuses, text),
                instead=self._quoted([each.instead], text),
            )
            for each in self.doubted
        )
        return text("misclassified.heading", doubts=doubts, kr=text.kr(self.difference))

    def cells(self, text: Language) -> list[list[str]]:
        """Write a table: its heads, and a row per arm."""
        names = ("reports", "fewest", "with_all")
        rows = [["", *(text(f"misclassified.{name}") for name in names)]]
        for each in self.arms:
            none = text("misclassified.none")
            fewest = none if each.fewest is None else text.number(each.fewest)
            numbers = [text.number(each.citizens), fewest, text.number(each.with_all)]
            rows.append([text.label(self.labels[each.arm]), *numbers])
        return rows

    def sentences(self, text: Language) -> list[str]:
        """Say per arm who is enough, the share for all arms, and what the study states."""
        if abs(self.difference) <= TIE:
            return [text("fragility.zero")]
        found = [self._in_arm(each, text) for each in self.arms]
        if len(self.arms) > 1 and any(each.citizens for each in self.arms):
            arms = [text.label(self.labels[each.arm]) for each in self.arms]
            values = {"arms": text("misclassified.and").join(arms)}
            if self.share is None:
                values["then"] = self._said(self.with_all, text)
                found.append(text("misclassified.share_never", **values))
            else:
                share = text.percent(self.share, 1)
                found.append(text("misclassified.share", share=share, **values))
        if len(self.doubted) == 1 and self.doubted[0].right != (1.0, 1.0):
            found.append(self._stated(*self.doubted[0].right, text))
        return found

    def _in_arm(self, each: InArm, text: Language) -> str:
        values = {"arm": text.label(self.labels[each.arm]), "n": text.number(each.citizens)}
        if not each.citizens:
            return text("misclassified.nobody", **values)
        one = "_one" if each.citizens == 1 else ""
        if each.witness is None:
            then = self._said(each.with_all, text)
            return text(f"misclassified.never{one}", then=then, **values)
        who = "; ".join(
            text(
                "misclassified.who",
                k=text.number(false.citizens),
                status=text.label(self.labels[false.status]),
                time=text.label(self.labels[false.time]),
            )
            for false in each.witness
        )
        k, then = text.number(each.fewest or 0), self._said(each.with_witness, text)
        now = self._said(self.difference, text)
        return text(f"misclassified.turns{one}", k=k, who=who, now=now, then=then, **values)

    def _stated(self, low: float, high: float, text: Language) -> str:
        """Say what the study's own range of right reports would be, the same in every arm."""
        first, last = (self._said(self.at(1.0 - right), text) for right in (high, low))
        shares = {"low": text.level(low), "high": text.level(high)}
        key = "stated_one" if low == high else "stated"
        return text(f"misclassified.{key}", first=first, last=last, **shares)

    def _said(self, kr: float, text: Language) -> str:
        """Say a difference as what it is: a saving or an extra cost."""
        if abs(kr) <= TIE:
            return text("misclassified.zero")
        key = "saving" if kr > 0.0 else "cost"
        return text(f"misclassified.{key}", kr=text.kr(abs(kr)))

    def _quoted(self, ids: Sequence[str], text: Language) -> str:
        return ", ".join(f"«{text.label(self.labels[id_])}»" for id_ in ids)


def doubts(study: Study) -> tuple[Doubted, ...]:
    """Return what the study's sources doubt of its statuses."""
    found = (source.doubted(study) for source in chosen(study))
    return tuple(each for each in found if each is not None)


def misclassification(study: Study) -> Misclassification:
    """Ask how many reports of a status would have to be false for the difference to turn.

    Parameters
    ----------
    study : Study
        Under the conventions it carries; one of its sources says which statuses only somebody
        reported, and what they would be instead.

    Returns
    -------
    Misclassification
        Per arm the fewest false reports, with which they are, and in all arms together the share.

    Raises
    ------
    StudyError
        If no source of the study doubts a status.

    Notes
    -----
    A false report moves the difference by the price of the status instead less that of the status,
    so the fewest are the largest of them first, and the difference is a straight line in the share
    that is false: reclassification by predictive values (Fox, MacLehose & Lash 2021, Applying
    Quantitative Bias Analysis to Epidemiologic Data, 2nd ed., chapter 6), turned round. A report is
    a citizen at a time: where several times count, one citizen can be several.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.misclassification(gv.load("ishoj-smc")).of("intervention").fewest
    1
    """
    doubted = doubts(study)
    if not doubted:
        raise StudyError([Problem("E163", study.id)])
    now = difference(study)
    arms = tuple(
        _in_arm(arm, tuple(_reports(study, arm, doubted)), now) for arm in study.contrast.arms
    )
    slope = math.fsum(each.with_all - now for each in arms)
    share = -now / slope if abs(slope) > TIE else math.inf
    labels = dict(study.labels)
    return Misclassification(
        now,
        doubted,
        arms,
        share if 0.0 <= share <= 1.0 else None,
        now + slope,
        labels,
        provenance(study),
    )


def _reports(study: Study, arm: str, doubted: Sequence[Doubted]) -> Iterator[Reports]:
    """Yield the reports that count: of each time after the start, of each status in doubt."""
    a, sign = study.axes.at("arm", arm), study.contrast.sign(arm)
    at = {status: each.instead for each in doubted for status in each.statuses}
    for t in np.flatnonzero(study.status_horizon).tolist():
        for status, instead in at.items() if t else ():
            i, j = study.axes.at("item", status), study.axes.at("item", instead)
            citizens = int(study.counts[a, t, i])
            if citizens and study.rate_of[a, 0, t, j] >= 0:
                more = float(study.status_costs[a, t, j] - study.status_costs[a, t, i])
                each = sign * study.status_horizon[t] * more / study.arms[a].analysed
                yield Reports(status, study.times[t].id, citizens, float(each))


def _in_arm(arm: str, reports: tuple[Reports, ...], now: float) -> InArm:
    """Take the reports that move the difference most towards zero, until it is there."""
    towards = -math.copysign(1.0, now)
    left, witness = abs(now), list[Reports]()
    for each in sorted(reports, key=lambda each: -towards * each.kr):
        gain = towards * each.kr
        if left <= TIE or gain <= 0.0:
            break
        k = min(each.citizens, math.ceil((left - TIE) / gain))
        witness.append(each._replace(citizens=k))
        left -= k * gain
    moved = math.fsum(each.citizens * each.kr for each in witness)
    everything = math.fsum(each.citizens * each.kr for each in reports)
    enough = tuple(witness) if left <= TIE else None
    return InArm(arm, reports, enough, now + moved, now + everything)
