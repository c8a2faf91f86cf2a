"""Tables of money: rates, which of them prices what, and the amounts of cost lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, product

import numpy as np
from numpy.typing import NDArray

from gevinst.files.priced.money import amount_column, lettered_unit, written_unit
from gevinst.files.written.numbers import in_style, plain, printed, unscaled
from gevinst.files.written.rows import Row
from gevinst.stats.distributions import FITTED
from gevinst.study.named import Named
from gevinst.study.prices import NORMAL, SPREADS, Amount, Rate
from gevinst.study.restated import Restated
from gevinst.study.study import Study
from gevinst.text.numerals import STYLES, NumberStyle

_Place = tuple[str, str, str, str]
"""Ids of an amount: arm, stratum (empty: all), time, item."""

_BY = ("arm", "time", "basis")
"""What the rate of a status can depend on."""


def rates(study: Study) -> Iterator[Row]:
    """Give the rates of statuses."""
    for rate in study.rates:
        if rate.unit == "kr":
            continue
        scale = rate.per * rate.factor
        kr = rate.restated.amount if rate.restated else unscaled(rate.kr, scale)
        digit, style = 2.0 * rate.rounding / scale, STYLES[study.number_style]
        low, high = rate.implied or (None, None)
        yield {
            "rate": rate.id,
            amount_column(study.currency): printed(kr, digit, style)
            if rate.rounding
            else plain(kr),
            **money_said(study, rate.unit, rate.restated),
            "implied_low": plain(low),
            "implied_high": plain(high),
            "printed": plain(rate.printed),
            "printed_unit": written_unit(rate.printed_unit, study.currency) or None,
            **spread_said(rate, scale),
            "source": rate.source,
            **rate.label,
        }


def money_said(study: Study, unit: str, stated: Restated | None) -> Row:
    """Say in what money an amount is stated: its unit, and a year that is not the study's."""
    foreign = stated is not None and stated.currency
    said = lettered_unit(unit, foreign) if foreign else written_unit(unit, study.currency)
    return {"unit": said, "price_year": stated.year if stated else None}


def spread_said(rate: Rate, scale: float) -> Row:
    """Say how uncertain a rate is, with its range in the unit of the table."""
    law = rate.distribution
    ranged = law.low != 0.0 or law.high != 0.0
    of_range = (plain(unscaled(end, scale)) if ranged else None for end in (law.low, law.high))
    return {
        "distribution": law.kind,
        "cv": plain(law.cv) if law.kind in FITTED and not ranged else None,
        **dict(zip(("low", "high"), of_range, strict=True)),
        "drawn_by": rate.drawn_by or None,
        "assumption": law.assumption,
    }


def prices(study: Study) -> Iterator[Row]:
    """Give the rules by which rates price statuses: by arm, time and basis where that matters."""
    shares = base_shares(study)
    for i in study.statuses:
        maps = np.array([rates[:, 0, :, i] for rates in study.rate_maps.values()])  # basis first
        if not (maps >= 0).any():
            continue
        of_payer = shares[:, 0, :, i].reshape(-1, len(study.payers)).max(axis=0)
        for place, rate in _rules(study, maps):
            yield {
                "status": study.items[i].id,
                "rate": study.rates[rate].id,
                **place,
                "paid_by": study.payers[int(of_payer.argmax())].id,
                "source": study.rates[rate].source,
            }


def _rules(study: Study, maps: NDArray[np.int64]) -> Iterator[tuple[dict[str, str], int]]:
    """Give the rates of cells, shape (basis, arm, time), by as little as tells them apart."""
    ids = {"basis": list(study.rate_maps), "arm": study.axes.arms, "time": study.axes.times}
    axes = {name: k for k, name in enumerate(("basis", "arm", "time"))}
    for names in chain.from_iterable(combinations(_BY, size) for size in range(len(_BY) + 1)):
        others = tuple(axes[name] for name in _BY if name not in names)
        first = maps.min(axis=others, keepdims=True)
        if (maps == first).all():
            for at in np.argwhere(first >= 0):
                place = {name: ids[name][at[axes[name]]] for name in names}
                yield place, int(first[tuple(at)])
            return


def lines(study: Study) -> Iterator[Row]:
    """Give the amounts, those that are counted in their order, and rates as they first come."""
    at = {rate.id: k for k, rate in enumerate(study.rates)}
    waiting = sorted(_uncounted(study), key=lambda row: at[str(row["rate"])])
    seen: set[int] = set()
    for row in _counted(study):
        rate = at[str(row["rate"])]
        while rate not in seen and waiting and at[str(waiting[0]["rate"])] < rate:
            first = waiting.pop(0)
            seen.add(at[str(first["rate"])])
            yield first
        seen.add(rate)
        yield row
    yield from waiting


def _counted(study: Study) -> Iterator[Row]:
    """Give the printed amounts with the rate, and where it matters the basis, of each."""
    places: dict[_Place, list[int]] = {}
    for k, amount in enumerate(study.amounts):
        places.setdefault(_place(amount), []).append(k)
    rated: dict[int, tuple[Rate, str]] = {}
    for amounts in places.values():
        cells = _cells(study, study.amounts[amounts[0]])
        left = {basis: int(rates[cells].flat[0]) for basis, rates in study.rate_maps.items()}
        for k in amounts:
            price = study.amounts[k].kr * study.amounts[k].whole
            # Of rates that are as near, the first: they stand in the order of their amounts.
            basis = min(left, key=lambda b: (abs(study.rates[left[b]].kr - price), left[b]))
            rated[k] = study.rates[left[basis]], basis if len(amounts) > 1 else ""
            if len(left) > 1:
                del left[basis]
    for k, amount in enumerate(study.amounts):
        rate, basis = rated[k]
        one, style = {amount.paid_by: 1.0}, STYLES[study.number_style]
        group = study.group_lines[_cells(study, amount)].any()
        yield {
            "arm": amount.arm,
            "stratum": amount.stratum or None,
            "item": amount.item,
            "time": amount.time,
            "basis": basis or None,
            "amount": plain(amount.printed),
            **money_said(study, "kr", amount.restated),
            "units": plain(amount.units) if amount.units != 1.0 else None,
            "rate": rate.id,
            "per": "group" if group else None,
            "paid_by": amount.paid_by,
            "shares": None if amount.shares == one else parts(amount.shares, style),
            "label_shares": parts(amount.label_shares, style) if amount.label_shares else None,
            "probability": plain(amount.probability) if amount.probability < 1.0 else None,
            "included": "yes" if amount.included else None,
            "itemised": None if amount.itemised else "no",
            **spread_said(rate, amount.whole * amount.factor),
            "source": amount.source,
            "note": amount.note or None,
        }


def _place(amount: Amount) -> _Place:
    return amount.arm, amount.stratum, amount.time, amount.item


def _cells(study: Study, amount: Amount) -> tuple[int | slice, ...]:
    """Return where an amount stands along (arm, stratum, time, item)."""
    at = study.axes.at
    strata = at("stratum", amount.stratum) if amount.stratum else slice(None)
    return at("arm", amount.arm), strata, at("time", amount.time), at("item", amount.item)


def parts(shares: Mapping[str, float], style: NumberStyle) -> str:
    """Write ``municipality=0,7 state=0,3``."""
    return " ".join(f"{payer}={in_style(plain(share), style)}" for payer, share in shares.items())


def _uncounted(study: Study) -> Iterator[Row]:
    """Give the amounts that the calculation leaves out, as their rates say them.

    One for all strata where it is the same in all, and for all rate bases.
    """
    shares, maps, style = base_shares(study), study.rate_maps, STYLES[study.number_style]
    found: dict[tuple[_Place, tuple[int, ...], float, tuple[float, ...]], list[str]] = {}
    for cell in map(tuple, np.argwhere(study.uncounted > 0.0).tolist()):
        arm, stratum, time, item = (each[k].id for each, k in zip(_axes(study), cell, strict=True))
        priced = tuple(int(rates[cell]) for rates in maps.values())
        alike = (arm, "", time, item), priced, float(study.uncounted[cell]), tuple(shares[cell])
        found.setdefault(alike, []).append(stratum)
    for ((arm, _, time, item), priced, units, each), strata in found.items():
        paying = {
            p: float(share) for p, share in zip(study.axes.payers, each, strict=True) if share
        }
        paid_by = max(paying, key=lambda payer: paying[payer])
        whole = 1.0 / paying[paid_by] / units
        every = len(strata) == len(study.strata)
        bases = [None] if len(set(priced)) == 1 else list(maps)
        for place, (basis, at) in product(
            [None] if every else strata, zip(bases, priced, strict=False)
        ):
            rate = study.rates[at]
            kr = rate.restated.amount if rate.restated else rate.kr
            yield {
                "arm": arm,
                "stratum": place,
                "item": item,
                "time": time,
                "basis": basis,
                "amount": plain(unscaled(kr, whole)),
                **money_said(study, "kr", rate.restated),
                "units": plain(units) if units != 1.0 else None,
                "rate": rate.id,
                "paid_by": paid_by,
                "shares": parts(paying, style) if len(paying) > 1 else None,
                "counted": "no",
                **spread_said(rate, whole * rate.factor),
                "source": rate.source,
            }


def summaries(study: Study) -> Iterator[Row]:
    """Give the printed means, each with its spread and whose it is."""
    shares, style, at = base_shares(study), STYLES[study.number_style], study.axes.at
    rates = {rate.id: rate for rate in study.rates}
    for each in study.summaries:
        cell = at("arm", each.arm), 0, at("time", each.time), at("item", each.item)
        whose = zip(study.axes.payers, shares[cell].tolist(), strict=True)
        paying = {payer: share for payer, share in whose if share}
        spread = dict(zip(SPREADS.get(each.spread, ()), map(plain, each.printed), strict=True))
        columns = (column for columns in SPREADS.values() for column in columns)
        yield {
            "arm": each.arm,
            "item": each.item,
            "time": each.time,
            "n": each.n,
            "mean": printed(each.mean, 2.0 * rates[each.rate].rounding, style),
            **{column: spread.get(column) for column in columns},
            "level": each.level or None,
            "law": None if each.law == NORMAL else each.law,
            "paid_by": max(paying, key=lambda payer: paying[payer]),
            "shares": parts(paying, style) if len(paying) > 1 else None,
            "source": each.source,
        }


def _axes(study: Study) -> tuple[Sequence[Named], ...]:
    return study.arms, study.strata, study.times, study.items


def base_shares(study: Study) -> NDArray[np.float64]:
    """Whose each amount is as the tables say, shape (arm, stratum, time, item, payer).

    The first reading, and of the printed amounts what they say themselves.
    """
    found = next(iter(study.shares.values())).copy()
    for amount in study.amounts:
        found[_cells(study, amount)] = [
            amount.shares.get(payer, 0.0) for payer in study.axes.payers
        ]
    return found
