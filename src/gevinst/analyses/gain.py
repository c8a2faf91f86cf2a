"""gain(study): the published calculation, every cell and total of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.headline import room
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.model.evaluate import evaluate
from gevinst.model.horizons import CONVENTIONS
from gevinst.rows.build import build
from gevinst.study.conventions import ALL
from gevinst.study.named import Item
from gevinst.study.prices import rate_name
from gevinst.study.restated import made_with
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Gain(Result):
    """The calculation of one row.

    Parameters
    ----------
    study : Study
        What was calculated, with its conventions.
    cells : ndarray, shape (arm, time, item)
        Cost of each status or line at each time, kr. for the whole arm; for a status a year's.
    investment, gain : ndarray, shape (arm,)
        kr. for the whole arm: the investment, and the gain before it.
    net_gain_per_citizen : ndarray, shape (arm,)
        kr. per analysed citizen.
    difference : float
        Net gain per citizen, intervention minus control, in kr.
    """

    study: Study
    cells: Floats
    investment: Floats
    gain: Floats
    net_gain_per_citizen: Floats
    difference: float

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS

    @cached_property
    def provenance(self) -> Provenance:
        """What made the result."""
        return provenance(self.study)

    @cached_property
    def case_cost(self) -> Floats:
        """Cost per citizen of each stratum, shape (arm, stratum, time, item, payer), kr.

        Of every payer, whatever the perspective; an investment paid for a group stands in it too.
        """
        inputs = build(self.study.choose(perspective=ALL))
        inputs = replace(
            inputs,
            horizon=np.full_like(inputs.horizon, -1.0),
            weight=np.ones_like(inputs.weight),
        )
        costs: Floats = -evaluate(inputs, by=("stratum", "time", "item", "payer")).kr[0]
        return costs

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest difference over the counts that the tables leave open.

        kr. per citizen; both are the difference itself where they leave none.
        """
        low, high = room(self.study)
        return self.difference + low, self.difference + high

    @property
    def cost(self) -> Floats:
        """Cost at each time without the investment, kr. for the whole arm, shape (arm, time)."""
        kept = [i for i, item in enumerate(self.study.items) if not item.investment]
        total: Floats = self.cells[:, :, kept].sum(axis=2)
        return total

    @cached_property
    def present(self) -> Floats | None:
        """The same discounted, where periods are: what the totals below a table add up.

        None where nothing is discounted, and where a cost at a time is an annual level.
        """
        if not (self.contrast_only and self.study.discounting.rates):
            return None
        cells = -evaluate(build(self.study), by=("time", "item")).over("arm", "time", "item")[0]
        kept = [i for i, item in enumerate(self.study.items) if not item.investment]
        citizens = np.array([float(arm.analysed) for arm in self.study.arms])
        found: Floats = cells[:, :, kept].sum(axis=2) * citizens[:, np.newaxis]
        return found

    @property
    def net_gain(self) -> Floats:
        """Gain minus investment, kr. for the whole arm, shape (arm,)."""
        return self.gain - self.investment

    @property
    def contrast_only(self) -> bool:
        """Whether an arm's own gain is but minus what it cost."""
        return CONVENTIONS[self.study.conventions.horizon].contrast_only

    @property
    def convention(self) -> str:
        """What the words for the time convention are called: periods are no points in time."""
        study = self.study
        points = study.statuses or all(time.years is not None for time in study.times)
        annual = CONVENTIONS[study.conventions.horizon].annual
        return study.conventions.horizon if points or not annual else "periods"

    @property
    def total(self) -> float:
        """The difference for all of the treated arm's citizens, kr."""
        treated = self.study.axes.at("arm", self.study.contrast.treated)
        return self.difference * self.study.arms[treated].analysed

    @property
    def printed_total(self) -> float | None:
        """What is printed for all of them, kr.; None where no such figure is."""
        payers = ("", self.study.conventions.perspective)
        for each in self.study.published:
            whole = not (each.arm or each.stratum or each.time or each.item)
            if each.said_as == "total" and each.unit == "kr" and whole and each.payer in payers:
                return each.value
        return None

    def payers(self) -> dict[str, dict[str, float]]:
        """Return each payer's net gain per citizen of each arm, and the difference, kr.

        Whatever the perspective is, so that the payers add up to what everybody has.
        """
        ledger = evaluate(build(self.study.choose(perspective=ALL)), by=("payer",))
        each, apart = ledger.over("arm", "payer")[0], ledger.difference("payer")[0]
        axes = self.study.axes
        return {
            payer: {
                **{arm: float(each[a, p]) for a, arm in enumerate(axes.arms)},
                "difference": float(apart[p]),
            }
            for p, payer in enumerate(axes.payers)
        }

    def shown(self, a: int) -> list[int]:
        """Positions of the items one arm has anything in, the investment apart."""
        return [
            i
            for i, item in enumerate(self.study.items)
            if not item.investment
            and (self.study.counts[a, :, i].any() or self.cells[a, :, i].any())
        ]

    def monthly(self, a: int, i: int, text: Language) -> str:
        """Write the rates behind one status of one arm, kr. a month, in the order of the times.

        Each once, as it was printed: one implied from whole cells has no decimals of its own.
        """
        rates = [self.study.rates[k] for k in self.study.rate_of[a, 0, :, i] if k >= 0]
        written = {
            each.kr: (text.number if each.implied else text.price)(each.kr / 12.0) for each in rates
        }
        return " / ".join(written.values())

    def totals(self, a: int) -> list[tuple[str, float]]:
        """What stands below one arm's table: the key of its label, and kr."""
        if self.contrast_only:
            cost = -float(self.net_gain[a])
            per_citizen = cost / self.study.arms[a].analysed
            paid = [("gain.investment", float(self.investment[a]))] if self.investment[a] else []
            return [*paid, ("gain.cost_all", cost), ("gain.cost_per_citizen", per_citizen)]
        found = [
            ("gain.gain", float(self.gain[a])),
            ("gain.gain_per_citizen", float(self.gain[a] / self.study.arms[a].analysed)),
        ]
        if self.investment[a]:
            found += [
                ("gain.investment", float(self.investment[a])),
                ("gain.net_gain", float(self.net_gain[a])),
                ("gain.net_gain_per_citizen", float(self.net_gain_per_citizen[a])),
            ]
        return found

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        arms = {}
        for a, arm in enumerate(self.study.arms):
            cost = dict(zip(self.study.axes.times, self.cost[a].tolist(), strict=True))
            arms[arm.id] = {
                "citizens": arm.analysed,
                "cost": cost,
                **({"annual_cost": cost} if self.study.statuses else {}),
                "gain": float(self.gain[a]),
                "gain_per_citizen": float(self.gain[a] / arm.analysed),
                "investment": float(self.investment[a]),
                "net_gain": float(self.net_gain[a]),
                "net_gain_per_citizen": float(self.net_gain_per_citizen[a]),
            }
        return {
            "study": self.study.id,
            "unit": "kr.",
            "arms": arms,
            "difference": {
                "net_gain_per_citizen": self.difference,
                "total": self.total,
                **({"low": self.bounds[0], "high": self.bounds[1]} if self.study.masked else {}),
            },
            "payers": self.payers(),
            **({"restated": stated} if (stated := self._restated()) else {}),
            "provenance": self.provenance.to_dict(),
        }

    def _restated(self) -> dict[str, dict[str, Any]]:
        """Return what was stated in other money, and its factors, by rate."""
        found = {}
        for rate in self.study.rates:
            if rate.restated:
                currency = rate.restated.currency or self.study.currency
                of = {"currency": currency, "per": rate.unit.partition("/")[2]}
                found[rate.id] = asdict(rate.restated) | of
        return found

    def said(self, text: Language) -> str:
        """Say the difference, and of which arms it is."""
        labels = (text.label(self.study.labels[arm]) for arm in self.study.contrast.arms)
        pair = dict(zip(("treated", "reference"), labels, strict=False))
        key = "gain.difference" if len(pair) > 1 else "gain.change"
        return text(key, kr=text.kr(self.difference), **pair)

    def to_frame(self) -> pd.DataFrame:
        """One row per arm, item and time: citizens counted and cost, kr. for the whole arm."""
        import pandas as pd

        axes = self.study.axes
        index = pd.MultiIndex.from_product(
            [axes.arms, axes.items, axes.times], names=["arm", "item", "time"]
        )
        return pd.DataFrame(
            {
                "citizens": np.swapaxes(self.study.counts, 1, 2).ravel(),
                "cost": np.swapaxes(self.cells, 1, 2).ravel(),
            },
            index=index,
        )

    def summary(self, lang: Lang = "en") -> str:
        """Write the calculation as tables that read like a published one, in ``en`` or ``da``."""
        text = language(lang)
        tables = [_arm_table(self, a, text) for a in range(len(self.study.arms))]
        said = [self.said(text)]
        if self.study.masked:
            low, high = map(text.kr, self.bounds)
            said.append(text("gain.bounds", low=low, high=high))
        if self.study.undiscounted:
            said.append(text("discount.unstated"))
        if stated := restated(self.study, text):
            said.append("\n".join([text("restated.title"), *(f"  {line}" for line in stated)]))
        return "\n\n".join([*self.opening(lang), *tables, *said])


def gain(study: Study) -> Gain:
    """Calculate the published gain.

    Parameters
    ----------
    study : Study
        Under the conventions it carries (`Study.choose` changes them).

    Returns
    -------
    Gain
        Kr. per citizen, by arm and their difference, and each cell behind them.

    Raises
    ------
    StudyError
        E256 of a study that prices nothing, E348 of accounts alone.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.gain(gv.load("ishoj-smc"))
    >>> [round(kr) for kr in found.net_gain_per_citizen], round(found.difference)
    ([24144, 22513], 1631)
    """
    inputs = build(study)
    citizens = np.array([float(arm.analysed) for arm in study.arms])
    # A cost is a gain that counts minus one at every time.
    snapshot = replace(inputs, horizon=np.full_like(inputs.horizon, -1.0))
    cells = -evaluate(snapshot, by=("time", "item")).over("arm", "time", "item")[0]
    published = evaluate(inputs)
    by_item = evaluate(inputs, by=("item",)).over("arm", "item")[0] * citizens[:, np.newaxis]
    invested = np.array([item.investment for item in study.items])
    return Gain(
        study=study,
        cells=cells * citizens[:, np.newaxis, np.newaxis],
        investment=0.0 - by_item[:, invested].sum(axis=1),  # never a minus zero
        gain=by_item[:, ~invested].sum(axis=1),
        net_gain_per_citizen=published.over("arm")[0],
        difference=float(published.difference()[0]),
    )


def item_said(item: Item, text: Language) -> str:
    """Name an item of a table of costs; what comes in is told, as it stands with a minus."""
    label = text.label(item.label)
    return text("gain.income", label=label) if item.income else label


def restated(study: Study, text: Language) -> list[str]:
    """Say which rates were stated in other money, and what made them the study's."""
    named = ((rate_name(study, k, text), rate) for k, rate in enumerate(study.rates))
    said = [
        f"{name}: {rate.restated.say(text, rate.unit)}" for name, rate in named if rate.restated
    ]
    return [*said, *made_with(study, text)]


def under_alternatives(study: Study) -> dict[tuple[str, str], Gain]:
    """Calculate the gain under each alternative the study names: (kind, name) -> Gain."""
    found: dict[tuple[str, str], Gain] = {}
    for kind, alternatives in study.alternatives.items():
        for named in alternatives:
            choice: dict[str, Any] = {kind: named.id}
            found[kind, named.id] = gain(study.choose(**choice))
    return found


def _arm_table(gain: Gain, a: int, text: Language) -> str:
    """Write one arm as a table: citizens, rate and cost per status, then the totals."""
    study, arm = gain.study, gain.study.arms[a]
    times = [text.label(time.label) for time in study.times]
    counted, unit = ([], "unit.kr") if not study.statuses else (times, "gain.kr")
    before = [text("gain.number")] * len(counted) + [text("gain.rate")] * bool(counted)
    blank = [""] * len(before)
    rows = [
        [f"{text.label(arm.label)} ({text('gain.citizens', n=arm.analysed)})"],
        ["", *before, *[text(unit)] * len(times)],
        ["", *counted, *[text("gain.monthly")] * bool(counted), *times],
        [],
    ]
    for i in gain.shown(a):
        item, before = study.items[i], blank
        if item.status:
            rates = gain.monthly(a, i, text)
            before = [*(str(n) for n in study.counts[a, :, i]), rates]
        rows.append([item_said(item, text), *before, *map(text.number, gain.cells[a, :, i])])
    rows += [[], [text("gain.total"), *blank, *map(text.number, gain.cost[a])]]
    if gain.present is not None:
        rows.append([text("gain.present"), *blank, *map(text.number, gain.present[a])])
    last = [""] * (len(blank) + len(times) - 1)
    return table([*rows, *([text(key), *last, text.number(kr)] for key, kr in gain.totals(a))])
