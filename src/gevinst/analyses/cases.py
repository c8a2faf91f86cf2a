"""cases(study): what each described case does to the difference, and what is left without it.

A study whose citizens are told by a few cases, each standing for many, hangs on which were chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.study.prices import place_of
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problem, StudyError
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.bars import Bar
    from gevinst.plots.picture import Picture


Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One case.

    Parameters
    ----------
    id : str
        Of its stratum.
    label : Label
        What it is called.
    citizens : float
        How many of the treated arm's citizens it stands for.
    difference : float
        Its own difference, kr. per citizen.
    without : float
        The difference of the whole without it, kr. per citizen: the other cases stand for as many
        as before. NaN where there is no other.
    """

    id: str
    label: Label
    citizens: float
    difference: float
    without: float


SPREADS = (0.25, 0.5, 1.0)
"""Coefficients of variation that are tried of citizens around their case; nobody measured one."""

LEVEL = 0.95
"""Of the interval that the cases would have if they were a sample."""


@dataclass(frozen=True)
class Spread:
    """What citizens of one type who differ would do to the difference, by assumption.

    Parameters
    ----------
    cv : float
        Coefficient of variation of a citizen's cost around that of the case.
    apart : float
        Standard error of the difference, kr. per citizen, where a citizen's cost in one course says
        nothing of that in the other.
    alike : float or None
        The same where it is as much dearer, in proportion, in the other; None where the courses are
        not of the same citizens.
    """

    cv: float
    apart: float
    alike: float | None


@dataclass(frozen=True)
class Chance:
    """An event of a written probability, as it may come to so many citizens.

    Parameters
    ----------
    event : str
        Its id.
    place : tuple of Label
        What it is called: item, and arm and stratum.
    citizens : int
        How many it can come to.
    probability : float
        For each of them.
    spread : float
        Standard deviation of the difference from how many it comes to, kr. per citizen.
    """

    event: str
    place: tuple[Label, ...]
    citizens: int
    probability: float
    spread: float

    @property
    def nobody(self) -> float:
        """Probability that it comes to none of them."""
        return float((1.0 - self.probability) ** self.citizens)


@dataclass(frozen=True, eq=False, repr=False)
class Cases(Result):
    """Every case of a study.

    Parameters
    ----------
    difference : float
        Of the whole, kr. per citizen.
    cases : tuple of Case
        In the study's order.
    over : Label
        What time the amounts are over; empty where the study does not say.
    provenance : Provenance
        What made the result.
    spreads : tuple of Spread
        What citizens of one type who differ would do, by assumption.
    as_sample : tuple of float or None
        The limits that the difference would have if the cases that stand for citizens were a random
        sample, kr. per citizen; None of fewer than three.
    chances : tuple of Chance
        Events of a written probability.
    """

    difference: float
    cases: tuple[Case, ...]
    over: Label
    provenance: Provenance
    spreads: tuple[Spread, ...] = ()
    as_sample: tuple[float, float] | None = None
    chances: tuple[Chance, ...] = ()

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("cases",)

    @property
    def citizens(self) -> float:
        """How many citizens the cases stand for together."""
        return math.fsum(case.citizens for case in self.cases)

    @property
    def turning(self) -> Case | None:
        """The case without which the difference has another sign, and is farthest from it."""
        turned = [c for c in self.cases if c.citizens and c.without * self.difference < 0.0]
        return max(turned, key=lambda case: abs(case.without), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        risk = ("event", "citizens", "probability", "nobody", "spread")
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": self.difference,
            "citizens": self.citizens,
            "cases": [
                {
                    "id": case.id,
                    "citizens": case.citizens,
                    "difference": case.difference,
                    "without": None if math.isnan(case.without) else case.without,
                }
                for case in self.cases
            ],
            "spreads": [dict(vars(each)) for each in self.spreads],
            "as_sample": self.as_sample and dict(zip(("low", "high"), self.as_sample, strict=True)),
            "risks": [{key: getattr(each, key) for key in risk} for each in self.chances],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per case: citizens, its own difference, the whole's without it."""
        import pandas as pd

        keys = ("citizens", "difference", "without")
        rows = {case.id: {key: getattr(case, key) for key in keys} for case in self.cases}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("case")

    def summary(self, lang: Lang = "en") -> str:
        """Say the table, and what hangs on one case, in ``en`` or ``da``."""
        text = language(lang)
        heads, *rows = self.cells(text)
        said = [*self.opening(lang), text("cases.heading"), table([heads, [], *rows])]
        said += [self.sentence(lang), *self.assumed(text)]
        if self.spreads:
            heads, *rows = self.spread_cells(text)
            said += [text("cases.spread"), table([heads, [], *rows]), text("cases.spread_note")]
        return "\n".join(said)

    def cells(self, text: Language) -> list[list[str]]:
        """Write a table: its heads, a row per case, and one of all."""
        heads = ["", *(text(f"cases.{name}") for name in ("citizens", "own", "without"))]
        rows = [
            [
                text.label(case.label),
                text.number(case.citizens),
                *map(text.number, (case.difference, case.without)),
            ]
            for case in self.cases
        ]
        whole = [text("cases.all"), text.number(self.citizens), text.number(self.difference), ""]
        return [heads, *rows, whole]

    def sentence(self, lang: Lang = "en", *, alone: bool = False) -> str:
        """Say whether the difference hangs on one case; `alone`, where nothing else is read."""
        text = language(lang)
        over = f" {text.label(self.over)}" if self.over else ""
        values = {"kr": text.kr(abs(self.difference)), "over": over}
        key = "saving" if self.difference > 0.0 else "cost"
        if (case := self.turning) is not None:
            return text(
                f"cases.turns_{key}",
                case=text.label(case.label),
                n=text.number(case.citizens),
                all=text.number(self.citizens),
                without=text.kr(abs(case.without)),
                **values,
            )
        left = [case.without for case in self.cases if not math.isnan(case.without)]
        if not left:
            return text("cases.one", **values)
        low, high = text.number(min(left)), text.number(max(left))
        if not alone:
            return text("cases.stays", low=low, high=high)
        values |= {"kr": text.kr(self.difference), "n": text.number(len(self.cases))}
        return text("cases.quote_stays", low=low, high=high, **values)

    def spread_cells(self, text: Language) -> list[list[str]]:
        """Write a table of what citizens of one type who differ would do."""
        alike = any(each.alike is not None for each in self.spreads)
        names = ("cv", "apart", "alike") if alike else ("cv", "apart")
        rows = [[text(f"cases.spread_{name}") for name in names]]
        for each in self.spreads:
            numbers = (each.apart, each.alike) if alike else (each.apart,)
            kr = ["" if kr is None else text.number(kr) for kr in numbers]
            rows.append([text.percent(each.cv), *kr])
        return rows

    def assumed(self, text: Language) -> list[str]:
        """Say what a sample of such cases would allow, and what may come to how many."""
        found = []
        if self.as_sample is not None:
            low, high = map(text.number, self.as_sample)
            n = sum(1 for case in self.cases if case.citizens)
            values = {"n": text.number(n), "level": text.level(LEVEL)}
            found.append(text("cases.sample", low=low, high=high, **values))
        for each in self.chances:
            item, *where = map(text.label, each.place)
            found.append(
                text(
                    f"cases.chance{'' if each.citizens > 1 else '_one'}",
                    item=item,
                    where=", ".join(where),
                    n=text.number(each.citizens),
                    p=text.level(each.probability),
                    nobody=text.percent(each.nobody),
                    kr=text.kr(each.spread),
                )
            )
        return found

    def _cases_picture(self, text: Language) -> Picture:
        """A row per case: its own difference as a bar, the whole's without it as a dot."""
        from gevinst.plots.bars import Row, bars

        rows, alt = [], []
        for case in self.cases:
            own = text.number(case.difference)
            dot = None if math.isnan(case.without) else case.without
            name = text("cases.named", case=text.label(case.label), n=text.number(case.citizens))
            rows.append(Row(name, (_bar(case.difference, own, dot, faint=not case.citizens),)))
            alt.append(text("cases.alt", case=name, own=own, without=text.number(case.without)))
        whole = _bar(self.difference, text.number(self.difference))
        rows.append(Row(text("cases.all"), (whole,), bold=True, gap=0.35))
        return bars(
            rows,
            text,
            title=text("cases.title"),
            alt="; ".join(alt),
            axis=text("cases.axis", over=f" {text.label(self.over)}" if self.over else ""),
            caption=text("cases.caption"),
            rule=len(rows) - 1,
        )


def _bar(kr: float, said: str, dot: float | None = None, *, faint: bool = False) -> Bar:
    """A bar from zero, with its number at the end that is not zero."""
    from gevinst.plots.bars import Bar

    labels = ("", said) if kr >= 0.0 else (said, "")
    return Bar(min(kr, 0.0), max(kr, 0.0), labels=labels, dot=dot, faint=faint)


def has_cases(study: Study) -> bool:
    """Whether a study is told by cases: strata on which the arms count alike, without statuses."""
    shares = study.stratum_shares[[study.axes.at("arm", arm) for arm in study.contrast.arms]]
    return len(study.strata) > 1 and not study.statuses and bool((shares == shares[:1]).all())


def cases(study: Study) -> Cases:
    """Ask what each case of a study does to its difference.

    Parameters
    ----------
    study : Study
        Under the conventions it carries; its strata are the cases.

    Returns
    -------
    Cases

    Raises
    ------
    StudyError
        If the study has no cases: see `has_cases`.

    Notes
    -----
    With shares w of the cases and d their differences the whole is sum(w d); without case k it is
    sum(w d, but k) / (1 - w_k).

    Were citizens of type k to spread around their case by c times its cost x, the standard error
    would be the root of the sum over k of w_k c^2 x_k^2 / n, arm by arm where the two courses are
    apart, and with d_k in the place of x_k where they are alike. Were the K cases that stand for
    somebody a random sample, their shares Dirichlet with mean w and K - 2 in all, the difference
    would have variance sum(w (d - sum(w d))^2) / (K - 1); the limits take Student's t of K - 1.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.cases(gv.load("gladsaxe"))
    >>> [(case.citizens, round(case.without)) for case in found.cases]
    [(12.0, 25727), (11.0, 57801), (16.0, -14170), (0.0, 35608), (7.0, 62595)]
    """
    at = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    if not has_cases(study):
        raise StudyError([Problem("E160", study.id)])
    inputs = build(study)
    alone = replace(inputs, weight=np.ones_like(inputs.weight))
    each = evaluate(alone, by=("stratum",)).difference("stratum")[0]
    share = study.stratum_shares[at[0]]
    whole, n = float(share @ each), study.arms[at[0]].analysed
    found = []
    for k, stratum in enumerate(study.strata):
        others = 1.0 - float(share[k])
        left = (whole - float(share[k] * each[k])) / others if others > 1e-12 else math.nan
        citizens = round(float(share[k]) * n, 9)
        found.append(Case(stratum.id, stratum.label, citizens, float(each[k]), left))
    over = study.comparison.over if study.comparison else {}
    return Cases(
        whole,
        tuple(found),
        over,
        provenance(study),
        _spreads(study, evaluate(alone, by=("stratum",)).over("arm", "stratum")[0, at], share),
        _as_sample(share, each),
        tuple(_chances(study, whole)),
    )


def _spreads(study: Study, cost: Floats, share: Floats) -> tuple[Spread, ...]:
    """Work out the standard errors; `cost` per arm of the contrast and case, kr. per citizen."""
    citizens = [study.arms[study.axes.at("arm", arm)].analysed for arm in study.contrast.arms]
    apart = math.sqrt(math.fsum(cost[a] ** 2 @ share / n for a, n in enumerate(citizens)))
    alike = None
    if study.stated and len(citizens) > 1:
        alike = math.sqrt(float((cost[0] - cost[1]) ** 2 @ share) / citizens[0])
    return tuple(Spread(c, c * apart, None if alike is None else c * alike) for c in SPREADS)


def _as_sample(share: Floats, each: Floats) -> tuple[float, float] | None:
    """Return the limits of the difference if the cases were a random sample."""
    from scipy.special import stdtrit

    cases = int(np.count_nonzero(share))
    if cases < 3:
        return None
    mean = float(share @ each)
    error = math.sqrt(float(share @ (each - mean) ** 2) / (cases - 1))
    reach = float(stdtrit(cases - 1, (1.0 + LEVEL) / 2.0)) * error
    return mean - reach, mean + reach


def _chances(study: Study, whole: float) -> Iterator[Chance]:
    """Yield the events of the two arms that can come to somebody."""
    for event in study.events:
        a = study.axes.at("arm", event.arm)
        share = 1.0
        if event.stratum:
            share = float(study.stratum_shares[a, study.axes.at("stratum", event.stratum)])
        citizens = round(share * study.arms[a].analysed)
        if not citizens or not study.contrast.sign(event.arm):
            continue
        lines, p = study.lines.copy(), event.probability
        for cell in study.event_cells(event):
            lines[cell] = 0.0
        kr = (whole - float(evaluate(build(replace(study, lines=lines))).difference()[0])) / p
        *where, item = place_of(study, event)
        place = (item, *where)
        yield Chance(event.id, place, citizens, p, abs(kr) * math.sqrt(p * (1.0 - p) / citizens))
