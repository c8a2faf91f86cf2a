"""cases(study): what each described case does to the difference, and what is left without it.

A study whose citizens are told by a few cases, each standing for many, hangs on which were chosen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problem, StudyError
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.bars import Bar
    from gevinst.plots.picture import Picture


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
    """

    difference: float
    cases: tuple[Case, ...]
    over: Label
    provenance: Provenance

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
        return "\n".join([*said, self.sentence(lang)])

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

    def sentence(self, lang: Lang = "en") -> str:
        """Say whether the difference hangs on one case, in ``en`` or ``da``."""
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
        return text("cases.stays", low=low, high=high)

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
    return len(study.strata) > 1 and not study.statuses and bool((shares == shares[0]).all())


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
    return Cases(whole, tuple(found), over, provenance(study))
