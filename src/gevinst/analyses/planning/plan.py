"""plan(study): what the next pilot would show, how many it takes, and what to write down.

Nothing is drawn: what more citizens do to a difference is closed, per coupling (`Design`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.bootstrap import bootstrap
from gevinst.analyses.planning.ask import questions_of
from gevinst.analyses.planning.gaps import Gap, gaps
from gevinst.analyses.planning.shown import (
    ASSURANCE,
    Drawn,
    near,
    over_citizens,
    percent,
    sizes_said,
    span,
    whole_number,
)
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.sources.source import MEAN, NEW_GROUP, TARGETS, Target
from gevinst.stats.intervals import level_of
from gevinst.stats.mean.design import Design
from gevinst.stats.mean.estimate import or_none
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language, rounded, table
from gevinst.text.numerals import LARGEST
from gevinst.text.problems import WrongValueError, one_of, whole
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

MORE = (5, 10, 20, 50, 100)
"""Citizens more in each group."""

CITIZENS = (25, 50, 100, 200, 500, 1000)
"""Citizens in each group of a new sample."""

TEN = 10
"""More citizens, led with."""

NOBODY = "nobody-compared"
"""Reason code of a study in which nobody was compared with anybody."""

Sizes = tuple[int, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Result):
    """What another sample of citizens would do, from what one study has seen.

    Parameters
    ----------
    designs : mapping of str to Design
        Per coupling; empty where `reason` says why.
    difference : float
        As calculated, kr. per citizen.
    power : float
        With which a difference is to be shown.
    matters : float or None
        A difference that matters, kr. per citizen.
    new_group : tuple of int or None
        Citizens of a new group that was asked for.
    more : tuple of int
        Citizens more in each group.
    citizens : tuple of int
        Citizens in each group of a new sample.
    gaps : tuple of Gap
        What the study left open.
    reason : str or None
        Code of why there is nothing but the gaps.
    level : float
        Of the intervals, and one less the two-sided level of the tests.
    provenance : Provenance
        What made the result.
    """

    designs: Mapping[str, Design]
    difference: float
    power: float
    matters: float | None
    new_group: Sizes | None
    more: Sizes
    citizens: Sizes
    gaps: tuple[Gap, ...]
    reason: str | None
    level: float
    provenance: Provenance

    drawn: ClassVar[tuple[str, ...]] = ("detectable", "assurance")

    @property
    def sizes(self) -> Sizes:
        """Citizens seen in each group."""
        return next(iter(self.designs.values())).sizes

    @property
    def matching(self) -> dict[str, int]:
        """Per coupling citizens of each group who show the difference that matters."""
        return {} if self.matters is None else self._enough(self.matters)

    @property
    def citizens_per_arm(self) -> int | None:
        """Citizens of each group who would show the calculated difference, were it the true one.

        Under the independent coupling, or the one there is; None where the difference is zero.
        """
        found = self._enough(self.difference) if self.difference else {}
        return found.get("independent", next(iter(found.values()), None))

    def _enough(self, difference: float) -> dict[str, int]:
        return {c: each.citizens(self.power, difference) for c, each in self.designs.items()}

    def next(self) -> list[dict[str, Any]]:
        """What so many more citizens of each group would do, per coupling."""
        return [
            {
                "citizens": more,
                "coupling": coupling,
                "standard_deviation": design.moved(more),
                "probability_of_turning": or_none(design.turned(more)),
            }
            for more in self.more
            for coupling, design in self.designs.items()
        ]

    def samples(self) -> list[dict[str, Any]]:
        """What a new sample of so many citizens in each group would show, per coupling."""
        rows = []
        for n in self.citizens:
            for coupling, design in self.designs.items():
                sizes = design.each(n)
                gain, loss = design.assurance(sizes)
                rows.append(
                    {
                        "citizens": n,
                        "coupling": coupling,
                        "half_width": design.half_width(sizes),
                        "minimum_detectable_effect": self._least(design, sizes),
                        "gain": gain,
                        "loss": loss,
                        "power": max(design.power(sizes)),
                    }
                )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        samples, here = self.samples(), ("citizens", "coupling")
        of = {
            "assurance": (*here, "gain", "loss"),
            "precision": (*here, "half_width", "minimum_detectable_effect", "power"),
        }
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": self.difference,
            "level": self.level,
            "power": self.power,
            "next": self.next(),
            **{name: [{k: row[k] for k in keys} for row in samples] for name, keys in of.items()},
            "minimum_detectable_effect": {
                c: self._least(each, each.sizes) for c, each in self.designs.items()
            },
            "citizens_per_arm": self.citizens_per_arm,
            "matters": self.matters and {"difference": self.matters, "citizens": self.matching},
            "new_group": self.new_group
            and {"citizens": list(self.new_group), "by_coupling": self._prediction()},
            "collect": [gap.to_dict() for gap in self.gaps],
            "reason": self.reason,
            "provenance": self.provenance.to_dict(),
        }

    def _prediction(self) -> dict[str, dict[str, float]]:
        """Between what the difference of a new group itself would lie, per coupling."""
        halves = {c: each.new_group(self.new_group or ()) for c, each in self.designs.items()}
        middle = self.difference
        return {c: {"low": middle - half, "high": middle + half} for c, half in halves.items()}

    def to_frame(self) -> pd.DataFrame:
        """One row per number of citizens in each group and coupling, as in `samples`.

        Of a study with a `reason` a row per thing that it left open.
        """
        import pandas as pd

        if self.reason:
            left = [gap.to_dict() for gap in self.gaps]
            return pd.DataFrame(left, columns=["what", "low", "high", "worth"]).set_index("what")
        return pd.DataFrame(self.samples()).set_index(["citizens", "coupling"])

    def summary(self, lang: Lang = "en") -> str:
        """Say what more citizens do, how many it takes, and what to write down."""
        text = language(lang)
        lines = [*self.opening(lang), self.heading(text), *self.sentences(text)]
        if not self.reason:
            for heads, *rows in (self.next_cells(text), self.cells(text)):
                lines += ["", table([heads, [], *rows])]
            lines += ["", *self.notes(text), *self.footnote(text)]
        if self.gaps:
            lines += ["", text("plan.collect"), *(f"- {gap.said(text)}" for gap in self.gaps)]
        return "\n".join(lines)

    def heading(self, text: Language) -> str:
        """Say what the plan starts from."""
        kr = text.kr(self.difference)
        if self.reason:
            return text("plan.heading_none", kr=kr)
        return text("plan.heading", kr=kr, sizes=sizes_said(self.sizes, text))

    def sentences(self, text: Language) -> list[str]:
        """Say what ten more would do, what so many can show, and how many show what matters."""
        if self.reason:
            key = "plan.nobody_compared" if self.reason == NOBODY else f"reason.{self.reason}"
            return [text(key)]
        said = [self._next_said(text), self._shown_said(text)]
        if self.matters is not None:
            n = span(self.matching.values(), text, whole_number)
            said.append(text("plan.matters", kr=text.kr(self.matters), n=n))
        if self.new_group is not None:
            ends = [end for each in self._prediction().values() for end in each.values()]
            low, high = near(min(ends), text), text.kr(rounded(max(ends)))
            values = {"sizes": sizes_said(self.new_group, text), **self._terms(text)}
            said.append(text("plan.new_group", low=low, high=high, **values))
        return said

    def _next_said(self, text: Language) -> str:
        """Say what ten more citizens in each group would do."""
        found = self.designs.values()
        return text(
            "plan.next" if self.difference else "plan.next_zero",
            n=TEN,
            kr=text.kr(abs(self.difference)),
            what=text("plan.saving" if self.difference > 0.0 else "plan.cost"),
            moved=span([each.moved(TEN) for each in found], text, near),
            turned=span([each.turned(TEN) for each in found], text, percent),
        )

    def _shown_said(self, text: Language) -> str:
        """Say what groups of this size can show, and those of the largest."""
        found, most = self.designs.values(), self.citizens[-1]
        return text(
            "plan.shown",
            sizes=sizes_said(self.sizes, text),
            now=span([self._least(each, each.sizes) for each in found], text, near),
            n=text.number(most),
            then=span([self._least(each, each.each(most)) for each in found], text, near),
            **self._terms(text),
        )

    def notes(self, text: Language) -> list[str]:
        """Say what is meant by shown, what is taken for granted, and what the ranges are."""
        said = [text(f"plan.note_{name}", **self._terms(text)) for name in ("shown", "chance")]
        if len(self.designs) > 1:
            said.append(text("plan.note_couplings"))
        for k, group in enumerate("xy"):
            if not any(design.variances[k] for design in self.designs.values()):
                said.append(text(f"reason.no-spread-in-{group}"))
        return said

    def footnote(self, text: Language) -> list[str]:
        """Say how many would show the calculated difference, and that it is no aim."""
        if self.citizens_per_arm is None:
            return []
        values = {"kr": text.kr(self.difference), "n": text.number(self.citizens_per_arm)}
        return [text("plan.note_published", **values)]

    def next_cells(self, text: Language) -> list[list[str]]:
        """Write a table of more citizens: its heads, and a row per number of them."""
        rows = [[text(f"plan.head.{name}") for name in ("more", "moved", "turned")]]
        found = self.designs.values()
        for more in self.more:
            moved = span([each.moved(more) for each in found], text, near)
            turned = span([each.turned(more) for each in found], text, percent)
            rows.append([text.number(more), moved, turned])
        return rows

    def cells(self, text: Language) -> list[list[str]]:
        """Write a table of new samples: its heads, the study's own sizes, and a row per size."""
        heads = ("citizens", "half_width", "detectable", "gain", "loss")
        rows = [[text(f"plan.head.{name}") for name in heads]]
        for sizes in (self.sizes, *((n,) * len(self.sizes) for n in self.citizens)):
            found = self.designs.values()
            saved, lost = zip(*(each.assurance(sizes) for each in found), strict=True)
            rows.append(
                [
                    " / ".join(map(text.number, dict.fromkeys(sizes))),
                    span([each.half_width(sizes) for each in found], text, near),
                    span([self._least(each, sizes) for each in found], text, near),
                    span(saved, text, percent),
                    span(lost, text, percent),
                ]
            )
        return rows

    def _least(self, design: Design, sizes: Sequence[float]) -> float:
        """Return the smallest difference that is shown with the power asked for."""
        return design.detectable(self.power, sizes)

    def _terms(self, text: Language) -> dict[str, str]:
        """What is meant by shown: the level and the power."""
        return {"level": text.level(self.level), "power": text.percent(self.power)}

    def _detectable_picture(self, text: Language) -> Picture:
        """The smallest difference that is shown, and the interval's half width, by citizens."""
        drawn = Drawn("detectable", (self._least, Design.half_width), near)
        return over_citizens(self.designs, self.citizens, drawn, text, self._terms(text))

    def _assurance_picture(self, text: Language) -> Picture:
        """How often a new sample shows a gain, and a loss, by citizens."""
        return over_citizens(self.designs, self.citizens, ASSURANCE, text, self._terms(text))


def plan(
    study: Study,
    *,
    confidence_level: float = 0.95,
    power: float = 0.8,
    matters: float | None = None,
    size: int | None = None,
    target: Target = MEAN,
    more: Sequence[int] = MORE,
    citizens: Sequence[int] = CITIZENS,
) -> Plan:
    """Plan the next pilot from what a study has seen, and from what it has left open.

    Parameters
    ----------
    study : Study
        Under the conventions it carries; margins or paired data.
    confidence_level : float
        Of the intervals, between 0 and 1; the tests are two-sided at one less it.
    power : float
        With which a difference is to be shown, from 0.5 to 1.
    matters : float, optional
        A difference that matters, kr. per citizen, above 0: how many show it is then counted.
    size : int, optional
        Citizens in each group of a new pilot: it joins `citizens`, and what such a group itself
        would show is predicted.
    target : {"mean", "new_group"}
        ``new_group`` predicts what a new group would show also without a `size`: of as many as were
        seen, as ``simulate(target="new_group")`` does.
    more : sequence of int
        Numbers of citizens more in each group to go through.
    citizens : sequence of int
        Numbers of citizens in each group of a new sample to go through, two or more each.

    Returns
    -------
    Plan
        Per coupling, as the data leave it open who went where. Where nobody was compared with
        anybody, or the study has no interval, with a reason and what was left open alone.

    Raises
    ------
    WrongValueError
        A level or a power outside its range, a difference that is none, or numbers of citizens that
        are no whole numbers.

    Notes
    -----
    What is believed of the true difference is N(d, s^2) with d the study's own difference and s its
    standard error: chance in small groups, and nothing else that is uncertain. More citizens do not
    tell rates, dropouts or who went where.

    References
    ----------
    O'Hagan, Stevens & Campbell (2005), Pharmaceutical Statistics 4(3), 187-201 (assurance).

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.plan(gv.load("ishoj-smc"), matters=20_000)
    >>> round(found.to_dict()["minimum_detectable_effect"]["independent"])
    92231
    >>> found.matching
    {'narrowest': 189, 'independent': 573, 'widest': 921}
    """
    level = level_of(confidence_level)
    if not 0.5 <= power < 1.0:
        raise WrongValueError("power", power, "power")
    if matters is not None and not 0.0 < matters <= LARGEST:
        raise WrongValueError("matters", matters, "above_zero")
    asked = {whole("citizens", n, 2) for n in citizens}
    if size is not None:
        asked.add(whole("size", size, 2))
    if not asked:
        raise WrongValueError("citizens", None, "empty")
    found = bootstrap(study, confidence_level=level)
    nobody = study.stated or study.contrast.reference is None
    reason = NOBODY if nobody else found.reason
    designs = {} if reason else {c: Design.of(each) for c, each in found.difference.items()}
    new_group = None
    if designs and (size is not None or one_of("target", target, TARGETS) == NEW_GROUP):
        sizes = next(iter(designs.values())).sizes
        new_group = sizes if size is None else (size,) * len(sizes)
    return Plan(
        designs=designs,
        difference=next(iter(designs.values())).estimate if designs else found.estimate,
        power=float(power),
        matters=matters,
        new_group=new_group,
        more=tuple(sorted({whole("more", n, 0) for n in more})),
        citizens=tuple(sorted(asked)),
        gaps=gaps(study, questions_of(study, found)),
        reason=reason,
        level=level,
        provenance=provenance(study),
    )
