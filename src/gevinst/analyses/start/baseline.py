"""The groups at start: who was in which status and stratum, and what they cost.

Citizens who cost more have more to save, so a skewed start is itself a driver of a gain that is a
fall in cost. The picture stands before any adjustment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.balance import COST, STATUS, STRATUM, Balance, Start
from gevinst.stats.mean.estimate import or_none
from gevinst.study.people import starts_of
from gevinst.study.strata import Strata, Wanted, strata_of
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Label, Lang, Language, language, table
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Baseline(Result):
    """Two groups at start.

    Parameters
    ----------
    rows : tuple of Balance
        Strata, the statuses somebody starts in, and, where statuses have prices, the cost per
        citizen.
    enrolled, analysed : mapping of str to int
        Citizens per arm.
    strata_cost : mapping of str to mapping of str to float
        Per stratum and arm the cost of a citizen at start, kr. a year; NaN where there is none.
    by_strata : float
        Part of the difference in cost at start that the mix of strata makes: all of it less what is
        left with the pooled mix in both groups. NaN where a stratum is empty in one of them.
    strata_labels : mapping of str to Label
        What the strata are called.
    by : Label
        What the strata are strata of.
    labels : mapping of str to Label
        What the arms are called.
    provenance : Provenance
        What made the result.
    """

    rows: tuple[Balance, ...]
    enrolled: dict[str, int]
    analysed: dict[str, int]
    strata_cost: dict[str, dict[str, float]]
    by_strata: float
    strata_labels: dict[str, Label]
    by: Label
    labels: dict[str, Label]
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("balance",)

    @property
    def cost(self) -> dict[str, float]:
        """Cost per citizen at start, kr. a year, per arm; empty where nothing is priced."""
        return next((row.means for row in self.rows if row.kind == COST), {})

    @property
    def starts_known(self) -> bool:
        """Whether the start of some dropout is known."""
        return self.rows[-1].with_dropouts is not None

    @property
    def by_dropouts(self) -> float:
        """Part of `more_to_save` that comes of who dropped out, as far as starts are known, kr."""
        more = self.rows[-1].with_dropouts
        if more is None:
            return math.nan
        first, second = more.means.values()
        return self.more_to_save - (first - second)

    @property
    def more_to_save(self) -> float:
        """How much more a citizen of the intervention group cost at start, kr. a year."""
        first, second = self.cost.values()
        return first - second

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "citizens": {
                arm: {"enrolled": self.enrolled[arm], "analysed": n}
                for arm, n in self.analysed.items()
            },
            "cost_at_start": self.cost
            and {
                "unit": "kr. a year per citizen",
                **self.cost,
                "difference": self.more_to_save if self.cost else None,
                "by_strata": or_none(self.by_strata),
                "by_dropouts": or_none(self.by_dropouts),
                "strata": {
                    name: {arm: or_none(kr) for arm, kr in by_arm.items()}
                    for name, by_arm in self.strata_cost.items()
                },
            },
            "balance": [row.to_dict() for row in self.rows],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per stratum, status and the cost: mean per arm, standardised differences."""
        import pandas as pd

        rows = [
            {
                "kind": row.kind,
                "id": row.id,
                **row.means,
                "smd": row.smd,
                "smd_standardised": row.smd_standardised,
                "smd_with_dropouts": more.smd if (more := row.with_dropouts) else math.nan,
            }
            for row in self.rows
        ]
        return pd.DataFrame(rows).set_index(["kind", "id"])

    def summary(self, lang: Lang = "en") -> str:
        """Say the picture as a table in words, in ``en`` or ``da``."""
        text = language(lang)
        heading = [text("baseline.heading", by=text.label(self.by))]
        first, *others = ([heads, [], *rows] for heads, *rows in self.tables(text))
        said = "\n\n".join(map(table, ([heading, *first], *others)))
        return f"{said}\n{self.sentence(lang)}" if self.cost else said

    def tables(self, text: Language) -> list[list[list[str]]]:
        """Write the groups as tables: heads, and a row per stratum, status and the cost.

        One of those in the calculation, and one with the dropouts whose start is known, if any.
        """
        groups = [text.label(self.labels[arm]) for arm in self.analysed]
        heads = ["", *groups, text("baseline.smd"), text("baseline.smd_standardised")]
        found = [[heads, *([text.label(row.label), *cells(row, text)] for row in self.rows)]]
        more = [each for row in self.rows if (each := row.with_dropouts)]
        if more:
            rows = [[text.label(row.label), *cells(row, text)[:3]] for row in more]
            found.append([[text("baseline.with_dropouts"), *heads[1:4]], *rows])
        return found

    def sentence(self, lang: Lang = "en") -> str:
        """Say that expensive citizens have more to save, with the numbers."""
        text = language(lang)
        first, second = self.cost.values()
        treated, reference = (text.label(self.labels[arm]) for arm in self.analysed)
        way = "more" if self.more_to_save > 0 else "less" if self.more_to_save < 0 else "same"
        said = text(
            f"baseline.{way}",
            treated=treated,
            reference=reference,
            first=text.kr(first),
            second=text.kr(second),
            kr=text.kr(abs(self.more_to_save)),
        )
        if way != "same" and math.isfinite(self.by_strata):
            said += " " + text("baseline.by_strata", kr=text.kr(self.by_strata))
        if more := self.rows[-1].with_dropouts:
            first, second = more.means.values()
            n, m = map(text.number, more.citizens.values())
            values = {"n": n, "m": m, "first": text.kr(first), "second": text.kr(second)}
            values |= {"treated": treated, "reference": reference, "kr": text.kr(self.by_dropouts)}
            said += " " + text("baseline.by_dropouts", **values)
        return f"{said} {text('baseline.regression')}"

    def _balance_picture(self, text: Language) -> Picture:
        """The love plot: a row per stratum, status and the cost."""
        from gevinst.plots.balance import balance

        said = (
            text("figure.love_alt", row=text.label(row.label), before=shown[2], after=shown[3])
            for row in self.rows
            for shown in [cells(row, text)]
        )
        indent = {STATUS: "   "}
        treated, reference = (text.label(self.labels[arm]) for arm in self.analysed)
        arms = {"treated": treated, "reference": reference}
        return balance(
            [
                (indent.get(row.kind, "") + text.label(row.label), row.smd, row.smd_standardised)
                for row in self.rows
            ],
            text,
            title=text("figure.love_title"),
            alt="; ".join(said),
            axis=text("figure.love_axis", **arms),
            caption=text("figure.love_caption", **arms),
        )


def cells(row: Balance, text: Language) -> list[str]:
    """Write one row: both groups, and how unlike they are before and after."""
    shown = []
    for arm in row.means:
        if row.kind == COST:
            shown.append(text.kr(row.means[arm]))
        else:
            shown.append(f"{text.number(row.citizens[arm])} ({text.percent(row.means[arm])})")
    for value in (row.smd, row.smd_standardised):
        shown.append(text.number(value, 2) if math.isfinite(value) else text("bootstrap.none"))
    return shown


def baseline(study: Study, *, strata: Wanted = None) -> Baseline:
    """Describe both groups at start.

    Parameters
    ----------
    study : Study
        With counted statuses; costs under its rate basis and perspective, where it has prices.
    strata : mapping, sequence or str, optional
        As in `gevinst.standardise`.

    Returns
    -------
    Baseline
        Shares, costs and their standardised differences (Austin 2009), as the groups are and with
        the pooled mix.

    Raises
    ------
    ValueError, StudyError
        As `gevinst.study.strata.strata_of`.

    Examples
    --------
    >>> import gevinst as gv
    >>> round(gv.baseline(gv.load("ishoj-smc")).more_to_save)
    41068
    """
    found = strata_of(study, strata)
    arms = study.contrast.arms
    order = [study.axes.at("arm", arm) for arm in arms]
    dropouts, by_start = _dropouts(study, found, order), bool((found.of_item >= 0).any())
    start = Start(arms, _cells(study, found, order), dropouts, found.ids)
    counts, shape, rows = start.counts, dropouts.shape, []
    for s, (name, label) in enumerate(zip(found.ids, found.labels, strict=True)):
        inside = np.zeros(shape)
        inside[:, s] = 1.0
        rows.append(start.balance(STRATUM, name, label, inside, told=by_start))
    for i in study.statuses:
        if counts[:, :, i].any() or dropouts[:, :, i].any():
            inside = np.zeros(shape)
            inside[:, :, i] = 1.0
            item = study.items[i]
            rows.append(start.balance(STATUS, item.id, item.label, inside))
    strata_cost: dict[str, dict[str, float]] = {}
    by_strata = math.nan
    if study.priced:
        cost = np.broadcast_to(study.status_costs[order, 0][:, np.newaxis, :], shape)
        label = {code: language(code)("baseline.cost") for code in LANGUAGES}
        rows.append(start.balance(COST, COST, label, cost))
        per_stratum = np.divide(
            (counts * cost[:, :-1]).sum(axis=2),
            start.sizes,
            out=np.full(start.sizes.shape, math.nan),
            where=start.sizes > 0,
        )
        strata_cost = {
            name: {arm: float(per_stratum[a, s]) for a, arm in enumerate(arms)}
            for s, name in enumerate(found.ids)
        }
        weights, means = start.weights, rows[-1].means
        differences = np.where(weights > 0, per_stratum[0] - per_stratum[1], 0.0)
        by_strata = means[arms[0]] - means[arms[1]] - float(weights @ differences)
    return Baseline(
        rows=tuple(rows),
        enrolled={arm: study.arms[a].enrolled for arm, a in zip(arms, order, strict=True)},
        analysed={arm: study.arms[a].analysed for arm, a in zip(arms, order, strict=True)},
        strata_cost=strata_cost,
        by_strata=by_strata,
        strata_labels=dict(zip(found.ids, found.labels, strict=True)),
        by=found.by,
        labels=study.labels,
        provenance=provenance(study),
    )


def _dropouts(study: Study, strata: Strata, order: list[int]) -> Integers:
    """Dropouts whose start is known, per arm, stratum and item; last those of no known stratum."""
    found = np.zeros((2, len(strata.ids) + 1, len(study.items)), dtype=np.int64)
    for a, position in enumerate(order):
        found[a, strata.of_item, np.arange(len(study.items))] = starts_of(study, position)
    return found


def _cells(study: Study, strata: Strata, order: list[int]) -> NDArray[np.int64]:
    """Citizens at start per arm (intervention first), stratum and item."""
    found = np.zeros((2, len(strata.ids), len(study.items)), dtype=np.int64)
    for a, (arm, position) in enumerate(zip(study.contrast.arms, order, strict=True)):
        if strata.of_citizen is not None and study.paths is not None:
            np.add.at(found[a], (strata.of_citizen[arm], study.paths[arm][:, 0]), 1)
            continue
        if strata.counted:
            found[a] = study.stratum_counts[position, :, 0]
            continue
        for i in study.statuses:
            if study.counts[position, 0, i]:
                found[a, strata.of_item[i], i] = study.counts[position, 0, i]
    return found
