"""The groups at start: who was in which status and stratum, and what they cost.

Citizens who cost more have more to save, so a skewed start is itself a driver of a gain that is a
fall in cost. The picture stands before any adjustment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.stats.mean.estimate import or_none
from gevinst.stats.standardisation import smd, standard_population
from gevinst.study.people import starts_of
from gevinst.study.strata import Strata, Wanted, strata_of
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Label, Lang, Language, language, table
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STRATUM, STATUS, COST = "stratum", "status", "cost"
"""Kinds of what is balanced: shares of citizens, and kr. per citizen."""


@dataclass(frozen=True)
class Balance:
    """One thing both groups have at start, and how unlike they are in it.

    Parameters
    ----------
    kind : str
        `STRATUM`, `STATUS` or `COST`.
    id, label
        Its name.
    means : mapping of str to float
        Per arm the share of citizens, or kr. per citizen and year.
    citizens : mapping of str to int
        Per arm how many; all of them for the cost.
    smd : float
        Standardised mean difference, intervention minus control; NaN without spread.
    smd_standardised : float
        The same between the groups given the pooled mix of strata, over the same spread; NaN where
        a stratum is empty in one of them.
    with_dropouts : Balance or None
        The same with the dropouts whose start is known; None where nobody's is, or not this of it.
    """

    kind: str
    id: str
    label: Label
    means: dict[str, float]
    citizens: dict[str, int]
    smd: float
    smd_standardised: float
    with_dropouts: Balance | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        more = self.with_dropouts
        return {
            "kind": self.kind,
            "id": self.id,
            "arms": self._groups,
            "smd": or_none(self.smd),
            "smd_standardised": or_none(self.smd_standardised),
            "with_dropouts": more and {"arms": more._groups, "smd": or_none(more.smd)},
        }

    @property
    def _groups(self) -> dict[str, Any]:
        return {arm: {"citizens": n, "mean": self.means[arm]} for arm, n in self.citizens.items()}


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
        As in `gevinst.analyses.start.standardise.standardise`.

    Returns
    -------
    Baseline

    Raises
    ------
    ValueError, StudyError
        As `gevinst.study.strata.strata_of`.
    """
    found = strata_of(study, strata)
    arms = study.contrast.arms
    order = [study.axes.at("arm", arm) for arm in arms]
    dropouts, by_start = _dropouts(study, found, order), bool((found.of_item >= 0).any())
    start = _Start(arms, _cells(study, found, order), dropouts, found.ids)
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


class _Start:
    """Two groups at start: what any value per citizen is in them, as they are and mixed alike.

    Parameters
    ----------
    arms : tuple of str
        Ids of the groups.
    counts : ndarray of int, shape (2, strata, item)
        Citizens.
    dropouts : ndarray of int, shape (2, strata + 1, item)
        Dropouts whose start is known; last those of no stratum that is known.
    strata : tuple of str
        Ids of the strata.
    """

    def __init__(
        self, arms: tuple[str, ...], counts: Integers, dropouts: Integers, strata: tuple[str, ...]
    ) -> None:
        self.arms, self.counts, self.sizes = arms, counts, counts.sum(axis=2)
        self.everybody = dropouts.copy() if dropouts.any() else None
        if self.everybody is not None:
            self.everybody[:, :-1] += counts
        self.weights = standard_population("pooled", self.sizes, strata).shares[0]
        shares = counts / self.sizes.sum(axis=1)[:, np.newaxis, np.newaxis]
        # Each citizen weighs w_s / (n_s / n), so that the groups have one mix of strata.
        own = self.sizes / self.sizes.sum(axis=1, keepdims=True)
        factor = np.divide(self.weights, own, out=np.full(own.shape, math.nan), where=own > 0)
        factor[:, self.weights == 0] = 0.0
        self.mixed = shares * factor[:, :, np.newaxis]
        self.whole = bool(np.isfinite(factor).all())

    def balance(
        self, kind: str, name: str, label: Label, value: Floats, *, told: bool = True
    ) -> Balance:
        """Compare what each citizen has: `value` per arm, stratum (and none) and item.

        `told` is whether it is known of the dropouts.
        """
        found, (v1, v2) = self._compared(kind, name, label, self.counts, value[:, :-1])
        after = math.nan
        if self.whole:
            first, second = (self.mixed * value[:, :-1]).sum(axis=(1, 2)).tolist()
            # Means that differ by rounding alone are one.
            second = first if abs(first - second) <= 1e-12 * abs(first) else second
            after = smd((first, v1), (second, v2))
        more = None
        if told and self.everybody is not None:
            more, _ = self._compared(kind, name, label, self.everybody, value)
        return replace(found, smd_standardised=after, with_dropouts=more)

    def _compared(
        self, kind: str, name: str, label: Label, counts: Integers, value: Floats
    ) -> tuple[Balance, tuple[float, float]]:
        """Compare the groups as they are, and return what their values vary by."""
        n = counts.sum(axis=(1, 2))
        shares = counts / n[:, np.newaxis, np.newaxis]
        mean = (shares * value).sum(axis=(1, 2))
        spread = (shares * (value - mean[:, np.newaxis, np.newaxis]) ** 2).sum(axis=(1, 2))
        citizens = n if kind == COST else (counts * value).sum(axis=(1, 2))
        if kind == COST:
            spread = spread * n / np.maximum(n - 1, 1)
        v1, v2 = float(spread[0]), float(spread[1])
        means = {arm: float(m) for arm, m in zip(self.arms, mean, strict=True)}
        numbers = {arm: int(c) for arm, c in zip(self.arms, citizens, strict=True)}
        between = smd((float(mean[0]), v1), (float(mean[1]), v2))
        return Balance(kind, name, label, means, numbers, between, math.nan), (v1, v2)


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
        for i in study.statuses:
            if study.counts[position, 0, i]:
                found[a, strata.of_item[i], i] = study.counts[position, 0, i]
    return found
