"""Tables of effects from elsewhere: what was measured, when it is there, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gevinst.files.priced.money import written_unit
from gevinst.files.written.numbers import plain, printed
from gevinst.files.written.priced import base_shares, money_said, parts, spread_said
from gevinst.files.written.rows import Row
from gevinst.study.elsewhere.effects import FACTOR_LAWS, treated
from gevinst.study.study import Study
from gevinst.text.numerals import STYLES


def effects(study: Study) -> Iterator[Row]:
    """Give the effects, each with its interval or standard error."""
    for each in study.elsewhere.effects if study.elsewhere else ():
        ranged = {"low": each.low, "high": each.high, "level": each.level} if each.level else {}
        columns = {**dict.fromkeys(("low", "high", "level")), **ranged, "se": each.se or None}
        yield {
            "effect": each.id,
            "measure": written_unit(each.measure, study.currency),
            "estimate": plain(each.estimate),
            **{name: plain(value) for name, value in columns.items()},
            "baseline": plain(each.baseline),
            "transfer": None if each.transfer == 1.0 else plain(each.transfer),
            **each.label,
            "source": each.source,
        }


def persistence(study: Study) -> Iterator[Row]:
    """Give how much of an effect is there at a time."""
    for each in study.elsewhere.presence if study.elsewhere else ():
        yield {
            "effect": each.effect,
            "time": each.time,
            "share": plain(each.share),
            "source": each.source,
        }


def consequences(study: Study) -> Iterator[Row]:
    """Give what one of an effect comes to, with its price and who pays."""
    if study.elsewhere is None:
        return
    rates, shares, at = {rate.id: rate for rate in study.rates}, base_shares(study), study.axes.at
    for each in study.elsewhere.consequences:
        rate, time = rates[each.rate], each.time or study.axes.times[0]
        cell = at("arm", treated(study)), 0, at("time", time), at("item", each.item)
        paying = {
            study.axes.payers[p]: float(shares[cell][p]) for p in np.flatnonzero(shares[cell])
        }
        alone = next(iter(paying)) if len(paying) == 1 else None
        kr, style = rate.restated.amount if rate.restated else rate.kr, STYLES[study.number_style]
        yield {
            "effect": each.effect,
            "item": each.item,
            "time": each.time or None,
            "direction": "against" if each.falls else None,
            "amount": printed(kr, 2.0 * rate.rounding / rate.factor, style) if kr else 0,
            **money_said(study, "kr", rate.restated),
            "rate": rate.id,
            "paid_by": alone,
            "shares": None if alone else parts(paying, style),
            **spread_said(rate, rate.factor),
            "source": each.source,
        }


def factors(study: Study) -> dict[str, dict[str, Any]]:
    """Return what comes off the effects, as the settings hold it."""
    return {
        each.id: {
            "share": plain(each.share),
            **({"low": plain(each.low), "high": plain(each.high)} if each.high else {}),
            **({"level": each.level} if each.level else {}),
            **({} if each.law == FACTOR_LAWS[0] else {"law": each.law}),
            **({"of": list(each.of)} if each.of else {}),
            "source": each.source,
        }
        for each in (study.elsewhere.factors if study.elsewhere else ())
    }
